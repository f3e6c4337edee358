"""Looks for a run that somebody asked for, and conducts it if no other daemon does."""

import asyncio
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from tane.runs import workspace
from tane.runs.conductor import Conductor
from tane.runs.pool import ComputePool
from tane.runs.requests import Requests
from tane.runs.step import RunKind
from tane.store import runs
from tane.store.errors import RunLost, StoreError, StoreUnavailable
from tane.store.pool import connection, transaction
from tane.store.run_lock import RunLock, run_lock
from tane.store.runs import Run
from tane.store.session import Session

LOOK_EVERY_S = 0.5
# A daemon looks every 2 s and shows that it lives every 2 s.
PATIENCE_S = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """How often is looked, in seconds."""

    poll_s: float = 2.0
    beat_s: float = 2.0
    stranger_s: float = 60.0
    """How long a run of another host may be silent: there its files are, and its daemon may come back."""


DEFAULT_INTERVALS = Intervals()


class Supervisor:
    """Conducts runs of one kind, one at a time over all daemons of a database."""

    def __init__(
        self,
        kind: RunKind[Any],
        *,
        session: Session,
        state: Path,
        open_pool: Callable[[], ComputePool],
        host: str | None = None,
        intervals: Intervals = DEFAULT_INTERVALS,
    ) -> None:
        """state: where runs have their folders; open_pool: starts nothing, a pool's first call does."""
        self._kind = kind
        self._session = session
        self._state = state
        self._open_pool = open_pool
        self._host = host or socket.gethostname()
        self._intervals = intervals
        self.requests = Requests(kind.name)
        # By run: see `Conductor.excused`.
        self._excused: defaultdict[int, Counter[str]] = defaultdict(Counter)

    async def run(self) -> None:
        """Look and conduct until cancelled; a run that is interrupted so goes on with the next daemon."""
        while True:
            await self.requests.wait(for_s=self._intervals.poll_s)  # first, because jobs come before runs
            try:
                await self.turn()
            except StoreUnavailable as error:
                log.debug(f"{self._kind.name}.postponed", reason=str(error))
            except StoreError as error:
                log.warning(f"{self._kind.name}.postponed", reason=str(error))

    async def turn(self) -> str | None:
        """Record what was asked for, and conduct the open run if nobody does; return how it ended.

        None: there is no run, another supervisor has it, or it was interrupted.

        Raises:
            StoreError: the database failed before there was a run to conduct.
        """
        await self.requests.record(self._session.pool)
        if not self._wants(await self._read_open()):
            return None
        async with run_lock(self._session.dsn, self._kind.name) as lock:
            if lock is None:
                return None
            run = await self._read_open()  # as it is now that nobody else can change it
            return await self._conduct(run, lock) if run is not None and self._wants(run) else None

    async def see_through(self, run_id: int, *, patience_s: float | None = None) -> Run:
        """Return a run when it has ended; once nobody has worked on it for `patience_s` (5 s), it is conducted here.

        Raises:
            StoreError: the database failed.
        """
        patience_s = PATIENCE_S if patience_s is None else patience_s
        patient_until_s = time.monotonic() + patience_s
        while True:
            async with connection(self._session.pool) as conn:
                run = await runs.read_run(conn, run_id)
            assert run is not None  # runs are never deleted
            if not run.is_open:
                return run
            is_ours = run.idle_s >= patience_s and time.monotonic() >= patient_until_s
            if not is_ours or await self.turn() is None:
                await asyncio.sleep(LOOK_EVERY_S)

    def _wants(self, run: Run | None) -> bool:
        if run is None:
            return False
        is_near = run.status == "requested" or run.host == self._host
        return is_near or run.idle_s > self._intervals.stranger_s

    async def _read_open(self) -> Run | None:
        async with connection(self._session.pool) as conn:
            return await runs.read_open(conn, self._kind.name)

    async def _conduct(self, found: Run, lock: RunLock) -> str | None:
        run = await self._take_up(found)
        try:
            status = await Conductor(
                kind=self._kind,
                run=run,
                folder=self._folder_of(run),
                session=self._session,
                compute=self._open_pool(),
                lock=lock,
                beat_s=self._intervals.beat_s,
                excused=self._excused[run.run_id],
            ).conduct()
        except (RunLost, StoreUnavailable) as error:
            log.warning(f"{self._kind.name}.interrupted", run_id=run.run_id, reason=str(error))
            return None
        del self._excused[run.run_id]
        await self._sweep()
        return status

    async def _take_up(self, found: Run) -> Run:
        """Make the run ours; it goes on where it was if files that fit are here, and begins anew otherwise."""
        async with transaction(self._session.pool) as conn:
            run = await runs.take_up(conn, found.run_id, host=self._host)
            if run.folder is not None and workspace.is_of_version(self._folder_of(run), self._kind.version):
                done = [s.step for s in await runs.read_steps(conn, run.run_id) if s.status == "done"]
            else:
                former, done = run.folder, None
                run = await runs.begin_anew(conn, run)
                await asyncio.to_thread(workspace.sweep, self._state, {str(former)})
        if done is None:
            log.info(f"{self._kind.name}.started", run_id=run.run_id, trigger=run.trigger, seeds=run.seeds)
        else:
            log.info(f"{self._kind.name}.resumed", run_id=run.run_id, epoch=run.epoch, steps_done=len(done))
        return run

    def _folder_of(self, run: Run) -> Path:
        return self._state / str(run.folder)

    async def _sweep(self) -> None:
        async with connection(self._session.pool) as conn:
            spent = await runs.spent_folders(conn, self._kind.name)
        await asyncio.to_thread(workspace.sweep, self._state, spent)
