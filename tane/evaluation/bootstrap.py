"""How far a figure can be trusted: percentile bootstrap over utterances (Efron, 1979), always with the same draws."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tane.evaluation.statistics import Codes

DRAWS = 1000
SEED = 20_260_101
LEVEL = 95.0  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with its 95 % interval; None where either is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


def estimated(n: int, statistic: Callable[[Codes], float | None]) -> Figure:
    """Return a statistic of all `n` utterances and its interval.

    statistic: takes places of utterances, some several times. It is called 1,001 times. Draws in which it is not
    defined are left out; there is no interval when that is so in half of them, or for fewer than two utterances.
    """
    value = statistic(np.arange(n))
    if value is None or n < 2:
        return Figure(value=value)
    random = np.random.default_rng(SEED)
    drawn = [statistic(random.integers(n, size=n)) for _ in range(DRAWS)]
    defined = [one for one in drawn if one is not None]
    if 2 * len(defined) <= DRAWS:
        return Figure(value=value)
    rest = (100.0 - LEVEL) / 2
    low, high = np.percentile(defined, [rest, 100.0 - rest])
    return Figure(value=value, low=float(low), high=float(high))
