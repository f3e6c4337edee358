"""Candidates for the neighbour table from all pairs: blocked float32 products of the upper triangle.

Each product serves the rows of both sides; a score enters a row's candidates only above the row's running threshold.
"""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Integers, Vectors
from tane.vectors.blas_threads import one_thread_a_product
from tane.vectors.rows import unit_rows

_BLOCK_ROWS = 1536
_NO_SCALE = 5e-7  # of float32 vectors of length one


class ExactCandidates:
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
        if not pairs:
            return
        sizes = [block.stop - block.start for block in (*old, *new)]
        with one_thread_a_product() as threads, ThreadPoolExecutor(threads) as computing:
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
        return unit_rows(self._matrix[rows], scale=self._scale[rows])

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
