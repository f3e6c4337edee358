"""Feeds that the owner has named, and how each is doing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("feeds")
FeedState = Literal["new", "ok", "unchanged", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed, or an article server (kind http), and the source that its articles are of."""

    feed_id: UUID
    source_id: UUID
    name: str  # of the source
    kind: str
    url: str
    title: str | None
    is_private: bool
    etag: str | None
    last_modified: str | None
    state: FeedState
    error: str | None
    failures: int
    fetched_at: datetime | None
    succeeded_at: datetime | None
    due_at: datetime
    articles: int


async def add_feed(
    conn: Connection, *, source_id: UUID, name: str, kind: str, url: str, is_private: bool
) -> UUID | None:
    """Add a feed; None if its address or its name is taken."""
    found: UUID | None = await conn.fetchval(_SQL["add_feed"], source_id, name, kind, url, int(is_private))
    return found


async def list_feeds(conn: Connection) -> list[Subscription]:
    """Return all feeds by name."""
    return [Subscription(**row) for row in await conn.fetch(_SQL["list_feeds"])]


async def remove_feed(conn: Connection, name: str) -> bool:
    """Remove a feed by its name or address; its articles stay."""
    status: str = await conn.execute(_SQL["remove_feed"], name)
    return status != "DELETE 0"


async def claim_feed(
    conn: Connection, feed_id: UUID | None, *, besides: Sequence[UUID], for_s: float
) -> Subscription | None:
    """Return a feed to be fetched by the caller alone: this one, or the one that is due longest; None if there is none."""
    row = await conn.fetchrow(_SQL["claim_feed"], feed_id, besides, for_s)
    return None if row is None else Subscription(**row)


async def note_success(
    conn: Connection,
    feed_id: UUID,
    *,
    state: FeedState,
    title: str | None,
    etag: str | None,
    last_modified: str | None,
    every_s: float,
) -> None:
    """Note that a feed was read, and when it is due again."""
    await conn.execute(_SQL["note_success"], feed_id, state, title, etag, last_modified, every_s)


async def note_failure(conn: Connection, feed_id: UUID, error: str, *, every_s: float) -> None:
    """Note that a feed could not be read, and why; it is due later with each failure."""
    await conn.execute(_SQL["note_failure"], feed_id, error, every_s)


async def known_items(conn: Connection, source_id: UUID, items: Collection[str]) -> set[str]:
    """Return those fingerprints of items that articles of this source came from."""
    return {row["item"] for row in await conn.fetch(_SQL["known_items"], source_id, list(items))}
