"""The queue's statements: claiming, heartbeats, endings, upkeep and enqueuing.

Every write of a claimant names its fence (job_id, claim_token); a write that comes too late changes
nothing, and the missing ids in the answer say so. Only the database's clock is read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("jobs")
CHANNEL = "tane_jobs"
"""Notified, without a payload, whenever a job may have become claimable."""
# Twice what the client waits for a statement (store.pool.STATEMENT_TIMEOUT_S), so that it ends lost clients only.
HELD_S = 120.0
# How often a statement may lose against twins that are queued while it runs.
_TWIN_RETRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed job. (job_id, claim_token) is its fence: every later write names both."""

    job_id: UUID
    job_type: str
    target_type: str
    target_id: UUID
    payload: dict[str, Any] = field(default_factory=dict)
    priority: int
    attempts: int  # this one included
    max_attempts: int
    returns: int  # times given back uncharged because the model server failed
    claim_token: int
    created_at: datetime
    claimed_at: datetime
    cancel_requested: bool = False


class Ending(StrEnum):
    """How a claim ends."""

    DONE = "done"
    RETRY = "retry"  # scheduled again later; the attempt stays charged
    LATER = "later"  # scheduled again later, uncharged: it came too early
    RELEASE = "release"  # back in line at once, uncharged: our shutdown
    RETURN = "return"  # back in line at once, uncharged, counted: the model server failed
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The ending of one claim, with everything that is written of it."""

    job: Job
    ending: Ending
    outcome: str | None = None
    error: dict[str, Any] | None = None  # {"class": ..., "cause": ..., "message": ...}; never user text
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """Work to be queued; it is dropped if the same work (type and target) waits already."""

    job_type: str
    target_type: str
    target_id: UUID
    priority: int
    payload: Mapping[str, Any] = field(default_factory=dict)
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaped:
    """A claim taken from a claimant that went silent or took too long."""

    job_id: UUID
    job_type: str
    status: str  # queued, scheduled, dead, or cancelled (asked for, or superseded)
    cause: str  # lease_expired, poisonous or deadline_passed


async def claim(
    conn: Connection,
    *,
    slots: Mapping[str, int],
    worker: UUID,
    lease_s: float,
    deadlines_s: Mapping[str, float],
    together: Collection[str] = (),
) -> list[Job]:
    """Take the head of the line among the types in `slots`, and more of its type and priority up to their number.

    When the head's type is one of those that are answered `together`, jobs of the others that wait for the same
    targets come along, whatever their priority; they take no slots.
    """
    rows = await conn.fetch(
        _SQL["claim_jobs"],
        list(slots),
        list(slots.values()),
        [deadlines_s[name] for name in slots],
        worker,
        lease_s,
        list(together),
    )
    jobs = [Job(**row) for row in rows]
    return sorted(jobs, key=lambda job: (job.priority, job.created_at, job.job_id))


async def has_suspect(conn: Connection, types: Sequence[str]) -> bool:
    """Tell whether a job of these types waits whose last claimant fell silent."""
    return bool(await conn.fetchval(_SQL["has_suspect"], list(types)))


async def claim_suspect(
    conn: Connection, *, worker: UUID, lease_s: float, deadlines_s: Mapping[str, float]
) -> list[Job]:
    """Take one such job of the types in `deadlines_s`; call it while the worker holds nothing else, and claim nothing beside it."""
    rows = await conn.fetch(
        _SQL["claim_suspect"], list(deadlines_s), list(deadlines_s.values()), worker, lease_s
    )
    return [Job(**row) for row in rows]


async def heartbeat(conn: Connection, jobs: Sequence[Job], *, lease_s: float) -> dict[UUID, bool]:
    """Extend the leases; return each job still held and whether its cancellation was asked for. Never waits for a lock."""
    rows = await conn.fetch(_SQL["heartbeat_jobs"], *_fences(jobs), lease_s)
    return {row["job_id"]: row["cancel_requested"] for row in rows}


async def hold(conn: Connection, jobs: Sequence[Job], *, at_most_s: float = HELD_S) -> set[UUID]:
    """Lock the jobs still held until the transaction ends; the first statement of every save.

    at_most_s: how long the transaction may take from here on before the server ends it with its connection.
    """
    limit = f"{at_most_s * 1000:.0f}ms"
    return _ids(await conn.fetch(_SQL["hold_jobs"], *_fences(jobs), limit))


async def settle(conn: Connection, verdicts: Sequence[Verdict]) -> set[UUID]:
    """End the claims that are still held and return their ids.

    A job that goes back in line while a twin waits there ends as cancelled, "superseded".
    """
    jobs = [verdict.job for verdict in verdicts]
    rows = await move_jobs(
        conn, _SQL["settle_jobs"], *_fences(jobs),
        [verdict.ending.value for verdict in verdicts], [verdict.outcome for verdict in verdicts],
        [verdict.error for verdict in verdicts], [verdict.delay_s for verdict in verdicts],
    )  # fmt: skip
    return _ids(rows)


async def ended_by(conn: Connection, jobs: Sequence[Job]) -> set[UUID]:
    """Tell which of these claims are recorded as done: the answer after a commit whose reply was lost."""
    return _ids(await conn.fetch(_SQL["ended_by"], *_fences(jobs)))


async def reap(conn: Connection, *, limit: int, backoff_base_s: float, backoff_cap_s: float) -> list[Reaped]:
    """Take back claims: back in line where the lease ran out, later where the deadline passed, or dead.

    A lost lease is no attempt. The job is suspected of having brought its claimant down, and dead as poisonous
    when that happened twice while it was alone.
    """
    rows = await move_jobs(conn, _SQL["reap_jobs"], limit, backoff_base_s, backoff_cap_s)
    return [Reaped(**row) for row in rows]


async def promote(conn: Connection, *, limit: int) -> int:
    """Queue the scheduled jobs whose time has come."""
    return len(await conn.fetch(_SQL["promote_jobs"], limit))


async def expire(conn: Connection) -> int:
    """Cancel waiting jobs past their `expires_at` (A4)."""
    return len(await conn.fetch(_SQL["expire_jobs"]))


async def discard_unknown(conn: Connection, known: Sequence[str]) -> int:
    """End queued jobs whose type nobody handles, at most 1,000 of a type at once."""
    return len(await conn.fetch(_SQL["discard_unknown_jobs"], list(known)))


async def release_orphans(conn: Connection, *, worker: UUID, held: Sequence[Job]) -> int:
    """Give back, uncharged, what this worker owns without knowing it: the reply of its claim was lost.

    No claim of the worker may be under way meanwhile, or its fresh jobs look like orphans.
    """
    return len(await move_jobs(conn, _SQL["release_orphans"], worker, *_fences(held)))


async def pardon(conn: Connection, *, worker: UUID) -> int:
    """Take back what was concluded from the silence of this worker, which lives."""
    return len(await move_jobs(conn, _SQL["pardon_jobs"], worker))


async def enqueue(conn: Connection, jobs: Sequence[NewJob]) -> int:
    """Queue the jobs in this order and return how many were new."""
    # An import queues a dozen jobs an utterance, and few sorts of them: what they share is sent once.
    sorts: dict[tuple[object, ...], int] = {}
    firsts: list[NewJob] = []
    numbers: list[int] = []
    for job in jobs:
        sort = (
            job.job_type,
            job.target_type,
            job.priority,
            job.delay_s,
            repr(job.payload) if job.payload else "",
        )
        if (number := sorts.setdefault(sort, len(sorts) + 1)) > len(firsts):
            firsts.append(job)
        numbers.append(number)
    new: int = await conn.fetchval(
        _SQL["enqueue_jobs"], [job.target_id for job in jobs], numbers,
        [job.job_type for job in firsts], [job.target_type for job in firsts], [job.priority for job in firsts],
        [dict(job.payload) for job in firsts], [job.delay_s for job in firsts],
    )  # fmt: skip
    return new


async def move_jobs(conn: Connection, statement: str, *arguments: object) -> list[asyncpg.Record]:
    """Run a statement that may put jobs back in line; begin again when a twin was queued at the same moment.

    The trigger sees twins that are committed; one that commits after its look violates the unique
    index, and the next try sees it. The savepoint keeps the caller's transaction usable.
    """
    for remaining in reversed(range(_TWIN_RETRIES)):
        try:
            async with conn.transaction():
                return await conn.fetch(statement, *arguments)
        except asyncpg.UniqueViolationError:
            if remaining == 0:
                raise
    raise AssertionError("the last try returns or raises")


def _fences(jobs: Sequence[Job]) -> tuple[list[UUID], list[int]]:
    return [job.job_id for job in jobs], [job.claim_token for job in jobs]


def _ids(rows: Iterable[asyncpg.Record]) -> set[UUID]:
    return {row["job_id"] for row in rows}
