"""What runs in a process of its own: one journey, with one fault somewhere on it."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from chaos import borders
from chaos.points import InjectedFault, Points
from daemon.nights import night_supervisor
from tane.cli import tane
from tane.cli.failures import guarded
from tane.runs.pool import ComputePool, WorkerLost
from tane.runs.supervisor import Intervals
from tane.settings.sources import load_settings
from tane.store import runs
from tane.store.errors import StoreUnavailable
from tane.store.pool import connection
from tane.store.session import open_session

Args = TypeVarTuple("Args")
Result = TypeVar("Result")
NIGHT_INTERVALS = Intervals(poll_s=0.05, beat_s=0.1)


def main() -> None:
    """Make one journey; arguments are its folder, the kind of fault, its number, the borders, and the journey's own."""
    folder, kind, number, watched, *arguments = sys.argv[1:]
    there = Path(folder)
    os.chdir(there)
    (there / "tmp").mkdir(exist_ok=True)
    tempfile.tempdir = str(there / "tmp")
    points = Points(
        InjectedFault(kind=kind, number=int(number), borders=tuple(watched.split(","))), there / "record"
    )
    borders.install(points, there)
    points.arm()
    try:
        if arguments[0] == "night":
            have_night(points)
        else:
            tane.main(arguments, prog_name="tane")
    finally:
        points.disarm()


def have_night(points: Points) -> None:
    """Ask for a night unless one is open, and conduct until it is over, as a daemon does beside its jobs."""
    try:
        guarded(lambda: asyncio.run(_conduct(points)))
    except Exception as error:
        show: Callable[[], None] | None = getattr(error, "show", None)
        if show is None:
            raise
        show()
        sys.exit(getattr(error, "exit_code", 1))


async def _conduct(points: Points) -> None:
    settings = load_settings(None, {})
    async with open_session(settings.database) as session:
        async with connection(session.pool) as conn:
            await runs.request(conn, runs.NIGHTLY, "command", is_forced=False)
        supervisor = night_supervisor(
            settings, session, intervals=NIGHT_INTERVALS, open_pool=lambda: _Compute(points)
        )
        conducting = asyncio.create_task(supervisor.run())
        while not conducting.done() and not await _is_over(session.pool):
            await asyncio.wait([conducting], timeout=0.1)
        if conducting.done():
            await conducting
        conducting.cancel()
        await asyncio.wait([conducting])


async def _is_over(pool: Any) -> bool:
    try:
        async with connection(pool) as conn:
            return await runs.read_open(conn, runs.NIGHTLY) is None
    except StoreUnavailable:
        return False


class _Compute(ComputePool):
    """Computes in this process; the call with the fault loses its worker."""

    def __init__(self, points: Points) -> None:
        self._points = points

    async def run(self, function: Callable[[*Args], Result], *args: *Args) -> Result:
        async def call() -> Result:
            return await asyncio.to_thread(function, *args)

        if self._points.meets("child", function.__name__):
            await self._points.inject_async(
                call, lambda: WorkerLost("a process that computed was killed"), timeout_s=0.01
            )
        return await call()

    def take_peak_mib(self) -> float | None:
        return None

    async def close(self) -> None:
        return None
