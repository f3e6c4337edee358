"""A store of planted themes whose nights are conducted by processes of their own, to be killed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from daemon import logs
from daemon.nights import night_supervisor
from tane.runs.night.steps import STEPS
from tane.runs.night.workspace import Night, NightOptions
from tane.runs.step import Step
from tane.runs.supervisor import Intervals
from tane.runs.workspace import Json
from tane.settings.model import Database, Log, Nightly, Settings
from tane.store import runs
from tane.store.pool import Pool, close_pool, connection, open_pool
from tane.store.session import open_session
from tests import warm
from tests.system.daemon_process import ROOT
from tests.tane.runs.night.planted import Store
from tests.tane.runs.night.soundness import unsound
from tests.waiting import until
from tests.warm import LoggedProcess

INTERVALS = Intervals(poll_s=0.05, beat_s=0.05)
HELD = "held"


def held_at(step: Step[NightOptions], place: str) -> Step[NightOptions]:
    """Keep a step from beginning its work, or let it do all and keep it from ever saying so."""

    async def stay(night: Night) -> None:
        Json[str](night.folder / HELD).save(place)
        await asyncio.Event().wait()

    async def run(night: Night) -> Mapping[str, Any]:
        if place == before(step.name):
            await stay(night)
        details = await step.run(night)
        if place == step.name:
            await stay(night)
        return details

    return Step(name=step.name, run=run, weight=step.weight)


def before(step: str) -> str:
    """Name the place where a step has been begun, and has done nothing."""
    return f"before {step}"


def run_supervisor() -> None:
    """Conduct one night; the parent kills this process in the step that it names."""
    dsn, folder, state, held = sys.argv[1:]
    asyncio.run(conduct(dsn, Path(folder), Path(state), held))


async def conduct(dsn: str, folder: Path, state: Path, held: str) -> None:
    """Conduct a night that stops in the step `held`, if that is one."""
    settings = Settings(
        database=Database.model_validate({"url": dsn, "data_dir": folder, "pool_size": 4}),
        nightly=Nightly(threads=1, state_dir=state),
        log=Log(format="json"),
    )
    logs.configure(settings.log)
    steps = tuple(held_at(step, held) for step in STEPS)
    async with open_session(settings.database) as session:
        await night_supervisor(settings, session, steps=steps, intervals=INTERVALS).run()


MAP = ("clusters", "edges", "layout_points", "layout_runs", "cluster_generations", "all_seed_info")
NIGHT_S = 600.0
_TRACKER = "resource_tracker"
_STATUS = "SELECT status FROM nightly_runs ORDER BY run_id DESC LIMIT 1"


class NightProcess(LoggedProcess):
    """A supervisor of nights."""

    def workers(self) -> list[int]:
        """Return the processes that compute for it."""
        return [pid for pid in _children(self._process.pid) if _TRACKER not in _command(pid)]


class Nights:
    """Nights over one database and one folder of intermediate files."""

    def __init__(self, *, pool: Pool, dsn: str, folder: Path) -> None:
        self.pool = pool
        self.dsn = dsn
        self.state = folder / "nightly"
        self._folder = folder
        self._store = Store(pool=pool, dsn=dsn, folder=folder)
        self._started: list[NightProcess] = []

    async def plant(self, *, themes: int, seeds: int) -> None:
        """Fill an empty store."""
        await self._store.open()
        for theme in range(themes):
            await self._store.plant(theme, seeds)

    async def plant_few(self, seeds: int) -> None:
        """Plant so few points that no map needs the compiled code that costs seconds: all seeds in one utterance."""
        await self._store.open()
        await self._store.plant(0, seeds)
        await self.pool.execute(
            "UPDATE utterance_seeds SET utterance_id = (SELECT min(utterance_id::text)::uuid FROM utterances)"
        )
        await self.pool.execute(
            "DELETE FROM utterances WHERE utterance_id NOT IN (SELECT utterance_id FROM utterance_seeds)"
        )

    async def yesterday(self) -> None:
        """Conduct a night in this process, which is not killed."""
        await self._store.night(is_forced=True)

    async def add(self) -> None:
        """Let something be new, so that the next night has work."""
        await self._store.plant(0, 1)

    async def ask(self) -> None:
        async with connection(self.pool) as conn:
            await runs.request(conn, runs.NIGHTLY, "command", is_forced=True)

    async def start(self, *, held: str = "") -> NightProcess:
        """Start a supervisor; it stays at the end of the step `held`, or before it."""
        log = self._folder / f"night-{len(self._started)}.log"
        process = await warm.start(
            run_supervisor, self.dsn, str(self._folder), str(self.state), held, log=log, folder=ROOT
        )
        self._started.append(NightProcess(process, log))
        return self._started[-1]

    async def held(self, place: str) -> None:
        """Wait until a supervisor stays there."""

        def is_held() -> bool:
            return any(json.loads(path.read_bytes()) == place for path in self.state.glob(f"*/{HELD}.json"))

        await until(
            is_held, what=lambda: f"it stays at {place} in\n{self._started[-1].log()}", deadline_s=NIGHT_S
        )

    async def is_over(self) -> bool:
        """Tell whether the last night has ended."""
        return await self.pool.fetchval(_STATUS) not in ("requested", "running")

    async def ended(self) -> str:
        """Wait for the end of the last night, and return how it ended."""
        await until(
            self.is_over, what=lambda: f"the night ends in\n{self._started[-1].log()}", deadline_s=NIGHT_S
        )
        return str(await self.pool.fetchval(_STATUS))

    async def night(self) -> str:
        """Have one without any harm, and return how it ended."""
        await self.ask()
        process = await self.start()
        status = await self.ended()
        await process.kill()
        return status

    async def map(self) -> dict[str, list[str]]:
        """Return every byte of the map."""
        return await self._store.dump(*MAP)

    async def wrong(self) -> dict[str, int]:
        """Return what is unsound of the map."""
        return await unsound(self.pool)

    async def close(self) -> None:
        for process in self._started:
            await process.kill()


@asynccontextmanager
async def open_nights(*, folder: Path, dsn: str) -> AsyncIterator[Nights]:
    """Open a migrated, empty database for nights."""
    pool = await open_pool(dsn, size=4)
    nights = Nights(pool=pool, dsn=dsn, folder=folder)
    try:
        yield nights
    finally:
        await nights.close()
        await close_pool(pool)


def _children(pid: int | None) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in listed]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return _TRACKER  # it is gone


def kill(pid: int) -> None:
    """End a process as the kernel does where memory is short."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
