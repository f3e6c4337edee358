"""The golden dataset of genres that ships: balanced, without doubles and without templates."""

import json
from collections import Counter, defaultdict
from importlib import resources
from itertools import chain
from typing import Any

GOLDEN = json.loads((resources.files("tane.recap") / "golden.json").read_text(encoding="utf-8"))
GENRES: list[dict[str, Any]] = GOLDEN["genres"]
ITEMS: list[dict[str, Any]] = GOLDEN["items"]
LANGUAGES = ("ja", "en")
LEAST_A_GENRE = 30


def texts(lang: str) -> list[str]:
    return [item[f"content_{lang}"] for item in ITEMS if f"content_{lang}" in item]


def lang_of(item: dict[str, Any]) -> str:
    (lang,) = (lang for lang in LANGUAGES if f"content_{lang}" in item)
    return lang


def shared(parts: list[str]) -> list[str]:
    return [part for part, count in Counter(parts).items() if count > 1]


def words(text: str) -> list[str]:
    return text.lower().split()


def test_each_of_twelve_genres_has_names_definitions_and_keywords_in_both_languages():
    assert len({genre["id"] for genre in GENRES}) == len(GENRES) == 12
    for genre in GENRES:
        for lang in LANGUAGES:
            assert genre[f"name_{lang}"]
            assert genre[f"definition_{lang}"]
            assert 8 <= len(set(genre[f"keywords_{lang}"])) == len(genre[f"keywords_{lang}"]) <= 15
            assert len(genre[f"negative_{lang}"]) <= 5


def test_every_genre_has_its_texts_in_each_language_and_some_of_them_are_not_easy():
    counts = Counter((item["primary_genre"], lang_of(item)) for item in ITEMS)
    hard = Counter(
        (item["primary_genre"], lang_of(item)) for item in ITEMS if item["difficulty"] in {"boundary", "hard"}
    )

    assert counts.keys() == {(genre["id"], lang) for genre in GENRES for lang in LANGUAGES}
    assert min(counts.values()) >= LEAST_A_GENRE
    assert all(0.15 <= hard[key] / counts[key] <= 0.35 for key in counts)


def test_an_item_is_labelled_with_known_genres_of_which_the_first_is_its_own():
    known = {genre["id"] for genre in GENRES}

    assert len({item["id"] for item in ITEMS}) == len(ITEMS)
    for item in ITEMS:
        expected = item["expected_genres"]
        assert expected[0] == item["primary_genre"]
        assert set(expected) <= known
        assert len(set(expected)) == len(expected) == (2 if item["difficulty"] == "boundary" else 1)
        assert item["difficulty"] in {"baseline", "boundary", "hard"}


def test_parallel_items_tell_one_matter_of_one_genre_in_both_languages():
    pairs = defaultdict(list)
    for item in ITEMS:
        if "parallel_id" in item:
            pairs[item["parallel_id"]].append(item)

    assert pairs
    for pair in pairs.values():
        assert sorted(lang_of(item) for item in pair) == ["en", "ja"]
        assert pair[0]["expected_genres"] == pair[1]["expected_genres"]


def test_texts_are_as_long_as_a_piece_of_news_or_talk():
    assert all(40 <= len(text) <= 300 for text in texts("ja"))
    assert all(15 <= len(words(text)) <= 70 for text in texts("en"))
    assert all(text == text.strip() for text in chain(texts("ja"), texts("en")))


def test_no_two_texts_begin_or_end_alike():
    japanese, english = texts("ja"), [words(text) for text in texts("en")]

    assert shared([text[:20] for text in japanese]) == shared([text[-20:] for text in japanese]) == []
    assert shared([" ".join(text[:8]) for text in english]) == []
    assert shared([" ".join(text[-8:]) for text in english]) == []
