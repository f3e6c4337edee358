"""D4: pieces an embedding model can read whole."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tane.language.splitting import Piece, halves_of, split
from tane.token_estimate import estimate_tokens
from tests.tables import every

LIMIT = 12
# Marks that a splitter may trip over, drawn often.
AWKWARD = "。！？.!?\n\r、, 　」)\u2028\t\u0301\u200d\U0001f3fd\U0001f469が\u3099aZ9漢\ud83d\ude00"
texts = st.text() | st.text(alphabet=AWKWARD, max_size=200)


def bodies(text: str, max_tokens: int = LIMIT) -> list[str]:
    return [piece.text for piece in split(text, max_tokens=max_tokens)]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t　 \u2028"])
def test_nothing_but_white_space_has_no_pieces(text: str):
    assert split(text, max_tokens=LIMIT) == []


def test_a_short_utterance_is_one_piece():
    assert bodies("短い。とても短い。", 110) == ["短い。とても短い。"]


def test_white_space_around_a_piece_is_left_out_and_the_offsets_know_it():
    assert split("　 それでいい。 \n", max_tokens=LIMIT) == [Piece(2, 8, "それでいい。")]


def test_sentences_are_packed_until_the_limit_and_never_overlap():
    assert bodies("一つ目です。二つ目です。三つ目です。四つ目です。") == [
        "一つ目です。二つ目です。",
        "三つ目です。四つ目です。",
    ]


def test_a_line_break_ends_a_sentence():
    assert bodies("見出しのような行\n次の行にある文です。") == ["見出しのような行", "次の行にある文です。"]


def test_a_closing_bracket_stays_with_its_sentence():
    assert bodies("「そう思います。」と彼は言いました。") == ["「そう思います。」", "と彼は言いました。"]


def test_ascii_marks_end_a_sentence_only_before_a_space():
    assert bodies("See node.js 3.14 now. Then go on reading.", 16) == [
        "See node.js 3.14 now.",
        "Then go on reading.",
    ]


def test_a_sentence_too_long_is_cut_at_its_commas():
    assert bodies("雨が降ったので、試合は中止になり、全員が帰った。") == [
        "雨が降ったので、",
        "試合は中止になり、",
        "全員が帰った。",
    ]


def test_a_word_too_long_is_cut_between_characters():
    pieces = bodies("あ" * 40)

    assert "".join(pieces) == "あ" * 40
    assert [estimate_tokens(piece) for piece in pieces[:-1]] == [LIMIT] * (len(pieces) - 1)


@every(
    "character",
    ["\ud83d\ude00", "e\u0301\u0302", "\U0001f469\u200d\U0001f469", "\U0001f44b\U0001f3fd", "か\u3099"],
    ids=["surrogates", "accents", "family", "skin tone", "voiced mark"],
)
def test_no_cut_falls_inside_a_character(character: str):
    pieces = bodies(character * 30, 16)

    assert len(pieces) > 1
    assert all(len(piece) % len(character) == 0 for piece in pieces)


def test_a_character_longer_than_the_limit_is_cut_all_the_same():
    zalgo = "a" + "\u0301" * 500

    assert "".join(bodies(zalgo)) == zalgo
    assert all(estimate_tokens(piece) <= LIMIT for piece in bodies(zalgo))


@given(texts)
@example("a. b. c.")
@example("。" * 50)
def test_pieces_are_in_order_apart_and_say_where_they_stand(text: str):
    pieces = split(text, max_tokens=LIMIT)

    assert all(text[piece.start : piece.end] == piece.text != "" for piece in pieces)
    assert all(before.end <= after.start for before, after in itertools.pairwise(pieces))


@given(texts)
def test_pieces_leave_out_nothing_but_white_space(text: str):
    end = 0
    gaps = []
    for piece in split(text, max_tokens=LIMIT):
        gaps.append(text[end : piece.start])
        end = piece.end

    assert "".join([*gaps, text[end:]]).strip() == ""


@given(texts, st.integers(4, 60))
def test_every_piece_stays_within_the_limit(text: str, max_tokens: int):
    assert all(estimate_tokens(piece) <= max_tokens for piece in bodies(text, max_tokens))


@given(st.text(max_size=100))
def test_splitting_a_piece_again_changes_nothing(text: str):
    for piece in bodies(text):
        assert bodies(piece) == [piece]


@pytest.mark.parametrize("unit", ["あ。", "a", ". ", "a, ", "e\u0301", "12 3。\n", "x.", " "], ids=repr)
def test_a_quarter_of_a_megabyte_costs_a_bounded_number_of_estimates(
    unit: str, monkeypatch: pytest.MonkeyPatch
):
    """Linear time without a clock: the characters that are weighed grow with the text alone."""
    weighed = 0

    def weigh(text: str) -> int:
        nonlocal weighed
        weighed += len(text)
        return estimate_tokens(text)

    monkeypatch.setattr("tane.language.splitting.estimate_tokens", weigh)
    text = unit * (250_000 // len(unit.encode()))

    pieces = split(text, max_tokens=110)

    assert weighed <= 40 * len(text)
    assert sum(len(piece.text) for piece in pieces) <= len(text)


def test_ten_thousand_splits_come_out_in_order():
    text = "".join(
        f"これは{number:05}番目の文で、ほかの文とは別の分割になるだけの長さがある。\n"
        for number in range(10_000)
    )

    pieces = split(text, max_tokens=45)

    assert len(pieces) == 10_000
    assert all(f"{number:05}番目" in piece.text for number, piece in enumerate(pieces))


class TestCuttingInHalf:
    def test_prefers_the_end_of_a_sentence_near_the_middle(self):
        assert halves_of("これは一つ目。これが二つ目です。") == ["これは一つ目。", "これが二つ目です。"]

    def test_then_a_space(self):
        assert halves_of("alpha beta gamma") == ["alpha ", "beta gamma"]

    def test_then_anywhere(self):
        assert halves_of("abcd") == ["ab", "cd"]

    def test_never_leaves_a_half_without_text(self):
        assert halves_of("ab" + " " * 20) == ["a", "b"]

    def test_knows_a_full_stop_from_a_decimal_point(self):
        assert halves_of("It rains. It is 3.5 now.") == ["It rains.", " It is 3.5 now."]
