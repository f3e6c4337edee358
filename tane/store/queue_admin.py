"""The operator's side of the queue: counts, lists, retries, cancellations, pauses and retention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tane.store import sql
from tane.store.jobs import move_jobs
from tane.store.pool import Connection

_SQL = sql.load("queue_admin")
_PERHAPS_THE_MODEL = (
    "bad_vector", "bad_reply", "request_refused", "model_crashed", "model_timeout", "model_unavailable", "model_error",
    "split_failed", "unexpected",
)  # fmt: skip
EVERYTHING = "*"
"""The job type that stands for all of them in a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCount:
    """How many jobs of a type are in a state."""

    job_type: str
    status: str
    n: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job with all that is known of it."""

    job_id: UUID
    job_type: str
    target_type: str
    target_id: UUID
    payload: dict[str, Any]
    status: str
    priority: int
    run_at: datetime
    attempts: int
    max_attempts: int
    returns: int
    claim_token: int
    claimed_by: UUID | None
    claimed_at: datetime | None
    lease_expires_at: datetime | None
    deadline_at: datetime | None
    cancel_requested_at: datetime | None
    outcome: str | None
    last_error: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A job type that nobody claims; "*" stands for all."""

    job_type: str
    paused_at: datetime
    reason: str | None


async def counts(conn: Connection) -> list[QueueCount]:
    """Count the jobs per type and state. Reads the whole table."""
    return [QueueCount(**row) for row in await conn.fetch(_SQL["count_jobs"])]


async def waiting(conn: Connection) -> dict[str, int]:
    """Count the jobs that wait, now or for their time, per type."""
    return {row["job_type"]: row["n"] for row in await conn.fetch(_SQL["count_waiting"])}


async def list_jobs(
    conn: Connection, *, status: str | None = None, job_type: str | None = None, limit: int = 50
) -> list[JobRecord]:
    """Return jobs, the last changed first."""
    return [JobRecord(**row) for row in await conn.fetch(_SQL["list_jobs"], status, job_type, limit)]


async def show_job(conn: Connection, job_id: UUID) -> JobRecord | None:
    """Return one job, if there is one."""
    row = await conn.fetchrow(_SQL["show_job"], job_id)
    return None if row is None else JobRecord(**row)


async def retry_jobs(
    conn: Connection, *, ids: Sequence[UUID] | None = None, job_type: str | None = None
) -> int:
    """Put dead jobs back in line with all their attempts; without a choice, all of them."""
    rows = await move_jobs(conn, _SQL["retry_jobs"], None if ids is None else list(ids), job_type)
    return sum(row["status"] == "queued" for row in rows)


async def retry_vectors(conn: Connection) -> int:
    """Put dead jobs of vectors back in line whose death a model may have caused; return how many."""
    rows = await move_jobs(conn, _SQL["retry_vectors"], list(_PERHAPS_THE_MODEL))
    return sum(row["status"] == "queued" for row in rows)


async def cancel_jobs(conn: Connection, ids: Sequence[UUID]) -> int:
    """Cancel waiting jobs and ask running ones to stop; return how many there were."""
    return len(await conn.fetch(_SQL["cancel_jobs"], list(ids)))


async def pause(conn: Connection, job_type: str, reason: str | None = None) -> None:
    """Let nobody claim this job type, or any with "*"; what runs is not interrupted."""
    await conn.execute(_SQL["pause"], job_type, reason)


async def resume(conn: Connection, job_type: str) -> bool:
    """End a pause, wake the workers, and tell whether there was one."""
    return bool(await conn.fetch(_SQL["resume"], job_type))


async def pauses(conn: Connection) -> list[Pause]:
    """Return what is paused."""
    return [Pause(**row) for row in await conn.fetch(_SQL["pauses"])]


async def prune(conn: Connection, *, done_days: int, dead_days: int, limit: int) -> int:
    """Delete jobs that ended longer ago than they are kept (A10), at most `limit` of them."""
    return len(await conn.fetch(_SQL["prune_jobs"], done_days, dead_days, limit))


async def seconds_per_job(conn: Connection) -> dict[str, float]:
    """Return how long one job of each type took one slot lately, batches divided by their size."""
    return {row["job_type"]: row["seconds"] for row in await conn.fetch(_SQL["seconds_per_job"])}
