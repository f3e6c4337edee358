"""Genres with names, definitions and words, and the labelled texts by which they are learned. Pure; what ships is read once."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any, Literal, TypeAlias

from tane.language.sentences import sentences

Origin: TypeAlias = Literal["shipped", "import", "user"]
LANGUAGES = ("ja", "en")
READ_SENTENCES = 5  # of a document, after its title
READ_CHARS = 600  # at most: what an encoder takes in one piece
DEFINITION = "definition"
"""What the group of a genre's own definition begins with: it is learned from, never judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """A genre as its taxonomy describes it, in Japanese and English."""

    genre: str
    name_ja: str
    name_en: str
    definitions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    """Its support, and what decides where no centroid is near enough."""
    negative: tuple[str, ...] = ()
    """Phrases that look like it and are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text whose genre somebody knows."""

    item_id: str
    text: str
    lang: str
    genre: str
    group: str
    """Texts of one group tell the same matter: they are learned from together or judged together."""
    origin: Origin = "shipped"
    also: tuple[str, ...] = ()
    """Genres that it touches as well: right answers, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """Genres in their order, and labelled texts."""

    genres: tuple[Genre, ...]
    items: tuple[LabelledText, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of its genres."""
        return tuple(genre.genre for genre in self.genres)

    def learned(self) -> tuple[LabelledText, ...]:
        """Return what is learned from: the items, and each genre's names with its definitions, so that there is always something."""
        return (*self.items, *(one for genre in self.genres for one in _definitions(genre)))

    def words(self) -> list[tuple[str, int]]:
        """Return each word by which a genre is known, with the genre's place."""
        return [(word, place) for place, genre in enumerate(self.genres) for word in genre.keywords]

    def texts(self) -> list[str]:
        """Return every text whose vector the classifier wants, each once."""
        wanted = [one.text for one in self.learned()] + [word for word, _ in self.words()]
        return list(dict.fromkeys(wanted))

    def with_items(self, items: Sequence[LabelledText]) -> "Taxonomy":
        """Return it with further labelled texts; those of genres that it does not know are left out."""
        known = set(self.names)
        return replace(self, items=(*self.items, *(one for one in items if one.genre in known)))


def _definitions(genre: Genre) -> Iterator[LabelledText]:
    names = f"{genre.name_ja} {genre.name_en}"
    for place, definition in enumerate(genre.definitions or (names,)):
        yield LabelledText(
            item_id=f"{DEFINITION}:{genre.genre}:{place}",
            text=excerpt(names if genre.definitions else None, definition),
            lang="und",
            genre=genre.genre,
            group=f"{DEFINITION}:{genre.genre}",
        )


def excerpt(title: str | None, text: str) -> str:
    """Return what is read of a document to tell its genre: its title and its first sentences."""
    first = islice(sentences(text[: 4 * READ_CHARS]), READ_SENTENCES)
    return "\n".join(part for part in (title, *first) if part)[:READ_CHARS]


@cache
def shipped() -> Taxonomy:
    """Return the taxonomy that ships."""
    from tane.recap.golden_file import taxonomy_of  # noqa: PLC0415 - which reads into the classes above

    read = taxonomy_of(_resource("golden.json"), origin="shipped")
    words: Mapping[str, Mapping[str, Sequence[str]]] = _resource("genre_words.json")
    return replace(
        read,
        genres=tuple(
            replace(
                genre,
                keywords=tuple(
                    dict.fromkeys(
                        (*genre.keywords, *(word for lang in LANGUAGES for word in words[genre.genre][lang]))
                    )
                ),
            )
            for genre in read.genres
        ),
    )


def _resource(name: str) -> Any:
    return json.loads((resources.files("tane.recap") / name).read_text(encoding="utf-8"))
