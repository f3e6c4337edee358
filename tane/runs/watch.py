"""Asks for runs of a kind at their times, and when one was missed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from apscheduler.triggers.cron import CronTrigger

from tane.runs import schedule
from tane.runs.requests import Requests
from tane.store import runs
from tane.store.pool import connection
from tane.store.reading import read_clock
from tane.store.session import Session

STRIKING_S = 120.0  # that long the clock has to ask by itself


class RunWatch:
    """Asks for runs of one kind; conducting them is the supervisor's."""

    def __init__(self, kind: str, *, session: Session, requests: Requests, trigger: CronTrigger) -> None:
        self._kind = kind
        self._session = session
        self._requests = requests
        self._trigger = trigger

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Hear the clock inside the block."""
        with schedule.ticking(lambda: self._requests.ask("cron"), self._trigger):
            yield

    async def look(self) -> None:
        """Ask if a run was missed: the machine may have been off at the time, or have slept with its timers.

        Raises:
            StoreError: nobody knows; look again.
        """
        async with connection(self._session.pool) as conn:
            now = await read_clock(conn) - timedelta(seconds=STRIKING_S)
            if await runs.was_kind_missed(conn, self._kind, schedule.last_time(self._trigger, now)):
                self._requests.ask("catch_up")
