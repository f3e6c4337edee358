"""What genres are learned from: the taxonomy with its texts, the owner's corrections, and the graph of tags that follows from them."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from tane.errors import TaneError
from tane.recap import graph
from tane.recap.distribution import RUNS, distribution, over_runs
from tane.recap.documents import Tag
from tane.recap.graph import WINDOWS, Observation
from tane.recap.taxonomy import Genre, LabelledText, Origin, Taxonomy, excerpt, shipped
from tane.store import genres
from tane.store.genres import Corrected, GenreRow, GoldenRow
from tane.store.pool import Connection

DISTRIBUTION = "genre_distribution"


class UnknownGenreError(TaneError):
    """A document cannot be labelled with a genre that the taxonomy does not have. `tane recap golden list` names them."""


async def read_taxonomy(conn: Connection) -> Taxonomy:
    """Return the imported taxonomy, or the one that ships, with the owner's corrections among its texts."""
    own = [_genre(row) for row in await genres.read_genres(conn)]
    items = [_item(row) for row in await genres.read_golden(conn)]
    base = Taxonomy(genres=tuple(own), items=()) if own else shipped()
    return base.with_items(items)


async def import_taxonomy(conn: Connection, taxonomy: Taxonomy) -> None:
    """Put a taxonomy in the place of the one that holds; corrections stay."""
    await genres.replace_taxonomy(
        conn,
        [
            {
                "genre": one.genre,
                "ordinal": place,
                "name_ja": one.name_ja,
                "name_en": one.name_en,
                "definition": {
                    "definitions": one.definitions,
                    "keywords": one.keywords,
                    "negative": one.negative,
                },
            }
            for place, one in enumerate(taxonomy.genres)
        ],
        [
            {
                "item_id": one.item_id,
                "genre": one.genre,
                "lang": one.lang,
                "content": one.text,
                "parallel_id": one.group if one.group != one.item_id else None,
            }
            for one in taxonomy.items
        ],
    )


async def reset_taxonomy(conn: Connection) -> None:
    """Let the taxonomy that ships hold again; corrections stay."""
    await genres.replace_taxonomy(conn, [], [])


async def label(conn: Connection, document_id: UUID, genre: str) -> Corrected | None:
    """Correct the genre of a document: feedback on its newest decision, and a text to learn from; None if no recap has read it.

    Raises:
        UnknownGenreError: the taxonomy has no such genre.
    """
    names = (await read_taxonomy(conn)).names
    if genre not in names:
        raise UnknownGenreError(f"there is no genre {genre!r}; there are {', '.join(names)}")
    return await genres.correct(conn, document_id, genre)


async def refresh_graph(conn: Connection, now: datetime) -> dict[str, int]:
    """Build the graph of tags anew for each window; return its edges."""
    made: dict[str, int] = {}
    for window, days in WINDOWS.items():
        rows = await genres.read_observations(conn, now - timedelta(days=days))
        edges = graph.edges(
            [
                Observation(
                    genre=row.genre,
                    tags=tuple(Tag(tag=tag["tag"], confidence=tag["confidence"]) for tag in row.tags),
                    is_corrected=row.is_corrected,
                    said_at=row.said_at,
                )
                for row in rows
                if row.is_corrected or graph.is_sure(row.strategy, row.confidence)
            ]
        )
        values = [asdict(edge) | {"last_observed_at": edge.last_observed_at.isoformat()} for edge in edges]
        await genres.replace_edges(conn, window, values)
        made[window] = len(edges)
    return made


async def note_distribution(conn: Connection, run_id: int) -> Mapping[str, Any]:
    """Keep how many documents genres have, of this run and those before it, as configuration of the next."""
    counts = await genres.count_genres(conn, run_id, earlier=RUNS - 1)
    found = distribution(over_runs(counts))
    if found:
        await genres.insert_config(conn, DISTRIBUTION, found, source="run", metadata={"run_id": run_id})
    return found


def _genre(row: GenreRow) -> Genre:
    return Genre(
        genre=row.genre,
        name_ja=row.name_ja,
        name_en=row.name_en,
        **{name: tuple(row.definition.get(name) or ()) for name in ("definitions", "keywords", "negative")},
    )


def _item(row: GoldenRow) -> LabelledText:
    return LabelledText(
        item_id=row.item_id,
        text=excerpt(row.title, row.content),
        lang=row.lang,
        genre=row.genre,
        group=row.parallel_id or row.item_id,
        origin=cast("Origin", row.origin),
    )
