"""Step `genre`: to which genre each document belongs, a theme of the map or one of a taxonomy."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from tane.recap import themes
from tane.recap.documents import OTHER, GenreDecision
from tane.runs.recap.recap_files import MapTheme, Plan, Recap, RecapFiles
from tane.runs.recap.taxonomy_pass import decide_by_taxonomy, part_others
from tane.runs.recap.tie_breaking import break_ties, with_ties
from tane.store import recap_documents, runs
from tane.store.pool import connection, transaction
from tane.vectors.scale import SimilarityScale

AT_ONCE = 1_000


async def classify(recap: Recap) -> Mapping[str, Any]:
    """Decide the genre of each document, and keep how with the run."""
    files = RecapFiles(recap.folder)
    plan = await asyncio.to_thread(files.plan.load)
    facts: Mapping[str, Any] = {}
    if plan.mode == "taxonomy":
        await asyncio.to_thread(files.themes.save, [])
        facts = await decide_by_taxonomy(recap, files, plan)
    else:
        await _save_themes(recap, files, plan)
        others = await recap.compute.run(decide_by_map, files)
        degraded = await part_others(recap, files, plan, others)
        facts = {"degraded": degraded} if degraded else {}
    decisions = await asyncio.to_thread(lambda: list(files.decisions.load()))
    if plan.mode == "taxonomy":
        decisions = await with_ties(recap, files, decisions)
    async with transaction(recap.session.pool) as conn:
        for start in range(0, len(decisions), AT_ONCE):
            rows = [_row(one) for one in decisions[start : start + AT_ONCE]]
            await recap_documents.insert_decisions(conn, recap.run_id, rows)
        await runs.fence(conn, recap.run_id, recap.epoch)
    decisions, ties = await break_ties(recap, files, decisions)
    return {
        "mode": plan.mode,
        "genres": len({one.genre for one in decisions}),
        "strategies": dict(sorted(Counter(one.strategy for one in decisions).items())),
        "other": sum(one.genre == "other" for one in decisions),
        **facts,
        **ties,
    }


async def _save_themes(recap: Recap, files: RecapFiles, plan: Plan) -> None:
    async with connection(recap.session.pool) as conn:
        found = await recap_documents.read_top_clusters(conn, plan.model_id)
    found = [one for one in found if one.centroid.shape == (plan.dims,)]
    vectors = np.stack([one.centroid for one in found]) if found else np.zeros((0, plan.dims), np.float32)
    await asyncio.to_thread(files.theme_vectors.save, vectors.astype(np.float32))
    await asyncio.to_thread(
        files.themes.save,
        [MapTheme(cluster_id=one.cluster_id, title=one.title, attach_sim=one.attach_sim) for one in found],
    )


def _row(decision: GenreDecision) -> dict[str, Any]:
    fields = asdict(decision)
    return {
        "document_id": str(decision.document_id),
        "genre": decision.genre,
        "strategy": decision.strategy,
        "confidence": decision.confidence,
        "coarse_candidates": list(fields["candidates"]),
        "refine_decision": fields["reasons"],
        "tag_profile": fields["tag_profile"],
        "graph_context": fields["graph_context"],
        "telemetry": fields["telemetry"],
    }


def scale_of(unlike: Sequence[float]) -> SimilarityScale | None:
    """Return the scale of the model whose vectors a run reads."""
    return SimilarityScale(tuple(unlike)) if unlike else None


# ---------------------------------------------------------------- in the pool


def decide_by_map(files: RecapFiles) -> int:
    """Write the theme of each document; return how many have none."""
    plan = files.plan.load()
    unique = files.unique.load()
    ids = [document.document_id for document in files.prepared.load()]
    found = list(files.themes.load())
    centroids = files.theme_vectors.load()
    lengths = np.linalg.norm(centroids, axis=1, keepdims=True)
    decided = themes.decide(
        [ids[row] for row in unique],
        files.document_vectors.mapped()[unique],
        themes.ThemeSet(
            ids=tuple(theme.cluster_id for theme in found),
            centroids=centroids / np.where(lengths > 0, lengths, 1),
            attach=np.asarray([theme.attach_sim for theme in found], dtype=np.float64),
        ),
        scale_of(plan.unlike),
    )
    files.decisions.save(decided)
    return sum(one.genre == OTHER for one in decided)
