"""Step 2: the tables of nearest neighbours that clustering, edges and maps share (I6)."""

import asyncio
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tane.runs.night.workspace import Night, NightFiles
from tane.vectors import neighbours
from tane.vectors.neighbours import K
from tane.vectors.rows import distinct

PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)


async def find_neighbours(night: Night) -> Mapping[str, Any]:
    """Compute the shared tables of neighbours."""
    files = NightFiles(night.folder)
    facts = await night.compute.run(write_neighbours, files)
    await asyncio.to_thread(files.seed_info.save, facts["seed_info"])
    return {"recall": facts["recall"], "distinct_statements": facts["distinct_statements"]}


# ---------------------------------------------------------------- in the pool


def write_neighbours(files: NightFiles) -> dict[str, Any]:
    """Write the tables of the statements, of the distinct ones, and of statements and other utterances together.

    In the last one the statements stand first. Returns what is stored of the distances between them (J2).
    """
    everything = files.item_vectors.mapped()
    statements = len(files.statement_ids.mapped())
    same = distinct(everything)
    among_statements = same.among(statements)
    # The first row of each vector stands for it, so the distinct statements come first among all that is distinct.
    has_repeats = len(same.first) < len(everything)
    of_distinct, of_all_distinct = neighbours.nearest_within(
        everything[same.first] if has_repeats else everything, len(among_statements.first)
    )
    files.distinct_neighbours.save(of_distinct)
    of_statements = neighbours.expand(of_distinct, among_statements, k=K) if has_repeats else of_distinct
    files.statement_neighbours.save(of_statements)
    of_all = neighbours.expand(of_all_distinct, same, k=K) if has_repeats else of_all_distinct
    files.item_neighbours.save(of_all)
    return {
        "recall": min(of_statements.recall, of_all.recall),
        "distinct_statements": len(among_statements.first),
        "seed_info": seed_info(of_statements.distances, statements),
    }


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
