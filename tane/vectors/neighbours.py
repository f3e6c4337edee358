"""The table of nearest neighbours that statistics, clustering and edges share (I6).

Exact: blocked float32 products of the upper triangle, each serving the rows of both sides; a score enters a
row's candidates only above the row's running threshold. The candidates kept are measured again in float64 and
ordered by (distance, index). A row whose last neighbour is not clearly nearer than what was left out is done
again over everything that could matter, so rounding never decides who is a neighbour.
"""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from tane.vectors.approximate import candidates_of
from tane.vectors.blas_threads import side_by_side
from tane.vectors.rows import Distinct, Floats, Integers, Vectors, distinct, inverse_norms, opened

K = 32
LARGEST_EXACT = 100_000  # rows; above, twice the rows cost four times as much

_SLACK = 4  # candidates kept beyond k
_BLOCK_ROWS = 1536
_ROUNDING = 4e-6  # of a float32 product of unit vectors; 768 dimensions err by 1e-6 at most here
_NO_SCALE = 5e-7  # of float32 vectors of length one
_MEASURED_ROWS = 16  # at once, so that their float64 neighbours stay in the cache
_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """For each row its k nearest others, nearest first; k is smaller than asked where there are fewer rows."""

    indices: Integers  # (n, k)
    distances: Floats  # (n, k), 1 - cosine, 0 to 2; equal distances are ordered by index
    recall: float = 1.0  # share of the true neighbours found, measured on a sample; exact: 1


def nearest(vectors: Vectors | Path, *, k: int = K, largest_exact: int = LARGEST_EXACT) -> Neighbours:
    """Return each row's nearest other rows by cosine distance; identical rows are computed once (F6).

    Cost: n^2 d operations of float32 for n distinct rows up to `largest_exact`; beyond it, within buckets only,
    some thousand n d, with the recall measured. Memory: O(n k) and a few blocks beyond the vectors, which
    may stay on disk. Deterministic; a permutation of the rows permutes the table (equal distances aside).

    Args:
        vectors: (n, d) float32 or float64 unit vectors, or the path of a .npy file with them.
        k: neighbours per row, at least 1.
        largest_exact: up to how many distinct rows the table is exact.

    Raises:
        ValueError: k is not positive, or a row is NaN, infinite, zero or not of length one.
    """
    matrix = opened(vectors)
    same = distinct(matrix)
    if len(same.first) < len(matrix):
        table = nearest_distinct(matrix[same.first], k=k, largest_exact=largest_exact)
        return expanded(table, same, k=k)
    return nearest_distinct(matrix, k=k, largest_exact=largest_exact)


def nearest_distinct(matrix: Vectors, *, k: int = K, largest_exact: int = LARGEST_EXACT) -> Neighbours:
    """As `nearest`, for rows known to be distinct: identical ones cost time, nothing else."""
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    scale = inverse_norms(matrix)
    count = min(k, len(matrix) - 1)
    if count < 1:
        empty = np.zeros((len(matrix), 0))
        return Neighbours(indices=empty.astype(np.int64), distances=empty)
    if len(matrix) > largest_exact:
        return _likely(matrix, scale, candidates_of(matrix, scale, count + _SLACK)[0], count)
    kept = _Candidates(matrix, scale, min(count + _SLACK, len(matrix) - 1))
    kept.collect(0, len(matrix))
    return _chosen(matrix, scale, kept, len(matrix), count)


def nearest_within(
    matrix: Vectors, part: int, *, k: int = K, largest_exact: int = LARGEST_EXACT
) -> tuple[Neighbours, Neighbours]:
    """Return the table of the first `part` rows among themselves, and that of all rows; as `nearest_distinct`.

    The pairs of the former are scored once for both; both are exact, or neither.
    """
    if part == len(matrix):
        table = nearest_distinct(matrix, k=k, largest_exact=largest_exact)
        return table, table
    if k < 1 or part <= k + _SLACK:
        tables = (
            nearest_distinct(rows, k=k, largest_exact=largest_exact) for rows in (matrix[:part], matrix)
        )
        return next(tables), next(tables)
    scale = inverse_norms(matrix)
    if len(matrix) > largest_exact:
        of_all, of_part = candidates_of(matrix, scale, k + _SLACK, part=part)
        among = _likely(matrix[:part], scale[:part], of_part, k)
        del of_part
        return among, _likely(matrix, scale, of_all, k)
    kept = _Candidates(matrix, scale, k + _SLACK)
    kept.collect(0, part)
    among = _chosen(matrix[:part], scale[:part], kept, part, k)
    kept.collect(part, len(matrix))
    return among, _chosen(matrix, scale, kept, len(matrix), k)


def _likely(matrix: Vectors, scale: Floats, found: Integers, count: int) -> Neighbours:
    """Measure likely neighbours, and tell how many of the true ones are among them."""
    indices, distances = measured(matrix, scale, found, count)
    alone = np.flatnonzero((found == np.arange(len(found))[:, None]).any(axis=1))
    distances[alone] = 2.0  # met too few: search everywhere
    _redo(matrix, scale, alone, indices, distances)
    return Neighbours(indices=indices, distances=distances, recall=_recall(matrix, scale, distances))


def _chosen(matrix: Vectors, scale: Floats, kept: "_Candidates", rows: int, count: int) -> Neighbours:
    """Measure the candidates of the first rows among themselves, and search again where they leave a doubt."""
    indices, distances = measured(matrix, scale, kept.best(rows), count)
    if kept.width < rows - 1:
        unsure = np.flatnonzero(1.0 - distances[:, -1] < kept.thresholds[:rows] + _ROUNDING)
        _redo(matrix, scale, unsure, indices, distances)
    return Neighbours(indices=indices, distances=distances)


def expanded(table: Neighbours, same: Distinct, *, k: int = K) -> Neighbours:
    """Return the table of all n rows from the table of the m distinct ones. O(n k), exact."""
    rows = len(same.group)
    count = min(k, rows - 1)
    order = np.argsort(same.group, kind="stable")
    starts = np.concatenate([[0], np.cumsum(same.counts)])
    indices = np.empty((rows, count), dtype=np.int64)
    distances = np.empty((rows, count))
    for number in range(len(same.first)):
        groups = np.concatenate([[number], table.indices[number]])
        away = np.repeat(np.concatenate([[0.0], table.distances[number]]), same.counts[groups])
        members = np.concatenate([order[starts[group] : starts[group + 1]] for group in groups])
        ranked = np.lexsort((members, away))
        for row in order[starts[number] : starts[number + 1]]:
            others = ranked[members[ranked] != row][:count]
            indices[row], distances[row] = members[others], away[others]
    return Neighbours(indices=indices, distances=distances, recall=table.recall)


def measured(matrix: Vectors, scale: Floats, candidates: Integers, count: int) -> tuple[Integers, Floats]:
    """Return indices and float64 distances, both (n, count), of the nearest of each row's candidates (n, c)."""
    return measured_rows(matrix, scale, np.arange(len(matrix)), candidates, count)


def measured_rows(
    matrix: Vectors, scale: Floats, rows: Integers, candidates: Integers, count: int
) -> tuple[Integers, Floats]:
    """As `measured`, for some rows only; half the squared difference is exact for equal vectors."""
    indices = np.empty((len(rows), count), dtype=np.int64)
    distances = np.empty((len(rows), count))

    def measure(start: int) -> None:
        part = slice(start, start + _MEASURED_ROWS)
        near = candidates[part]
        own = matrix[rows[part]] * scale[rows[part], None]
        differences = matrix[near] * scale[near][:, :, None]
        differences -= own[:, None, :]
        halves = np.einsum("nkd,nkd->nk", differences, differences) / 2
        order = np.lexsort((near, halves), axis=1)[:, :count]
        indices[part] = np.take_along_axis(near, order, axis=1)
        distances[part] = np.take_along_axis(halves, order, axis=1)

    if len(rows) <= _MEASURED_ROWS:
        measure(0)
    else:
        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(measure, range(0, len(rows), _MEASURED_ROWS)))
    return indices, distances


def _redo(matrix: Vectors, scale: Floats, rows: Integers, indices: Integers, distances: Floats) -> None:
    """Search again, in place and without a doubt, the rows whose last place could be another's."""
    if len(rows):
        reach = distances[rows, -1]
        indices[rows], distances[rows] = _searched(matrix, scale, rows, reach, indices.shape[1])


def _searched(
    matrix: Vectors, scale: Floats, rows: Integers, reach: Floats, count: int
) -> tuple[Integers, Floats]:
    """Return the nearest of some rows among all, (r, count) each, of which so many are within their reach (r,)."""
    indices, distances = np.empty((len(rows), count), dtype=np.int64), np.empty((len(rows), count))
    for start in range(0, len(rows), _MEASURED_ROWS):
        part = rows[start : start + _MEASURED_ROWS]
        for number, line in enumerate(_scores(matrix, scale, part), start=start):
            close = np.flatnonzero(line >= 1.0 - reach[number] - _ROUNDING)
            close = close[close != rows[number]]
            found = measured_rows(matrix, scale, rows[number : number + 1], close[None, :], count)
            indices[number], distances[number] = found[0][0], found[1][0]
    return indices, distances


def _scores(matrix: Vectors, scale: Floats, rows: Integers) -> NDArray[np.float32]:
    """Return float32 cosines (r, n) of some rows with all."""
    own = (matrix[rows] * scale[rows, None]).astype(np.float32)
    blocks = range(0, len(matrix), 8 * _BLOCK_ROWS)
    return np.concatenate(
        [own @ _unit(matrix, scale, slice(at, at + 8 * _BLOCK_ROWS)).T for at in blocks], axis=1
    )


def _recall(matrix: Vectors, scale: Floats, distances: Floats, *, sample: int = 500) -> float:
    """Compare an evenly spread sample of rows with the truth."""
    rows = np.unique(np.linspace(0, len(matrix) - 1, sample).astype(np.int64))
    found = distances[rows]
    _, true = _searched(matrix, scale, rows, found[:, -1], found.shape[1])
    # What stands at the true k-th distance is as good as the k-th itself.
    return float(np.mean(found <= true[:, -1:] + 1e-12))


def _unit(matrix: Vectors, scale: Floats, rows: slice) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = (matrix[rows] * scale[rows, None]).astype(np.float32)
    return unit


class _Candidates:
    """The best scores met so far by each row, in buffers that are cut back when they fill."""

    def __init__(self, matrix: Vectors, scale: Floats, width: int) -> None:
        self.width = width
        self.thresholds = np.full(len(matrix), -np.inf, dtype=np.float32)  # at least `width` scores reach it
        self._matrix, self._scale = matrix, scale
        self._is_unit = bool(np.abs(scale - 1.0).max() < _NO_SCALE)
        self._room = 4 * width
        self._scores = np.full((len(matrix), self._room), -np.inf, dtype=np.float32)
        self._others = np.zeros((len(matrix), self._room), dtype=np.int32)
        self._filled = np.zeros(len(matrix), dtype=np.int64)

    def collect(self, start: int, stop: int) -> None:
        """Score once every pair of the rows from `start` up to `stop`, and of these with all rows before them."""
        new = self._blocks(start, stop)
        for block in new:
            unit = self._unit(block)
            scores = unit @ unit.T
            np.fill_diagonal(scores, -np.inf)
            self._offer_dense(block, block, scores)
        old = self._blocks(0, start)
        pairs = [(block, other) for number, block in enumerate(new) for other in (*old, *new[:number])]
        sizes = [block.stop - block.start for block in (*old, *new)]
        with side_by_side() as threads, ThreadPoolExecutor(threads) as computing:
            # New pages would cost more than the sums: tiles that were chosen from are computed over.
            rooms = np.empty((threads + 1, max(sizes) ** 2), dtype=np.float32)
            ahead: deque[Future[NDArray[np.float32]]] = deque()
            for turn in range(len(pairs) + threads):
                if turn < len(pairs):
                    ahead.append(computing.submit(self._tile, *pairs[turn], rooms[turn % len(rooms)]))
                if turn >= threads:  # always in the same order
                    self._offer_both(*pairs[turn - threads], ahead.popleft().result())

    def _tile(self, block: slice, other: slice, room: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the scores of two blocks of rows, computed in this room."""
        shape = block.stop - block.start, other.stop - other.start
        scores = room[: shape[0] * shape[1]].reshape(shape)
        return np.matmul(self._unit(block), self._unit(other).T, out=scores)

    def best(self, rows: int) -> Integers:
        """Return (rows, width) indices of the first rows, in no order."""
        for start in range(0, rows, _BLOCK_ROWS):
            self._cut(slice(start, min(start + _BLOCK_ROWS, rows)))
        return self._others[:rows, : self.width].astype(np.int64)

    def _blocks(self, start: int, stop: int) -> list[slice]:
        rows = max(_BLOCK_ROWS, 4 * self.width)
        edges = np.linspace(start, stop, -(-(stop - start) // rows) + 1).astype(int)
        return [slice(int(a), int(b)) for a, b in pairwise(edges)]

    def _unit(self, rows: slice) -> NDArray[np.float32]:
        if self._is_unit and self._matrix.dtype == np.float32:
            # What rounding left of their lengths is less than that of a product.
            return cast("NDArray[np.float32]", self._matrix[rows])
        return _unit(self._matrix, self._scale, rows)

    def _offer_both(self, rows: slice, columns: slice, scores: NDArray[np.float32]) -> None:
        self._offer(rows, columns, scores, by_column=False)
        self._offer(columns, rows, scores, by_column=True)

    def _offer_dense(self, rows: slice, others: slice, scores: NDArray[np.float32]) -> None:
        """Give rows the best of a whole block; what they had stays in the running."""
        width = min(self.width, scores.shape[1])
        best = np.argpartition(scores, scores.shape[1] - width, axis=1)[:, scores.shape[1] - width :]
        self._cut(rows)
        self._scores[rows, self.width : self.width + width] = np.take_along_axis(scores, best, axis=1)
        self._others[rows, self.width : self.width + width] = best + others.start
        self._filled[rows] = self.width + width
        self._cut(rows)

    def _offer(self, rows: slice, others: slice, scores: NDArray[np.float32], *, by_column: bool) -> None:
        """Give rows those scores of a block that pass their thresholds; `by_column` where rows are its columns."""
        limits = self.thresholds[rows]
        passed = _places(scores > (limits[None, :] if by_column else limits[:, None]))
        if not len(passed):
            return
        upper, lower = np.divmod(passed, scores.shape[1])
        at, other = (lower, upper) if by_column else (upper, lower)
        found = scores.ravel()[passed]
        if by_column:
            order = np.argsort(at.astype(np.int16 if scores.shape[1] < 32_768 else np.int64), kind="stable")
            at, other, found = at[order], other[order], found[order]
        counts = np.bincount(at, minlength=rows.stop - rows.start)
        if (self._filled[rows] + counts).max() > self._room:
            self._cut(rows)
            if counts.max() > self._room - self.width:
                self._offer_dense(rows, others, scores.T if by_column else scores)
                return
        rank = np.arange(len(at)) - (np.cumsum(counts) - counts)[at]
        column = self._filled[rows][at] + rank
        self._scores[at + rows.start, column] = found
        self._others[at + rows.start, column] = other + others.start
        self._filled[rows] += counts

    def _cut(self, rows: slice) -> None:
        """Keep the best `width` of each row and raise its threshold to the least of them."""
        scores, others = self._scores[rows], self._others[rows]
        used = int(self._filled[rows].max(initial=0))
        if used <= self.width:
            self._filled[rows] = self.width
            return
        best = np.argpartition(scores[:, :used], used - self.width, axis=1)[:, used - self.width :]
        scores[:, : self.width] = np.take_along_axis(scores, best, axis=1)
        others[:, : self.width] = np.take_along_axis(others, best, axis=1)
        scores[:, self.width :] = -np.inf
        self._filled[rows] = self.width
        self.thresholds[rows] = scores[:, : self.width].min(axis=1)


def _places(mask: NDArray[np.bool_]) -> Integers:
    """Return the flat places of the true values of a sparse mask, eight looked at together."""
    flat = mask.ravel()
    whole = len(flat) // 8 * 8
    words = np.flatnonzero(flat[:whole].view(np.uint64))
    hits = np.flatnonzero(flat[:whole].reshape(-1, 8)[words])
    return np.concatenate([words[hits // 8] * 8 + hits % 8, whole + np.flatnonzero(flat[whole:])])
