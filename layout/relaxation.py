"""UMAP from a table of nearest neighbours and given places: its graph, and its descent.

The library's class compiles in every process for seconds, rescales the start, and recomputes neighbours. Nothing here
runs in several threads, so the result depends on the arguments only (on one machine with one set of library versions).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layout.descent import LEAST_DISTANCE, RANDOM_STATE, descend
from layout.neighbourhood import Neighbours

Floats = NDArray[np.float32]

HALVINGS = 40
LEAST_SIGMA = 1e-3  # of the mean distance
BLOCK_ROWS = 4096


class Graph(NamedTuple):
    """Weighted edges, both directions of each: int32, int32 and float32 of shape (e,), sorted by (head, tail)."""

    heads: NDArray[np.int32]
    tails: NDArray[np.int32]
    weights: Floats
    points: int


def warm_up() -> None:
    """Compile what `relax` needs, or load what was compiled before: so that nobody measures that."""
    ring = np.arange(8)
    near = np.stack([(ring + step) % 8 for step in (1, 7, 2)], axis=1).astype(np.int32)
    graph = graph_of(Neighbours(indices=near, distances=np.full((8, 3), 0.5, dtype=np.float32)))
    relax(graph, np.stack([np.cos(ring), np.sin(ring)], axis=1), epochs=1, step=1.0)


def graph_of(neighbours: Neighbours) -> Graph:
    """Return UMAP's fuzzy simplicial set of the table. Cost O(n k log n).

    Args:
        neighbours: k at least 2; the point itself counts as one more neighbour, as in the library.
    """
    points, k = neighbours.indices.shape
    weights = _memberships(neighbours.distances).ravel()
    pairs = _both_ways(np.repeat(np.arange(points), k), neighbours.indices.astype(np.int64).ravel(), points)
    order = np.argsort(pairs, kind="stable")
    pairs, weights = pairs[order], np.concatenate([weights, weights])[order]
    del order  # of a large map each of these is tens of MB
    # An edge is certain to the degree that one end or the other vouches for it.
    first = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
    last = np.append(first[1:], len(pairs)) - 1
    one, other = weights[first], np.where(last > first, weights[last], np.float32(0.0))
    certain = one + other - one * other
    is_edge = certain > 0.0
    heads, tails = (part.astype(np.int32) for part in np.divmod(pairs[first[is_edge]], points))
    return Graph(heads, tails, certain[is_edge], points)


def _both_ways(heads: NDArray[np.int64], tails: NDArray[np.int64], points: int) -> NDArray[np.int64]:
    """Return one number for each edge, then one for each reversed."""
    return np.concatenate([heads * points + tails, tails * points + heads])


def _memberships(distances: Floats) -> Floats:
    """Return (n, k): exp(-(d - d1) / sigma), where each row's sigma makes their sum the binary logarithm of k + 1.

    d1 is the distance to the nearest who is not at the same place. Sigma is found by halving, and is a thousandth of
    the row's mean distance at least (or of the table's, where a row has none).
    """
    average = float(distances.mean(dtype=np.float64)) if distances.size else 0.0
    memberships = np.empty(distances.shape, dtype=np.float32)
    for start in range(0, len(distances), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        memberships[rows] = _of_block(distances[rows].astype(np.float64), average)
    return memberships


def _of_block(distances: NDArray[np.float64], average: float) -> NDArray[np.float64]:
    nearest = np.where(distances > 0.0, distances, np.inf).min(axis=1)
    nearest = np.where(np.isfinite(nearest), nearest, 0.0)[:, None]
    beyond = np.maximum(distances - nearest, 0.0)
    wanted = np.log2(distances.shape[1] + 1)
    low, high = np.zeros((len(distances), 1)), np.full((len(distances), 1), np.inf)
    sigma = np.ones((len(distances), 1))
    for _ in range(HALVINGS):
        is_much = np.exp(-beyond / sigma).sum(axis=1, keepdims=True) > wanted
        high, low = np.where(is_much, sigma, high), np.where(is_much, low, sigma)
        sigma = np.where(np.isinf(high), 2.0 * sigma, (low + high) / 2.0)
    means = np.where(nearest > 0.0, distances.mean(axis=1, keepdims=True), average)
    sigma = np.maximum(sigma, LEAST_SIGMA * means * distances.shape[1] / (distances.shape[1] + 1))
    scaled = np.divide(beyond, sigma, out=np.zeros_like(beyond), where=sigma > 0.0)
    memberships: NDArray[np.float64] = np.exp(-scaled)
    return memberships


def relax(
    graph: Graph,
    start: NDArray[np.floating],
    *,
    epochs: int,
    step: float,
    moving: NDArray[np.bool_] | None = None,
    least_distance: float = LEAST_DISTANCE,
    random_state: int = RANDOM_STATE,
) -> Floats:
    """Return the places, float32 of shape (n, 2), after so many epochs of UMAP's stochastic descent.

    Args:
        graph: of `graph_of`.
        start: shape (n, 2), in UMAP's own units: a finished map has a side of about 30.
        epochs: passes; the step falls to zero over them.
        step: the first step; UMAP's own is 1.
        moving: shape (n,); the others stay where they are. All when None.
        least_distance: UMAP's min_dist.
        random_state: which negative samples are drawn.
    """
    places = np.array(start, dtype=np.float32, order="C")
    largest = graph.weights.max(initial=0.0)
    kept = graph.weights >= largest / epochs
    free = np.ones(graph.points, dtype=np.bool_)
    if moving is not None:
        kept &= moving[graph.heads]
        free[:] = False  # newcomers settle among others that stand, also among each other
    if kept.any():
        rates = graph.weights[kept] / largest
        descend(
            places,
            graph.heads[kept],
            graph.tails[kept],
            rates,
            moving=free,
            epochs=epochs,
            step=step,
            least_distance=least_distance,
            random_state=random_state,
        )
    return places
