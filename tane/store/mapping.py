"""Reads for the map page: maps and their points, clusters as a tree, edges, and what has arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tane.store import sql
from tane.store.domain import ItemType
from tane.store.pool import Connection

_SQL = sql.load("mapping")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRun:
    """A map in use; `cluster_id` and `title` belong to the map of a cluster."""

    id: UUID
    scope: str  # atlas, global or cluster
    cluster_id: UUID | None
    title: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSurroundings:
    """What hangs on a cluster beside its words."""

    facts: Row
    path: list[Row]
    children: list[Row]
    members: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An item that was put on a map by day."""

    map_id: UUID
    kind: ItemType
    id: UUID
    x: float
    y: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Tells whether the maps or the clusters' words are still those of an earlier look."""

    generation: int
    words_at: datetime | None
    at: datetime  # of the look, by the database's clock


async def list_maps(conn: Connection, *, offset: int, limit: int) -> list[Row]:
    """Return (id, scope, cluster_id, title, at, points) of the maps in use: atlas, global, then the largest."""
    return await _rows(conn, "list_maps", offset, limit)


async def find_map(
    conn: Connection, *, map_id: UUID | None = None, scope: str | None = None
) -> MapRun | None:
    """Return a map that is in use: the one of this id, or the one of a scope that has one only (atlas, global)."""
    row = await conn.fetchrow(_SQL["read_run"], map_id, scope)
    return None if row is None else MapRun(**row)


async def map_columns(conn: Connection, map_id: UUID) -> str:
    """Return JSON text: `clusters`, and `columns`, one list an attribute, in the order of kind and id.

    `cluster` and `theme` count in `clusters`; -1 is none. Times are seconds since 1970. Costs about 0.2 s for
    20,000 points.
    """
    text: str = await conn.fetchval(_SQL["map_columns"], map_id)
    return text


async def cluster_surroundings(
    conn: Connection, cluster_id: UUID, *, offset: int, limit: int
) -> ClusterSurroundings:
    """Return averages, way down the tree, children and a page of the seeds of a cluster that exists."""
    (facts,) = await _rows(conn, "cluster_facts", cluster_id)
    return ClusterSurroundings(
        facts=facts,
        path=await _rows(conn, "cluster_path", cluster_id),
        children=await _rows(conn, "cluster_children", cluster_id),
        members=await _rows(conn, "cluster_members", cluster_id, offset, limit),
    )


async def list_edges(conn: Connection, kind: str, item_id: UUID, *, offset: int, limit: int) -> list[Row]:
    """Return (type, role, weight, kind, id) of the other ends of an item's edges."""
    return await _rows(conn, "list_edges", kind, item_id, offset, limit)


async def read_snippets(conn: Connection, ids: Sequence[UUID], *, chars: int) -> list[Row]:
    """Return (kind, id, text, speaker) of the visible ones of these items, texts cut."""
    return await _rows(conn, "read_snippets", ids, chars)


async def arrivals_since(conn: Connection, since: datetime, *, limit: int) -> list[Arrival]:
    """Return what was placed by day after a time, the oldest first; reads the points of all maps."""
    return [Arrival(**row) for row in await conn.fetch(_SQL["arrivals"], since, limit)]


async def read_mark(conn: Connection) -> Mark:
    """Return the state of maps and words."""
    row = await conn.fetchrow(_SQL["maps_mark"])
    assert row is not None
    return Mark(**row)


async def _rows(conn: Connection, name: str, *arguments: Any) -> list[Row]:
    return [dict(row) for row in await conn.fetch(_SQL[name], *arguments)]
