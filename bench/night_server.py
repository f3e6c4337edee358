"""Nights of a planted store on an embedded server, by the daemon's own supervisor and steps."""

import asyncio
import importlib
import logging
import resource
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog

from bench.throwaway import throwaway_server
from daemon.nights import night_supervisor
from tane.runs.pool import ProcessPool
from tane.settings.model import Database, Nightly, Settings
from tane.store import migrate, runs
from tane.store.pool import close_pool, connection, open_pool
from tane.store.runs import StepRecord
from tane.store.session import Session

THREADS = 2
LAG_EVERY_S = 0.01
COMPUTED_WITH = (
    *(f"tane.runs.night.{name}" for name in ("neighbours", "clusters", "edges", "maps", "naming")),
    *("numba", "scipy.sparse.csgraph", "scipy.cluster.hierarchy"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRun:
    """How a night went."""

    seconds: float
    cpu_s: float
    """Of the supervisor's process and its workers, without the database: what others do on the machine matters less."""
    steps: Mapping[str, StepRecord]
    most_lag_ms: float
    """The longest that the event loop of the supervisor's process was busy with something else."""

    @property
    def peak_mib(self) -> float:
        return max(step.peak_mib or 0.0 for step in self.steps.values())

    def by_step(self) -> dict[str, Any]:
        """Return seconds and peak memory of each step."""
        return {
            name: {"s": round(step.seconds, 2), "peak_mib": step.peak_mib and round(step.peak_mib)}
            for name, step in self.steps.items()
        }


class NightServer:
    """A migrated, empty database in which nights can be had."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session = session
        self._settings = settings

    async def night(self, *, is_forced: bool = False) -> NightRun:
        """Ask for a night and see it to its end.

        Raises:
            RuntimeError: it did not publish; says how it ended.
        """
        async with connection(self.session.pool) as conn:
            asked = await runs.request(conn, runs.NIGHTLY, "command", is_forced=is_forced)
        assert asked is not None
        lags: list[float] = []
        watching = asyncio.create_task(_watch(lags))
        began, cpu_s = time.perf_counter(), _cpu_s()
        status = await night_supervisor(self._settings, self.session).turn()
        seconds, cpu_s = time.perf_counter() - began, _cpu_s() - cpu_s
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        async with connection(self.session.pool) as conn:
            run = await runs.read_run(conn, asked.run_id)
            steps = await runs.read_steps(conn, asked.run_id)
        if status != "published":
            raise RuntimeError(f"the night ended as {status}: {run and (run.last_error or run.report)}")
        return NightRun(
            seconds=seconds,
            cpu_s=cpu_s,
            steps={step.step: step for step in steps},
            most_lag_ms=1e3 * max(lags),
        )


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


async def _watch(lags: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(LAG_EVERY_S)
        lags.append(time.perf_counter() - began - LAG_EVERY_S)


@asynccontextmanager
async def house() -> AsyncIterator[NightServer]:
    """Start a server in a folder of its own, and take both away afterwards."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with throwaway_server() as (server, folder):
        dsn = server.dsn()
        await migrate.migrate(dsn)
        pool = await open_pool(dsn, size=6)
        try:
            settings = Settings(
                database=Database(data_dir=folder),
                nightly=Nightly(state_dir=folder / "nightly", threads=THREADS),
            )
            yield NightServer(Session(pool=pool, dsn=dsn), settings)
        finally:
            await close_pool(pool)


def imports_mib() -> float:
    """Return the memory of a worker that has imported all that the night computes with, and has done nothing yet."""

    async def ask() -> float:
        compute = ProcessPool(workers=1, threads=THREADS)
        try:
            await compute.run(_import_all)
            return compute.take_peak_mib() or 0.0
        finally:
            await compute.close()

    return asyncio.run(ask())


def _import_all() -> None:
    for name in COMPUTED_WITH:
        importlib.import_module(name)
