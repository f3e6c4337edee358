"""Points of new items: on which maps they belong and where they stand there, provisionally (H)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np

from handlers.options import Linkage
from layout.placing import Rule, place_many
from tane.store import embeddings, maps
from tane.store.embeddings import Neighbour, Placed
from tane.store.maps import NewPoint, WantedPoint
from tane.store.pool import Connection

Candidates = Mapping[UUID, Sequence[Neighbour]]
_OnMap = tuple[UUID, UUID]  # (layout_id, item)


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
