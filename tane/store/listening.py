"""A connection of its own that hears when jobs are queued (LISTEN), and can prove that it still hears."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

from tane.store import sql
from tane.store.errors import StoreUnavailable, mapped_errors
from tane.store.jobs import CHANNEL
from tane.store.pool import Connection, connected

_SQL = sql.load("listening")
APPLICATION = "tane listening"
"""Tells daemons from commands: a migration must not be made under a daemon."""
ECHO_TIMEOUT_S = 10.0


class Listener:
    """An open listening connection; made by `listening`."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._closed = asyncio.Event()
        self._echo_channel = f"tane_echo_{uuid4().hex}"
        self._echo = asyncio.Event()

    async def listen(self, on_jobs: Callable[[], None]) -> None:
        """Call `on_jobs` for every notification from now on."""
        self._conn.add_termination_listener(lambda _: self._closed.set())
        await self._conn.add_listener(CHANNEL, lambda *_: on_jobs())
        await self._conn.add_listener(self._echo_channel, lambda *_: self._echo.set())

    async def test(self) -> None:
        """Send ourselves a notification and wait for it: a half-open link looks well and hears nothing.

        Raises:
            StoreUnavailable: it did not arrive within 10 s.
        """
        self._echo.clear()
        with mapped_errors():
            async with asyncio.timeout(ECHO_TIMEOUT_S):
                await self._conn.execute(_SQL["notify_channel"], self._echo_channel, "")
                await self._echo.wait()

    async def wait_closed(self, *, for_s: float) -> None:
        """Return after this time.

        Raises:
            StoreUnavailable: the connection was closed meanwhile.
        """
        try:
            async with asyncio.timeout(for_s):
                await self._closed.wait()
        except TimeoutError:
            return
        raise StoreUnavailable("the listening connection was closed")


@asynccontextmanager
async def listening(dsn: str, *, on_jobs: Callable[[], None]) -> AsyncIterator[Listener]:
    """Open a listener.

    Raises:
        StoreUnavailable: nobody answers at this address.
    """
    async with connected(dsn, name=APPLICATION) as conn:
        listener = Listener(conn)
        with mapped_errors():
            await listener.listen(on_jobs)
        yield listener
