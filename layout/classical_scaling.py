"""Maps of sets too small for UMAP: closed forms, and classical scaling up to fifteen points; pure functions on arrays."""

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats

LARGEST = 15  # sixteen points are UMAP's business (H11)
ALIKE = 1e-3  # distances that differ by less, as a share of the largest or absolutely, count as equal


def classical_scaling(vectors: NDArray[np.floating]) -> Floats:
    """Return places, float64 of shape (n, 2), centred, for 0 to 15 points.

    None, one at the origin, two at (-1/2, 0) and (1/2, 0); more by classical scaling (Torgerson 1952) of cosine
    distances. Points all equally far apart (identical or orthogonal ones, say) stand on a circle in row order.
    Mirror images are told apart by each axis' skewness, so the map depends on the set, not on the order of its
    rows. Cost O(n² d). Deterministic.

    Args:
        vectors: shape (n, d), rows of length 1.

    Raises:
        ValueError: more than fifteen points.
    """
    count = len(vectors)
    if count > LARGEST:
        raise ValueError(f"at most {LARGEST} points can be laid out in closed form")
    if count < 2:
        return np.zeros((count, 2))
    if count == 2:
        return np.array([[-0.5, 0.0], [0.5, 0.0]])
    own = np.asarray(vectors, dtype=np.float64)
    distances = np.maximum(1.0 - own @ own.T, 0.0)
    between = distances[np.triu_indices(count, 1)]
    if np.ptp(between) <= ALIKE * max(float(between.max()), 1.0):
        return _circle(count)
    return _scaling(distances)


def _circle(count: int) -> Floats:
    """Return a regular polygon with the radius 1/2, the first corner to the right."""
    angles = 2 * np.pi * np.arange(count) / count
    return 0.5 * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _scaling(distances: Floats) -> Floats:
    """Return the two leading principal coordinates."""
    squares = distances**2
    squares = (squares + squares.T) / 2
    inner = -0.5 * (squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean())
    strengths, axes = np.linalg.eigh(inner)
    places: Floats = axes[:, :-3:-1] * np.sqrt(np.maximum(strengths[:-3:-1], 0.0))
    return places * _signs(places)


def _signs(places: Floats) -> Floats:
    """Return shape (2,): what makes each axis lean to the positive side, or its first clear value positive."""
    scale = np.abs(places).max(axis=0)
    unit = places / np.where(scale > 0.0, scale, 1.0)
    lean = (unit**3).sum(axis=0)
    first = unit[np.argmax(np.abs(unit) > 0.5, axis=0), np.arange(2)]
    return np.where(np.where(np.abs(lean) > 1e-6, lean, first) < 0.0, -1.0, 1.0)
