"""Candidates for the neighbour table where all pairs are too many: exact search inside overlapping buckets.

Each row joins the buckets of its nearest leaders, rows taken evenly from the table, so that near rows meet in at
least one; a large bucket is searched in overlapping windows. After the leaf step of PiPNN (arXiv 2602.21247).
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clustering.vectors import Floats, Integers, Vectors

_ROWS_PER_LEADER = 400
_OVERLAP = 6  # buckets each row joins
_LARGEST_BUCKET = 6000
_ASSIGNED_ROWS = 4096
_NOBODY = -np.inf


def candidates_of(matrix: Vectors, scale: Floats, width: int) -> Integers:
    """Return (n, width) indices of likely neighbours of each row, itself only where it knows no other.

    Cost: n^2 d / 400 to assign, then n d operations times the rows a row meets, some thousands. Memory beyond the
    vectors: O(n width). Deterministic, nothing is compiled. The recall is for the caller to measure.

    Args:
        matrix: (n, d) vectors.
        scale: (n,), what makes them length one.
        width: candidates per row.
    """
    rows = len(matrix)
    leaders = np.unique(np.linspace(0, rows - 1, max(rows // _ROWS_PER_LEADER, 2)).astype(np.int64))
    of = _leaders_of(matrix, scale, leaders)
    members, number = (
        np.divmod(np.argsort(of, axis=None, kind="stable"), of.shape[1])[0],
        np.sort(of, axis=None),
    )
    edges = np.searchsorted(number, np.arange(len(leaders) + 1))
    others = np.tile(np.arange(rows)[:, None], (1, width))
    scores = np.full((rows, width), _NOBODY, dtype=np.float32)
    for start, stop in pairwise(edges):
        bucket = members[start:stop]
        for part in _windows(bucket):
            _meet((matrix[part] * scale[part, None]).astype(np.float32), part, scores, others)
    return others


def _leaders_of(matrix: Vectors, scale: Floats, leaders: Integers) -> Integers:
    """Return (n, overlap): the numbers of each row's nearest leaders."""
    heads = (matrix[leaders] * scale[leaders, None]).astype(np.float32)
    overlap = min(_OVERLAP, len(leaders))
    of = np.empty((len(matrix), overlap), dtype=np.int64)
    for start in range(0, len(matrix), _ASSIGNED_ROWS):
        part = slice(start, start + _ASSIGNED_ROWS)
        cosines = (matrix[part] * scale[part, None]).astype(np.float32) @ heads.T
        of[part] = np.argpartition(-cosines, overlap - 1, axis=1)[:, :overlap]
    return of


def _windows(bucket: Integers) -> list[Integers]:
    """Return the bucket, or windows of it that overlap by half."""
    if len(bucket) <= _LARGEST_BUCKET:
        return [bucket]
    return [bucket[at : at + _LARGEST_BUCKET] for at in range(0, len(bucket), _LARGEST_BUCKET // 2)]


def _meet(units: NDArray[np.float32], rows: Integers, scores: NDArray[np.float32], others: Integers) -> None:
    """Let the rows of a bucket meet, and keep in place the best each has seen; nobody twice."""
    width = scores.shape[1]
    cosines = units @ units.T
    np.fill_diagonal(cosines, _NOBODY)
    count = min(width, len(rows) - 1)
    if count < 1:
        return
    best = np.argpartition(cosines, len(rows) - count, axis=1)[:, len(rows) - count :]
    met = np.concatenate([others[rows], rows[best]], axis=1)
    shown = np.concatenate([scores[rows], np.take_along_axis(cosines, best, axis=1)], axis=1)
    # Sorted by index, a known one stands beside its double; the rounding of the two may differ.
    order = np.argsort(met, axis=1, kind="stable")
    met, shown = np.take_along_axis(met, order, axis=1), np.take_along_axis(shown, order, axis=1)
    shown[:, 1:][met[:, 1:] == met[:, :-1]] = _NOBODY
    kept = np.argpartition(shown, shown.shape[1] - width, axis=1)[:, shown.shape[1] - width :]
    others[rows] = np.take_along_axis(met, kept, axis=1)
    scores[rows] = np.take_along_axis(shown, kept, axis=1)
