"""Items named by the beginning of their id."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from daemon.cli.commands import Failure
from store.pool import Connection, Pool, transaction
from store.reading import find_items

MOST = 1000  # begin alike


async def the_one(conn: Connection, kind: str, prefix: str) -> UUID:
    """Return the one utterance, seed or cluster whose id begins like this.

    Raises:
        Failure: there is none, or more than one.
    """
    found = [item_id for name, item_id in await find_items(conn, prefix, limit=MOST) if name == kind]
    return only(found, kind, prefix)


async def all_of(conn: Connection, kind: str, prefixes: Sequence[str]) -> list[UUID]:
    """Return the items that are named, each once.

    Raises:
        Failure: a name fits none, or more than one.
    """
    return list(dict.fromkeys([await the_one(conn, kind, prefix) for prefix in prefixes]))


async def decide(
    pool: Pool,
    kind: str,
    prefixes: Sequence[str],
    decision: Callable[[Connection, Sequence[UUID]], Awaitable[None]],
) -> int:
    """Decide about all items that are named, or none, and return how many they are."""
    async with transaction(pool) as conn:
        ids = await all_of(conn, kind, prefixes)
        await decision(conn, ids)
    return len(ids)


def only(found: Sequence[UUID], kind: str, prefix: str) -> UUID:
    """Return the only id of a list.

    Raises:
        Failure: it is empty, or longer.
    """
    if not found:
        raise Failure(f"there is no {kind} {prefix}")
    if len(found) > 1:
        raise Failure(f"{prefix} is the beginning of {len(found)} ids: give more of it")
    return found[0]
