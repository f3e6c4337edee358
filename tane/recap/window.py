"""Near neighbours within a sliding window of time, of the same language and of others apart. Pure."""

import numpy as np

from tane.vectors.arrays import Floats, Integers, Units

_BLOCK_ROWS = 512


def neighbours(
    units: Units, languages: Integers, hours: Floats, *, window: float, count: int
) -> tuple[Integers, Integers, Floats]:
    """Return pairs of rows, the smaller first, each once and ascending, with their cosines.

    units (n, d) of length one in the order of their hours (n,); a pair lies at most `window` hours apart. Each row brings its
    `count` nearest of its own language, and as many of all others together. O(n · rows of a window · d), a block of
    rows at a time: what is held is a block times a window.
    """
    ones, others, found = [], [], []
    for start in range(0, len(units), _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, len(units))
        low = int(np.searchsorted(hours, hours[start] - window, side="left"))
        high = int(np.searchsorted(hours, hours[stop - 1] + window, side="right"))
        scores = units[start:stop] @ units[low:high].T
        scores[np.abs(hours[start:stop, None] - hours[None, low:high]) > window] = -np.inf
        scores[np.arange(stop - start), np.arange(start, stop) - low] = -np.inf
        is_same = languages[start:stop, None] == languages[None, low:high]
        for chosen in (is_same, ~is_same):
            if not chosen.any():
                continue
            masked = np.where(chosen, scores, -np.inf)
            width = min(count, masked.shape[1])
            best = np.argpartition(masked, masked.shape[1] - width, axis=1)[:, masked.shape[1] - width :]
            values = np.take_along_axis(masked, best, axis=1)
            rows, places = np.nonzero(np.isfinite(values))
            ones.append(rows + start)
            others.append(best[rows, places] + low)
            found.append(values[rows, places])
    if not ones:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, np.empty(0)
    one, other = np.concatenate(ones), np.concatenate(others)
    low_row, high_row = np.minimum(one, other), np.maximum(one, other)
    _, first = np.unique(low_row * len(units) + high_row, return_index=True)
    return low_row[first], high_row[first], np.concatenate(found)[first].astype(np.float64)
