"""A house where nights are conducted fast: real database, real pool, a folder of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from daemon.nights import pool_of
from tane.runs import conductor, requests, supervisor
from tane.runs.step import RunKind, Step
from tane.runs.supervisor import Intervals, Supervisor
from tane.settings.model import Database, Nightly, Settings
from tane.store import runs
from tane.store.pool import Pool, connection, transaction
from tane.store.runs import Run, StepRecord
from tane.store.session import Session
from tests.tane.runs.steps import GOOD
from tests.waiting import until

INTERVALS = Intervals(poll_s=0.02, beat_s=0.02, stranger_s=3600.0)


class House:
    """Supervisors of one database, and a look at their nights."""

    def __init__(self, *, pool: Pool, dsn: str, folder: Path) -> None:
        self.pool = pool
        self.state = folder / "nightly"
        self.session = Session(pool=pool, dsn=dsn)
        self.settings = Settings(
            database=Database(data_dir=folder), nightly=Nightly(state_dir=self.state, threads=1)
        )

    def supervisor(
        self,
        steps: Sequence[Step[None]] = GOOD,
        *,
        host: str = "here",
        intervals: Intervals = INTERVALS,
        version: int = 1,
    ) -> Supervisor:
        return Supervisor(
            RunKind(name=runs.NIGHTLY, steps=tuple(steps), options=None, version=version),
            session=self.session,
            state=self.state,
            open_pool=partial(pool_of, self.settings.nightly),
            host=host,
            intervals=intervals,
        )

    @asynccontextmanager
    async def supervised(self, steps: Sequence[Step[None]]) -> AsyncIterator[Supervisor]:
        """Let a supervisor run beside the block."""
        supervisor = self.supervisor(steps)
        task = asyncio.create_task(supervisor.run())
        try:
            yield supervisor
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def ask(self, *, is_forced: bool = False) -> int:
        async with connection(self.pool) as conn:
            asked = await runs.request(conn, runs.NIGHTLY, "command", is_forced=is_forced)
        assert asked is not None
        return asked.run_id

    async def cancel(self) -> None:
        async with transaction(self.pool) as conn:
            await runs.cancel(conn, runs.NIGHTLY)

    async def last(self) -> Run:
        async with connection(self.pool) as conn:
            return (await runs.read_history(conn, runs.NIGHTLY, limit=1))[0]

    async def steps(self) -> dict[str, StepRecord]:
        run = await self.last()
        async with connection(self.pool) as conn:
            return {step.step: step for step in await runs.read_steps(conn, run.run_id)}

    async def has_ended(self) -> bool:
        return not (await self.last()).is_open

    async def until_running(self, step: str) -> None:
        """Wait until the function of a hanging step computes."""
        await until(lambda: bool(list(self.state.glob("*/hanging.json"))), what=f"{step} computes")

    def folders(self) -> list[Path]:
        return sorted(self.state.iterdir()) if self.state.exists() else []

    async def lose_lock(self) -> None:
        """Cut the connection that holds the night's lock."""
        await self.pool.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )


@pytest.fixture
def house(pool: Pool, dsn: str, tmp_path: Path) -> House:
    return House(pool=pool, dsn=dsn, folder=tmp_path)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[dict[str, Any]]]:
    """Return the log lines of an event. Loggers remember how they were set up first, so these get others."""
    capture = LogCapture()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(), processors=[capture], wrapper_class=structlog.make_filtering_bound_logger(0)
    )
    for module in (conductor, requests, supervisor):
        monkeypatch.setattr(module, "log", logger)
    return lambda event: [dict(entry) for entry in capture.entries if entry["event"] == event]
