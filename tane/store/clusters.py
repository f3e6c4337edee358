"""Clusters, their members and their words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store.pool import Connection
from tane.store.sql import load

_SQL = load("clusters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster as the one who describes it needs it."""

    cluster_id: UUID
    parent_id: UUID | None
    member_hash: bytes | None
    is_archived: bool
    is_owners: bool  # pinned with its words, or described by the owner
    has_title: bool  # a placeholder at least


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledSeed:
    """A seed of a cluster; `vector` has shape (d,), None when it has none of the current model yet."""

    body: str
    vector: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """A sample of a cluster's own seeds, and how many there are."""

    sample: tuple[SampledSeed, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The words of a cluster; None leaves what is there."""

    title: str | None
    overview: str
    category: str | None
    strength: int | None


async def load_clusters(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Cluster]:
    """Return the clusters that exist."""
    rows = await conn.fetch(_SQL["load_clusters"], ids)
    return {
        row["cluster_id"]: Cluster(
            cluster_id=row["cluster_id"],
            parent_id=row["parent_cluster_id"],
            member_hash=row["member_hash"],
            is_archived=row["is_archived"],
            is_owners=row["is_owners"],
            has_title=row["has_title"],
        )
        for row in rows
    }


async def with_unfinished_children(conn: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the clusters that have a child whose words are still to be written."""
    return {row["parent_cluster_id"] for row in await conn.fetch(_SQL["with_unfinished_children"], ids)}


async def sample_members(conn: Connection, cluster_id: UUID, *, limit: int) -> Members:
    """Return at most `limit` seeds, and utterances without any, that belong to a cluster itself, not to its children."""
    rows = await conn.fetch(_SQL["sample_members"], cluster_id, limit)
    return Members(
        sample=tuple(SampledSeed(body=row["body"], vector=row["vector"]) for row in rows),
        total=rows[0]["total"] if rows else 0,
    )


async def list_children(conn: Connection, cluster_id: UUID) -> list[tuple[str, str]]:
    """Return title and overview of the living children, the largest first; "" for what is missing."""
    rows = await conn.fetch(_SQL["list_children"], cluster_id)
    return [(row["cluster_title"] or "", row["cluster_overview"] or "") for row in rows]


async def list_sibling_titles(conn: Connection, cluster_id: UUID) -> list[str]:
    """Return the titles of the living clusters under the same parent, the largest first."""
    rows = await conn.fetch(_SQL["list_sibling_titles"], cluster_id)
    return [row["cluster_title"] for row in rows]


async def lock_titles(conn: Connection, parent_ids: Iterable[UUID | None]) -> None:
    """Let nobody else name clusters under these parents (None: the top) until the transaction ends."""
    for parent_id in sorted(set(parent_ids), key=str):
        await conn.execute(_SQL["lock_titles"], parent_id)


async def describe_cluster(conn: Connection, cluster: Cluster, description: Description) -> bool:
    """Store a cluster's words; False when it is archived, pinned or described by the owner by now."""
    status = await conn.execute(
        _SQL["describe_cluster"],
        cluster.cluster_id, description.title, description.overview, description.category,
        description.strength, cluster.member_hash,
    )  # fmt: skip
    return status == "UPDATE 1"
