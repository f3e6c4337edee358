"""Step 2: the tables of nearest neighbours that clustering, edges and maps share (I6)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tane.runs.night.talk import talk_of
from tane.runs.night.workspace import Night, NightFiles
from tane.vectors import neighbours
from tane.vectors.neighbours import K, Neighbours
from tane.vectors.rows import distinct

PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)


async def find_neighbours(night: Night) -> Mapping[str, Any]:
    """Compute the shared tables of neighbours."""
    files = NightFiles(night.folder)
    chosen = night.options.clustering
    context = chosen["context"] if chosen["mode"] == "density" else 0.0
    facts = await night.compute.run(write_neighbours, files, context)
    await asyncio.to_thread(files.seed_info.save, facts["seed_info"])
    return {"recall": facts["recall"], "distinct_statements": facts["distinct_statements"]}


# ---------------------------------------------------------------- in the pool


def write_neighbours(files: NightFiles, context: float) -> dict[str, Any]:
    """Write the tables of the statements, of the distinct ones, and of statements and other utterances together.

    In the last one the statements stand first. Where there are conversations, and `context` is above 0, the same of blended vectors.
    Returns what is stored of the distances between statements (J2).
    """
    statements = len(files.statement_ids.mapped())
    plain = _tables(files.item_vectors.mapped(), statements)
    files.distinct_neighbours.save(plain.distinct)
    files.statement_neighbours.save(plain.statements)
    files.item_neighbours.save(plain.items)
    talk = talk_of(files, weight=context)
    files.is_talk.save(talk is not None)
    recalls = [plain.recall]
    if talk is not None:
        blended = _tables(talk.vectors, statements)
        files.talk_vectors.save(talk.vectors)
        files.talk_conversations.save(talk.conversations)
        files.talk_distinct_neighbours.save(blended.distinct)
        files.talk_neighbours.save(blended.items)
        recalls.append(blended.recall)
    return {
        "recall": min(recalls),
        "distinct_statements": len(plain.distinct),
        "seed_info": seed_info(plain.statements.distances, statements),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    """Nearest neighbours of one set of vectors."""

    distinct: Neighbours  # of the statements whose vectors differ
    statements: Neighbours
    items: Neighbours

    @property
    def recall(self) -> float:
        return min(self.statements.recall, self.items.recall)


def _tables(everything: NDArray[np.float32], statements: int) -> _Tables:
    """Return the tables of unit vectors (i, d), of which the first are statements."""
    same = distinct(everything)
    among_statements = same.among(statements)
    # The first row of each vector stands for it, so the distinct statements come first among all that is distinct.
    has_repeats = len(same.first) < len(everything)
    of_distinct, of_all_distinct = neighbours.nearest_within(
        everything[same.first] if has_repeats else everything, len(among_statements.first)
    )
    return _Tables(
        distinct=of_distinct,
        statements=neighbours.expand(of_distinct, among_statements, k=K) if has_repeats else of_distinct,
        items=neighbours.expand(of_all_distinct, same, k=K) if has_repeats else of_all_distinct,
    )


def seed_info(distances: NDArray[np.float64], count: int) -> dict[str, Any]:
    """Return the columns of `all_seed_info`: the way to the nearest other statement and to the tenth; None for fewer than two (J3)."""
    if not distances.size:
        blank = dict.fromkeys(("avg_seed_distance", "median_seed_distance", "avg_k10", "median_k10"))
        return {"n": count, **blank, "percentiles": {}}
    nearest, tenth = distances[:, 0], distances[:, min(9, distances.shape[1] - 1)]
    return {
        "n": count,
        "avg_seed_distance": float(nearest.mean()),
        "median_seed_distance": float(np.median(nearest)),
        "avg_k10": float(tenth.mean()),
        "median_k10": float(np.median(tenth)),
        "percentiles": {str(p): float(np.percentile(nearest, p)) for p in PERCENTILES},
    }
