"""Where the elements stand that have no place of their own: clusters, and texts without a vector (H14)."""

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats

ROUNDS = 40
LEAST_DISTANCE = 1e-4  # of the extent: nearer than this a point pulls no harder


def geometric_medians(
    coordinates: NDArray[np.floating],
    points: NDArray[np.integer],
    owners: NDArray[np.integer],
    count: int,
) -> NDArray[np.float32]:
    """Return the geometric median, float32 of shape (count, 2), of each owner's points; NaN for one without points.

    The median stays in the crowd where a few stragglers would pull the mean into empty space. Weiszfeld's iteration
    (1937) for all owners at once. Cost O(p) per round. Deterministic.

    Args:
        coordinates: shape (n, 2), the places of a map.
        points: shape (p,), rows of the map.
        owners: shape (p,), for each of these who it belongs to, 0 to count - 1; a point may have several owners.
        count: how many owners there are.
    """
    places = np.asarray(coordinates, dtype=np.float64)[points]
    sizes = np.bincount(owners, minlength=count)
    middle = _means(places, np.ones(len(points)), owners, count)
    if len(points):
        floor = LEAST_DISTANCE * float(np.ptp(places, axis=0).max()) or 1.0
        for _ in range(ROUNDS):
            apart = np.linalg.norm(places - middle[owners], axis=1)
            middle = _means(places, 1.0 / np.maximum(apart, floor), owners, count)
    middle[sizes == 0] = np.nan
    return middle.astype(np.float32)


def _means(places: Floats, weights: Floats, owners: NDArray[np.integer], count: int) -> Floats:
    """Return the weighted means of shape (count, 2); zeros for who has nothing."""
    totals = np.bincount(owners, weights, minlength=count)
    sums = [np.bincount(owners, weights * places[:, axis], minlength=count) for axis in (0, 1)]
    return np.stack(sums, axis=1) / np.where(totals > 0.0, totals, 1.0)[:, None]
