"""Stories, sections and evidence of a recap, as its last steps write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.codecs import listed
from tane.store.pool import Connection, encode_halfvec

_SQL = sql.load("stories")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRow:
    """A story of earlier recaps that may go on."""

    story_id: UUID
    title: str | None
    genre: str | None
    centroid: NDArray[np.float32] | None
    model_id: int | None
    first_said_at: datetime
    last_said_at: datetime
    told_facts: tuple[str, ...]
    members: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A story as this recap knows it."""

    story_id: UUID
    title: str | None
    genre: str
    centroid: NDArray[np.float32]
    first_said_at: datetime
    last_said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSection:
    """A section that nobody has written yet."""

    response_id: UUID
    genre: str
    rank: int
    has_job: bool  # whether a job that writes it waits or runs


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionState:
    """How far a section is."""

    genre: str
    status: str
    is_degraded: bool


async def read_earlier(conn: Connection, run_id: int, *, since: datetime) -> list[EarlierRow]:
    """Return the open stories of which something was said since then; those that only this run knows are none."""
    rows = await conn.fetch(_SQL["read_earlier"], since, run_id)
    return [
        EarlierRow(
            **{**row, "told_facts": tuple(listed(row["told_facts"])), "members": tuple(row["members"])}
        )
        for row in rows
    ]


async def clear(conn: Connection, run_id: int) -> None:
    """Take back what an earlier attempt of this run wrote."""
    for statement in ("clear_stories", "clear_members", "clear_evidence", "clear_sections"):
        await conn.execute(_SQL[statement], run_id)


async def save_stories(conn: Connection, model_id: int, stories: Sequence[StoryRow]) -> None:
    """Write stories, new ones and those that go on."""
    await conn.execute(
        _SQL["upsert_stories"],
        model_id,
        [one.story_id for one in stories],
        [one.title for one in stories],
        [one.genre for one in stories],
        [encode_halfvec(one.centroid) for one in stories],
        [one.first_said_at for one in stories],
        [one.last_said_at for one in stories],
    )


async def insert_members(conn: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add utterances to stories: story_id, utterance_id, is_core, said_at."""
    await conn.execute(_SQL["insert_members"], run_id, list(rows))


async def insert_places(conn: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write how stories stand in this recap; see the table `recap_stories`."""
    await conn.execute(_SQL["insert_places"], run_id, list(rows))


async def insert_evidence(conn: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the sentences that may be cited; see the table `recap_cluster_evidence`."""
    await conn.execute(_SQL["insert_evidence"], run_id, list(rows))


async def insert_sections(conn: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the sections to be made; see the table `recap_sections`."""
    await conn.execute(_SQL["insert_sections"], run_id, list(rows))


async def waiting_sections(conn: Connection, run_id: int) -> list[WaitingSection]:
    """Return the sections that nobody has written yet, the largest first."""
    return [WaitingSection(**row) for row in await conn.fetch(_SQL["waiting_sections"], run_id)]


async def section_states(conn: Connection, run_id: int) -> list[SectionState]:
    """Return how far each section is, the largest first."""
    return [SectionState(**row) for row in await conn.fetch(_SQL["section_statuses"], run_id)]


async def count_asked(conn: Connection, run_id: int) -> int:
    """Return how many sections of a run have or had a job."""
    return int(await conn.fetchval(_SQL["count_asked"], run_id))


async def unworded_sections(conn: Connection, run_id: int) -> dict[str, str]:
    """Return why no model wrote a section, by genre, for those that none wrote."""
    rows = await conn.fetch(_SQL["unworded_sections"], run_id)
    return {row["genre"]: row["degraded_reason"] for row in rows}


async def section_seconds(conn: Connection) -> list[float]:
    """Return how long the last sections took that a model wrote, in seconds."""
    return [row["seconds"] for row in await conn.fetch(_SQL["section_seconds"])]


async def cancel_sections(conn: Connection, responses: Sequence[UUID]) -> None:
    """Take back the jobs of sections that have not begun."""
    await conn.execute(_SQL["cancel_sections"], list(responses))


async def tell_facts(conn: Connection, run_id: int) -> None:
    """Note what this recap tells of its stories as told."""
    await conn.execute(_SQL["tell_facts"], run_id)


async def close_stories(conn: Connection, run_id: int, *, before: datetime) -> int:
    """Close the stories of which nothing was said since then; return how many this run has closed."""
    await conn.execute(_SQL["close_stories"], before)
    return int(await conn.fetchval(_SQL["count_closed"], run_id))


async def prune_runs(conn: Connection, *, days: int) -> int:
    """Remove recaps and mornings that ended longer ago, pinned ones excepted; return how many."""
    return len(await conn.fetch(_SQL["prune_runs"], days))
