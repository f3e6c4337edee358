"""Where new items belong: the clusters that they join, what they are near (G1-G6) and their points on maps (H)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np

from handlers.options import DOCUMENTED, Linkage
from layout.placing import Rule, place_many
from tane.store import edges, embeddings, maps
from tane.store.edges import NewEdge
from tane.store.embeddings import Neighbour, Placed, Target
from tane.store.maps import NewPoint, WantedPoint
from tane.store.pool import Connection

Candidates = Mapping[UUID, Sequence[Neighbour]]
_OnMap = tuple[UUID, UUID]  # (layout_id, item)


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


async def place_seeds(
    conn: Connection, seed_ids: Sequence[UUID], model_id: int, *, found: Candidates, linkage: Linkage
) -> None:
    """Place seeds whose edges are written, and bring their utterances to the same maps.

    `found` is what lies near the seeds anywhere; most places follow from it without another search.
    """
    utterance_ids = await maps.utterances_of(conn, seed_ids)
    wanted = await maps.find_wanted(conn, seed_ids=seed_ids, utterance_ids=utterance_ids)
    seeds = [point for point in wanted if point.target.target_type == "seed"]
    utterances = [point for point in wanted if point.target.target_type == "utterance"]
    await _leave_other_maps(conn, "seed", seed_ids, seeds)
    await _place(conn, "seed", seeds, model_id, found=found, linkage=linkage)
    await _leave_other_maps(conn, "utterance", utterance_ids, utterances)
    missing = [point for point in utterances if not point.is_placed]
    await _place(conn, "utterance", missing, model_id, found={}, linkage=linkage)


async def place_utterances(
    conn: Connection, utterance_ids: Sequence[UUID], model_id: int, *, linkage: Linkage
) -> None:
    """Place utterances by their own vectors, again where they stood beside a seed until now (H6)."""
    found = await embeddings.nearest(conn, "utterance", utterance_ids, model_id, wanted=linkage.searched)
    wanted = await maps.find_wanted(conn, seed_ids=[], utterance_ids=utterance_ids)
    await _leave_other_maps(conn, "utterance", utterance_ids, wanted)
    await _place(conn, "utterance", wanted, model_id, found=found, linkage=linkage)


async def _leave_other_maps(
    conn: Connection, target_type: str, items: Sequence[UUID], wanted: Sequence[WantedPoint]
) -> None:
    kept = [(point.layout_id, point.target.target_id) for point in wanted if point.is_placed]
    await maps.retire_points(conn, target_type, items, kept=kept)


async def _place(
    conn: Connection,
    target_type: str,
    wanted: Sequence[WantedPoint],
    model_id: int,
    *,
    found: Candidates,
    linkage: Linkage,
) -> None:
    if not wanted:
        return
    near = await _among_candidates(conn, wanted, found, linkage)
    pairs = sorted((point.layout_id, point.target.target_id) for point in wanted)
    rest = [pair for pair in pairs if pair not in near]
    if rest:
        near |= await embeddings.nearest_on_runs(
            conn, target_type, rest, model_id, count=linkage.place_neighbours
        )
    alone = [pair for pair in rest if pair not in near]
    beside = await maps.seeds_beside(conn, alone) if target_type == "utterance" and alone else {}
    lonely = sorted({layout_id for layout_id, item in alone if (layout_id, item) not in beside})
    extents = await maps.extents_of(conn, lonely) if lonely else {}
    points = [
        *points_for([pair for pair in pairs if pair not in beside], near, extents, rule=linkage.place),
        # An utterance beside its seed keeps its jitter by any rule: the two must not coincide (H6).
        *points_for(sorted(beside), {pair: [seed] for pair, seed in beside.items()}, {}, rule="softmax"),
    ]
    await maps.upsert_points(conn, target_type, points)


async def _among_candidates(
    conn: Connection, wanted: Sequence[WantedPoint], found: Candidates, linkage: Linkage
) -> dict[_OnMap, list[Placed]]:
    """Return the neighbours on the maps of everything, for items of which enough candidates stand there.

    Such a map holds most of the store, so that the nearest of all are the nearest on it (H4). Where they are
    not enough the map itself must be searched.
    """
    tried = {
        (point.layout_id, item): reach
        for point in wanted
        if point.is_whole
        and (reach := within_reach(found.get(item := point.target.target_id, ()), linkage.searched))
    }
    if not tried:
        return {}
    stands = await maps.coordinates_of(
        conn, [(layout_id, near.target) for (layout_id, _), nears in tried.items() for near in nears]
    )
    near = {
        (layout_id, item): [
            Placed(similarity=near.similarity, x=place[0], y=place[1])
            for near in nears
            if (place := stands.get((layout_id, near.target))) is not None
        ][: linkage.place_neighbours]
        for (layout_id, item), nears in tried.items()
    }
    return {pair: placed for pair, placed in near.items() if len(placed) == linkage.place_neighbours}


def within_reach(found: Sequence[Neighbour], searched: Mapping[str, int]) -> list[Neighbour]:
    """Return, of the best of each kind, those that are the best of all kinds together, best first.

    A kind of which as many were found as were asked for goes on beyond its last one; what is less similar
    than that may have unseen company.
    """
    kinds = {kind: [near for near in found if near.target.target_type == kind] for kind in searched}
    horizon = max(
        (nears[-1].similarity for kind, nears in kinds.items() if len(nears) >= searched[kind]), default=-1.0
    )
    return [near for near in found if near.similarity >= horizon]


def points_for(
    pairs: Sequence[_OnMap],
    near: Mapping[_OnMap, Sequence[Placed]],
    extents: Mapping[UUID, float],
    *,
    rule: Rule,
) -> list[NewPoint]:
    """Decide the places of items on maps from what stands near them; a map without points has extent 1."""
    width = max((len(near.get(pair, ())) for pair in pairs), default=0)
    table = np.zeros((len(pairs), width, 3))
    present = np.zeros((len(pairs), width), dtype=bool)
    for row, pair in enumerate(pairs):
        placed = near.get(pair, ())
        present[row, : len(placed)] = True
        table[row, : len(placed)] = np.array([(p.x, p.y, p.similarity) for p in placed]).reshape(-1, 3)
    places = place_many(
        table[:, :, :2],
        table[:, :, 2],
        present,
        [item for _, item in pairs],
        rule=rule,
        extents=np.array([extents.get(layout_id) or 1.0 for layout_id, _ in pairs]),
    )
    return [
        NewPoint(layout_id=layout_id, item=item, x=float(x), y=float(y))
        for (layout_id, item), (x, y) in zip(pairs, places, strict=True)
    ]
