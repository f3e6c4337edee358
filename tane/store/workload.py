"""Which job types have work: what lanes and `run --drain` decide by."""

from collections.abc import Sequence

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("workload")


async def find_claimable_types(conn: Connection, known: Sequence[str]) -> frozenset[str]:
    """Return the types of which a job could be claimed now."""
    rows = await conn.fetch(_SQL["claimable_types"], list(known))
    return frozenset(row["job_type"] for row in rows)


async def count_without_vector(conn: Connection, types: Sequence[str]) -> int:
    """Return how many jobs of these types wait or run for a vector of the map; of paused types, too. Reads all of them."""
    return int(await conn.fetchval(_SQL["count_without_vector"], list(types)))


async def waits_for_vectors(conn: Connection, types: Sequence[str]) -> bool:
    """Tell whether a job of these types makes a vector for the map, now or soon; paused ones count only while they run."""
    return bool(await conn.fetchval(_SQL["waits_for_vectors"], list(types)))


async def find_unfinished_types(
    conn: Connection, known: Sequence[str], *, due_within_s: float
) -> frozenset[str]:
    """Return the types of which a job waits, runs anywhere or is due soon; paused ones count only while they run."""
    rows = await conn.fetch(_SQL["unfinished_types"], list(known), due_within_s)
    return frozenset(row["job_type"] for row in rows)


async def is_anything_running(conn: Connection) -> bool:
    """Tell whether anybody works at all: whether any job is claimed at this moment."""
    return bool(await conn.fetchval(_SQL["is_anything_running"]))
