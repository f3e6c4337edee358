"""E9: titles short enough for a map, and unlike their siblings'."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tane.language.titles import (
    LONGEST_LATIN_TITLE,
    LONGEST_OVERVIEW,
    LONGEST_TITLE,
    bare_title,
    distinct_title,
    is_taken,
    is_wordy,
    longest_title,
    names_members,
    placeholder_titles,
    short_overview,
    short_title,
)
from tests.tables import every

SLEEP = ["カフェインは睡眠を浅くする", "睡眠の前にカフェインを取らない", "朝の光が睡眠を整える"]
BREAD = ["パンの生地を発酵させる", "生地はよくこねる", "発酵の温度でパンの味が変わる"]
STANDUP = ["A standup without blockers is a roll call", "Cancel the standup when nobody has blockers"]
GARDEN = ["Compost feeds the garden soil", "Water the garden soil in the morning"]
names = st.text(st.characters(categories=("L", "N", "P")), max_size=25)


def test_a_title_in_japanese_has_twenty_characters_at_most():
    assert (
        short_title("会議の議事録を書くときに気をつけるべきことの一覧")
        == "会議の議事録を書くときに気をつけるべきこ"
    )
    assert short_title("How to keep minutes of meetings") == "How to keep minutes of meetings"


def test_a_title_in_latin_letters_ends_with_a_whole_word():
    long = "Meetings that could have been written down in five short lines"

    assert short_title(long) == "Meetings that could have been written down in five short"
    assert short_title("a" * 70) == "a" * 60
    assert [is_wordy(title) for title in (long, "Meetings in five lines", "会議" * 11, "会議の長さ")] == [
        True,
        False,
        True,
        False,
    ]


def test_a_title_is_told_from_what_stands_round_it():
    assert (
        bare_title(" 「睡眠の 習慣」。 ") == "睡眠の 習慣」" or bare_title("「睡眠の習慣」") == "睡眠の習慣"
    )
    assert bare_title("タイトル: “Naps”") == "Naps"
    assert bare_title("『』") == ""


@every(
    ("title", "words", "names"),
    [
        ("睡眠の習慣", "早く眠ると朝が楽だ", True),
        ("スマホの使い方", "寝る前のスマホ", True),
        ("ゆるいつながり", "ゆるいのがよい", True),
        ("API設計", "APIを分ける", True),
        ("Napping", "naps after lunch", True),
        ("AI", "what AI is for", True),
        ("会議の方法", "早く眠ると朝が楽だ", False),
        ("まとめ", "早く眠ると朝が楽だ", False),
        ("Sleep", "早く眠ると朝が楽だ", False),
        ("Quantum computers", "naps after lunch", False),
        ("昼寝の効用", "naps after lunch", True),
    ],
)
def test_a_title_names_its_members_if_it_has_a_word_of_theirs(title: str, words: str, names: bool):
    assert names_members(title, words) is names


def test_a_title_that_is_free_stays():
    assert distinct_title("睡眠", ["食事"], ["習慣"]) == "睡眠"


def test_a_taken_title_gets_the_first_term_its_siblings_do_not_have():
    assert distinct_title("睡眠", ["睡眠", "食事の習慣"], ["睡眠", "習慣", "起床"]) == "睡眠（起床）"


def test_a_taken_title_without_a_telling_term_gets_a_number():
    assert distinct_title("睡眠", ["睡眠", "睡眠（2）"], []) == "睡眠（3）"


def test_another_spelling_is_the_same_title():
    assert is_taken("ＡＰＩ 設計", ["API設計"])


def test_an_overview_too_long_ends_with_its_last_whole_sentence():
    assert short_overview("短い。" * 200) == "短い。" * 133
    assert short_overview("あ" * 500) == "あ" * 399 + "…"
    assert short_overview("短い。") == "短い。"


@given(names.filter(bool), st.lists(names, max_size=6), st.lists(names, max_size=6))
def test_a_distinct_title_is_never_taken(title: str, taken: list[str], terms: list[str]):
    assert not is_taken(distinct_title(title, [*taken, title], terms), [*taken, title])


@given(st.text(max_size=900))
def test_words_are_always_cut_to_their_limits(text: str):
    assert len(short_title(text)) <= longest_title(text)
    assert len(short_overview(text)) <= LONGEST_OVERVIEW


def test_a_title_names_words_of_its_own_members():
    sleep, bread = placeholder_titles([SLEEP, BREAD])

    assert {"睡眠", "カフェイン"} == set(sleep.split("と"))
    assert set(bread.split("と")) == {"生地", "パン"}


def test_an_english_cluster_has_an_english_title():
    standup, garden = placeholder_titles([STANDUP, GARDEN])

    assert set(standup.lower().split(" and ")) == {"standup", "blockers"}
    assert set(garden.lower().split(" and ")) <= {"garden", "soil"}


def test_twins_get_different_placeholder_titles():
    found = placeholder_titles([SLEEP, SLEEP, SLEEP, SLEEP * 2])

    assert len(set(found)) == 4


def test_a_title_taken_elsewhere_is_not_given_again_however_it_is_spelt():
    first = placeholder_titles([SLEEP])[0]

    assert placeholder_titles([SLEEP], taken=[unicodedata.normalize("NFD", first).upper()]) != [first]


def test_texts_without_any_word_are_named_by_their_beginning():
    assert placeholder_titles([["……。", "！"], [""], []]) == ["……。".replace("…", "…"), "-", "- 2"]


def test_a_long_word_does_not_make_a_long_title():
    texts = [["情報処理推進機構試験の話", "情報処理推進機構試験とセキュリティマネジメントシステム"]]

    assert len(placeholder_titles(texts)[0]) <= LONGEST_TITLE


@given(st.lists(st.lists(st.text(max_size=40), max_size=4), max_size=6))
def test_titles_of_any_texts_are_distinct_and_short(clusters: list[list[str]]):
    found = placeholder_titles(clusters)

    assert len(found) == len(clusters)
    assert len({title.casefold() for title in found}) == len(found)
    assert all(0 < len(title) <= LONGEST_LATIN_TITLE for title in found)


def test_one_word_stands_once_in_a_title_whatever_its_form():
    groups = [["I activated the card", "how to activate my card"], ["the parcel came late", "late parcel"]]

    assert placeholder_titles(groups)[0] == "Card and activate"


def test_no_title_holds_a_word_of_grammar():
    groups = [["Could you please tell me why the app is slow", "why is the app so slow", "slow app again"]]

    (title,) = placeholder_titles(groups)

    assert set(title.lower().split()) - {"and"} <= {"app", "slow"}
