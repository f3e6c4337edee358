"""Measures of agreement, written out; None where a measure is not defined. Pure.

Codes are arrays of small integers, shape (n,); an answer of -1 says nothing, and is wrong.
"""

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
