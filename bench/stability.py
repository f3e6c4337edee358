"""Row `stability`: two nights with 5 % new seeds between them, a third one with nothing new, beside the peers refitted.

A planted topic survives if it has at least eight seeds on both nights. Its cluster is the one that is most like it
(Jaccard index over seeds, at least a half), on any level of the tree; the figure is the share of the surviving
topics with a cluster on the first night whose cluster on the second has the same id. BERTopic's topics are matched
to the planted ones the same way, their numbers are its ids; the peer of the map is umap-learn fitted again with the
same seed on the vectors of the atlas. What ninety nights of growth add up to stands in the details.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bench import peers
from bench.agreement import Labels, most_like
from bench.measure import Measure
from bench.night_server import NightServer, house
from bench.ninety import ninety_nights
from bench.planted import Population, add, population, text_of
from layout.mapping import lay_out
from layout.quality import displacement, trustworthiness
from tane.store.pool import connection

BEFORE, AFTER = 4_000, 4_200  # seeds
LEAST_SEEDS = 8
SAMPLE = 2_000  # rows whose trustworthiness is taken
TABLES = ("clusters", "edges", "layout_points")

Places = Mapping[UUID, tuple[float, float]]


def measure() -> Measure:
    planted = population(AFTER)
    ours = asyncio.run(_ours(planted))
    peer = _peer(planted)
    return Measure(
        name="stability",
        ours=ours["kept"],
        peer=peer["kept"],
        ratio=ours["kept"] / peer["kept"] if peer["kept"] else float("inf"),
        unit="share of surviving clusters that keep their id",
        details={
            "seeds": [BEFORE, AFTER],
            "ours": ours,
            "peers_refitted": peer,
            "ninety_nights": ninety_nights(),
        },
    )


async def _ours(planted: Population) -> dict[str, Any]:
    number = {seed: place for place, seed in enumerate(planted.seeds)}
    async with house() as home:
        await add(home.session.dsn, planted.part(0, BEFORE))
        await home.night()
        first = await _clusters(home, number)
        atlas = await _atlas(home)
        await add(home.session.dsn, planted.part(BEFORE, AFTER))
        second_night = await home.night(is_forced=True)
        second = await _clusters(home, number)
        continued = await _atlas(home)
        before = await _bytes(home)
        await home.night(is_forced=True)
        changed = [name for name, digest in (await _bytes(home)).items() if digest != before[name]]
    kept, survivors = share_kept(planted, first, second)
    ids = sorted([*planted.seeds, *planted.utterances])
    vectors = _vectors(planted, ids)
    fresh = lay_out(ids, vectors)
    return {
        "kept": round(kept, 4),
        "surviving_topics_with_a_cluster": survivors,
        "topics_that_survive": len(_surviving(planted)),
        "displacement": round(_moved(atlas, continued), 5),
        "trustworthiness": round(trustworthiness(vectors, _coordinates(continued, ids), sample=SAMPLE), 4),
        "trustworthiness_fresh": round(trustworthiness(vectors, fresh.coordinates, sample=SAMPLE), 4),
        "unchanged_night_changed": changed,
        "second_night": second_night.steps["clusters"].details,
        "maps_of_second_night": second_night.steps["maps"].details,
    }


def _peer(planted: Population) -> dict[str, Any]:
    found, maps = [], []
    for end in (BEFORE, AFTER):
        part = planted.part(0, end)
        texts = [text_of(int(topic), number) for number, topic in enumerate(part.topics)]
        fitted = peers.call("bertopic", arrays={"vectors": part.vectors}, texts=texts).arrays["labels-0"]
        found.append(
            {
                label: frozenset(np.flatnonzero(fitted == label).tolist())
                for label in set(fitted.tolist()) - {-1}
            }
        )
        ids = sorted([*part.seeds, *part.utterances])
        places = peers.call("umap_map", arrays={"vectors": _vectors(part, ids)}, seed=42).arrays["places"]
        maps.append(dict(zip(ids, map(tuple, places.tolist()), strict=True)))
    kept, survivors = share_kept(planted, *found)
    ids = sorted(maps[1])
    return {
        "kept": round(kept, 4),
        "surviving_topics_with_a_cluster": survivors,
        "displacement": round(_moved(*maps), 5),
        "trustworthiness": round(
            trustworthiness(_vectors(planted, ids), _coordinates(maps[1], ids), sample=SAMPLE), 4
        ),
    }


def share_kept(planted: Population, first: Labels, second: Labels) -> tuple[float, int]:
    """Return the share of surviving topics whose cluster kept its id, and of how many; NaN where there are none."""
    kept = []
    for members in _surviving(planted).values():
        old = most_like(members & frozenset(range(BEFORE)), first)
        if old is not None:
            kept.append(most_like(members, second) == old)
    return (float(np.mean(kept)) if kept else float("nan")), len(kept)


def _surviving(planted: Population) -> dict[int, frozenset[int]]:
    """Return the seeds of each topic that is large enough on both nights (none ever shrinks here)."""
    old = np.bincount(planted.topics[:BEFORE][planted.topics[:BEFORE] >= 0])
    return {
        int(topic): frozenset(np.flatnonzero(planted.topics == topic).tolist())
        for topic in np.flatnonzero(old >= LEAST_SEEDS)
    }


async def _clusters(home: NightServer, number: Mapping[UUID, int]) -> dict[UUID, frozenset[int]]:
    """Return each cluster's seeds, those of the clusters inside it included."""
    async with connection(home.session.pool) as conn:
        rows = await conn.fetch(
            "WITH RECURSIVE inside AS (SELECT cluster_id AS top, cluster_id FROM clusters WHERE is_archived = 0 "
            "UNION ALL SELECT i.top, c.cluster_id FROM inside i JOIN clusters c ON c.parent_cluster_id = i.cluster_id "
            "WHERE c.is_archived = 0) "
            "SELECT i.top, array_agg(e.src_id) AS seeds FROM inside i JOIN edges e ON e.dst_id = i.cluster_id "
            "WHERE e.edge_type = 'part_of' AND e.src_type = 'seed' AND e.role IN ('member', 'attached') "
            "AND e.is_active = 1 GROUP BY i.top"
        )
    return {row["top"]: frozenset(number[seed] for seed in row["seeds"]) for row in rows}


async def _atlas(home: NightServer) -> dict[UUID, tuple[float, float]]:
    """Return where seeds and utterances stand on the atlas."""
    async with connection(home.session.pool) as conn:
        rows = await conn.fetch(
            "SELECT p.target_id, p.x, p.y FROM layout_points p JOIN layout_runs r USING (layout_id) "
            "WHERE r.scope_type = 'atlas' AND r.is_active = 1 AND p.is_active = 1 AND p.target_type <> 'cluster'"
        )
    return {row["target_id"]: (row["x"], row["y"]) for row in rows}


async def _bytes(home: NightServer) -> dict[str, str]:
    """Return a digest of all that each table holds, the times of the rows included."""
    found = {}
    async with connection(home.session.pool) as conn:
        for table in TABLES:
            rows = await conn.fetch(f"SELECT t::text AS line FROM {table} t ORDER BY 1")
            found[table] = hashlib.sha256("\n".join(row["line"] for row in rows).encode()).hexdigest()
    return found


def _moved(before: Places, after: Places) -> float:
    ids = sorted(set(before) & set(after))
    return displacement(_coordinates(before, ids), _coordinates(after, ids))


def _coordinates(places: Places, ids: list[UUID]) -> NDArray[np.float64]:
    return np.array([places[one] for one in ids], dtype=np.float64)


def _vectors(planted: Population, ids: list[UUID]) -> NDArray[np.float32]:
    rows = {one: row for row, one in enumerate([*planted.seeds, *planted.utterances])}
    everything = np.concatenate([planted.vectors, planted.utterance_vectors])
    return everything[[rows[one] for one in ids]]
