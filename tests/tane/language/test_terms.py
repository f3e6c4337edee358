"""Titles made of a cluster's own words, short, and unlike each other."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tane.language.terms import LONGEST_LATIN_TITLE, LONGEST_TITLE, characteristic, titles, words

SLEEP = ["カフェインは睡眠を浅くする", "睡眠の前にカフェインを取らない", "朝の光が睡眠を整える"]
BREAD = ["パンの生地を発酵させる", "生地はよくこねる", "発酵の温度でパンの味が変わる"]
STANDUP = ["A standup without blockers is a roll call", "Cancel the standup when nobody has blockers"]
GARDEN = ["Compost feeds the garden soil", "Water the garden soil in the morning"]


def test_a_title_names_words_of_its_own_members():
    sleep, bread = titles([SLEEP, BREAD])

    assert {"睡眠", "カフェイン"} == set(sleep.split("と"))
    assert set(bread.split("と")) == {"生地", "パン"}


def test_an_english_cluster_has_an_english_title():
    standup, garden = titles([STANDUP, GARDEN])

    assert set(standup.lower().split(" and ")) == {"standup", "blockers"}
    assert set(garden.lower().split(" and ")) <= {"garden", "soil"}


def test_what_every_cluster_talks_of_tells_nothing():
    texts = [[f"会議 {text}" for text in cluster] for cluster in (SLEEP, BREAD)]

    assert all("会議" not in terms[:2] for terms in characteristic(texts))


def test_twins_get_different_titles():
    found = titles([SLEEP, SLEEP, SLEEP, SLEEP * 2])

    assert len(set(found)) == 4


def test_a_title_taken_elsewhere_is_not_given_again_however_it_is_spelt():
    first = titles([SLEEP])[0]

    assert titles([SLEEP], taken=[unicodedata.normalize("NFD", first).upper()]) != [first]


def test_texts_without_any_word_are_named_by_their_beginning():
    assert titles([["……。", "！"], [""], []]) == ["……。".replace("…", "…"), "-", "- 2"]


def test_names_in_capitals_and_words_of_mixed_scripts_stay_whole():
    assert words("生成AIはAPIで使う in the cloud") == {"生成AI", "API", "cloud"}


def test_a_long_word_does_not_make_a_long_title():
    texts = [["情報処理推進機構試験の話", "情報処理推進機構試験とセキュリティマネジメントシステム"]]

    assert len(titles(texts)[0]) <= LONGEST_TITLE


@given(st.lists(st.lists(st.text(max_size=40), max_size=4), max_size=6))
def test_titles_of_any_texts_are_distinct_and_short(clusters: list[list[str]]):
    found = titles(clusters)

    assert len(found) == len(clusters)
    assert len({title.casefold() for title in found}) == len(found)
    assert all(0 < len(title) <= LONGEST_LATIN_TITLE for title in found)
