"""A taxonomy, the texts by which it is learned, what the owner corrected, and what tags say of genres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tane.store import sql
from tane.store.codecs import listed
from tane.store.pool import Connection

_SQL = sql.load("genres")


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreRow:
    """A genre of an imported taxonomy."""

    genre: str
    name_ja: str
    name_en: str
    definition: Mapping[str, Any]  # lists: definitions, keywords, negative


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenRow:
    """A text whose genre is known."""

    item_id: str
    genre: str
    lang: str
    origin: str  # import or user
    parallel_id: str | None
    title: str | None
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """What was decided on a document, or what the owner made of it."""

    genre: str
    strategy: str
    confidence: float
    is_corrected: bool
    said_at: datetime
    tags: Sequence[Mapping[str, Any]]  # tag, confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A decision that was corrected."""

    run_id: int
    genre: str  # as it had been decided


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRow:
    """Genres between which a model is to choose for a document."""

    run_id: int
    document_id: UUID
    strategy: str
    tied: Sequence[Mapping[str, Any]]  # genre, name
    title: str | None
    contents: str | None  # None when it was deleted meanwhile


async def read_genres(conn: Connection) -> list[GenreRow]:
    """Return the genres of the imported taxonomy, none where the one that ships holds."""
    return [GenreRow(**row) for row in await conn.fetch(_SQL["read_genres"])]


async def read_golden(conn: Connection) -> list[GoldenRow]:
    """Return imported texts and those of the owner's corrections."""
    return [GoldenRow(**row) for row in await conn.fetch(_SQL["read_golden"])]


async def replace_taxonomy(
    conn: Connection, genres: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]
) -> None:
    """Put genres and texts in the place of those that were imported; corrections stay. No genres: the one that ships holds."""
    await conn.execute(_SQL["clear_imported"])
    await conn.execute(_SQL["clear_genres"])
    await conn.execute(_SQL["insert_genres"], list(genres))
    await conn.execute(_SQL["insert_golden"], list(items))


async def correct(conn: Connection, document_id: UUID, genre: str) -> Corrected | None:
    """Note the genre that the owner gives a document, and learn from it; None if no recap has read the document."""
    row = await conn.fetchrow(_SQL["give_feedback"], document_id, genre)
    if row is None:
        return None
    await conn.execute(_SQL["put_correction"], row["run_id"], document_id, genre)
    return Corrected(**row)


async def read_observations(conn: Connection, since: datetime) -> list[DecisionRow]:
    """Return what is known of the genres of documents published since then."""
    rows = await conn.fetch(_SQL["read_observations"], since)
    return [DecisionRow(**(dict(row) | {"tags": listed(row["tags"])})) for row in rows]


async def replace_edges(conn: Connection, window_label: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace the graph of a window, 7d or 30d."""
    await conn.execute(_SQL["clear_edges"], window_label)
    await conn.execute(_SQL["insert_edges"], window_label, list(rows))


async def read_edges(conn: Connection) -> list[tuple[str, str, float]]:
    """Return (genre, tag, weight) of both windows, those of the shorter last."""
    return [(row["genre"], row["tag"], row["weight"]) for row in await conn.fetch(_SQL["read_edges"])]


async def count_genres(conn: Connection, run_id: int, *, earlier: int) -> dict[str, dict[int, int]]:
    """Return how many documents each genre had in this run and in so many that ended well before."""
    found: dict[str, dict[int, int]] = {}
    for row in await conn.fetch(_SQL["count_genres"], run_id, earlier):
        found.setdefault(row["genre"], {})[row["run_id"]] = row["documents"]
    return found


async def insert_config(
    conn: Connection,
    config_type: str,
    payload: Mapping[str, Any],
    *,
    source: str,
    metadata: Mapping[str, Any],
) -> None:
    """Add a row of configuration: the newest of its type holds."""
    await conn.execute(_SQL["insert_config"], config_type, dict(payload), source, dict(metadata))


async def load_ties(conn: Connection, document_ids: Sequence[UUID]) -> dict[UUID, TieRow]:
    """Return the newest decisions on documents, as ties."""
    rows = await conn.fetch(_SQL["load_ties"], document_ids)
    return {row["document_id"]: TieRow(**(dict(row) | {"tied": listed(row["tied"])})) for row in rows}


async def settle_tie(conn: Connection, tie: TieRow, genre: str, *, model: str, prompt_version: str) -> bool:
    """Store the genre that a model chose; False if the tie is none any more."""
    found = await conn.fetchval(_SQL["settle_tie"], tie.run_id, tie.document_id, genre, model, prompt_version)
    return found is not None


async def read_broken(conn: Connection, run_id: int) -> dict[UUID, str]:
    """Return the ties of a run that a model broke."""
    return {row["document_id"]: row["genre"] for row in await conn.fetch(_SQL["read_broken"], run_id)}


async def count_ties(conn: Connection, document_ids: Sequence[UUID]) -> int:
    """Return how many of these documents have a job that is to break their tie."""
    return int(await conn.fetchval(_SQL["count_ties"], document_ids))


async def cancel_ties(conn: Connection, document_ids: Sequence[UUID]) -> None:
    """Take back what has not begun."""
    await conn.execute(_SQL["cancel_ties"], document_ids)
