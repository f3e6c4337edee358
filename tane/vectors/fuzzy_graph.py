"""UMAP's graph of a table of nearest neighbours (McInnes, Healy and Melville 2018), for communities and maps alike.

Each row's nearest neighbour weighs one and the others fall off at a bandwidth of the row's own, so that sparse and
dense regions count alike.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Integers, blocks
from tane.vectors.neighbours import Neighbours

_HALVINGS = 40  # of the search for a bandwidth, which is then exact to 1e-12
_LEAST_BANDWIDTH = 1e-3  # of the mean distance


class FuzzyGraph(NamedTuple):
    """Weighted edges, both directions of each: int32, int32 and float32 of shape (e,), sorted by (head, tail)."""

    heads: NDArray[np.int32]
    tails: NDArray[np.int32]
    weights: NDArray[np.float32]
    points: int


def fuzzy_graph(table: Neighbours) -> FuzzyGraph:
    """Return UMAP's fuzzy simplicial set of the table. Cost O(n k log n).

    table: at least 2 columns; the point itself counts as one more neighbour, as in the library.
    """
    points, k = table.indices.shape
    weights = _memberships(table.distances).ravel()
    pairs = _both_ways(np.repeat(np.arange(points), k), table.indices.astype(np.int64).ravel(), points)
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
    return FuzzyGraph(heads, tails, certain[is_edge], points)


def _both_ways(heads: Integers, tails: Integers, points: int) -> Integers:
    """Return one number for each edge, then one for each reversed."""
    return np.concatenate([heads * points + tails, tails * points + heads])


def _memberships(distances: Floats) -> NDArray[np.float32]:
    """Return (n, k): exp(-(d - d1) / bandwidth), where d1 is the distance to the nearest that is not at the same place."""
    average = float(distances.mean(dtype=np.float64)) if distances.size else 0.0
    memberships = np.empty(distances.shape, dtype=np.float32)
    for rows in blocks(len(distances)):
        part = np.asarray(distances[rows], dtype=np.float64)
        nearest = np.where(part > 0.0, part, np.inf).min(axis=1, keepdims=True)
        nearest = np.where(np.isfinite(nearest), nearest, 0.0)
        beyond = np.maximum(part - nearest, 0.0)
        means = np.where(nearest > 0.0, part.mean(axis=1, keepdims=True), average)
        bandwidth = _bandwidths(beyond, means)
        memberships[rows] = np.exp(
            -np.divide(beyond, bandwidth, out=np.zeros_like(beyond), where=bandwidth > 0.0)
        )
    return memberships


def _bandwidths(beyond: Floats, means: Floats) -> Floats:
    """Return (n, 1): for each row what makes its memberships add up to the binary logarithm of k + 1, by halving.

    A thousandth of the row's mean distance (n, 1) at least.
    """
    count = beyond.shape[1]
    wanted = float(np.log2(count + 1))
    low, high = np.zeros((len(beyond), 1)), np.full((len(beyond), 1), np.inf)
    bandwidth = np.ones((len(beyond), 1))
    for _ in range(_HALVINGS):
        is_much = np.exp(-beyond / bandwidth).sum(axis=1, keepdims=True) > wanted
        high, low = np.where(is_much, bandwidth, high), np.where(is_much, low, bandwidth)
        bandwidth = np.where(np.isinf(high), 2.0 * bandwidth, (low + high) / 2.0)
    floor: Floats = _LEAST_BANDWIDTH * means * count / (count + 1)
    return np.maximum(bandwidth, floor)
