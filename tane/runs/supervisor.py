"""Looks for a night that somebody asked for, and conducts it if no other daemon does."""

import asyncio
import socket
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from tane.runs import folders
from tane.runs.conductor import Conductor
from tane.runs.pool import open_compute
from tane.runs.requests import Requests
from tane.runs.step import Step
from tane.settings.model import Settings
from tane.store import nightly
from tane.store.errors import NightLost, StoreError, StoreUnavailable
from tane.store.night_lock import NightLock, night_lock
from tane.store.nightly import Run
from tane.store.pool import connection, transaction
from tane.store.session import Session

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often is looked, in seconds."""

    poll_s: float = 2.0
    beat_s: float = 2.0
    stranger_s: float = 60.0
    """How long a run of another host may be silent: there its files are, and its daemon may come back."""


DEFAULT_PACE = Pace()


class Supervisor:
    """Conducts nights, one at a time over all daemons of a database."""

    def __init__(
        self,
        *,
        settings: Settings,
        session: Session,
        steps: Sequence[Step],
        requests: Requests | None = None,
        host: str | None = None,
        pace: Pace = DEFAULT_PACE,
    ) -> None:
        self._settings = settings
        self._session = session
        self._steps = tuple(steps)
        self._host = host or socket.gethostname()
        self._pace = pace
        self.requests = requests or Requests()
        self._excused: defaultdict[int, Counter[str]] = defaultdict(
            Counter
        )  # by run: see `Conductor.excused`

    async def run(self) -> None:
        """Look and conduct until cancelled; a night that is interrupted so goes on with the next daemon."""
        while True:
            await self.requests.wait(for_s=self._pace.poll_s)  # first, because jobs come before nights
            try:
                await self.turn()
            except StoreUnavailable as error:
                log.debug("nightly.postponed", reason=str(error))
            except StoreError as error:
                log.warning("nightly.postponed", reason=str(error))

    async def turn(self) -> str | None:
        """Record what was asked for, and conduct the open run if nobody does; return how it ended.

        None: there is no run, another supervisor has it, or it was interrupted.

        Raises:
            StoreError: the database failed before there was a run to conduct.
            ConfigError: nightly.executor needs what is not installed.
        """
        await self.requests.record(self._session.pool)
        if not self._wants(await self._read_open()):
            return None
        async with night_lock(self._session.dsn) as lock:
            if lock is None:
                return None
            run = await self._read_open()  # as it is now that nobody else can change it
            return await self._conduct(run, lock) if run is not None and self._wants(run) else None

    def _wants(self, run: Run | None) -> bool:
        if run is None:
            return False
        is_near = run.status == "requested" or run.host == self._host
        return is_near or run.idle_s > self._pace.stranger_s

    async def _read_open(self) -> Run | None:
        async with connection(self._session.pool) as conn:
            return await nightly.read_open(conn)

    async def _conduct(self, found: Run, lock: NightLock) -> str | None:
        compute = open_compute(self._settings.nightly)
        run = await self._take_up(found)
        assert run.folder is not None
        try:
            status = await Conductor(
                run=run,
                folder=folders.state_dir(self._settings) / str(run.folder),
                settings=self._settings,
                session=self._session,
                steps=self._steps,
                compute=compute,
                lock=lock,
                beat_s=self._pace.beat_s,
                excused=self._excused[run.run_id],
            ).conduct()
        except (NightLost, StoreUnavailable) as error:
            log.warning("nightly.interrupted", run_id=run.run_id, reason=str(error))
            return None
        del self._excused[run.run_id]
        await self._sweep()
        return status

    async def _take_up(self, found: Run) -> Run:
        """Make the run ours; it goes on where it was if its files are here, and begins anew otherwise."""
        state = folders.state_dir(self._settings)
        async with transaction(self._session.pool) as conn:
            run = await nightly.take_up(conn, found.run_id, host=self._host)
            if run.folder is not None and (state / str(run.folder)).is_dir():
                done = [s.step for s in await nightly.read_steps(conn, run.run_id) if s.status == "done"]
            else:
                run, done = await nightly.begin_anew(conn, run), None
        if done is None:
            log.info("nightly.started", run_id=run.run_id, trigger=run.trigger, seeds=run.seeds)
        else:
            log.info("nightly.resumed", run_id=run.run_id, epoch=run.epoch, steps_done=len(done))
        return run

    async def _sweep(self) -> None:
        async with connection(self._session.pool) as conn:
            spent = await nightly.spent_folders(conn)
        await asyncio.to_thread(folders.sweep, folders.state_dir(self._settings), spent)
