"""What was held before a turn is shown on evidence only."""

from dataclasses import replace
from uuid import uuid5

from tane.store.today import Quotation
from tane.today.changed_minds import held_before
from tane.today.similarity import Near
from tests.tane.today.test_similarity import LINE, SPACE

TURN = replace(
    LINE,
    kind="conversion",
    text="痛くても走れば慣れると思っていました。今は睡眠、食事、休養も練習に数えます。",
)


def said(text: str, *, number: int = 0, kind: str | None = None) -> Quotation:
    key = uuid5(SPACE, f"said {number} {kind}")
    source = uuid5(SPACE, f"source {number}")
    return replace(
        LINE, id=key, type="seed" if kind else "utterance", kind=kind, text=text, utterance_id=source
    )


def found(*lines: Quotation, z: float = 1.0, turn: Quotation = TURN) -> Quotation | None:
    return held_before(turn, [Near(id=line.id, z=z) for line in lines], {line.id: line for line in lines})


def test_half_of_the_words_of_the_former_view_are_evidence_however_far():
    before = said("走り続ければ、膝も慣れるでしょう")

    assert found(before) == before


def test_nearness_alone_is_none():
    assert found(said("睡眠、食事、休養も練習です"), z=9) is None


def test_what_is_nearer_than_all_else_of_the_speaker_is_evidence_without_a_word_in_common():
    before, other = said("根性があればなんとかなる", number=1), said("傘を買った", number=2)
    lines = {line.id: line for line in (before, other)}

    def shown(*, near: float, apart: float) -> Quotation | None:
        return held_before(TURN, [Near(id=before.id, z=near), Near(id=other.id, z=near - apart)], lines)

    assert shown(near=3.0, apart=2.0) == before
    assert shown(near=3.0, apart=1.0) is None
    assert shown(near=2.0, apart=2.0) is None


def test_one_rare_word_is_evidence_where_it_is_half_and_the_line_stands_out():
    turn = replace(TURN, text="悪気がないと思っていました。")
    before = said("悪気はないよ")

    assert found(before, turn=turn, z=5) == before
    assert found(before, turn=turn, z=4) is None


def test_a_word_that_the_speaker_always_uses_is_none():
    turn = replace(TURN, text="悪気がないと思っていました。")
    lines = [said("悪気はないよ", number=number) for number in range(3)]

    assert found(*lines, turn=turn, z=5) is None


def test_a_rare_word_that_was_denied_and_is_not_any_more_is_evidence():
    turn = replace(
        TURN, text="I am wearing them this minute, every day of the week, and the fork sounds right."
    )

    before = said("I won't be wearing them")

    assert found(before, turn=turn, z=2.5) == before
    assert found(said("I will be wearing them"), turn=turn, z=2.5) is None
    assert found(before, turn=turn, z=1.5) is None


def test_more_words_win_then_the_seed_then_the_nearer():
    two, three = said("走れば慣れる", number=1), said("痛くても走れば慣れる", number=2)
    seed = said("痛くても走れば慣れる", number=2, kind="evaluation")

    assert found(two, three) == three
    assert found(three, seed) == seed
    assert found(two, said("走れば慣れる", number=3)) == two


def test_a_line_that_is_gone_meanwhile_is_left_out():
    assert held_before(TURN, [Near(id=LINE.id, z=9)], {}) is None
