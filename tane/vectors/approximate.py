"""Candidates for the neighbour table where all pairs are too many: exact search inside overlapping buckets.

Each row joins the buckets of its nearest leaders, rows taken evenly from the table, so that near rows meet in at
least one; a large bucket is searched in overlapping windows. After the leaf step of PiPNN (arXiv 2602.21247).
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Integers, Vectors, blocks
from tane.vectors.rows import unit_rows

_ROWS_PER_LEADER = 400
_OVERLAP = 6  # buckets each row joins
_LARGEST_BUCKET = 6000
_MET_ROWS = 512  # at once: their choice takes memory
_NOBODY = -np.inf


def approximate_candidates(
    matrix: Vectors, scale: Floats, width: int, *, part: int = 0
) -> tuple[Integers, Integers]:
    """Return (n, width) indices of likely neighbours of each row, itself only where it knows no other.

    And (part, width), likely neighbours of the first rows among themselves, for whom nothing is scored twice.
    Cost: n^2 d / 400 to assign, then n d operations times the rows a row meets, some thousands. Memory beyond the
    vectors: O(n width). Deterministic, nothing is compiled. The recall is for the caller to measure.

    Args:
        matrix: (n, d) vectors.
        scale: (n,), what makes them length one.
        width: candidates per row.
        part: how many of the first rows want candidates among themselves too.
    """
    rows = len(matrix)
    leaders = np.unique(np.linspace(0, rows - 1, max(rows // _ROWS_PER_LEADER, 2)).astype(np.int64))
    of = _leaders_of(matrix, scale, leaders)
    members, number = (
        np.divmod(np.argsort(of, axis=None, kind="stable"), of.shape[1])[0],
        np.sort(of, axis=None),
    )
    edges = np.searchsorted(number, np.arange(len(leaders) + 1))
    among_all, among_part = _Met(rows, width), _Met(part, width)
    for start, stop in pairwise(edges):
        for window in _windows(members[start:stop]):
            # The members of a bucket ascend, so those of the part come first.
            of_part = int(np.searchsorted(window, part))
            units = unit_rows(matrix, window, scale=scale)
            for own in blocks(len(window), _MET_ROWS):
                cosines = units[own] @ units.T
                cosines[np.arange(len(cosines)), np.arange(own.start, own.stop)] = _NOBODY
                among_all.offer(window[own], window, cosines)
                early = max(0, of_part - own.start)
                among_part.offer(window[own][:early], window[:of_part], cosines[:early, :of_part])
    return among_all.others, among_part.others


def _leaders_of(matrix: Vectors, scale: Floats, leaders: Integers) -> Integers:
    """Return (n, overlap): the numbers of each row's nearest leaders."""
    heads = unit_rows(matrix, leaders, scale=scale)
    overlap = min(_OVERLAP, len(leaders))
    of = np.empty((len(matrix), overlap), dtype=np.int64)
    for part in blocks(len(matrix)):
        cosines = unit_rows(matrix[part], scale=scale[part]) @ heads.T
        of[part] = np.argpartition(-cosines, overlap - 1, axis=1)[:, :overlap]
    return of


def _windows(bucket: Integers) -> list[Integers]:
    """Return the bucket, or windows of it that overlap by half."""
    if len(bucket) <= _LARGEST_BUCKET:
        return [bucket]
    return [bucket[at : at + _LARGEST_BUCKET] for at in range(0, len(bucket), _LARGEST_BUCKET // 2)]


class _Met:
    """The best that each row has met so far, nobody twice."""

    def __init__(self, rows: int, width: int) -> None:
        self.others = np.tile(np.arange(rows)[:, None], (1, width))
        self._scores = np.full((rows, width), _NOBODY, dtype=np.float32)

    def offer(self, rows: Integers, columns: Integers, cosines: NDArray[np.float32]) -> None:
        """Let rows meet columns, of which they are some."""
        width = self.others.shape[1]
        count = min(width, len(columns) - 1)
        if not len(rows) or count < 1:
            return
        best = np.argpartition(cosines, len(columns) - count, axis=1)[:, len(columns) - count :]
        met = np.concatenate([self.others[rows], columns[best]], axis=1)
        shown = np.concatenate([self._scores[rows], np.take_along_axis(cosines, best, axis=1)], axis=1)
        # Sorted by index, a known one stands beside its double; the rounding of the two may differ.
        order = np.argsort(met, axis=1, kind="stable")
        met, shown = np.take_along_axis(met, order, axis=1), np.take_along_axis(shown, order, axis=1)
        shown[:, 1:][met[:, 1:] == met[:, :-1]] = _NOBODY
        kept = np.argpartition(shown, shown.shape[1] - width, axis=1)[:, shown.shape[1] - width :]
        self.others[rows] = np.take_along_axis(met, kept, axis=1)
        self._scores[rows] = np.take_along_axis(shown, kept, axis=1)
