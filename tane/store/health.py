"""How the queue, the map in use and the database itself are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("health")

_SETTINGS = (
    "autovacuum", "effective_cache_size", "fsync", "full_page_writes", "hnsw.ef_search", "idle_in_transaction_session_timeout",
    "jit", "lc_collate", "maintenance_work_mem", "max_connections", "max_wal_size", "random_page_cost", "server_encoding",
    "shared_buffers", "statement_timeout", "synchronous_commit", "work_mem",
)  # fmt: skip

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCount:
    """Jobs of a type that wait or run."""

    job_type: str
    status: str  # queued, scheduled or running
    n: int
    oldest_s: float  # since it was queued


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCount:
    """Jobs of a type that are over."""

    job_type: str
    status: str  # done, dead or cancelled
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMap:
    """The last night that went well, and the map it made or confirmed."""

    finished_at: datetime
    age_s: float
    seconds: float | None
    clusters: int | None
    coverage: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Replies of the text model that were read in the last day, and those of no use."""

    replies: int = 0
    unusable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LastEdition:
    """The last good run of a kind, recap or morning, and how the last of all stands."""

    kind: str
    finished_at: datetime | None
    age_s: float | None
    status: str | None


async def count_replies(conn: Connection) -> Replies:
    """Count the replies of the last day."""
    row = await conn.fetchrow(_SQL["count_replies"])
    assert row is not None
    return Replies(**row)


async def add_replies(conn: Connection, counted: Replies) -> None:
    """Add replies to those of this hour, and forget those of a month ago."""
    await conn.execute(_SQL["add_replies"], counted.replies, counted.unusable)
    await conn.execute(_SQL["drop_replies"])


async def count_live(conn: Connection) -> list[LiveCount]:
    """Count what waits and runs, by type and state; reads those jobs only."""
    return [LiveCount(**row) for row in await conn.fetch(_SQL["count_live"])]


async def count_ended(conn: Connection) -> list[EndedCount]:
    """Count what is over, by type and state. Reads the whole table."""
    return [EndedCount(**row) for row in await conn.fetch(_SQL["count_ended"])]


async def read_last_map(conn: Connection) -> LastMap | None:
    """Return the last night that went well, if there was one."""
    row = await conn.fetchrow(_SQL["last_map"])
    return None if row is None else LastMap(**row)


async def read_last_editions(conn: Connection, kinds: Sequence[str]) -> list[LastEdition]:
    """Return how old the last good run of each kind is."""
    return [LastEdition(**row) for row in await conn.fetch(_SQL["last_editions"], list(kinds))]


async def has_documents(conn: Connection, *, older_than_s: float) -> bool:
    """Tell whether anything has been stored for so long."""
    return bool(await conn.fetchval(_SQL["has_documents"], older_than_s))


async def read_server(conn: Connection) -> Row:
    """Return versions, size and number of connections of the server."""
    row = await conn.fetchrow(_SQL["server_facts"])
    assert row is not None
    return dict(row)


async def list_settings(conn: Connection) -> list[Row]:
    """Return the settings of the server on which speed and safety rest."""
    return [dict(row) for row in await conn.fetch(_SQL["server_settings"], _SETTINGS)]


async def list_tables(conn: Connection) -> list[Row]:
    """Return the size and upkeep of every table, the largest first."""
    return [dict(row) for row in await conn.fetch(_SQL["table_sizes"])]


async def list_indexes(conn: Connection) -> list[Row]:
    """Return every index with its size and use; one that is not valid is of no use."""
    return [dict(row) for row in await conn.fetch(_SQL["indexes"])]


async def list_migrations(conn: Connection) -> list[Row]:
    """Return what was applied to this database, and when."""
    return [dict(row) for row in await conn.fetch(_SQL["migrations"])]
