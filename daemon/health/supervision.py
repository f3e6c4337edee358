"""What the service manager is told, and when: ready, how it goes, that it lives, and that it ends."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from daemon.health.notify import Notifier
from daemon.health.process import Process
from daemon.health.reader import HealthReader
from daemon.health.status_line import status_line

TELL_EVERY_S = 2.0
EXTEND_EVERY_S = 15.0
EXTEND_BY_S = 60


class Supervision:
    """One daemon's side of the conversation with its service manager."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._is_ready = False

    @asynccontextmanager
    async def starting(self) -> AsyncIterator[None]:
        """Ask for patience while the block opens what the daemon needs: a database may have to be made or migrated."""
        asking = asyncio.create_task(self._extend(), name="start-up notice")
        try:
            yield
        finally:
            asking.cancel()

    async def _extend(self) -> None:
        while self._notifier.is_heard:
            self._notifier.send(
                f"EXTEND_TIMEOUT_USEC={EXTEND_BY_S * 1_000_000}", "STATUS=starting: opening the database"
            )
            await asyncio.sleep(EXTEND_EVERY_S)

    async def say_ready(self, claimed: asyncio.Event) -> None:
        """Say that the daemon is up, once the queue has been read; a database that refuses claims never gets there."""
        await claimed.wait()
        self._is_ready = True
        self._notifier.send("READY=1")

    async def feed(self, measure: Callable[[], Process]) -> None:
        """Feed the watchdog from the event loop, only while the queue is really being read."""
        limit_s = self._notifier.watchdog_s
        if limit_s is None:
            return
        while True:
            process = measure()
            if process.is_claiming:
                self._notifier.send("WATCHDOG=1")
                await asyncio.sleep(limit_s / 2)
            else:
                # Looking again soon, so that one late claim at the wrong moment costs no restart.
                await asyncio.sleep(min(process.poll_s, limit_s / 8))

    async def tell(self, look: HealthReader) -> None:
        """Show one line of how it goes, whenever that has changed."""
        said = ""
        while self._notifier.is_heard:
            line = status_line(await look.take())
            if line != said:
                self._notifier.send(f"STATUS={line}")
                said = line
            await asyncio.sleep(TELL_EVERY_S)

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """Say that the configuration is being read, and then that it was."""
        if not self._is_ready:  # READY=1 would come before its time
            yield
            return
        self._notifier.send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            yield
        finally:
            self._notifier.send("READY=1")

    def say_stopping(self) -> None:
        """Say that the daemon ends when its jobs are done."""
        self._notifier.send("STOPPING=1", "STATUS=stopping: running jobs are finished first")
