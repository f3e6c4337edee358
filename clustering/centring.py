"""Vectors seen from their middle: what all texts have in common says nothing about which belong together.

The vectors of many models crowd round one direction: random pairs of e5 have a cosine of 0.8. Subtracting the mean
and scaling to length one again ("all but the top", Mu and Viswanath 2018, its first step) undoes that, and changes
little where the mean is short already. Everything here follows from products with the mean, so the neighbours
found on the plain vectors serve again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Integers, Units, blocks
from tane.vectors.neighbours import Neighbours

_AT_THE_MIDDLE = 1e-4  # of the length of a vector: what is nearer to the mean has no direction of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Centred:
    """Unit vectors seen from their mean: row = mean + length * direction."""

    directions: NDArray[np.float32]  # (n, d), of length one; zero where the row is the mean itself
    lengths: Floats  # (n,), the distance to the mean
    mean: Floats  # (d,), of length 0 to 1

    def __len__(self) -> int:
        return len(self.lengths)

    def plain_cohesion(self, rows: Integers | None = None) -> float:
        """Return the mean cosine over pairs of different rows of the vectors as they were, of all or of these."""
        lengths = self.lengths if rows is None else self.lengths[rows]
        part = self.directions if rows is None else self.directions[rows]
        total = len(lengths) * self.mean + lengths @ part
        return _mean_of_pairs(total, len(lengths))

    def cohesion(self, rows: Integers | None = None) -> float:
        """Return the mean cosine over pairs of different directions, of all rows or of these."""
        part = self.directions if rows is None else self.directions[rows]
        return _mean_of_pairs(part.sum(axis=0, dtype=np.float64), len(part))


def centred(units: Units) -> Centred:
    """Return unit vectors (n, d) as seen from their mean. O(n d), memory: one more matrix of float32."""
    mean: Floats = units.mean(axis=0, dtype=np.float64)
    directions = np.empty(units.shape, dtype=np.float32)
    lengths = np.empty(len(units))
    for rows in blocks(len(units)):
        away = units[rows] - mean
        lengths[rows] = np.sqrt(np.einsum("nd,nd->n", away, away))
        scale = np.where(lengths[rows] > _AT_THE_MIDDLE, 1.0 / np.maximum(lengths[rows], _AT_THE_MIDDLE), 0.0)
        directions[rows] = away * scale[:, None]
    return Centred(directions=directions, lengths=lengths, mean=mean)


def seen_from_the_middle(table: Neighbours, units: Units, middle: Centred, *, count: int) -> Neighbours:
    """Return the `count` nearest of each row's known neighbours by the angle at the mean. O(n k), deterministic.

    The candidates are those of the plain table (n, k), wider than `count`: nobody is searched again. On real text the
    communities are as good as with neighbours searched among the centred vectors themselves.
    """
    towards = np.concatenate([units[rows] @ middle.mean for rows in blocks(len(units))] or [np.zeros(0)])
    square = float(middle.mean @ middle.mean)
    others = table.indices
    products = (1.0 - table.distances) - towards[:, None] - towards[others] + square
    lengths = np.maximum(middle.lengths, _AT_THE_MIDDLE)
    distances = np.clip(1.0 - products / (lengths[:, None] * lengths[others]), 0.0, 2.0)
    # What coincides stays together whatever rounding makes of a short way to the mean.
    distances = np.where(table.distances <= 0.0, 0.0, distances)
    ranked = np.lexsort((others, distances), axis=1)[:, :count]
    return Neighbours(
        indices=np.take_along_axis(others, ranked, axis=1),
        distances=np.take_along_axis(distances, ranked, axis=1),
        recall=table.recall,
    )


def _mean_of_pairs(total: Floats, count: int) -> float:
    if count < 2:
        return 1.0
    return float((total @ total - count) / (count * (count - 1)))
