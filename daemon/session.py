"""A database to work with: the embedded server started and migrated, or an external one checked."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from daemon.reviving import kept_alive
from daemon.settings import ConfigError, Database, Settings
from tane.store import migrate as migrations
from tane.store.embedded import EmbeddedServer
from tane.store.errors import SYSTEM_REFUSALS, StoreUnavailable
from tane.store.pool import Pool, close_pool, connection, open_pool
from tane.store.tied import TiedServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An open database: its pool, and its address for connections outside of it."""

    pool: Pool
    dsn: str


@asynccontextmanager
async def served(database: Database, *, is_tied: bool = False) -> AsyncIterator[str]:
    """Start the embedded server, or find it running, and yield the address; an external one is taken as it is.

    is_tied: the server ends with this process even when that is killed, unless another holds it.

    Raises:
        ConfigError: the data folder cannot be made or entered.
        StoreError: see `EmbeddedServer.start`.
    """
    if database.url is not None:
        yield database.url.get_secret_value()
        return
    server = (TiedServer if is_tied else EmbeddedServer)(database.data_dir)
    # A thread cannot be cancelled: wait for it, so that a server that came up is given back.
    starting = asyncio.ensure_future(asyncio.to_thread(server.start))
    try:
        await asyncio.shield(starting)
        async with kept_alive(server):
            yield server.dsn()
    except OSError as error:
        if starting.done() and starting.exception() is error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreUnavailable(f"the disk of {database.data_dir} is full: make room") from None
            if error.errno in SYSTEM_REFUSALS:
                raise StoreUnavailable(
                    f"the system refused what the embedded PostgreSQL needs ({error.strerror}): see to its memory, "
                    "processes and disks"
                ) from None
            raise ConfigError(
                f"database.data_dir: {database.data_dir} cannot be used ({error.strerror}): "
                "choose a folder that this account may write"
            ) from None
        raise
    finally:
        await asyncio.wait([starting])
        await asyncio.shield(asyncio.to_thread(server.stop))


@asynccontextmanager
async def opened(
    settings: Settings, *, migrate: bool = True, is_tied: bool = False
) -> AsyncIterator[Session]:
    """Open the database; the embedded one is brought to this program's schema first (an external one never).

    Raises:
        SchemaMismatch: an external database has another schema: `tane db migrate`.
        StoreUnavailable: nobody answers at its address.
    """
    async with served(settings.database, is_tied=is_tied) as dsn:
        if migrate and settings.database.url is None:
            await migrations.migrate(dsn)
        pool = await open_pool(dsn, size=settings.database.pool_size)
        try:
            async with connection(pool) as conn:
                await migrations.check(conn)
            yield Session(pool=pool, dsn=dsn)
        finally:
            await close_pool(pool)
