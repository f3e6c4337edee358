"""Denials, doubts and demands, as wording shows them."""

import pytest

from handlers.stance import is_reversed, stance


@pytest.mark.parametrize(
    "text",
    ["行かない", "行きません", "行かずに待つ", "無理に走らず、歩く", "行くべきではない", "行ってはいけない", "行けなくなる", "それは嘘だ", "You shouldn't go", "nobody goes"],
)  # fmt: skip
def test_denials(text: str):
    assert stance(text).is_denied


@pytest.mark.parametrize(
    "text",
    [
        "行く", "行かなければならない", "行かないといけない", "行かざるを得ない", "行くかもしれない", "時間が少ない", "違いない", "行くしかない",
        "時間がなくなる", "行かないわけではない", "まず行く", "必ず行く", "少しずつ歩く", "行けるはずだ", "You may go", "not only today",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_denial(text: str):
    assert not stance(text).is_denied


@pytest.mark.parametrize(
    "text", ["行くかも。", "行くだろう", "たぶん行く", "行くらしい", "行けるはずだ", "行くのか", "行く？", "It might rain", "Perhaps not"]
)  # fmt: skip
def test_doubts(text: str):
    assert stance(text).is_hedged


@pytest.mark.parametrize("text", ["行くと思う", "行く", "鴨が飛ぶ", "I think we go"])
def test_what_is_no_doubt(text: str):
    assert not stance(text).is_hedged


@pytest.mark.parametrize(
    "text", ["行くべきだ", "行かなければならない", "行ったほうがいい", "行くとよい", "You must go"]
)
def test_demands(text: str):
    assert stance(text).is_demanded


@pytest.mark.parametrize(
    ("statement", "passage", "is_opposite"),
    [
        ("量が増える", "量が減る", True),
        ("量が減る", "量が減る", False),
        ("増えたり減ったりする", "量が減る", False),
        ("Prices decrease", "Prices increase", True),
        ("標本が大きいと大きくぶれる", "標本が小さいと大きくぶれる", True),
    ],
)
def test_opposites(statement: str, passage: str, is_opposite: bool):
    assert is_reversed(statement, passage) == is_opposite
