"""Reads what the owner asks of the data: what comes back, what turned, what stays open, what is new."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("today")
_LEAST_CHARS = 8  # of an utterance that is quoted by itself

CHUNK = 2_048  # candidates in memory at once: 6 MB of vectors of 768 dimensions


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A quotation: a seed or an utterance, and the utterance in which it stands."""

    type: str  # seed or utterance
    id: UUID
    kind: str | None  # of a seed
    text: str
    utterance_id: UUID
    conversation_id: UUID | None
    position: int | None
    speaker: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A cluster of the top level, and the days on which something in it was said."""

    id: UUID
    title: str | None
    days: list[date]
    utterances: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that may answer a question, or have been held before a turn."""

    type: str
    id: UUID
    kind: str | None
    role: str | None
    ending: str | None  # the last characters of its text
    utterance_id: UUID
    conversation_id: UUID | None
    position: int | None
    speaker: str | None
    at: datetime
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterTurn:
    """One of the turns after a question."""

    utterance_id: UUID
    speaker: str | None
    role: str | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCounts:
    """How much was stored since a moment."""

    utterances: int
    seeds: int
    clusters: int


async def read_horizon(conn: Connection) -> datetime:
    """Return a moment that is not later than the `created_at` of anything that a snapshot taken next cannot see."""
    horizon: datetime = await conn.fetchval(_SQL["read_horizon"])
    return horizon


async def last_visit(conn: Connection) -> datetime | None:
    """Return when the owner last looked, or None."""
    visited: datetime | None = await conn.fetchval(_SQL["last_visit"])
    return visited


async def remember_visit(conn: Connection, at: datetime) -> None:
    """Remember that the owner has seen what there was at a moment; an earlier one changes nothing."""
    await conn.execute(_SQL["remember_visit"], at)


async def read_themes(conn: Connection, *, zone: str, least_days: int, limit: int) -> list[Theme]:
    """Return the themes of the most distinct days in a time zone, then of the most utterances."""
    return [Theme(**row) for row in await conn.fetch(_SQL["read_themes"], zone, least_days, limit)]


async def read_theme_lines(
    conn: Connection, themes: Sequence[UUID], *, lines: int
) -> dict[UUID, list[Quotation]]:
    """Return the newest lines of each theme, at most one an utterance."""
    found: dict[UUID, list[Quotation]] = {theme: [] for theme in themes}
    for row in await conn.fetch(_SQL["read_theme_lines"], themes, lines):
        values = dict(row)
        found[values.pop("theme_id")].append(Quotation(**values))
    return found


async def read_lines_of_kind(conn: Connection, kind: str, *, limit: int) -> list[Quotation]:
    """Return seeds of a kind, the latest said first."""
    return [Quotation(**row) for row in await conn.fetch(_SQL["read_lines_of_kind"], kind, limit)]


async def read_reinterpreting(conn: Connection, *, least: float, limit: int) -> list[Quotation]:
    """Return utterances of at least this reinterpretation score that hold no seed of a turn, the latest first."""
    return [Quotation(**row) for row in await conn.fetch(_SQL["read_reinterpreting"], least, limit)]


async def read_lines(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Quotation]:
    """Return seeds and utterances by id."""
    return {row["id"]: Quotation(**row) for row in await conn.fetch(_SQL["read_lines"], ids)}


async def read_replies(
    conn: Connection, utterances: Collection[UUID], *, turns: int
) -> dict[UUID, list[LaterTurn]]:
    """Return the turns after each utterance in its conversation, in their order; of those that have a place in one."""
    found: dict[UUID, list[LaterTurn]] = {}
    for row in await conn.fetch(_SQL["read_replies"], list(utterances), turns):
        values = dict(row)
        found.setdefault(values.pop("asked_id"), []).append(LaterTurn(**values))
    return found


async def read_vectors(
    conn: Connection, lines: Iterable[Quotation], *, model_id: int
) -> dict[UUID, NDArray[np.float32]]:
    """Return the unit vectors, float32 of shape (d,), of those lines that have one."""
    ids = [line.id for line in lines]
    return {row["id"]: row["vector"] for row in await conn.fetch(_SQL["read_vectors"], model_id, ids)}


async def read_mean(conn: Connection, *, model_id: int) -> NDArray[np.float32] | None:
    """Return the mean, of shape (d,), of all that `read_candidates` yields; None where that is nothing."""
    mean: NDArray[np.float32] | None = await conn.fetchval(_SQL["read_mean"], model_id)
    return mean


async def read_candidates(conn: Connection, *, model_id: int) -> AsyncIterator[list[Candidate]]:
    """Yield everything that has a vector, in chunks and in the order of the ids; needs an open transaction."""
    cursor = await conn.cursor(_SQL["read_candidates"], model_id)
    while rows := await cursor.fetch(CHUNK):
        yield [Candidate(**row) for row in rows]


async def is_unasked(conn: Connection) -> bool:
    """Tell whether there are utterances and no text model has told anything of any of them."""
    unasked: bool = await conn.fetchval(_SQL["is_unasked"])
    return unasked


async def count_new(conn: Connection, since: datetime) -> NewCounts:
    """Count what was stored at or after a moment and is visible."""
    row = await conn.fetchrow(_SQL["count_new"], since)
    assert row is not None
    return NewCounts(**row)


async def read_new_lines(conn: Connection, since: datetime, *, limit: int) -> list[Quotation]:
    """Return seeds stored at or after a moment, or utterances where there are no such seeds, the latest said first."""
    rows = await conn.fetch(_SQL["read_new_lines"], since, limit, _LEAST_CHARS)
    return [Quotation(**row) for row in rows]
