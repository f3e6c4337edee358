"""Takes the snapshot: once a second at most, however many ask."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from daemon.health.model_server import ModelServer, ask_models
from daemon.health.process import Process
from daemon.health.snapshot import SILENT, Snapshot, Stored
from daemon.nightly.view import read_view
from daemon.settings import Llm
from store import health, migrate, queue_admin, reading
from store.errors import SchemaMismatch, StoreError
from store.pool import Connection, Pool, connection

FRESH_S = 1.0
SLOW_S = 15.0
"""How old a count of all that is stored may be; each reads whole tables."""
ANSWER_S = 3.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slow:
    """What is too dear to be counted each second."""

    ended: list[health.EndedCount]
    dead: list[dict[str, Any]]
    counts: reading.Counts
    schema_trouble: str | None


class _Kept(Generic[T]):
    """A value that is made anew when it has become too old."""

    def __init__(self, *, for_s: float) -> None:
        self._for_s = for_s
        self._value: T | None = None
        self._made_s = 0.0

    async def get(self, make: Callable[[], Awaitable[T]]) -> T:
        if self._value is None or time.monotonic() - self._made_s >= self._for_s:
            self._value = await make()
            self._made_s = time.monotonic()
        return self._value


class Look:
    """The eyes of one process; `process` measures it, where it is a daemon."""

    def __init__(
        self,
        *,
        pool: Pool,
        llm: Llm,
        process: Callable[[], Process] | None = None,
        slow_s: float = SLOW_S,
    ) -> None:
        self._pool = pool
        self._llm = llm
        self._process = process
        self._taking = asyncio.Lock()
        self._snapshot: _Kept[Snapshot] = _Kept(for_s=FRESH_S)
        self._slow: _Kept[_Slow] = _Kept(for_s=slow_s)
        self._models: _Kept[ModelServer] = _Kept(for_s=SLOW_S)

    def measure(self) -> Process | None:
        """Look at this process alone, from memory."""
        return None if self._process is None else self._process()

    async def take(self) -> Snapshot:
        """Return a snapshot that is at most a second old; a database that is silent is given 3 s."""
        async with self._taking:
            return await self._snapshot.get(self._make)

    async def _make(self) -> Snapshot:
        models = await self._models.get(lambda: ask_models(self._llm))
        stored, trouble = None, None
        try:
            async with asyncio.timeout(ANSWER_S), connection(self._pool) as conn:
                stored = await self._read(conn)
        except StoreError as error:
            trouble = str(error)  # our own words, without those of any row
        except TimeoutError:
            trouble = SILENT
        return Snapshot(stored=stored, trouble=trouble, models=models, process=self.measure())

    async def _read(self, conn: Connection) -> Stored:
        slow = await self._slow.get(lambda: _read_slow(conn))
        live = await health.count_live(conn)
        queue: dict[str, dict[str, int]] = {}
        rows = [(one.job_type, one.status, one.n) for one in live]
        rows += [(one.job_type, one.status, one.n) for one in slow.ended]
        for job_type, status, number in sorted(rows):
            queue.setdefault(job_type, {})[status] = number
        waiting = {count.job_type: count.oldest_s for count in live if count.status == "queued"}
        return Stored(
            at=await reading.read_clock(conn),
            oldest_waiting_s=max(waiting.values(), default=None),
            waiting_s=waiting,
            queue=queue,
            dead=slow.dead,
            pauses=[asdict(pause) for pause in await queue_admin.pauses(conn)],
            counts=slow.counts,
            night=await read_view(conn),
            last_map=await health.read_last_map(conn),
            schema_trouble=slow.schema_trouble,
        )


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
        schema_trouble=trouble,
    )
