"""Which clusters an item belongs to besides its own, by likeness to their centroids (G1 to G3)."""

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Integers, Units


def affinity_edges(
    units: Units, centres: Floats, own: NDArray[np.bool_], *, least: Floats, count: int = 2
) -> tuple[Integers, Integers, Floats]:
    """Return rows, clusters and weights of the part_of edges by likeness (G1 to G3): at most `count` a row.

    Args:
        units: (n, d) unit vectors.
        centres: (c, d) unit centroids.
        own: (n, c), clusters a row is in already, or their ancestors: they are passed over.
        least: (c,), the cosine from which a row may belong.
        count: edges per row, best first; equal cosines by cluster.
    """
    cosines = units @ centres.T
    allowed = np.where(own | (cosines < least), -np.inf, cosines)
    best = np.argsort(-allowed, axis=1, kind="stable")[:, :count]
    rows, column = np.nonzero(np.isfinite(np.take_along_axis(allowed, best, axis=1)))
    clusters = best[rows, column]
    return rows.astype(np.int64), clusters.astype(np.int64), np.clip(cosines[rows, clusters], 0.0, 1.0)


def nearest_clusters(
    units: Units, centres: Floats, own: NDArray[np.bool_], *, others: Floats, candidates: int, count: int
) -> tuple[Integers, Integers, Floats]:
    """Return rows, clusters and weights of the part_of edges to the letter: clusters among the nearest of all kinds.

    Args:
        units: (n, d) unit vectors.
        centres: (c, d) unit centroids.
        own: (n, c), clusters a row is in already, or their ancestors: they take their places, and get no edge.
        others: (n, k), cosines of each row's nearest that are no clusters, k at least `candidates`.
        candidates: places that are looked at.
        count: clusters per row that are taken among them, best first; equal cosines by cluster.
    """
    cosines = units @ centres.T
    best = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    near = np.take_along_axis(cosines, best, axis=1)
    places = np.arange(best.shape[1]) + (others[:, None, :] > near[:, :, None]).sum(axis=2)
    rows, column = np.nonzero((places < candidates) & ~np.take_along_axis(own, best, axis=1))
    clusters = best[rows, column]
    return rows.astype(np.int64), clusters.astype(np.int64), np.clip(near[rows, column], 0.0, 1.0)
