"""What a cosine means for one model: each has a scale of its own, and 0.5 may be near for one and far for another.

A similarity is told by its rank among pairs of statements that have nothing to do with each other. Thresholds are such ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tane.vectors.arrays import Integers, Units

LEVELS = (0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999)
"""Shares of unlike pairs, for which a scale knows the cosine."""
FEWEST = 200
"""Statements below which nothing is measured."""
_FEWEST_GROUPS = 3
_PAIRS = 20_000


@dataclass(frozen=True, slots=True)
class SimilarityScale:
    """Cosines of unlike pairs of one model: that at each of `LEVELS`."""

    unlike: tuple[float, ...]

    def above(self, share: float) -> float:
        """Return the cosine that this share of unlike pairs does not reach."""
        return float(np.interp(share, LEVELS, self.unlike))

    def share_below(self, cosine: float) -> float:
        """Return the share of unlike pairs that are less alike; at least 0.5, the lowest level that is known."""
        return float(np.interp(cosine, self.unlike, LEVELS))


def measure(units: Units, groups: Integers, *, seed: int = 0) -> SimilarityScale | None:
    """Return the scale of statements, (n, d) of length one, in groups (n,), -1 for none; None where there are too few.

    Pairs are of two groups, each drawn with the same chance: else the largest theme would decide what is unlike. O(pairs · d).
    """
    names = np.unique(groups)
    if len(units) < FEWEST or len(names) < _FEWEST_GROUPS:
        return None
    random = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    first = np.searchsorted(groups[order], names)
    counts = np.diff(np.append(first, len(groups)))
    one = random.integers(len(names), size=_PAIRS)
    other = (one + random.integers(1, len(names), size=_PAIRS)) % len(names)
    rows = [order[first[of] + (random.random(_PAIRS) * counts[of]).astype(np.int64)] for of in (one, other)]
    cosines = np.einsum("nd,nd->n", units[rows[0]], units[rows[1]], dtype=np.float64)
    return of_quantiles(np.quantile(cosines, LEVELS).tolist())


def of_quantiles(cosines: Sequence[float]) -> SimilarityScale:
    """Return the scale of these cosines at `LEVELS`, ascending."""
    rising = np.maximum.accumulate(np.asarray(cosines, dtype=np.float64))
    return SimilarityScale(tuple(round(float(one), 6) for one in rising))
