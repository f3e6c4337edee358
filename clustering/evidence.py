"""What tells a group from chance, and a row that belongs nowhere from one that stands at the rim: relative to the rows at hand."""

import numpy as np
from numpy.typing import NDArray

from clustering.centring import Centred, centred
from tane.vectors.arrays import Floats, Integers, Units

_SAMPLE = 2_000  # rows whose pairs tell the spread of all
_FAR = 3.0  # robust standard deviations
_DEVIATION = 1.4826  # of the median distance from the median, to that of a normal distribution


def evidence(cohesion: float, whole: float, members: int) -> float:
    """Return how much more alike members are than the set they come from, times their number.

    Groups found in a neighbour graph of random directions have about the same figure whatever their size.
    """
    return (cohesion - whole) * members


def by_chance(units: Units) -> float:
    """Return the mean evidence of the groups of as many random directions with this spread of cosines. O(n d^2).

    Fitted to 100 (7.0 spreads), 400 (8.7) and 2,000 (10.2) random directions in 768 dimensions.
    """
    return (7.0 + 1.1 * float(np.log(max(len(units), 10) / 100))) * spread(units)


def spread(units: Units, *, sample: int = _SAMPLE) -> float:
    """Return the standard deviation of the cosines of all pairs of different rows, of a sample where there are many."""
    rows = units
    if len(units) > sample:
        rows = units[np.unique(np.linspace(0, len(units) - 1, sample).astype(np.int64))]
    count = len(rows)
    if count < 2:
        return 0.0
    total = rows.sum(axis=0, dtype=np.float64)
    own = np.einsum("nd,nd->n", rows, rows, dtype=np.float64)
    pairs = count * (count - 1)
    gram = (rows @ rows.T if count < rows.shape[1] else rows.T @ rows).astype(np.float64)
    mean = float(total @ total - own.sum()) / pairs
    square = float((gram * gram).sum() - (own * own).sum()) / pairs
    return float(np.sqrt(max(square - mean * mean, 0.0)))


def is_split(middle: Centred, parts: list[Integers], *, least: float) -> bool:
    """Tell whether some groups are parts of one set of rows, by the chance of that set's own rows.

    The rows are seen from their own middle, so what they have in common does not count, and the groups must be more
    alike than those of as many random directions with the same spread, in the mean over the members.

    Args:
        middle: the whole.
        parts: rows of each group; together the set.
        least: how many times the evidence of chance.
    """
    sizes = np.array([len(part) for part in parts])
    own = centred(middle.directions[np.concatenate(parts)])
    ends = np.cumsum(sizes)
    whole = own.cohesion()
    shown = [
        evidence(own.cohesion(np.arange(end - size, end)), whole, int(size))
        for size, end in zip(sizes, ends, strict=True)
    ]
    mean = float(sizes @ np.array(shown)) / float(sizes.sum())
    return mean >= least * by_chance(own.directions)


def remoteness(distances: Floats, *, near: int) -> Floats:
    """Return float64 (n,): the mean distance of each row to its `near` nearest others.

    distances: (n, k), ascending; fewer are taken where k is smaller.
    """
    return np.asarray(distances[:, :near].mean(axis=1), dtype=np.float64)


def far_out(remote: Floats, groups: Integers) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether each row stands far from everything, and whether also for one of its group.

    Far is more than three robust standard deviations above the median (Hampel's rule), of all rows; and of the rows of its
    group, where they stand farther apart than all: a sparse theme beside a dense one is no crowd of strays.

    Args:
        remote: (n,), as `remoteness` returns it.
        groups: (n,), from 0.
    """
    middle, deviation = _robust(remote)
    is_far = remote > middle + _FAR * deviation
    is_stray = np.zeros(len(remote), dtype=bool)
    for group in np.unique(groups[is_far]):
        rows = np.flatnonzero(groups == group)
        own_middle, own_deviation = _robust(remote[rows])
        limit = max(own_middle, middle) + _FAR * max(own_deviation, deviation)
        is_stray[rows] = remote[rows] > limit
    return is_far, is_stray


def _robust(values: Floats) -> tuple[float, float]:
    middle = float(np.median(values))
    return middle, _DEVIATION * float(np.median(np.abs(values - middle)))
