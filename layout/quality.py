"""How faithful a map is to its vectors, and how far points moved since yesterday; pure functions on arrays."""

import numpy as np
from numpy.typing import NDArray

from layout.normalisation import extent
from tane.vectors.arrays import Points, blocks

BLOCK_ROWS = 256
ROUNDING = 1e-6  # similarities of float32 that differ by less count as tied


def trustworthiness(
    vectors: NDArray[np.floating], coordinates: Points, *, neighbours: int = 15, sample: int | None = None
) -> float:
    """Return how few neighbours on the map are none among the vectors: 1 is perfect, about 0.5 is chance.

    Venna and Kaski, "Neighborhood preservation in nonlinear projection methods" (ICANN 2001), with cosine distance
    among the vectors. Ties count in the map's favour. Cost O(s n d) for s sampled rows, O(n) memory. Deterministic: the
    sample is every (n / s)-th row.

    Args:
        vectors: shape (n, d), rows of length 1.
        coordinates: shape (n, 2).
        neighbours: k, cut where 2 n - 3 k - 1 would not be positive.
        sample: how many rows to look at; all when None.

    Raises:
        ValueError: fewer than four points: nothing can be wrong there.
    """
    n = len(vectors)
    if n < 4 or len(coordinates) != n:
        raise ValueError("trustworthiness needs at least four points, each with a vector and a place")
    k = max(1, min(neighbours, (n - 1) // 2))
    rows = np.arange(n) if sample is None or sample >= n else np.linspace(0, n - 1, sample).astype(np.int64)
    own = np.asarray(vectors, dtype=np.float32)
    places = np.asarray(coordinates, dtype=np.float64)
    penalty = sum(_penalty(own, places, rows[block], k) for block in blocks(len(rows), BLOCK_ROWS))
    return 1.0 - 2.0 * penalty / (len(rows) * k * (2 * n - 3 * k - 1))


def _penalty(
    vectors: NDArray[np.float32], places: NDArray[np.float64], rows: NDArray[np.int64], k: int
) -> float:
    """Return the sum, over the map's neighbours of some rows, of how far their rank exceeds k."""
    here = np.arange(len(rows))
    apart = ((places[rows, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    apart[here, rows] = np.inf
    shown = np.argpartition(apart, k - 1, axis=1)[:, :k]
    similarities = vectors[rows] @ vectors.T
    similarities[here, rows] = -np.inf
    total = 0.0
    for column in range(k):
        reached = similarities[here, shown[:, column]]
        ranks = (similarities > reached[:, None] + ROUNDING).sum(axis=1) + 1
        total += float(np.maximum(ranks - k, 0).sum())
    return total


def displacement(before: Points, after: Points) -> float:
    """Return the median way of points that are on both maps, as a share of the earlier map's extent.

    Args:
        before: shape (m, 2), yesterday's places.
        after: shape (m, 2), tonight's places of the same points.

    Returns:
        0 where no point is on both maps; infinity where yesterday's had no extent and points moved.
    """
    if not len(before):
        return 0.0
    way = float(np.median(np.linalg.norm(np.asarray(after, float) - np.asarray(before, float), axis=1)))
    side = extent(before)
    if side > 0.0:
        return way / side
    return 0.0 if way == 0.0 else float("inf")
