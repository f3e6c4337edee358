"""Arithmetic of embedding vectors: what may be stored, and the mean of several; pure functions on arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tane.vectors.rows import inverse_norms, unit_rows

Vector = NDArray[np.float32]

_LEAST_NORM = 1e-6


def unit(vector: NDArray[np.floating]) -> Vector:
    """Return the vector, shape (d,), scaled to norm 1, float32.

    Raises:
        ValueError: it has no direction: zero, NaN, infinite, or no elements at all (D1).
    """
    exact = np.asarray(vector, dtype=np.float64)[None]
    try:
        scale = inverse_norms(exact, between=(_LEAST_NORM, np.inf))
    except ValueError:
        raise ValueError("the vector has no direction: it is empty, zero, NaN or infinite") from None
    row: Vector = unit_rows(exact, scale=scale)[0]
    return row


def mean_direction(vectors: Sequence[Vector]) -> Vector:
    """Return the normalised mean of m >= 1 unit vectors of shape (d,), float32; O(m d), O(m^2 d) if they cancel out.

    When the mean is zero it has no direction; then the vector nearest to all others stands for them (D2),
    the first one among equals.
    """
    table = np.stack(vectors).astype(np.float64)
    mean = table.mean(axis=0)
    if np.linalg.norm(mean) < _LEAST_NORM:
        return unit(table[int(np.argmax((table @ table.T).sum(axis=1)))])
    return unit(mean)
