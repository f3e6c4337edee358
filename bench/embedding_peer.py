"""The bare script: what one would write to embed, link and place seeds, statement by statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np

from bench.filled_store import ATTACH_SIM, DIMS, MODEL_NAME, Matrix
from handlers.options import DOCUMENTED

_DISTANCE = f"vector::halfvec({DIMS}) <=> $1::halfvec({DIMS})"
_NEAREST = (
    "SELECT target_id, 1 - ({distance}) AS similarity FROM embeddings "
    "WHERE target_type = '{kind}' AND model_id = 1 AND is_active = 1 ORDER BY {distance} LIMIT {count}"
)
_ON_MAP = (
    "SELECT p.x, p.y, 1 - ({distance}) AS similarity FROM embeddings e JOIN layout_points p "
    "ON p.layout_id = $2 AND p.target_type = e.target_type AND p.target_id = e.target_id AND p.is_active = 1 "
    "WHERE e.target_type = '{kind}' AND e.model_id = 1 AND e.is_active = 1 ORDER BY {distance} LIMIT 11"
)
_ON_SMALL_MAP = (
    "SELECT p.x, p.y, 1 - ({distance}) AS similarity FROM layout_points p JOIN embeddings e USING (target_type, target_id) "
    "WHERE p.layout_id = $2 AND p.is_active = 1 AND e.model_id = 1 AND e.is_active = 1 ORDER BY {distance} LIMIT 11"
)
_STANDING = "SELECT target_id, x, y FROM layout_points WHERE layout_id = $1 AND target_id = ANY ($2) AND is_active = 1"
_EDGE = (
    "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source) "
    "VALUES ('seed', $1, $2, $3, $4, $5, $6, 'online')"
)
_POINT = (
    "INSERT INTO layout_points (layout_id, target_type, target_id, x, y, is_provisional) VALUES ($1, $2, $3, $4, $5, 1) "
    "ON CONFLICT (layout_id, target_type, target_id) DO UPDATE SET x = excluded.x, y = excluded.y, is_active = 1"
)


async def link_and_place(conn: Any, ids: Sequence[UUID], vectors: Matrix) -> None:
    """Do a whole batch in one transaction."""
    async with conn.transaction():
        await conn.execute("SET LOCAL hnsw.ef_search = 100")
        await conn.execute("SET LOCAL hnsw.iterative_scan = strict_order")
        await conn.execute(
            "SET LOCAL plan_cache_mode = force_custom_plan"
        )  # a generic plan sorts the whole map
        await conn.executemany(
            "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector, source_hash) "
            f"SELECT 'seed', seed_id, 1, '{MODEL_NAME}', {DIMS}, $2, body_hash FROM seeds WHERE seed_id = $1",
            list(zip(ids, vectors, strict=True)),
        )
        for seed_id, vector in zip(ids, vectors, strict=True):
            await _link_and_place(conn, seed_id, vector)
        await conn.execute(
            "UPDATE worker_jobs SET status = 'done', finished_at = now() WHERE job_type = 'embedding' AND target_id = ANY ($1)",
            ids,
        )


async def _link_and_place(conn: Any, seed_id: UUID, vector: Any) -> None:
    source = await conn.fetchval("SELECT utterance_id FROM utterance_seeds WHERE seed_id = $1", seed_id)
    found = {
        kind: await conn.fetch(_NEAREST.format(distance=_DISTANCE, kind=kind, count=count), vector)
        for kind, count in DOCUMENTED.searched.items()
    }
    known = sorted(
        ((row["similarity"], kind, row["target_id"]) for kind, rows in found.items() for row in rows),
        reverse=True,
    )
    known = [entry for entry in known if entry[2] != seed_id]
    near = [entry for entry in known if entry[2] != source][:10]
    fits = [
        (row["target_id"], row["similarity"]) for row in found["cluster"] if row["similarity"] >= ATTACH_SIM
    ][:2]
    edges: list[tuple[Any, ...]] = [
        (seed_id, kind, other, "near", None, max(0.0, cosine)) for cosine, kind, other in near
    ]
    edges += [
        (seed_id, "cluster", cluster, "part_of", role, cosine)
        for (cluster, cosine), role in zip(fits, ("member", "affinity"), strict=False)
    ]
    await conn.executemany(_EDGE, edges)

    runs = await conn.fetch(
        "SELECT layout_id, scope_type FROM layout_runs WHERE is_active = 1 "
        "AND (scope_type = 'atlas' OR (scope_type = 'global' AND $2) OR scope_cluster_id = ANY ($1))",
        [cluster for cluster, _ in fits],
        not fits,
    )
    await _place(conn, "seed", seed_id, vector, runs, known=known)
    own = await conn.fetchval(
        "SELECT vector FROM embeddings WHERE target_type = 'utterance' AND target_id = $1", source
    )
    standing = {
        row["layout_id"]
        for row in await conn.fetch(
            "SELECT layout_id FROM layout_points WHERE target_id = $1 AND is_active = 1", source
        )
    }
    await _place(
        conn, "utterance", source, own, [run for run in runs if run["layout_id"] not in standing], known=[]
    )
    if fits:
        await conn.execute(
            "UPDATE layout_points p SET is_active = 0 FROM layout_runs r "
            "WHERE r.layout_id = p.layout_id AND r.scope_type = 'global' AND p.target_id = $1 AND p.is_active = 1",
            source,
        )


async def _place(
    conn: Any,
    kind: str,
    item: UUID,
    vector: Any,
    runs: Sequence[Any],
    *,
    known: Sequence[tuple[float, str, UUID]],
) -> None:
    """`known` is what was found near the item anywhere: ten of them on a map are enough."""
    for run in runs:
        best = []
        if run["scope_type"] == "cluster":
            rows = await conn.fetch(_ON_SMALL_MAP.format(distance=_DISTANCE), vector, run["layout_id"])
            best = [(row["similarity"], row["x"], row["y"]) for row in rows]
        elif known:
            rows = await conn.fetch(_STANDING, run["layout_id"], [entry[2] for entry in known])
            stands = {row["target_id"]: (row["x"], row["y"]) for row in rows}
            best = [(cosine, *stands[other]) for cosine, _, other in known if other in stands]
        if len(best) < 10:
            best = [
                (row["similarity"], row["x"], row["y"])
                for other in DOCUMENTED.searched
                for row in await conn.fetch(
                    _ON_MAP.format(distance=_DISTANCE, kind=other), vector, run["layout_id"]
                )
            ]
        table = np.array(sorted(best, reverse=True)[:10])
        weights = np.exp(table[:, 0] / 0.05)
        x, y = weights @ table[:, 1:] / weights.sum()
        await conn.execute(_POINT, run["layout_id"], kind, item, float(x), float(y))
