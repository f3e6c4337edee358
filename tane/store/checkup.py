"""What the doctor asks of a database: read-only statements, the first of them fit for one without our schema."""

from dataclasses import dataclass
from datetime import datetime

from tane.store import migrate, sql
from tane.store.pool import Connection

_SQL = sql.load("checkup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server, and what this role may do there."""

    version_num: int  # 180004 is 18.4
    version: str
    vector: str | None  # version of pgvector in this database
    vector_offered: str | None  # the one that could be created
    now: datetime
    is_read_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The state of our tables."""

    forbidden: tuple[str, ...]  # may not be written by this role
    broken_indexes: tuple[str, ...]
    largest_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """The model whose vectors are searched, and how many of them have another length than it."""

    name: str
    digest: str
    dims: int
    odd_vectors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """The queue: jobs that are held by somebody, that nobody renews, and that wait without being paused."""

    held: int
    abandoned: int
    waiting: int
    oldest_s: float | None
    sessions: int  # other connections of a Tane


async def read_server(conn: Connection) -> Server:
    """Ask the server what it is."""
    row = await conn.fetchrow(_SQL["read_server"])
    assert row is not None
    return Server(**row)


async def read_tables(conn: Connection) -> Tables:
    """Look at our tables and indexes."""
    forbidden = await conn.fetch(_SQL["forbidden_tables"], migrate.created("TABLE"))
    broken = await conn.fetch(_SQL["broken_indexes"])
    largest = await conn.fetchval(_SQL["largest_table"])
    return Tables(
        forbidden=tuple(row["name"] for row in forbidden),
        broken_indexes=tuple(row["name"] for row in broken),
        largest_bytes=int(largest),
    )


async def read_model(conn: Connection) -> StoredModel | None:
    """Return the model in use; None before the first vector. Reads the lengths of all its vectors."""
    row = await conn.fetchrow(_SQL["read_model"])
    return None if row is None else StoredModel(**row)


async def read_line(conn: Connection) -> QueueState:
    """Look at the queue. Reads all jobs that wait or run."""
    row = await conn.fetchrow(_SQL["read_queue"])
    assert row is not None
    return QueueState(**row)
