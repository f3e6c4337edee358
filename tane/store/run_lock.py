"""The lock of a kind of run: one supervisor over all daemons, held by a connection of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tane.store import sql
from tane.store.errors import StoreUnavailable, mapped_errors
from tane.store.pool import Connection, connected

_SQL = sql.load("run_lock")
PROBE_TIMEOUT_S = 10.0


class RunLock:
    """A lock that is held; made by `run_lock`."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._closed = asyncio.Event()
        conn.add_termination_listener(lambda _: self._closed.set())

    async def wait_lost(self, *, probe_every_s: float) -> None:
        """Never return; a connection that was closed or hears nothing has lost the lock, or soon will have.

        Raises:
            StoreUnavailable: it is lost.
        """
        while True:
            try:
                async with asyncio.timeout(probe_every_s):
                    await self._closed.wait()
            except TimeoutError:
                with mapped_errors():
                    async with asyncio.timeout(PROBE_TIMEOUT_S):
                        await self._conn.execute(_SQL["probe"])
            else:
                raise StoreUnavailable("the connection that holds the run's lock was closed")


@asynccontextmanager
async def run_lock(dsn: str, kind: str) -> AsyncIterator[RunLock | None]:
    """Take the lock for the block, or yield None if another supervisor has it.

    Raises:
        StoreUnavailable: nobody answers at this address.
    """
    async with connected(dsn) as conn:
        with mapped_errors():
            is_ours = await conn.fetchval(_SQL["try_lock"], kind)
        yield RunLock(conn) if is_ours else None


async def is_free(conn: Connection, kind: str) -> bool:
    """Tell whether nobody holds the lock, and keep it so until the transaction ends."""
    return bool(await conn.fetchval(_SQL["try_lock_briefly"], kind))
