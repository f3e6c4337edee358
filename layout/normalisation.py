"""The frame of a map: draws in the few that lie far out, gives it a side of 1, parts points that coincide."""

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Points

OUTLYING = 0.01  # at most this share of the points, but at least one, may be drawn in on each side
MARGIN = 0.25  # of the side that the others span: how far out is still left alone
APART = 0.002  # of the extent: radius of the ring on which coinciding points are set
GOLDEN_ANGLE = np.pi * (3.0 - 5.0**0.5)


def extent(coordinates: Points) -> float:
    """Return the larger side of the bounding box of shape (n, 2); 0 for no point or one."""
    return float(np.ptp(coordinates, axis=0).max()) if len(coordinates) else 0.0


def press_outliers(coordinates: Points) -> Floats:
    """Return the places with the outlying few moved in, so that one far point does not shrink the map.

    On each side of each axis the outermost hundredth of the points (at least one) decides nothing; what lies more
    than a quarter of the others' span beyond them is pressed, in its order, into another quarter. Cost O(n log n).

    Args:
        coordinates: shape (n, 2).
    """
    places = np.asarray(coordinates, dtype=np.float64)
    count = len(places)
    ignored = max(1, int(OUTLYING * count))
    if count < 2 * ignored + 2:
        return places.copy()
    ordered = np.sort(places, axis=0)
    low, high = ordered[ignored], ordered[count - 1 - ignored]
    margin = MARGIN * float((high - low).max())
    if margin == 0.0:
        return places.copy()
    low, high = low - margin, high + margin
    above, below = np.maximum(places - high, 0.0), np.maximum(low - places, 0.0)
    pressed: Floats = (
        np.clip(places, low, high) + above * margin / (above + margin) - below * margin / (below + margin)
    )
    return pressed


def normalise(coordinates: Points) -> Floats:
    """Return the places centred on the origin with a larger side of 1 (left alone where there is no side)."""
    places = np.asarray(coordinates, dtype=np.float64)
    if not len(places):
        return places.copy()
    middle = (places.min(axis=0) + places.max(axis=0)) / 2
    shown: Floats = (places - middle) / (extent(places) or 1.0)
    return shown


def separate(coordinates: Points) -> NDArray[np.float32]:
    """Return float32 places in which no two are the same: those that coincide are spread on a small spiral.

    The first of a group stays, the others follow in row order. Cost O(n log n). Deterministic.
    """
    places = np.ascontiguousarray(coordinates, dtype=np.float32)
    _, group, sizes = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    if not len(places) or sizes.max() == 1:
        return places
    order = np.argsort(group, kind="stable")
    starts = np.cumsum(sizes) - sizes
    rank = np.empty(len(places), dtype=np.int64)
    rank[order] = np.arange(len(places)) - starts[group[order]]
    return (places + APART * (extent(places) or 1.0) * sunflower(rank)).astype(np.float32)


def sunflower(rank: NDArray[np.integer]) -> Floats:
    """Return shape (n, 2): the rank-th seed of a sunflower (Vogel 1979), neighbours about 1 apart, rank 0 in the middle."""
    radius, angle = np.sqrt(rank), rank * GOLDEN_ANGLE
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
