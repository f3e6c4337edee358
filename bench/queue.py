"""What a job costs the queue itself: 10,000 jobs that do nothing, claimed in hundreds and durably ended.

Ours is the worker as the daemon runs it, with its heartbeats, its upkeep and its fences; a batch ends in one
transaction. PgQueuer takes a hundred at once too; procrastinate takes one, by its nature, and keeps a hundred in flight.
All begin with a filled queue, each in a database of its own on one server that waits for its disk. A peer's seconds
are taken inside its process, after its imports.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from bench import peers
from bench.measure import Measure
from bench.throwaway import throwaway_server
from daemon import logs
from handlers.contract import Finished, Handler, Lane
from tane.llm.protocol import Models
from tane.settings.model import Settings
from tane.store import migrate
from tane.store.embedded import EmbeddedServer
from tane.store.jobs import Job
from tane.store.pool import Connection, close_pool, connect, open_pool
from tests.daemon.queue.workshop import Workshop, open_workshop

JOBS = 10_000
BATCH = 100
RUNS = 3
JOB_TYPE = "nothing"


def measure() -> Measure:
    logs.configure(Settings().log)  # as much as a daemon says
    with throwaway_server() as (server, _):
        ours, pgqueuer, procrastinate = [], [], []
        for run in range(RUNS):  # in turns, so that a busy minute of the machine is shared
            ours.append(asyncio.run(_ours(server, f"ours_{run}")))
            pgqueuer.append(_peer(server, "pgqueuer", f"pgqueuer_{run}"))
        procrastinate.append(_peer(server, "procrastinate", "procrastinate_0"))  # minutes: once
    rate, rate_pgqueuer, rate_procrastinate = (
        JOBS / min(seconds) for seconds in (ours, pgqueuer, procrastinate)
    )
    return Measure(
        name="queue",
        ours=round(rate),
        peer=round(rate_pgqueuer),
        ratio=round(rate / rate_pgqueuer, 3),
        unit="jobs/s",
        details={
            "target": ">= 1.0x PgQueuer, >= 30x procrastinate",
            "jobs": JOBS,
            "batch": BATCH,
            "ours_s": [round(one, 3) for one in ours],
            "pgqueuer_s": [round(one, 3) for one in pgqueuer],
            "procrastinate_s": [round(one, 3) for one in procrastinate],
            "procrastinate_jobs_per_s": round(rate_procrastinate),
            "ours_to_procrastinate": round(rate / rate_procrastinate, 2),
        },
    )


def _peer(server: EmbeddedServer, name: str, database: str) -> float:
    asyncio.run(_make(server, database))
    return peers.call(name, dsn=server.dsn(database), jobs=JOBS, batch=BATCH).seconds


async def _make(server: EmbeddedServer, database: str) -> None:
    admin = await connect(server.dsn("postgres"))
    await admin.execute(f"CREATE DATABASE {database}")
    await admin.close()


async def _ours(server: EmbeddedServer, database: str) -> float:
    await _make(server, database)
    dsn = server.dsn(database)
    await migrate.migrate(dsn)
    pool = await open_pool(dsn, size=12)
    try:
        async with open_workshop(pool, dsn, poll_s=1.0, handlers=[_handler()]) as shop:
            await shop.queue(JOBS, job_type=JOB_TYPE)
            seconds = await _work_off(shop)
            if await shop.statuses() != {"done": JOBS}:
                raise RuntimeError(f"not all were done: {await shop.statuses()}")
    finally:
        await close_pool(pool)
    return seconds


async def _work_off(shop: Workshop) -> float:
    stop = asyncio.Event()

    async def is_over() -> bool:
        return True

    async with asyncio.TaskGroup() as tasks:
        loops = [tasks.create_task(loop) for loop in shop.worker.side_tasks().values()]
        began_s = time.perf_counter()
        await shop.worker.run(stop=stop, is_over=is_over)
        seconds = time.perf_counter() - began_s
        for loop in loops:
            loop.cancel()
    return seconds


def _handler() -> Handler[Any, Any]:
    async def load(_conn: Connection, jobs: Sequence[Job]) -> Sequence[Any]:
        return jobs

    async def work(items: Sequence[Any], _models: Models) -> Sequence[Any]:
        return items

    async def save(_conn: Connection, finished: Sequence[Finished[Any, Any]]) -> Sequence[str]:
        return ["done"] * len(finished)

    return Handler(
        job_type=JOB_TYPE, lane=Lane.LOCAL, targets=frozenset({"note"}), priority=10, deadline_s=60.0,
        load=load, work=work, save=save, batch_size=BATCH,
    )  # fmt: skip
