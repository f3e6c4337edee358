"""A watch over long work on the database: a server that answers nobody any more is not waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tane.store.errors import StoreError, StoreUnavailable
from tane.store.pool import connect

LOOK_EVERY_S = 30.0
LOOKS = 4
LOOK_TIMEOUT_S = 10.0


@asynccontextmanager
async def answering(dsn: str, *, pulse: Callable[[], int]) -> AsyncIterator[None]:
    """Leave the block when its work stands still and the server does not answer anybody else either.

    An index may take hours and sends nothing meanwhile, so time alone proves nothing. `pulse` tells how far the work
    is; while it stands still a new connection is asked for every half minute, and the fourth in a row that
    is not answered ends the block.

    Raises:
        StoreUnavailable: the server was silent for about two minutes.
    """
    try:
        async with asyncio.timeout(None) as scope:
            looking = asyncio.create_task(_look(scope, dsn, pulse), name="is the server there")
            try:
                yield
            finally:
                looking.cancel()
    except TimeoutError:
        if not scope.expired():
            raise
        raise StoreUnavailable("the database server has stopped answering") from None


async def _look(scope: asyncio.Timeout, dsn: str, pulse: Callable[[], int]) -> None:
    missed, before = 0, pulse()
    while missed < LOOKS:
        await asyncio.sleep(LOOK_EVERY_S)
        if pulse() != before:
            missed, before = 0, pulse()
            continue
        missed = 0 if await _answers(dsn) else missed + 1
    scope.reschedule(asyncio.get_running_loop().time())


async def _answers(dsn: str) -> bool:
    try:
        async with asyncio.timeout(LOOK_TIMEOUT_S):
            conn = await connect(dsn)
            await conn.close(timeout=1)
    except StoreError as error:
        return error.sqlstate is not None  # whoever refuses answers
    except TimeoutError:
        return False
    return True
