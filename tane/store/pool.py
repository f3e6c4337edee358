"""Connections: one pool for short statements, and single connections for listening and locks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

import asyncpg
import numpy as np
from asyncpg.pool import PoolConnectionProxy
from numpy.typing import NDArray

from tane.store import sql
from tane.store.codecs import CODECS
from tane.store.errors import DATABASE_ERRORS, mapped_errors

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_SQL = sql.load("pool")
CONNECT_TIMEOUT_S = 10.0
ACQUIRE_TIMEOUT_S = 10.0
RELEASE_TIMEOUT_S = 2.0
STATEMENT_TIMEOUT_S = 60.0
CLOSE_TIMEOUT_S = 5.0
READING_TIMEOUT_S = 5.0

# asyncpg sets no TCP keepalive; without these a half-open link hangs for hours.
SERVER_SETTINGS = {
    "application_name": "tane",
    "timezone": "UTC",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    # A server that cannot tell that we are gone would keep our locks, and nobody could take the jobs back.
    "tcp_user_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "jit": "off",
}


def encode_halfvec(vector: NDArray[np.float32] | bytes) -> bytes:
    """Return pgvector's binary form of a vector of shape (d,): two int16 (d, 0), then d big-endian float16.

    Bytes are that form already: inside an array parameter asyncpg takes anything else that has a length for
    another dimension of the array.
    """
    if isinstance(vector, bytes):
        return vector
    head = np.array([vector.shape[0], 0], dtype=">i2").tobytes()
    return head + vector.astype(">f2").tobytes()


def decode_halfvec(data: bytes) -> NDArray[np.float32]:
    """Return the float32 vector of shape (d,) from pgvector's binary form."""
    return np.frombuffer(data, dtype=">f2", offset=4).astype(np.float32)


async def prepare_connection(conn: Connection) -> None:
    """Teach a fresh connection values as this program holds them; the extension must exist already."""
    for name, codec in CODECS.items():
        await conn.set_type_codec(
            name, encoder=codec.encode, decoder=codec.decode, format=codec.format, schema="pg_catalog"
        )
    schema = await conn.fetchval(_SQL["find_halfvec"])
    if schema is not None:
        await conn.set_type_codec(
            "halfvec", encoder=encode_halfvec, decoder=decode_halfvec, schema=schema, format="binary"
        )


async def connect(
    dsn: str, *, command_timeout_s: float | None = STATEMENT_TIMEOUT_S, name: str = "tane"
) -> "asyncpg.Connection[asyncpg.Record]":
    """Open one connection of its own, for LISTEN, advisory locks or migrations.

    name: what the server lists it as (application_name).

    Raises:
        StoreUnavailable: nobody answers at this address within 10 s.
    """
    with mapped_errors():
        conn = await asyncpg.connect(
            dsn,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=command_timeout_s,
            server_settings={**SERVER_SETTINGS, "application_name": name},
        )
        try:
            await prepare_connection(conn)
        except BaseException:  # cancelled, too: nobody else knows of it
            conn.terminate()
            raise
        return conn


@asynccontextmanager
async def connected(
    dsn: str, *, command_timeout_s: float | None = STATEMENT_TIMEOUT_S, name: str = "tane"
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Provide a connection of its own for the length of a block; its end ends what the block left open.

    Raises:
        StoreUnavailable: nobody answers at this address within 10 s.
    """
    conn = await connect(dsn, command_timeout_s=command_timeout_s, name=name)
    try:
        yield conn
    finally:
        # A server that is silent would not answer a farewell: asyncpg cuts the link then.
        with suppress(*DATABASE_ERRORS):
            await conn.close(timeout=RELEASE_TIMEOUT_S)


async def open_pool(dsn: str, *, size: int) -> Pool:
    """Open a pool of at most `size` connections.

    Raises:
        StoreUnavailable: nobody answers at this address within 10 s.
    """
    with mapped_errors():
        return await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=STATEMENT_TIMEOUT_S,
            max_inactive_connection_lifetime=60.0,
            server_settings=SERVER_SETTINGS,
            init=prepare_connection,
        )


async def open_reading_pool(dsn: str, *, size: int) -> Pool:
    """Open a pool whose sessions cannot write, and whose statements end after 5 s.

    It connects when it is first used, and lets idle connections go: whoever looks may find nobody there.
    """
    with mapped_errors():
        return await asyncpg.create_pool(
            dsn,
            min_size=0,
            max_size=size,
            timeout=READING_TIMEOUT_S,
            command_timeout=READING_TIMEOUT_S,
            max_inactive_connection_lifetime=60.0,
            server_settings={
                **SERVER_SETTINGS,
                "application_name": "tane reading",
                "default_transaction_read_only": "on",
                "statement_timeout": f"{READING_TIMEOUT_S:.0f}s",
            },
            init=prepare_connection,
        )


@asynccontextmanager
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection for short statements; errors leave translated."""
    with mapped_errors():
        conn = await pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        try:
            yield conn
        except TimeoutError:
            # Where one link is half-open the others are too, and each would cost another timeout to find out.
            await pool.expire_connections()
            raise
        finally:
            await _give_back(pool, conn)


async def _give_back(pool: Pool, conn: "PoolConnectionProxy[asyncpg.Record]") -> None:
    """Return a connection; one that cannot be reset is dropped by asyncpg, which is nobody's failure."""
    with suppress(*DATABASE_ERRORS):
        await pool.release(conn, timeout=RELEASE_TIMEOUT_S)


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection that sees the database as of one moment, and cannot write: cursors live in it."""
    async with connection(pool) as conn:
        scope = conn.transaction(isolation="repeatable_read", readonly=True)
        await scope.start()
        try:
            yield conn
        finally:
            # Nothing was written: there is nothing to commit.
            with suppress(*DATABASE_ERRORS):
                async with asyncio.timeout(RELEASE_TIMEOUT_S):
                    await scope.rollback()


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection inside a READ COMMITTED transaction: committed at the end, rolled back on any error."""
    async with connection(pool) as conn:
        scope = conn.transaction()
        await scope.start()
        try:
            yield conn
        except BaseException:
            # On a dead link asyncpg would try for a minute; whatever it does, the server rolls back.
            with suppress(*DATABASE_ERRORS):
                async with asyncio.timeout(RELEASE_TIMEOUT_S):
                    await scope.rollback()
            raise
        await scope.commit()


async def close_pool(pool: Pool, *, within_s: float = CLOSE_TIMEOUT_S) -> None:
    """Close the pool; connections that do not come back in time are cut."""
    try:
        await asyncio.wait_for(pool.close(), within_s)
    except TimeoutError:
        pool.terminate()
