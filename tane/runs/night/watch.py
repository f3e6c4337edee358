"""What may ask for a night besides commands: the clock, a signal, growth, and a time that was missed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tane.runs import schedule
from tane.runs.requests import Requests
from tane.store import runs
from tane.store.pool import Connection, connection
from tane.store.reading import read_clock
from tane.store.session import Session

FIRST_AT = 50
STRIKING_S = 120.0  # that long the clock has to ask by itself


def has_doubled(now: int, before: int | None) -> bool:
    """Tell whether there are twice the statements of the last night, and enough for a map at all. Pure.

    now: seeds, and utterances without any; before: of the last run that ended, None if there was none. A night that failed counts:
    it is tried again by the clock, not every minute.
    """
    return now >= max(FIRST_AT, 2 * (before or 0))


class NightWatch:
    """Asks for nights; conducting them is the supervisor's."""

    def __init__(self, *, session: Session, requests: Requests, at: str, zone: str) -> None:
        """at, zone: the time of the daily night, as HH:MM, and the zone whose clock shows it."""
        self._session = session
        self._requests = requests
        self._trigger = schedule.daily(at=at, zone=zone)

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Hear the clock inside the block."""
        with schedule.ticking(lambda: self._requests.ask("cron"), self._trigger):
            yield

    async def ask_on(self, signal: asyncio.Event) -> None:
        """Ask whenever this is set."""
        while True:
            await signal.wait()
            signal.clear()
            self._requests.ask("signal")

    async def look(self) -> None:
        """Ask if a night was missed, or the statements have doubled since the last.

        A machine may have been off at the time, or have slept: its timers sleep, too, so that the scheduler's own
        comes as many hours late.

        Raises:
            StoreError: nobody knows; look again.
        """
        async with connection(self._session.pool) as conn:
            if await self._was_missed(conn):
                self._requests.ask("catch_up")
            now, before = await runs.count_statements(conn)
            if has_doubled(now, before) and await runs.read_open(conn, runs.NIGHTLY) is None:
                self._requests.ask("doubling")

    async def _was_missed(self, conn: Connection) -> bool:
        now = await read_clock(conn) - timedelta(seconds=STRIKING_S)
        return await runs.was_missed(conn, schedule.last_time(self._trigger, now))
