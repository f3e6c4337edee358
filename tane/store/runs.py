"""Long runs of every kind: requests, runs and steps.

A supervisor writes under the epoch it took the run up with; once another one has taken it up, or the run
has ended, its writes change nothing and raise RunLost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from tane.store import run_lock, sql
from tane.store.errors import RunLost
from tane.store.pool import Connection

_SQL = sql.load("runs")
# Clocks of several hosts differ, a night in which nothing changed is over at once, and when summer time ends a clock
# shows the same time again after an hour.
APART_S = 2 * 3600.0
NIGHTLY = "nightly"
"""The kind of run that makes clusters, edges and maps anew."""
RECAP = "recap"
"""The kind of run that tells what a week brought."""
MORNING = "morning"
"""The kind of run that groups what a night brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What became of a request: a run of its own, or the one that was open already."""

    run_id: int
    status: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run with all that is known of it."""

    run_id: int
    kind: str
    status: str
    trigger: str
    is_forced: bool
    host: str | None
    epoch: int
    folder: UUID | None
    seeds: int | None
    generation_id: int | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    cancel_requested_at: datetime | None
    fraction: float | None
    report: dict[str, Any]
    last_error: dict[str, Any] | None
    params: dict[str, Any]
    """What it was asked for, and works by."""
    is_pinned: bool
    idle_s: float
    """Seconds since anybody worked on it."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status in ("requested", "running")

    @property
    def seconds(self) -> float | None:
        """From its first beginning to its end."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step of a run."""

    step: str
    ordinal: int
    status: str
    attempts: int
    fraction: float | None
    started_at: datetime
    finished_at: datetime | None
    seconds: float  # of the last attempt; so far, while it runs
    peak_mib: float | None
    details: dict[str, Any]


_FIELDS = tuple(field.name for field in fields(Run))


def _run(row: asyncpg.Record) -> Run:
    return Run(
        **{
            **{name: row[name] for name in _FIELDS},
            "is_forced": bool(row["is_forced"]),
            "is_pinned": bool(row["is_pinned"]),
        }
    )


async def request(
    conn: Connection,
    kind: str,
    trigger: str,
    *,
    is_forced: bool = False,
    params: Mapping[str, Any] | None = None,
) -> Request | None:
    """Ask for a run of this kind, or join the open one; a waiting one becomes forced if this request is.

    params: what a new run works by; one that is joined keeps its own.

    Returns None where the clock asks within two hours of another scheduled run.
    """
    apart_s = APART_S if trigger in ("cron", "catch_up") else None
    row = await conn.fetchrow(_SQL["request"], kind, trigger, int(is_forced), apart_s, dict(params or {}))
    return None if row is None else Request(**row)


async def read_open(conn: Connection, kind: str) -> Run | None:
    """Return the run of this kind that is requested or running."""
    row = await conn.fetchrow(_SQL["read_open"], kind)
    return None if row is None else _run(row)


async def read_run(conn: Connection, run_id: int) -> Run | None:
    """Return one run."""
    row = await conn.fetchrow(_SQL["read_run"], run_id)
    return None if row is None else _run(row)


async def read_history(conn: Connection, kind: str, *, limit: int) -> list[Run]:
    """Return the last runs of this kind, the newest first."""
    return [_run(row) for row in await conn.fetch(_SQL["read_history"], kind, limit)]


async def read_steps(conn: Connection, run_id: int) -> list[StepRecord]:
    """Return the steps of a run that have begun, in order."""
    return [StepRecord(**row) for row in await conn.fetch(_SQL["read_steps"], run_id)]


async def take_up(conn: Connection, run_id: int, *, host: str) -> Run:
    """Make an open run ours: whoever had it before can write nothing more. The lock of its kind must be held.

    Raises:
        RunLost: it has ended meanwhile.
    """
    return _run(_ours(await conn.fetchrow(_SQL["take_up"], run_id, host)))


async def begin_anew(conn: Connection, run: Run) -> Run:
    """Forget the steps of a run and give it another folder; in one transaction.

    Raises:
        RunLost: the run is not ours any more.
    """
    begun = _run(_ours(await conn.fetchrow(_SQL["begin_anew"], run.run_id, run.epoch)))
    await conn.execute(_SQL["delete_steps"], run.run_id)
    return begun


async def beat(
    conn: Connection, run_id: int, epoch: int, *, fraction: float, step: str | None, step_fraction: float
) -> bool:
    """Show that we live and how far we are; return whether the run shall be cancelled.

    Raises:
        RunLost: the run is not ours any more.
    """
    row = _ours(await conn.fetchrow(_SQL["beat"], run_id, epoch, fraction, step, step_fraction))
    return bool(row["is_cancelled"])


async def begin_step(conn: Connection, run_id: int, epoch: int, *, step: str, ordinal: int) -> int:
    """Record that a step begins, and return how often it has, this time included.

    Raises:
        RunLost: the run is not ours any more.
    """
    row = _ours(await conn.fetchrow(_SQL["begin_step"], run_id, epoch, step, ordinal))
    return int(row["attempts"])


async def end_step(
    conn: Connection,
    run_id: int,
    epoch: int,
    *,
    step: str,
    status: str,
    seconds: float,
    peak_mib: float | None,
    details: Mapping[str, Any],
) -> None:
    """Record how a step ended.

    Raises:
        RunLost: the run is not ours any more.
    """
    _ours(
        await conn.fetchrow(_SQL["end_step"], run_id, epoch, step, status, seconds, peak_mib, dict(details))
    )


async def fence(conn: Connection, run_id: int, epoch: int) -> None:
    """Make sure that the run is ours until the transaction ends; for short ones, the heartbeat waits for it.

    Raises:
        RunLost: another supervisor has it, or it shall be cancelled.
    """
    _ours(await conn.fetchrow(_SQL["fence"], run_id, epoch))


async def set_generation(conn: Connection, run_id: int, epoch: int, generation_id: int) -> None:
    """Say what the run published; the last statement of the publishing transaction, and its fence.

    Raises:
        RunLost: another supervisor has the run, or it shall be cancelled: nothing may be published.
    """
    _ours(await conn.fetchrow(_SQL["set_generation"], run_id, epoch, generation_id))


async def finish(
    conn: Connection,
    run_id: int,
    epoch: int,
    *,
    status: str,
    report: Mapping[str, Any],
    error: Mapping[str, Any] | None = None,
) -> str:
    """Record how a run ended, and return the status it got.

    A run that fails or is cancelled after it published is `partial`, one that then finds nothing to do `published`;
    one that published nothing is `skipped`.

    Raises:
        RunLost: the run is not ours any more.
    """
    last_error = None if error is None else dict(error)
    row = _ours(await conn.fetchrow(_SQL["finish"], run_id, epoch, status, dict(report), last_error))
    return str(row["status"])


async def cancel(conn: Connection, kind: str) -> Run | None:
    """Cancel the open run: at once if nobody works on it, otherwise its supervisor is asked. In a transaction."""
    row = await conn.fetchrow(_SQL["cancel"], kind, await run_lock.is_free(conn, kind))
    return None if row is None else _run(row)


async def count_statements(conn: Connection) -> tuple[int, int | None]:
    """Return how many statements there are now, seeds and utterances without any, and how many when the last night that ended began.

    Reads all of them.
    """
    row = await conn.fetchrow(_SQL["count_statements"])
    assert row is not None
    return row["now"], row["before"]


async def was_missed(conn: Connection, scheduled_at: datetime) -> bool:
    """Tell whether a scheduled night had something to do and there was none, then or later."""
    return bool(await conn.fetchval(_SQL["was_missed"], scheduled_at, APART_S))


async def was_kind_missed(conn: Connection, kind: str, scheduled_at: datetime) -> bool:
    """Tell whether a scheduled run of a kind other than the night was not asked for, then or later."""
    return bool(await conn.fetchval(_SQL["was_kind_missed"], kind, scheduled_at, APART_S))


async def set_pinned(conn: Connection, run_id: int, *, is_pinned: bool) -> bool:
    """Keep a run when others of its kind are removed, or no longer; return whether there is such a run."""
    return await conn.fetchval(_SQL["set_pinned"], run_id, int(is_pinned)) is not None


async def spent_folders(conn: Connection, kind: str) -> frozenset[str]:
    """Return the names of folders of runs of a kind that are over; that of its last failed run is not among them."""
    return frozenset(str(row["folder"]) for row in await conn.fetch(_SQL["spent_folders"], kind))


async def ended_folders(conn: Connection) -> frozenset[str]:
    """Return the names of folders of all runs that are over."""
    return frozenset(str(row["folder"]) for row in await conn.fetch(_SQL["ended_folders"]))


def _ours(row: asyncpg.Record | None) -> asyncpg.Record:
    if row is None:
        raise RunLost("another supervisor has this run, or it is over")
    return row
