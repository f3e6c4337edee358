"""Edges between utterances, seeds and clusters: `part_of` a cluster, or `near` each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tane.store import sql
from tane.store.embeddings import Target
from tane.store.pool import Connection

_SQL = sql.load("edges")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdge:
    """An edge found online. `role` is member, attached or affinity for part_of, None for near."""

    src: Target
    dst: Target
    edge_type: str
    role: str | None
    weight: float  # similarity clipped to 0..1


async def replace_edges(
    conn: Connection,
    src_type: str,
    src_ids: Sequence[UUID],
    edges: Sequence[NewEdge],
    *,
    edge_types: Sequence[str],
) -> None:
    """Make these the edges of some types that leave the items: upsert them, end the others, leave the owner's alone."""
    await conn.execute(
        _SQL["upsert_edges"],
        [edge.src.target_type for edge in edges],
        [edge.src.target_id for edge in edges],
        [edge.dst.target_type for edge in edges],
        [edge.dst.target_id for edge in edges],
        [edge.edge_type for edge in edges],
        [edge.role for edge in edges],
        [edge.weight for edge in edges],
    )
    await conn.execute(
        _SQL["retire_edges"],
        src_type,
        src_ids,
        [edge.src.target_id for edge in edges],
        [edge.dst.target_type for edge in edges],
        [edge.dst.target_id for edge in edges],
        [edge.edge_type for edge in edges],
        edge_types,
    )


async def ancestors_of(conn: Connection, cluster_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return the clusters that contain each cluster, at any height."""
    found: dict[UUID, set[UUID]] = {cluster_id: set() for cluster_id in cluster_ids}
    for row in await conn.fetch(_SQL["ancestors_of"], cluster_ids):
        found[row["cluster_id"]].add(row["ancestor_id"])
    return {cluster_id: frozenset(ancestors) for cluster_id, ancestors in found.items()}
