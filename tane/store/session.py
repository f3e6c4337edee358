"""A database to work with: the embedded server started and migrated, or an external one checked."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tane.store import migrate as migrations
from tane.store.embedded import EmbeddedServer
from tane.store.errors import SYSTEM_REFUSALS, FolderUnusable, StoreError, StoreUnavailable
from tane.store.pool import Pool, close_pool, connection, open_pool
from tane.store.reviving import kept_alive
from tane.store.tied import TiedServer


class Place(Protocol):
    """Where a database is; the settings say so."""

    @property
    def address(self) -> str | None:
        """The address of an external server; None where the embedded one of `data_dir` is used."""
        ...

    @property
    def data_dir(self) -> Path:
        """The folder of the embedded server."""
        ...

    @property
    def pool_size(self) -> int:
        """Connections for short statements."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An open database: its pool, and its address for connections outside of it."""

    pool: Pool
    dsn: str


@asynccontextmanager
async def running_server(place: Place, *, is_tied: bool = False) -> AsyncIterator[str]:
    """Start the embedded server, or find it running, and yield its address; an external one is taken as it is.

    is_tied: the server ends with this process even when that is killed, unless another holds it.

    Raises:
        FolderUnusable: the data folder cannot be made or entered.
        StoreError: see `EmbeddedServer.start`.
    """
    if place.address is not None:
        yield place.address
        return
    server = (TiedServer if is_tied else EmbeddedServer)(place.data_dir)
    # A thread cannot be cancelled: wait for it, so that a server that came up is given back.
    starting = asyncio.ensure_future(asyncio.to_thread(server.start))
    try:
        await asyncio.shield(starting)
        async with kept_alive(server):
            yield server.dsn()
    except OSError as error:
        if starting.done() and starting.exception() is error:
            raise _start_refused(error, place.data_dir) from None
        raise
    finally:
        await asyncio.wait([starting])
        await asyncio.shield(asyncio.to_thread(server.stop))


@asynccontextmanager
async def open_session(place: Place, *, is_tied: bool = False) -> AsyncIterator[Session]:
    """Open the database; the embedded one is brought to this program's schema first (an external one never).

    Raises:
        SchemaMismatch: an external database has another schema: `tane db migrate`.
        StoreUnavailable: nobody answers at its address.
        FolderUnusable: the embedded server's folder cannot be made or entered.
    """
    async with running_server(place, is_tied=is_tied) as dsn:
        if place.address is None:
            await migrations.migrate(dsn)
        pool = await open_pool(dsn, size=place.pool_size)
        try:
            async with connection(pool) as conn:
                await migrations.check(conn)
            yield Session(pool=pool, dsn=dsn)
        finally:
            await close_pool(pool)


def _start_refused(error: OSError, folder: Path) -> StoreError:
    """Say what the system refused when the embedded server was started: its disk, its limits, or the folder."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreUnavailable(f"the disk of {folder} is full: make room")
    if error.errno in SYSTEM_REFUSALS:
        return StoreUnavailable(
            f"the system refused what the embedded PostgreSQL needs ({error.strerror}): see to its memory, "
            "processes and disks"
        )
    return FolderUnusable(
        f"database.data_dir: {folder} cannot be used ({error.strerror}): choose a folder that this account may write"
    )
