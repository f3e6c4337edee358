"""Brings the embedded server back when it was killed: by the kernel for want of memory, by hand, or by its own panic."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from tane.backoff import Backoff, retrying
from tane.store.embedded import EmbeddedServer
from tane.store.errors import StoreError

LOOK_EVERY_S = 1.0
TRIES = Backoff(base_s=1.0, cap_s=30.0, least=0.5)

log = structlog.get_logger()


@asynccontextmanager
async def kept_alive(server: EmbeddedServer) -> AsyncIterator[None]:
    """Look after the server while the block runs. Every process that uses it does; a lock lets one of them start it."""
    looking = asyncio.create_task(_look_after(server), name="embedded server")
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait([looking])


async def _look_after(server: EmbeddedServer) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if not server.is_alive():
            await _revive(server)


async def _revive(server: EmbeddedServer) -> None:
    died_s = time.monotonic()
    log.error("db.died", remedy="it is started again")
    failures = 0

    async def attempt() -> None:
        # A thread cannot be cancelled: who leaves waits for it, so that nothing is started afterwards.
        reviving = asyncio.ensure_future(asyncio.to_thread(server.revive))
        try:
            await asyncio.shield(reviving)
        except asyncio.CancelledError:
            await asyncio.wait([reviving])
            raise

    def log_failure(error: Exception, tries: int) -> None:
        nonlocal failures
        failures = tries
        log.warning("db.not_revived", reason=str(error), tries=tries)

    await retrying(attempt, on=(StoreError, OSError), backoff=TRIES, log_failure=log_failure)
    log.warning("db.revived", seconds=round(time.monotonic() - died_s, 3), tries=failures + 1)
