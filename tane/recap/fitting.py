"""What a classifier learns from its own answers to texts that it had not seen: temperature, thresholds, and how good it is. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Integers

FOLDS = 5
FEWEST_PER_THRESHOLD = 20  # texts of a genre below which its threshold follows from mean and deviation
DEVIATIONS, LEAST_DEVIATION = 1.5, 0.05
BINS = 10
_TEMPERATURES = np.geomspace(0.01, 1.0, 41)
_NOTHING = 1e-12
_SEED = 42


def softmax(scores: Floats) -> Floats:
    """Return (n, genres) that add up to 1 a row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def folds(truth: Integers, groups: Sequence[str], judged: Integers) -> list[tuple[Integers, Integers]]:
    """Return (train, test) rows; texts of one group are on one side, what is not judged is always learned from.

    judged: rows. None where too few texts of a genre are there to hold one back.
    """
    _, counts = np.unique(truth[judged], return_counts=True)
    if len(counts) < 2 or counts.min() < 2:
        return []
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415 - heavy

    numbers = {group: number for number, group in enumerate(sorted(set(groups)))}
    numbered = np.asarray([numbers[groups[row]] for row in judged])
    count = int(min(FOLDS, counts.min(), len(np.unique(numbered))))
    if count < 2:
        return []
    always = np.setdiff1d(np.arange(len(truth)), judged)
    split = StratifiedGroupKFold(count, shuffle=True, random_state=_SEED).split(
        judged, truth[judged], numbered
    )
    return [
        (np.concatenate([judged[train], always]), judged[test])
        for train, test in split
        if len(train) and len(test)
    ]


def temperature(scores: Floats, truth: Integers) -> float:
    """Return what scores are divided by so that their softmax is as sure as it is right: the least negative log-likelihood."""
    rows = np.arange(len(truth))
    losses = [-float(np.log(softmax(scores / one)[rows, truth] + _NOTHING).mean()) for one in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def thresholds(scores: Floats, truth: Integers) -> Floats:
    """Return for each genre the score below which its best match is turned down.

    With enough texts it is the highest at which the F1 of what it comes first for is greatest; with fewer, mean less 1.5 deviations.
    """
    first = scores.argmax(axis=1)
    found = np.full(scores.shape[1], -np.inf)
    for genre in range(scores.shape[1]):
        own = scores[truth == genre, genre]
        if len(own) >= FEWEST_PER_THRESHOLD:
            mine = first == genre
            found[genre] = _best_cut(scores[mine, genre], truth[mine] == genre, of=len(own))
        elif len(own):
            found[genre] = float(own.mean() - DEVIATIONS * max(float(own.std()), LEAST_DEVIATION))
    return found


def _best_cut(scores: Floats, is_right: NDArray[np.bool_], *, of: int) -> float:
    """Return where to cut for the greatest F1, halfway to the first that is cut off; of: the texts there are of the genre."""
    if not len(scores):
        return -np.inf
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(is_right[order])
    f1 = 2 * right / (np.arange(1, len(scores) + 1) + of)
    last = int(np.argmax(f1))
    lowest = float(scores[order[last]])
    if last + 1 < len(order):
        return (lowest + float(scores[order[last + 1]])) / 2
    return min(lowest, float(scores.mean()) - DEVIATIONS * max(float(scores.std()), LEAST_DEVIATION))


def macro_f1(truth: Integers, said: Integers, genres: int) -> float:
    """Return the mean F1 of the genres that occur in the truth."""
    return float(np.mean([f1 for f1 in f1_by_genre(truth, said, genres) if f1 is not None] or [0.0]))


def f1_by_genre(truth: Integers, said: Integers, genres: int) -> list[float | None]:
    """Return the F1 of each genre; None for one that does not occur in the truth."""
    found: list[float | None] = []
    for genre in range(genres):
        of, given = truth == genre, said == genre
        total = int(of.sum()) + int(given.sum())
        found.append(2 * float((of & given).sum()) / total if of.any() else None)
    return found


def calibration_error(probabilities: Floats, truth: Integers) -> float:
    """Return the expected calibration error over ten bins: how far the said probability is from the share that is right."""
    sure = probabilities.max(axis=1)
    is_right = probabilities.argmax(axis=1) == truth
    bins = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    parts = [
        (bins == number).mean()
        * abs(float(sure[bins == number].mean()) - float(is_right[bins == number].mean()))
        for number in np.unique(bins)
    ]
    return float(sum(parts))
