"""What ends the worker's sleep: a notification from the database, a freed slot, or time.

Notifications are a shortcut, never the only way: they are lost while the listener is away.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from tane.backoff import Backoff, jitter
from tane.store.errors import StoreUnavailable
from tane.store.listening import listening

TEST_EVERY_S = 60.0
RECONNECT = Backoff(base_s=0.5, cap_s=30.0)

log = structlog.get_logger()


class Wakeup:
    """One event that anybody may set; `run` keeps a listener that sets it."""

    def __init__(self, *, dsn: str, poll_s: float) -> None:
        self._dsn = dsn
        self._poll_s = poll_s
        self._event = asyncio.Event()
        self._tries = 0
        self.is_listening = False

    def __repr__(self) -> str:
        return f"<Wakeup {'listening' if self.is_listening else 'polling'} every {self._poll_s:g}s>"

    def set(self) -> None:
        """Let the worker look at the queue now."""
        self._event.set()

    async def wait(self, *, at_most_s: float | None = None) -> None:
        """Sleep until somebody calls `set`, or until it is time to poll; daemons that poll keep out of step."""
        limit_s = (self._poll_s if at_most_s is None else at_most_s) * (1 + jitter()) / 2
        try:
            async with asyncio.timeout(limit_s):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()

    @contextmanager
    def on(self, event: asyncio.Event) -> Iterator[None]:
        """Wake up inside the block when somebody sets this event."""

        async def watch() -> None:
            await event.wait()
            self.set()

        watching = asyncio.create_task(watch(), name="wake on event")
        try:
            yield
        finally:
            watching.cancel()

    async def run(self) -> None:
        """Keep a tested listener open; open another one whenever it is lost."""
        while True:
            self._tries += 1
            try:
                await self._listen()
            except StoreUnavailable as error:
                log.warning("listener.lost", reason=str(error), tries=self._tries)
            await asyncio.sleep(RECONNECT.delay_s(self._tries, jitter=jitter()))

    async def _listen(self) -> None:
        try:
            async with listening(self._dsn, on_jobs=self.set) as listener:
                await listener.test()
                self.is_listening = True
                self._tries = 0
                log.debug("listener.ready")
                self.set()  # what was queued before we heard anything
                while True:
                    await listener.wait_closed(for_s=TEST_EVERY_S)
                    await listener.test()
        finally:
            self.is_listening = False
