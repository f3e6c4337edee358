"""UMAP from a table of nearest neighbours and given places, by the library's functions instead of its class.

The class compiles in every process for seconds, rescales the start, and recomputes neighbours; the functions
do none of it. Nothing here runs in several threads, so the result depends on the arguments only (on one machine
with one set of library versions).
"""

import atexit
import functools
import importlib
import shutil
import tempfile
import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layout.neighbourhood import Neighbours

Floats = NDArray[np.float32]

SPREAD, LEAST_APART = 1.0, 0.1
RANDOM_WORDS = np.array([-1_463_201_187, 815_729_411, 1_902_334_873], dtype=np.int64)
NEGATIVES = 5


class Graph(NamedTuple):
    """Weighted edges, both directions of each: int32, int32 and float32 of shape (e,), sorted by (head, tail)."""

    heads: NDArray[np.int32]
    tails: NDArray[np.int32]
    weights: Floats
    points: int


def warm_up() -> None:
    """Import and compile what `graph_of` and `relax` need, about 4 s once per process; also after a fork."""
    ring = np.arange(8)
    near = np.stack([(ring + step) % 8 for step in (1, 7, 2)], axis=1).astype(np.int32)
    graph = graph_of(Neighbours(indices=near, distances=np.full((8, 3), 0.5, dtype=np.float32)))
    relax(graph, np.stack([np.cos(ring), np.sin(ring)], axis=1), epochs=1, step=1.0)


def graph_of(neighbours: Neighbours) -> Graph:
    """Return UMAP's fuzzy simplicial set of the table. Cost O(n k).

    Args:
        neighbours: k at least 2; the point itself counts as one more neighbour, as in the library.
    """
    umap = _umap()
    n, k = neighbours.indices.shape
    indices = np.concatenate([np.arange(n, dtype=np.int32)[:, None], neighbours.indices], axis=1)
    distances = np.concatenate([np.zeros((n, 1), dtype=np.float32), neighbours.distances], axis=1)
    matrix, _, _ = umap.fuzzy_simplicial_set(np.empty((n, 0)), k + 1, None, "cosine", {}, indices, distances)
    matrix = matrix.tocoo()
    matrix.sum_duplicates()
    order = np.lexsort((matrix.col, matrix.row))
    return Graph(
        matrix.row[order].astype(np.int32),
        matrix.col[order].astype(np.int32),
        matrix.data[order].astype(np.float32),
        n,
    )


def relax(
    graph: Graph,
    start: NDArray[np.floating],
    *,
    epochs: int,
    step: float,
    moving: NDArray[np.bool_] | None = None,
) -> Floats:
    """Return the places, float32 of shape (n, 2), after so many epochs of UMAP's stochastic descent.

    Args:
        graph: of `graph_of`.
        start: shape (n, 2), in UMAP's own units: a finished map has a side of about 30.
        epochs: passes; the step falls to zero over them.
        step: the first step; UMAP's own is 1.
        moving: shape (n,); the others stay where they are. All when None.
    """
    places = np.array(start, dtype=np.float32, order="C")
    kept = graph.weights >= graph.weights.max(initial=0.0) / epochs
    if moving is not None:
        kept &= moving[graph.heads]
    if not kept.any():
        return places
    umap = _umap()
    a, b = curve()
    relaxed: Floats = umap.optimize_layout_euclidean(
        places,
        places,
        graph.heads[kept],
        graph.tails[kept],
        epochs,
        graph.points,
        umap.make_epochs_per_sample(graph.weights[kept], epochs),
        a,
        b,
        RANDOM_WORDS,
        1.0,
        step,
        NEGATIVES,
        parallel=False,
        move_other=moving is None,
    )
    return relaxed


@functools.cache
def curve() -> tuple[float, float]:
    """Return a and b of UMAP's curve 1 / (1 + a d^2b), for its default spread and least distance."""
    a, b = _umap().find_ab_params(SPREAD, LEAST_APART)
    return float(a), float(b)


@functools.cache
def _umap() -> Any:
    """Import the library here: it takes seconds, and warns of a part that nobody uses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)
        try:
            return importlib.import_module("umap.umap_")
        except RuntimeError:
            _lend_a_cache()
            return importlib.import_module("umap.umap_")


def _lend_a_cache() -> None:
    """Give numba a folder for what it keeps: it refuses to start where neither program nor home may be written."""
    folder = tempfile.mkdtemp(prefix="tane-numba-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    importlib.import_module("numba").config.CACHE_DIR = folder
