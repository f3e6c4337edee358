"""Takes the snapshot: once a second at most, however many ask."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from daemon.health.model_server import ModelServer, ask_models
from daemon.health.process import Process
from daemon.health.snapshot import SILENT, DatabaseState, HealthSnapshot
from daemon.model_server import kept_in
from tane.runs.night.view import NightReport, NightView, read_reports, read_view
from tane.settings.model import Llm
from tane.store import health, memory, migrate, queue_admin, reading
from tane.store.errors import SchemaMismatch, StoreError, StoreUnavailable, mapped_errors
from tane.store.pool import Connection, Pool, connection

FRESH_S = 1.0
MODELS_S = 15.0
"""How old an answer of the model server may be."""
SLOW_SHARE = 0.02
"""Counting all that is stored reads whole tables: it may take this share of the time, and is kept for the rest."""
ANSWER_S = 3.0
NIGHTS = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slow:
    """What is too dear to be counted each second; without `counts` it took too long."""

    ended: list[health.EndedCount] = field(default_factory=list)
    dead: list[dict[str, Any]] = field(default_factory=list)
    counts: reading.Counts | None = None
    nights: list[NightReport] = field(default_factory=list)
    schema_trouble: str | None = None


class _Kept(Generic[T]):
    """A value that is made anew when it has become too old; one that was dear to make is kept longer."""

    def __init__(self, *, for_s: float, share: float = 1.0) -> None:
        self._for_s = for_s
        self._share = share
        self._value: T | None = None
        self._until_s = 0.0

    async def get(self, make: Callable[[], Awaitable[T]]) -> T:
        if self._value is None or time.monotonic() >= self._until_s:
            began_s = time.monotonic()
            self._value = await make()
            now_s = time.monotonic()
            self._until_s = now_s + max(self._for_s, (now_s - began_s) / self._share)
        return self._value


class HealthReader:
    """The eyes of one process; `process` measures it, where it is a daemon. clocked: kinds of runs that a clock asks for."""

    def __init__(
        self,
        *,
        pool: Pool,
        llm: Llm,
        process: Callable[[], Process] | None = None,
        clocked: Collection[str] = (),
        answer_s: float = ANSWER_S,
    ) -> None:
        self._pool = pool
        self._llm = llm
        self._process = process
        self._clocked = sorted(clocked)
        self._answer_s = answer_s
        self._taking = asyncio.Lock()
        self._snapshot: _Kept[HealthSnapshot] = _Kept(for_s=FRESH_S)
        self._slow: _Kept[_Slow] = _Kept(for_s=FRESH_S, share=SLOW_SHARE)
        self._models: _Kept[ModelServer] = _Kept(for_s=MODELS_S)

    def measure(self) -> Process | None:
        """Look at this process alone, from memory."""
        return None if self._process is None else self._process()

    async def take(self) -> HealthSnapshot:
        """Return a snapshot that is at most a second old; a database that is silent is given 3 s."""
        async with self._taking:
            return await self._snapshot.get(self._make)

    async def _make(self) -> HealthSnapshot:
        models = await self._models.get(lambda: ask_models(self._llm, kept_in(self._pool)))
        live, trouble = None, None
        try:
            async with asyncio.timeout(self._answer_s), connection(self._pool) as conn:
                live = await _read_live(conn, self._clocked)
        except StoreError as error:
            trouble = str(error)  # our own words, without those of any row
        except TimeoutError:
            trouble = SILENT
        stored = None if live is None else _stored(live, await self._slow.get(self._count))
        return HealthSnapshot(stored=stored, trouble=trouble, models=models, process=self.measure())

    async def _count(self) -> _Slow:
        """Count all that is stored; where that takes too long, everything else is worth knowing all the same."""
        try:
            async with asyncio.timeout(self._answer_s), connection(self._pool) as conn:
                return await _read_slow(conn)
        except (StoreError, TimeoutError):
            return _Slow()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Live:
    """What is cheap to read."""

    at: datetime
    jobs: list[health.LiveCount]
    pauses: list[dict[str, Any]]
    night: NightView | None
    last_map: health.LastMap | None
    replies: health.Replies
    memory: memory.StoredSample | None
    editions: list[health.LastEdition]


async def _read_live(conn: Connection, clocked: list[str]) -> _Live:
    return _Live(
        at=await reading.read_clock(conn),
        jobs=await health.count_live(conn),
        pauses=[asdict(pause) for pause in await queue_admin.pauses(conn)],
        night=await read_view(conn),
        last_map=await health.read_last_map(conn),
        replies=await _unless_unmigrated(conn, health.count_replies) or health.Replies(),
        memory=await _unless_unmigrated(conn, memory.read_last_sample),
        editions=await health.read_last_editions(conn, clocked) if clocked else [],
    )


async def _unless_unmigrated(conn: Connection, read: Callable[[Connection], Awaitable[T]]) -> T | None:
    """Read; a database that is not migrated yet has no such table, and is to be looked at all the same."""
    try:
        async with conn.transaction():
            with mapped_errors():
                return await read(conn)
    except StoreUnavailable:
        raise
    except StoreError:
        return None


async def _read_slow(conn: Connection) -> _Slow:
    trouble = None
    try:
        await migrate.check(conn)
    except SchemaMismatch as error:
        trouble = str(error)
    return _Slow(
        ended=await health.count_ended(conn),
        dead=[dict(row) for row in await reading.count_dead_causes(conn)],
        counts=await reading.count_items(conn),
        nights=await read_reports(conn, limit=NIGHTS),
        schema_trouble=trouble,
    )


def _stored(live: _Live, slow: _Slow) -> DatabaseState:
    queue: dict[str, dict[str, int]] = {}
    rows = [(one.job_type, one.status, one.n) for one in live.jobs]
    rows += [(one.job_type, one.status, one.n) for one in slow.ended]
    for job_type, status, number in sorted(rows):
        queue.setdefault(job_type, {})[status] = number
    waiting = {count.job_type: count.oldest_s for count in live.jobs if count.status == "queued"}
    return DatabaseState(
        at=live.at,
        oldest_waiting_s=max(waiting.values(), default=None),
        waiting_s=waiting,
        queue=queue,
        dead=slow.dead,
        pauses=live.pauses,
        counts=slow.counts,
        night=live.night,
        nights=slow.nights,
        last_map=live.last_map,
        schema_trouble=slow.schema_trouble,
        replies=live.replies,
        memory=live.memory,
        editions=live.editions,
    )
