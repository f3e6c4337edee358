"""What this process was asked for: kept until the database has taken it."""

import asyncio

import structlog

from tane.store import runs
from tane.store.pool import Pool, connection

log = structlog.get_logger()


class Requests:
    """Requests for runs of one kind; asking needs no database, so none is lost while it is away."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._triggers: list[str] = []
        self._asked = asyncio.Event()

    def ask(self, trigger: str) -> None:
        """Ask for a run; `trigger` as nightly_runs knows them."""
        self._triggers.append(trigger)
        self._asked.set()

    async def record(self, pool: Pool) -> None:
        """Write down what was asked for; requests join a run that is open already.

        Raises:
            StoreError: it could not be written; the next call tries again.
        """
        self._asked.clear()
        while self._triggers:
            trigger = self._triggers[0]
            async with connection(pool) as conn:
                made = await runs.request(conn, self._kind, trigger)
            self._triggers.pop(0)
            if made is not None:
                log.info(f"{self._kind}.requested", run_id=made.run_id, trigger=trigger, is_new=made.is_new)

    async def wait(self, *, for_s: float) -> None:
        """Return after this time, or as soon as something is asked for."""
        try:
            async with asyncio.timeout(for_s):
                await self._asked.wait()
        except TimeoutError:
            return
