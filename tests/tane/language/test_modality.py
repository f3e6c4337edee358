"""Denials, doubts and demands, as wording shows them."""

from tane.language.modality import modality
from tests.tables import every


@every(
    "text",
    ["行かない", "行きません", "行かずに待つ", "無理に走らず、歩く", "行くべきではない", "行ってはいけない", "行けなくなる", "それは嘘だ", "それは無理だ", "知らんこと", "ならへん。", "議題なしで集まる", "too proud to ask", "You shouldn't go", "nobody goes"],
)  # fmt: skip
def test_denials(text: str):
    assert modality(text).is_denied


@every(
    "text",
    [
        "行く", "行かなければならない", "行かないといけない", "行かざるを得ない", "行くかもしれない", "時間が少ない", "違いない", "行くしかない",
        "時間がなくなる", "行かないわけではない", "まず行く", "必ず行く", "少しずつ歩く", "行けるはずだ", "You may go", "not only today",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_denial(text: str):
    assert not modality(text).is_denied


@every(
    "text", ["行くかも。", "行くだろう", "たぶん行く", "行くらしい", "行けるはずだ", "行くのか", "行く？", "It might rain", "Perhaps not"]
)  # fmt: skip
def test_doubts(text: str):
    assert modality(text).is_hedged


@every("text", ["行くと思う", "行く", "難しいでしょう", "鴨が飛ぶ", "I think we go"])
def test_what_is_no_doubt(text: str):
    assert not modality(text).is_hedged


@every(
    "text",
    [
        "行くべきだ",
        "行ってください",
        "Read the book",
        "行かなければならない",
        "行ったほうがいい",
        "行くとよい",
        "You must go",
    ],
)
def test_demands(text: str):
    assert modality(text).is_demanded


@every("text", ["必ず行く", "いつも遅れる", "Everybody knows", "It always fails"])
def test_what_is_said_of_all(text: str):
    assert modality(text).is_universal


@every("text", ["必ずしも行かない", "たまに遅れる", "Some know", "It often fails"])
def test_what_is_not_said_of_all(text: str):
    assert not modality(text).is_universal
