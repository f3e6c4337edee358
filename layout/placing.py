"""Places new items on a map that exists, from where their nearest neighbours stand; pure functions on arrays."""

import hashlib
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats

Rule = Literal["softmax", "mean"]

TEMPERATURE = 0.25  # of the spread of a row's similarities: every model has a scale of its own (H5)
ROUNDING = 1e-6  # of float32 cosines: neighbours that differ by less weigh the same
JITTER = 0.05  # of the neighbours' spread, or of the map's extent where there is no spread
LEAST_JITTER = 0.01  # of the map's extent: two items with the same neighbours must not coincide


def place_many(
    coordinates: NDArray[np.floating],
    similarities: NDArray[np.floating],
    present: NDArray[np.bool_],
    items: Sequence[UUID],
    *,
    rule: Rule = "softmax",
    extents: NDArray[np.floating] | None = None,
) -> Floats:
    """Return the places, float64 of shape (n, 2), of n items with at most k neighbours each.

    Weights are a softmax of the similarities, its temperature a quarter of the standard deviation of the row's own
    similarities: adding a constant to all of them, or stretching them, changes nothing. A jitter made from the
    item's id keeps items apart. An item without neighbours stands near the origin (H3). Cost O(n k).
    Deterministic: the same arguments give the same bytes.

    Args:
        coordinates: shape (n, k, 2), where the neighbours stand; entries not `present` are ignored.
        similarities: shape (n, k), cosines.
        present: shape (n, k), whether the neighbour exists.
        items: n ids, the source of the jitter.
        rule: softmax (H5), or mean: the documents' letter, without jitter.
        extents: shape (n,), larger side of each item's map; 1 when not given.

    Raises:
        ValueError: shapes do not fit, or a present value is NaN or infinite.
    """
    points, cosines, extent = _checked(coordinates, similarities, present, items, extents)
    alone = ~present.any(axis=1)
    weights = present.astype(np.float64) if rule == "mean" else _softmax(cosines, present)
    totals = np.where(alone, 1.0, weights.sum(axis=1))
    centres = np.einsum("nk,nkd->nd", weights, points) / totals[:, None]
    radii = np.where(alone, JITTER * extent, _jitter_radii(points, centres, present, extent))
    if rule == "mean":
        radii = np.where(alone, radii, 0.0)
    places: Floats = centres + radii[:, None] * jitter(items)
    return places


def jitter(items: Sequence[UUID]) -> Floats:
    """Return float64 of shape (n, 2): for each id its own point of the unit disc, evenly spread (sha256)."""
    digests = b"".join(hashlib.sha256(item.bytes).digest()[:8] for item in items)
    unit = np.frombuffer(digests, dtype=">u4").reshape(-1, 2) / 2.0**32
    radius, angle = np.sqrt(unit[:, 0]), 2 * np.pi * unit[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _checked(
    coordinates: NDArray[np.floating],
    similarities: NDArray[np.floating],
    present: NDArray[np.bool_],
    items: Sequence[UUID],
    extents: NDArray[np.floating] | None,
) -> tuple[Floats, Floats, Floats]:
    """Return the three arrays as float64, absent entries as zeros."""
    n = len(items)
    extent = np.ones(n) if extents is None else np.asarray(extents, dtype=np.float64)
    shapes_fit = (
        present.ndim == 2
        and present.shape[0] == n
        and similarities.shape == present.shape
        and coordinates.shape == (*present.shape, 2)
        and extent.shape == (n,)
    )
    if not shapes_fit:
        raise ValueError("shapes must be (n, k, 2), (n, k), (n, k), n items and (n,)")
    points = np.where(present[:, :, None], coordinates, 0.0).astype(np.float64)
    cosines = np.where(present, similarities, 0.0).astype(np.float64)
    if not (np.isfinite(points).all() and np.isfinite(cosines).all() and np.isfinite(extent).all()):
        raise ValueError("coordinates, similarities and extents must be finite")
    return points, cosines, extent


def _softmax(cosines: Floats, present: NDArray[np.bool_]) -> Floats:
    """Return weights of shape (n, k), the largest of a row 1; absent neighbours weigh nothing."""
    best = np.max(cosines, axis=1, keepdims=True, where=present, initial=-np.inf)
    best = np.where(np.isfinite(best), best, 0.0)
    count = np.maximum(present.sum(axis=1, keepdims=True), 1)
    behind = np.where(present, best - cosines, 0.0)
    mean = behind.sum(axis=1, keepdims=True) / count
    spread = np.sqrt((np.where(present, behind - mean, 0.0) ** 2).sum(axis=1, keepdims=True) / count)
    return np.where(present, np.exp(-behind / np.maximum(TEMPERATURE * spread, ROUNDING)), 0.0)


def _jitter_radii(points: Floats, centres: Floats, present: NDArray[np.bool_], extent: Floats) -> Floats:
    """Return shape (n,): a share of how far the neighbours spread, never less than a trace of the extent."""
    distances = np.linalg.norm(points - centres[:, None, :], axis=2)
    spread = np.max(distances, axis=1, where=present, initial=0.0)
    radii: Floats = np.maximum(JITTER * spread, LEAST_JITTER * extent)
    return radii
