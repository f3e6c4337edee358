"""What this process was asked for: kept until the database has taken it."""

import asyncio

import structlog

from tane.store import nightly
from tane.store.pool import Pool, connection

log = structlog.get_logger()


class Requests:
    """Requests of the clock, a signal or a chore; asking needs no database, so none is lost while it is away."""

    def __init__(self) -> None:
        self._triggers: list[str] = []
        self._asked = asyncio.Event()

    def ask(self, trigger: str) -> None:
        """Ask for a night; `trigger` as nightly_runs knows them."""
        self._triggers.append(trigger)
        self._asked.set()

    async def record(self, pool: Pool) -> None:
        """Write down what was asked for; requests join a night that is open already.

        Raises:
            StoreError: it could not be written; the next call tries again.
        """
        self._asked.clear()
        while self._triggers:
            trigger = self._triggers[0]
            async with connection(pool) as conn:
                made = await nightly.request(conn, trigger)
            self._triggers.pop(0)
            if made is not None:
                log.info("nightly.requested", run_id=made.run_id, trigger=trigger, is_new=made.is_new)

    async def wait(self, *, for_s: float) -> None:
        """Return after this time, or as soon as something is asked for."""
        try:
            async with asyncio.timeout(for_s):
                await self._asked.wait()
        except TimeoutError:
            return
