from datetime import UTC, datetime

import pytest

from tane.recap.particulars import particulars
from tane.recap.proper_names import kana_sound, latin_sounds
from tane.recap.quantities import weight

SATURDAY = datetime(2026, 6, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("総資産は5兆4000億円。", {"jpy:5.4e+12"}),
        ("Assets of 5.4 trillion yen.", {"jpy:5.4e+12"}),
        ("四万匹のイワシ、二千四百円", {"n:40000", "jpy:2400"}),
        ("約6割", {"%:60"}),
        ("six in ten", {"%:60"}),
        ("午後2時10分", {"at:14:10"}),
        ("at 2:10 p.m.", {"at:14:10"}),
        ("£410,000 a year", {"gbp:410000"}),
        ("half a million visitors", {"n:500000"}),
        ("72時間のスト", {"s:259200"}),
        ("a strike of three days", {"s:259200"}),
        ("a third-floor flat", set()),
        ("one day", set()),
    ],
)
def test_figures_have_one_form_in_both_languages(text: str, figures: set[str]):
    assert particulars(text, SATURDAY).figures - {"n:1", "s:86400"} == figures


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("5日に発表した。", {"2026-06-05"}),
        ("it said on Friday", {"2026-06-05"}),
        ("it reopens on Wednesday", {"2026-06-10"}),
        ("来年10月に", {"2027-10"}),
        ("in October 2027", {"2027-10"}),
        ("きのう", {"2026-06-05"}),
        ("30日", {"2026-05-30"}),
        ("3日間", set()),
        ("they may march on", set()),
        ("2月30日", set()),
    ],
)
def test_days_are_those_of_the_calendar(text: str, days: set[str]):
    assert particulars(text, SATURDAY).dates == days


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("フェンブリッジ", "Fenbridge"),
        ("パーセルヌック", "Parcelnook"),
        ("ほしかげ", "Hoshikage"),
        ("メルカリ", "Mercari"),
    ],
)
def test_a_name_sounds_the_same_in_kana_and_in_letters(kana: str, latin: str):
    assert kana_sound(kana) in latin_sounds(latin)


def test_the_first_word_of_a_sentence_is_a_name_where_something_says_so():
    named = particulars(
        "Ledgerleaf said so. Customers complain. Nobody at Ledgerleaf answered.", SATURDAY
    ).names

    assert {name for name in named if name.startswith("latin")} == {"latin:ledgerleaf"}


def test_names_in_japanese_are_places_persons_and_what_is_quoted():
    named = particulars("椚沢町の芳賀さんは「くぬぎ文庫」を開いた。", SATURDAY).names

    assert {"kanji:椚沢", "kanji:芳賀", "quoted:くぬぎ文庫"} <= named


def test_an_outcome_has_one_word_and_its_denial_another():
    assert particulars("けが人はいない。男は逮捕された。", SATURDAY).outcomes == {"not-injured", "arrested"}
    assert particulars("Nobody was injured. A man was arrested.", SATURDAY).outcomes == {
        "not-injured",
        "arrested",
    }


def test_a_round_or_short_figure_tells_less():
    assert weight("n:3911") > weight("n:20") > 0
