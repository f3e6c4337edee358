"""The tables of nearest neighbours that clustering, edges and maps share (I6)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tane.runs.files import load_array, save_array
from tane.vectors import neighbours
from tane.vectors.neighbours import K, Neighbours
from tane.vectors.rows import distinct

PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)


def find_neighbours(folder: Path) -> dict[str, Any]:
    """Write the tables of the seeds, of the distinct seeds, and of seeds and utterances together.

    In the last one the seeds stand first. Returns what is stored of the distances between seeds (J2).
    """
    everything = load_array(folder / "item_vectors.npy")
    seeds = len(load_array(folder / "seed_ids.npy"))
    same = distinct(everything)
    among_seeds = same.among(seeds)
    # The first row of each vector stands for it, so the distinct seeds come first among all that is distinct.
    has_repeats = len(same.first) < len(everything)
    of_distinct, of_all_distinct = neighbours.nearest_within(
        everything[same.first] if has_repeats else everything, len(among_seeds.first)
    )
    _save(folder, "distinct", of_distinct)
    of_seeds = neighbours.expand(of_distinct, among_seeds, k=K) if has_repeats else of_distinct
    _save(folder, "seed", of_seeds)
    of_all = neighbours.expand(of_all_distinct, same, k=K) if has_repeats else of_all_distinct
    _save(folder, "item", of_all)
    return {
        "recall": min(of_seeds.recall, of_all.recall),
        "distinct_seeds": len(among_seeds.first),
        "seed_info": seed_info(of_seeds.distances, seeds),
    }


def load_table(folder: Path, name: str) -> Neighbours:
    """Return a table that `find_neighbours` wrote: distinct, seed or item."""
    return Neighbours(
        indices=np.asarray(load_array(folder / f"{name}_neighbours.npy")),
        distances=np.asarray(load_array(folder / f"{name}_distances.npy")),
    )


def seed_info(distances: NDArray[np.float64], count: int) -> dict[str, Any]:
    """Return the columns of `all_seed_info`: the way to the nearest other seed and to the tenth; None for fewer than two (J3)."""
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


def _save(folder: Path, name: str, table: Neighbours) -> None:
    save_array(folder / f"{name}_neighbours.npy", table.indices.astype(np.int32))
    save_array(folder / f"{name}_distances.npy", table.distances)
