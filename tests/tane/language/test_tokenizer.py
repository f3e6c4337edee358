"""Words that carry the matter of a text, and how many of a statement's are its own."""

import pytest

from tane.language.spelling import folded
from tane.language.tokenizer import novelty, parts, script_runs, words
from tests.tables import every


@every(
    ("text", "found"),
    [
        ("The cats were sleeping", ["cat", "sleep"]),
        ("She wrote the notes", ["writ", "not"]),
        ("会議を三回開いた", ["会議", "開"]),
        ("ＡＢＣコンピューターの設定", ["abc", "コンピュータ", "設定"]),
        ("and so it was", []),
    ],
)
def test_words_are_brought_to_a_common_form(text: str, found: list[str]):
    assert [word.stem for word in words(folded(text))] == found


def test_words_know_their_place():
    plain = folded("A green door")

    assert [plain[word.start : word.end] for word in words(plain)] == ["green", "door"]


def test_frame_words_are_given_only_when_asked_for():
    assert [word.stem for word in words("people like doors", with_frame=True)] == ["peopl", "lik", "door"]
    assert [word.stem for word in words("people like doors")] == ["door"]


def test_a_text_is_cut_into_runs_of_one_script():
    runs = list(script_runs("生成AIのトークン、C++とe-mail 3.5"))

    assert [(run.text, run.script) for run in runs] == [
        ("生成", "kanji"), ("AI", "latin"), ("の", "hiragana"), ("トークン", "katakana"), ("C++", "latin"), ("と", "hiragana"),
        ("e-mail", "latin"), ("3", "latin"), ("5", "latin"),
    ]  # fmt: skip


def test_hyphens_join_words_of_a_run():
    (run,) = script_runs("well-known")

    assert [(part.text, part.start, part.end) for part in parts(run)] == [("well", 0, 4), ("known", 5, 10)]


class TestNovelty:
    def test_is_the_share_of_words_that_the_source_lacks(self):
        assert novelty("Cats chase birds", "My cat sleeps") == pytest.approx(2 / 3)
        assert novelty("Cats sleep", "My cat was sleeping") == 0.0

    def test_is_nothing_without_words(self):
        assert novelty("and so it was", "") == 0.0

    def test_counts_only_the_strange_part_of_a_word_in_kanji(self):
        assert novelty("返事を書く", "返信を書く") == pytest.approx(0.25)

    def test_weighs_a_japanese_predicate_twice(self):
        assert novelty("部屋の窓は必需品だ", "部屋の窓") == pytest.approx(2 / 3)
        assert novelty("必需品の部屋の窓", "部屋の窓") == pytest.approx(1 / 3)
