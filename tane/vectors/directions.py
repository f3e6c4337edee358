"""The direction of a vector as it is stored (D1), and of several (D2)."""

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Units
from tane.vectors.rows import inverse_norms, unit_rows

Vector = NDArray[np.float32]

NO_DIRECTION = 1e-6  # what is shorter than this points nowhere


def unit(vector: NDArray[np.floating]) -> Vector:
    """Return the vector, shape (d,), scaled to norm 1, float32.

    Raises:
        ValueError: it has no direction: zero, NaN, infinite, or no elements at all (D1).
    """
    exact = np.asarray(vector, dtype=np.float64)[None]
    try:
        scale = inverse_norms(exact, between=(NO_DIRECTION, np.inf))
    except ValueError:
        raise ValueError("the vector has no direction: it is empty, zero, NaN or infinite") from None
    row: Vector = unit_rows(exact, scale=scale)[0]
    return row


def mean_direction(units: Units) -> Floats:
    """Return float64 (d,): the mean of unit vectors (m, d) at length one (D2). O(m d).

    A mean of zero has no direction: the row most like all others stands for them then, the first of equals.
    """
    mean: Floats = units.mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    if length > NO_DIRECTION:
        mean /= length
        return mean
    medoid = int(np.argmax(np.round(units @ units.sum(axis=0), 12)))
    middle: Floats = units[medoid].astype(np.float64)
    return middle
