"""Edges of new items: the clusters they join and what they are near (G1-G6)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from handlers.options import DOCUMENTED, Linkage
from tane.store import edges, embeddings
from tane.store.edges import NewEdge
from tane.store.embeddings import Neighbour, Target
from tane.store.pool import Connection


async def link_seeds(
    conn: Connection, seed_ids: Sequence[UUID], model_id: int, linkage: Linkage = DOCUMENTED
) -> dict[UUID, list[Neighbour]]:
    """Write the edges of seeds whose vectors are stored, end their former ones; return what was found near them."""
    found = await embeddings.nearest(conn, "seed", seed_ids, model_id, wanted=linkage.searched)
    bests = {
        fits[0].target.target_id
        for neighbours in found.values()
        if (fits := clusters_of(neighbours, linkage))
    }
    ancestors = await edges.ancestors_of(conn, sorted(bests)) if bests else {}
    new = [
        edge
        for seed_id, neighbours in found.items()
        for edge in (
            *membership(seed_id, neighbours, ancestors, linkage),
            *near(Target("seed", seed_id), neighbours, linkage.near),
        )
    ]
    await edges.replace_edges(conn, "seed", seed_ids, new, edge_types=["part_of", "near"])
    return found


async def link_clusters(
    conn: Connection, cluster_ids: Sequence[UUID], model_id: int, linkage: Linkage = DOCUMENTED
) -> None:
    """Write the near edges of clusters; which cluster lies in which is not decided here (E6)."""
    found = await embeddings.nearest(conn, "cluster", cluster_ids, model_id, wanted=linkage.searched)
    new = [
        edge
        for item, neighbours in found.items()
        for edge in near(Target("cluster", item), neighbours, linkage.near)
    ]
    await edges.replace_edges(conn, "cluster", cluster_ids, new, edge_types=["near"])


def clusters_of(neighbours: Sequence[Neighbour], linkage: Linkage) -> list[Neighbour]:
    """Return the clusters that an item belongs to by this rule, best first."""
    return (
        fitting_clusters(neighbours)
        if linkage.membership == "fitting"
        else nearest_clusters(neighbours, linkage.candidates)
    )


def nearest_clusters(neighbours: Sequence[Neighbour], candidates: int) -> list[Neighbour]:
    """Return the clusters among an item's nearest seeds and clusters, however far: the documents' letter."""
    pool = [near for near in neighbours if near.target.target_type in {"seed", "cluster"}]
    return [near for near in pool[:candidates] if near.target.target_type == "cluster"]


def fitting_clusters(neighbours: Sequence[Neighbour]) -> list[Neighbour]:
    """Return the clusters that take the item, best first (G2)."""
    return [
        neighbour
        for neighbour in neighbours
        if neighbour.attach_sim is not None and neighbour.similarity >= neighbour.attach_sim
    ]


def membership(
    seed_id: UUID,
    neighbours: Sequence[Neighbour],
    ancestors: Mapping[UUID, frozenset[UUID]],
    linkage: Linkage = DOCUMENTED,
) -> list[NewEdge]:
    """Decide the clusters of a seed: the best is membership, the next affinity, unless it contains the best (G3)."""
    fits = clusters_of(neighbours, linkage)
    if not fits:
        return []
    best = fits[0]
    passed_over = ancestors[best.target.target_id]
    others = [fit for fit in fits[1:] if fit.target.target_id not in passed_over]
    chosen = [(best, "member"), *((other, "affinity") for other in others[: linkage.clusters - 1])]
    return [
        NewEdge(
            src=Target("seed", seed_id),
            dst=cluster.target,
            edge_type="part_of",
            role=role,
            weight=weight(cluster.similarity),
        )
        for cluster, role in chosen
    ]


def near(item: Target, neighbours: Sequence[Neighbour], count: int = DOCUMENTED.near) -> list[NewEdge]:
    """Decide the near edges of an item: its nearest of any kind but where it came from (G4)."""
    others = [neighbour for neighbour in neighbours if not neighbour.is_own_source]
    return [
        NewEdge(src=item, dst=other.target, edge_type="near", role=None, weight=weight(other.similarity))
        for other in others[:count]
    ]


def weight(similarity: float) -> float:
    """Return the cosine clipped to 0..1 (G6)."""
    return min(max(similarity, 0.0), 1.0)
