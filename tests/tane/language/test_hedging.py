"""What is put into words without being asserted."""

import pytest

from tane.language.hedging import Hedge, blanked, hedges, is_shared
from tests.tables import every


def hedged(text: str, hedge: Hedge) -> list[str]:
    return [text[start:end] for start, end in hedges(text, [(0, len(text))])[hedge]]


@every(
    ("text", "words"),
    [
        ("朝型が正しいと思っていた。今は違う。", "朝型が正しい"),
        ("若者は車を欲しがると思い込んでいました。", "若者は車を欲しがる"),
        ("砂糖は毒だって言われたけど、気にしない。", "砂糖は毒だ"),
        ("I used to think maps were boring.", " maps were boring."),
        ("Ann says \"meetings make everyone faster\". That's nonsense.", '"meetings make everyone faster"'),
        ("「薬は全部毒になる」と言う人がいます。私は信じていません。", "「薬は全部毒になる」"),
    ],
)  # fmt: skip
def test_views_that_are_left_or_not_shared_are_disowned(text: str, words: str):
    assert hedged(text, Hedge.DISOWNED) == [words]


@every(
    "text",
    ["朝型が正しいと思った。", "「ついで」の修正は壊れる。", "先生が「二回目からが本番です」と言った。", "I think maps are boring.", 'Ann says "meetings make everyone faster".'],
)  # fmt: skip
def test_what_a_speaker_asserts_or_passes_on_is_not_disowned(text: str):
    assert not hedged(text, Hedge.DISOWNED)


@pytest.mark.parametrize(
    ("text", "words"),
    [("雨が降ったら、家にいる。", ["雨が降ったら"]), ("If it rains, we stay.", ["If it rains"]), ("雨だから家にいる。", [])],
)  # fmt: skip
def test_conditions_reach_to_their_consequence(text: str, words: list[str]):
    assert hedged(text, Hedge.CONDITION) == words


def test_a_wish_covers_what_leads_up_to_its_verb():
    assert hedged("悪い癖、やめたい", Hedge.WISH) == ["悪い癖、やめたい"]
    assert not hedged("夢みたいだ", Hedge.WISH)


def test_a_question_is_doubted_as_a_whole():
    assert "その指摘、意味ある？" in hedged("その指摘、意味ある？", Hedge.DOUBT)


def test_what_follows_from_a_denied_condition_is_not_denied():
    assert hedged("雑談がないと相談も減る", Hedge.DENIAL) == ["雑談がないと"]
    assert hedged("相談は減らない", Hedge.DENIAL) == ["相談は減らない"]
    assert not hedged("相談が減る", Hedge.DENIAL)


@every(
    ("statement", "hedge"),
    [
        ("行くかもしれない", Hedge.DOUBT),
        ("雨なら家にいる", Hedge.CONDITION),
        ("癖をやめたい", Hedge.WISH),
        ("朝型が正しいと思っていた", Hedge.DISOWNED),
        ("Beta is avoided", Hedge.DENIAL),
    ],
)
def test_a_statement_may_share_the_reservation(statement: str, hedge: Hedge):
    assert is_shared(statement, hedge)
    assert not is_shared("家にいる", hedge)


def test_ranges_are_blanked_in_place():
    assert blanked("abcdef", [(1, 3), (4, 5)]) == "a  d f"
