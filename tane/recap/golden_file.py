"""Reads and writes the golden dataset's file shape of document 002 (schema 2.2, and those that name genres only). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tane.errors import TaneError
from tane.recap.documents import OTHER
from tane.recap.taxonomy import LANGUAGES, Genre, LabelledText, Origin, Taxonomy

SCHEMA = "2.2"
MOST_ITEMS = 20_000
MOST_CHARS = 20_000  # of one text


class GoldenFileError(TaneError):
    """A golden dataset cannot be used. Correct the place that the message names; nothing of it was taken."""


def taxonomy_of(value: Any, *, origin: Origin = "import") -> Taxonomy:
    """Return genres and items of a file's JSON: `genres` are objects or names, texts stand in content, content_ja or content_en.

    Raises:
        GoldenFileError: something in it is missing, of another kind, or contradicts the rest.
    """
    root = _object(value, "the file")
    genres = tuple(
        _genre(one, f"genres[{place}]") for place, one in enumerate(_list(root, "genres", "the file"))
    )
    if not genres:
        raise GoldenFileError("genres is empty: a taxonomy needs at least one")
    names = [genre.genre for genre in genres]
    if double := next((name for name in names if names.count(name) > 1), None):
        raise GoldenFileError(f"genres names {double!r} twice")
    listed = _list(root, "items", "the file")
    if len(listed) > MOST_ITEMS:
        raise GoldenFileError(f"items holds {len(listed):,} entries; at most {MOST_ITEMS:,} are read")
    items = [
        item
        for place, one in enumerate(listed)
        for item in _items(_object(one, f"items[{place}]"), f"items[{place}]", set(names), origin)
    ]
    ids = [item.item_id for item in items]
    if len(set(ids)) < len(ids):
        double = next(name for place, name in enumerate(ids) if name in ids[:place])
        raise GoldenFileError(f"items names {double!r} twice")
    return Taxonomy(genres=genres, items=tuple(items))


def file_of(taxonomy: Taxonomy) -> dict[str, Any]:
    """Return the JSON of a file that `taxonomy_of` reads."""
    return {
        "schema_version": SCHEMA,
        "taxonomy_version": "1",
        "description": "Genres of Tane's recap with the texts by which they are learned.",
        "genres": [
            {
                "id": genre.genre,
                "name_ja": genre.name_ja,
                "name_en": genre.name_en,
                "definitions": list(genre.definitions),
                "keywords": list(genre.keywords),
                "negative": list(genre.negative),
            }
            for genre in taxonomy.genres
        ],
        "items": [
            {
                "id": item.item_id,
                f"content_{item.lang}" if item.lang in LANGUAGES else "content": item.text,
                "expected_genres": [item.genre, *item.also],
                "primary_genre": item.genre,
                "source": item.origin,
                **({"parallel_id": item.group} if item.group != item.item_id else {}),
            }
            for item in taxonomy.items
        ],
    }


def _genre(value: Any, where: str) -> Genre:
    if isinstance(value, str):
        name = _name(value, where)
        return Genre(genre=name, name_ja=name, name_en=name)
    fields = _object(value, where)
    name = _name(fields.get("id"), f"{where}.id")
    return Genre(
        genre=name,
        name_ja=_text(fields, "name_ja", where) or _text(fields, "name_en", where) or name,
        name_en=_text(fields, "name_en", where) or name,
        definitions=_parts(fields, ("definitions", "definition_ja", "definition_en"), where),
        keywords=_parts(fields, ("keywords", "keywords_ja", "keywords_en"), where),
        negative=_parts(fields, ("negative", "negative_ja", "negative_en"), where),
    )


def _items(fields: Mapping[str, Any], where: str, known: set[str], origin: Origin) -> Iterator[LabelledText]:
    """Yield one text for each language that an item is written in; texts of one item are one group."""
    item_id = _name(fields.get("id"), f"{where}.id", most=200)
    expected = fields.get("expected_genres")
    if expected is not None and not (
        isinstance(expected, list) and all(isinstance(one, str) for one in expected)
    ):
        raise GoldenFileError(f"{where}.expected_genres must be a list of names")
    genre = fields.get("primary_genre") or (expected[0] if expected else None)
    if not isinstance(genre, str):
        raise GoldenFileError(f"{where} names no genre: give expected_genres or primary_genre")
    if genre not in known:
        raise GoldenFileError(f"{where} is of genre {genre!r}, which genres does not name")
    texts = [
        (lang, text.strip())
        for key, lang in (("content_ja", "ja"), ("content_en", "en"), ("content", "und"))
        if (text := _text(fields, key, where))
    ]
    if not texts:
        raise GoldenFileError(f"{where} has no text: give content_ja, content_en or content")
    group = fields.get("parallel_id") or item_id
    if not isinstance(group, str):
        raise GoldenFileError(f"{where}.parallel_id must be text")
    for lang, text in texts:
        if len(text) > MOST_CHARS:
            raise GoldenFileError(
                f"{where} has a text of {len(text):,} characters; at most {MOST_CHARS:,} are read"
            )
        yield LabelledText(
            item_id=item_id if len(texts) == 1 else f"{item_id}:{lang}",
            text=text,
            lang=lang,
            genre=genre,
            group=group,
            origin=origin,
            also=tuple(one for one in expected or () if one != genre),
        )


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise GoldenFileError(f"{where} must be an object")
    return value


def _list(fields: Mapping[str, Any], name: str, where: str) -> Sequence[Any]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise GoldenFileError(f"{where} has no list named {name}")
    return value


def _name(value: Any, where: str, *, most: int = 64) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise GoldenFileError(f"{where} must be a name of 1 to {most} characters")
    if value == OTHER and where.startswith("genres"):
        raise GoldenFileError(
            f"{where}: {OTHER!r} is the genre of what belongs to none, and cannot be one of them"
        )
    return value.strip()


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise GoldenFileError(f"{where}.{name} must be text")
    return value or ""


def _parts(fields: Mapping[str, Any], names: Sequence[str], where: str) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        value = fields.get(name)
        listed = [value] if isinstance(value, str) else value or []
        if not (isinstance(listed, list) and all(isinstance(one, str) for one in listed)):
            raise GoldenFileError(f"{where}.{name} must be text or a list of texts")
        found += [one.strip() for one in listed if one.strip()]
    return tuple(dict.fromkeys(found))
