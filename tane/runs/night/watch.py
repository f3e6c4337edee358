"""Everything in a daemon that may ask for a night: the clock, a signal, growth, and a time that was missed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from daemon.maintenance import Chore
from tane.runs.night import due
from tane.runs.requests import Requests
from tane.runs.schedule import night_scheduler, ticking
from tane.settings.model import Settings
from tane.store import nightly
from tane.store.pool import Connection, connection
from tane.store.reading import read_clock
from tane.store.session import Session

LOOK_EVERY_S = 60.0
FIRST_LOOK_S = 5.0  # jobs come before nights
STRIKING_S = 120.0  # that long the clock has to ask by itself


class NightWatch:
    """Asks for nights; conducting them is the supervisor's."""

    def __init__(self, *, settings: Settings, session: Session, requests: Requests) -> None:
        self._settings = settings
        self._session = session
        self._requests = requests

    def chores(self) -> list[Chore]:
        """Return what is looked after every now and then."""
        if not self._settings.nightly.enabled:
            return []
        return [Chore(name="night due", every_s=LOOK_EVERY_S, do=self.look, first_after_s=FIRST_LOOK_S)]

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Hear the clock inside the block, unless the settings say otherwise."""
        chosen = self._settings.nightly
        if not chosen.enabled:
            yield
            return
        scheduler = night_scheduler(
            lambda: self._requests.ask("cron"), at=chosen.at, zone=self._settings.timezone
        )
        with ticking(scheduler):
            yield

    async def ask_on(self, signal: asyncio.Event) -> None:
        """Ask whenever this is set."""
        while True:
            await signal.wait()
            signal.clear()
            self._requests.ask("signal")

    async def look(self) -> None:
        """Ask if a night was missed, or the seeds have doubled since the last.

        A machine may have been off at the time, or have slept: its timers sleep, too, so that the scheduler's own
        comes as many hours late.

        Raises:
            StoreError: nobody knows; look again.
        """
        async with connection(self._session.pool) as conn:
            if await self._was_missed(conn):
                self._requests.ask("catch_up")
            now, before = await nightly.count_seeds(conn)
            if due.has_doubled(now, before) and await nightly.read_open(conn) is None:
                self._requests.ask("doubling")

    async def _was_missed(self, conn: Connection) -> bool:
        scheduled_at = due.last_scheduled(
            await read_clock(conn) - timedelta(seconds=STRIKING_S),
            at=self._settings.nightly.at,
            zone=self._settings.timezone,
        )
        return await nightly.was_missed(conn, scheduled_at)
