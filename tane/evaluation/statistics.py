"""Measures of agreement, written out, and how far a figure can be trusted. Pure; None where a measure is not defined.

Codes are arrays of small integers, shape (n,); an answer of -1 says nothing, and is wrong. Intervals come from the percentile
bootstrap over utterances (Efron, 1979), always with the same draws.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Values = NDArray[np.float64]
FEWEST_RANKED = 3  # two points always lie on a line


def ratio(part: float, whole: float) -> float | None:
    """Return a share, None of nothing."""
    return float(part) / float(whole) if whole else None


def macro_f1(gold: Codes, told: Codes) -> float | None:
    """Return the mean F1 over the labels that occur in `gold`, each weighing the same; None without any."""
    labels = np.unique(gold).tolist()
    if not labels:
        return None
    return sum(label_f1(gold, told, label) for label in labels) / len(labels)


def label_f1(gold: Codes, told: Codes, label: int) -> float:
    """Return the F1 of one label that occurs: twice the hits over all who have it on either side."""
    is_gold, is_told = gold == label, told == label
    return float(2 * np.count_nonzero(is_gold & is_told) / (is_gold.sum() + is_told.sum()))


def accuracy(gold: Codes, told: Codes) -> float | None:
    """Return the share of equal codes."""
    return ratio(int(np.count_nonzero(gold == told)), len(gold))


def kappa(one: Codes, other: Codes) -> float | None:
    """Return Cohen's kappa (1960): agreement beyond chance; None when chance alone agrees always, or without data."""
    if not len(one):
        return None
    labels = np.union1d(one, other)
    by_chance = sum(float(np.mean(one == label) * np.mean(other == label)) for label in labels)
    observed = float(np.mean(one == other))
    return None if by_chance >= 1.0 else (observed - by_chance) / (1.0 - by_chance)


def ranks(values: Values) -> Values:
    """Return the ranks from 1; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    means = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(means[inverse], dtype=np.float64)


def spearman(one: Values, other: Values) -> float | None:
    """Return Spearman's rank correlation (1904), -1..1; None under three pairs or when one side is constant."""
    if len(one) < FEWEST_RANKED:
        return None
    left, right = ranks(one), ranks(other)
    left, right = left - left.mean(), right - right.mean()
    scale = float(np.sqrt((left @ left) * (right @ right)))
    return None if scale == 0.0 else float(np.clip((left @ right) / scale, -1.0, 1.0))


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
