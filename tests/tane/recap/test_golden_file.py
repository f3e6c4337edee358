"""The golden dataset's file shape of document 002."""

from typing import Any

import pytest

from tane.recap.golden_file import GoldenFileError, file_of, taxonomy_of
from tane.recap.taxonomy import shipped

ITEM = {"id": "a-1", "content_en": "Rain fell.", "expected_genres": ["weather"], "primary_genre": "weather"}


def file(**other: Any) -> dict[str, Any]:
    return {
        "schema_version": "2.2",
        "genres": [{"id": "weather", "name_ja": "天気"}, "cats"],
        "items": [ITEM],
    } | other


def test_genres_are_objects_or_names():
    weather, cats = taxonomy_of(file()).genres

    assert (weather.name_ja, weather.name_en) == ("天気", "weather")
    assert (cats.genre, cats.name_ja) == ("cats", "cats")


def test_an_item_in_both_languages_is_two_texts_of_one_group():
    both = ITEM | {"content_ja": "雨が降った。", "parallel_id": "p1"}

    items = taxonomy_of(file(items=[both])).items

    assert [(one.lang, one.group, one.origin) for one in items] == [
        ("ja", "p1", "import"),
        ("en", "p1", "import"),
    ]
    assert len({one.item_id for one in items}) == 2


def test_the_first_expected_genre_is_the_items_own_and_the_others_are_right_as_well():
    two = {"id": "b", "content_en": "A wet cat.", "expected_genres": ["cats", "weather"]}

    (item,) = taxonomy_of(file(items=[two])).items

    assert (item.genre, item.also) == ("cats", ("weather",))


def test_what_is_written_is_read_again():
    taxonomy = shipped()

    again = taxonomy_of(file_of(taxonomy), origin="shipped")

    assert again.genres == taxonomy.genres
    assert again.items == taxonomy.items


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ([], "the file must be an object"),
        ({"items": []}, "no list named genres"),
        (file(genres=[]), "genres is empty"),
        (file(genres=["cats", "cats"]), "'cats' twice"),
        (file(genres=["other"]), "'other' is the genre of what belongs to none"),
        (file(items=[ITEM, ITEM]), "'a-1' twice"),
        (file(items=[ITEM | {"primary_genre": "dogs"}]), r"items\[0\] is of genre 'dogs'"),
        (file(items=[{"id": "x", "primary_genre": "cats"}]), r"items\[0\] has no text"),
        (file(items=[{"id": "x", "content_en": "Mew."}]), r"items\[0\] names no genre"),
        (file(items=[ITEM | {"content_en": 3}]), r"items\[0\].content_en must be text"),
        (file(items=[ITEM | {"expected_genres": "weather"}]), "must be a list of names"),
        (file(items=[ITEM | {"id": ""}]), r"items\[0\].id must be a name"),
        (file(items=["text"]), r"items\[0\] must be an object"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(given: Any, complaint: str):
    with pytest.raises(GoldenFileError, match=complaint):
        taxonomy_of(given)
