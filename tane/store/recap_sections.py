"""Sections of a recap: what each is written from, and what is stored of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from tane.store.pool import Connection
from tane.store.sql import load

_SQL = load("recap_sections")
DEFAULT_DAYS = 7.0

SectionStatus: TypeAlias = Literal["waiting", "stored", "failed", "skipped", "no_evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionTarget:
    """A section that is to be written, or was."""

    response_id: UUID
    run_id: int
    genre: str
    name: str
    status: SectionStatus
    is_cancelled: bool  # its run was, or is asked to stop
    window_start: datetime | None
    window_end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A sentence that the section may cite."""

    number: int
    cluster: int
    text: str
    said_at: datetime
    publisher: str | None
    story_id: UUID | None
    is_central: bool
    is_leading: bool
    size: int  # documents of its cluster


async def load_sections(conn: Connection, response_ids: Sequence[UUID]) -> dict[UUID, SectionTarget]:
    """Return the sections that exist."""
    rows = await conn.fetch(_SQL["load_sections"], response_ids)
    return {row["response_id"]: SectionTarget(**row) for row in rows}


async def list_evidence(conn: Connection, response_id: UUID) -> list[EvidenceRow]:
    """Return what a section may cite, in the order of its numbers."""
    return [EvidenceRow(**row) for row in await conn.fetch(_SQL["list_evidence"], response_id)]


async def hold_evidence(conn: Connection, response_id: UUID, numbers: Collection[int]) -> set[int]:
    """Return which of these sentences are still there; nobody deletes their utterances until the transaction ends."""
    rows = await conn.fetch(_SQL["hold_evidence"], response_id, sorted(numbers))
    return {row["number"] for row in rows}


async def store_output(
    conn: Connection,
    response_id: UUID,
    *,
    title: str,
    bullets: Sequence[Mapping[str, Any]],
    tags: Sequence[str],
    facts: Mapping[str, Any],
    degraded_reason: str | None,
    model: str | None = None,
    prompt_version: str | None = None,
) -> bool:
    """Store what a section says, and that it is stored; False when it is gone.

    With a `degraded_reason` nothing that is stored already is replaced.
    """
    found = await conn.fetchval(
        _SQL["store_output"], response_id, title, list(bullets), list(tags), dict(facts), DEFAULT_DAYS,
        degraded_reason, model, prompt_version, int(degraded_reason is not None),
    )  # fmt: skip
    return found is not None


async def mark_section(
    conn: Connection, response_id: UUID, status: SectionStatus, *, reason: str | None = None
) -> None:
    """Tell how a section ended that was not stored."""
    await conn.execute(_SQL["mark_section"], response_id, status, reason)
