"""A worker with a real database, a model server of written words, and jobs that leave one row each."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from daemon.queue.breaker import Breaker
from daemon.queue.wakeup import Wakeup
from daemon.queue.worker import Pace, Worker
from handlers.contract import Finished, Handler, JobError, Lane, Later, Skip
from tane.backoff import Backoff
from tane.llm.protocol import Embedded, ModelInfo, ModelReply, Models, Prompt
from tane.store import jobs as queue
from tane.store.jobs import Job, NewJob
from tane.store.pool import Connection, Pool, connection
from tests.waiting import until

EFFECTS = "CREATE TABLE effects (job_id uuid NOT NULL, job_type text NOT NULL, reply text NOT NULL)"
NEVER_S = 3600.0


class FakeModels(Models):
    """Answers with the prompt's own text; raises what it is told to, and waits while its gate is closed."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures: deque[Exception] = deque()
        self.poison: dict[str, Exception] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.probes: list[Lane] = []
        self.probe_failure: Exception | None = None

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:  # noqa: ARG002 - the protocol's
        await self._answer(prompt.text)
        return ModelReply(text=prompt.text, model="fake", prompt_tokens=3, reply_tokens=2)

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:  # noqa: ARG002
        return await self.generate(prompt, sample=sample)

    async def embed(self, texts: Sequence[str]) -> Embedded:
        await self._answer(*texts)
        vector = np.array([1, 0], dtype=np.float32)
        return Embedded(model=ModelInfo(name="fake", digest="0"), vectors=[vector] * len(texts))

    async def probe(self, lane: Lane) -> None:
        self.probes.append(lane)
        if self.probe_failure:
            raise self.probe_failure

    async def _answer(self, *texts: str) -> None:
        self.asked += texts
        await self.gate.wait()
        if self.failures:
            raise self.failures.popleft()
        for text in texts:
            if text in self.poison:
                raise self.poison[text]


@dataclass
class Craft:
    """What the jobs of a test do, and what goes wrong with them."""

    unloadable: dict[UUID, Skip | Later | JobError] = field(default_factory=dict)
    unsavable: dict[UUID, Exception] = field(default_factory=dict)
    before_save: Callable[[Connection, Sequence[Job]], Awaitable[None]] | None = None
    batches: list[int] = field(default_factory=list)

    def handler(
        self, job_type: str, *, lane: Lane = Lane.TEXT, batch_size: int = 1, deadline_s: float = 60.0
    ) -> Handler[Any, Any]:
        async def load(conn: Connection, jobs: Sequence[Job]) -> Sequence[Any]:
            await conn.execute("SELECT 1")
            return [self.unloadable.get(job.target_id, str(job.target_id)) for job in jobs]

        async def work(items: Sequence[str], models: Models) -> Sequence[str]:
            self.batches.append(len(items))
            if lane is Lane.LOCAL:
                return list(items)
            if lane is Lane.EMBED:
                await models.embed(items)
                return list(items)
            return [
                (await models.generate(Prompt(text=item, reply_tokens=1, version="1"))).text for item in items
            ]

        async def save(conn: Connection, finished: Sequence[Finished[str, str]]) -> Sequence[str]:
            if self.before_save:
                await self.before_save(conn, [one.job for one in finished])
            for one in finished:
                if one.job.target_id in self.unsavable:
                    raise self.unsavable[one.job.target_id]
            await conn.executemany(
                "INSERT INTO effects VALUES ($1, $2, $3)",
                [(one.job.job_id, one.job.job_type, one.result) for one in finished],
            )
            return ["done"] * len(finished)

        return Handler(
            job_type=job_type, lane=lane, targets=frozenset({"note"}), priority=10, deadline_s=deadline_s,
            load=load, work=work, save=save, batch_size=batch_size,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Everything a test of the worker touches."""

    pool: Pool
    dsn: str
    craft: Craft
    models: FakeModels
    worker: Worker
    wakeup: Wakeup

    async def queue(self, number: int = 1, *, job_type: str = "think") -> list[UUID]:
        """Queue jobs and return their targets."""
        targets = [uuid4() for _ in range(number)]
        async with connection(self.pool) as conn:
            await queue.enqueue(
                conn,
                [
                    NewJob(job_type=job_type, target_type="note", target_id=target, priority=10)
                    for target in targets
                ],
            )
        return targets

    async def work(self) -> int:
        """Run turns of the worker until it finds nothing to claim; return how many jobs it claimed."""
        claimed = 0
        while new := await self.worker.turn():
            claimed += new
            await self.idle()
        return claimed

    async def idle(self) -> None:
        await until(lambda: not self.worker.batches, what="the worker is idle")

    async def statuses(self, column: str = "status") -> dict[Any, int]:
        rows = await self.pool.fetch(
            f"SELECT {column} AS value, count(*)::int AS n FROM worker_jobs GROUP BY 1"
        )
        return {row["value"]: row["n"] for row in rows}

    async def job(self, target: UUID) -> dict[str, Any]:
        row = await self.pool.fetchrow("SELECT * FROM worker_jobs WHERE target_id = $1", target)
        assert row is not None
        return dict(row)

    async def effects(self) -> int:
        return int(await self.pool.fetchval("SELECT count(*) FROM effects"))


@asynccontextmanager
async def open_workshop(
    pool: Pool,
    dsn: str,
    *,
    lease_s: float = 30.0,
    poll_s: float = NEVER_S,
    slots: Mapping[Lane, int] | None = None,
    craft: Craft | None = None,
    handlers: Sequence[Handler[Any, Any]] | None = None,
    together: Handler[Any, Any] | None = None,
    is_coresident: bool = True,
) -> AsyncIterator[Workshop]:
    """Open a workshop whose loops do not run: a test drives their turns, or starts those it is about."""
    await pool.execute(EFFECTS)
    craft = craft or Craft()
    models = FakeModels()
    wakeup = Wakeup(dsn=dsn, poll_s=poll_s)
    async with asyncio.TaskGroup() as tasks:
        worker = Worker(
            pool=pool,
            models=models,
            handlers=handlers or (
                craft.handler("think"),
                craft.handler("embed", lane=Lane.EMBED, batch_size=8),
                craft.handler("sum", lane=Lane.LOCAL, batch_size=4),
            ),
            together=together,
            breaker=Breaker(probe=models.probe, on_recovery=wakeup.set),
            wakeup=wakeup,
            pace=Pace(
                slots=slots or {Lane.TEXT: 4, Lane.EMBED: 2, Lane.LOCAL: 2},
                lease_s=lease_s,
                backoff=Backoff(base_s=0.0, cap_s=0.0),
                slice_s=180.0,
            ),
            tasks=tasks,
        )  # fmt: skip
        worker.is_coresident = is_coresident
        yield Workshop(pool=pool, dsn=dsn, craft=craft, models=models, worker=worker, wakeup=wakeup)
        models.gate.set()
        await worker.release()
