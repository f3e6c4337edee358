"""The table of nearest neighbours that statistics, clustering, edges and maps share (I6).

Exact up to a size: the candidates of the products are measured again in float64 and ordered by (distance, index). A
row whose last neighbour is not clearly nearer than what was left out is done again over everything that could matter,
so rounding never decides who is a neighbour. Beyond it the candidates come from buckets (`approximate`).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tane.vectors.approximate import approximate_candidates
from tane.vectors.arrays import Floats, Integers, Vectors, blocks
from tane.vectors.exact import ExactCandidates
from tane.vectors.rows import Distinct, distinct, inverse_norms, open_matrix, unit_rows

K = 32
LARGEST_EXACT = 100_000  # rows; above, twice the rows cost four times as much

_SLACK = 4  # candidates kept beyond k
_ROUNDING = 4e-6  # of a float32 product of unit vectors; 768 dimensions err by 1e-6 at most here
_CLOSE = 1e-6  # below, one minus the product loses digits
_SCORED_ROWS = 12_288
_SEARCHED_ROWS = 16
_SAMPLE = 500  # rows by which the recall is measured
_MEASURED_ROWS = 4  # at once, so that their float64 neighbours stay in the cache
_THREADED_ROWS = 512  # of a thread; fewer are measured before one has started
_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """For each row its k nearest others, nearest first; k is smaller than asked where there are fewer rows.

    Raises:
        ValueError: shapes do not fit, an index is no row of the same set, or a distance is not finite.
    """

    indices: NDArray[np.int32]  # (n, k), without the row itself
    distances: Floats  # (n, k), 1 - cosine, 0 to 2; equal distances are ordered by index
    recall: float = 1.0  # share of the true neighbours found, measured on a sample; exact: 1

    def __post_init__(self) -> None:
        """Refuse a table that cannot be right."""
        if self.indices.ndim != 2 or self.indices.shape != self.distances.shape:
            raise ValueError("indices and distances must both have the shape (n, k)")
        if self.indices.size and not 0 <= self.indices.min() <= self.indices.max() < len(self.indices):
            raise ValueError("indices must name rows of the same set")
        if not np.isfinite(self.distances).all():
            raise ValueError("distances must be finite")

    def __len__(self) -> int:
        return len(self.indices)

    def first(self, columns: int) -> "Neighbours":
        """Return the table of so many nearest others alone."""
        return Neighbours(
            indices=self.indices[:, :columns], distances=self.distances[:, :columns], recall=self.recall
        )


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
    matrix = open_matrix(vectors)
    same = distinct(matrix)
    if len(same.first) < len(matrix):
        table = nearest_distinct(matrix[same.first], k=k, largest_exact=largest_exact)
        return expand(table, same, k=k)
    return nearest_distinct(matrix, k=k, largest_exact=largest_exact)


def nearest_distinct(matrix: Vectors, *, k: int = K, largest_exact: int = LARGEST_EXACT) -> Neighbours:
    """As `nearest`, for rows known to be distinct: identical ones cost time, nothing else."""
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    scale = inverse_norms(matrix)
    count = min(k, len(matrix) - 1)
    if count < 1:
        empty = np.zeros((len(matrix), 0))
        return Neighbours(indices=empty.astype(np.int32), distances=empty)
    if len(matrix) > largest_exact:
        return _likely(matrix, scale, approximate_candidates(matrix, scale, count + _SLACK)[0], count)
    kept = ExactCandidates(matrix, scale, min(count + _SLACK, len(matrix) - 1))
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
        of_all, of_part = approximate_candidates(matrix, scale, k + _SLACK, part=part)
        among = _likely(matrix[:part], scale[:part], of_part, k)
        del of_part
        return among, _likely(matrix, scale, of_all, k)
    kept = ExactCandidates(matrix, scale, k + _SLACK)
    kept.collect(0, part)
    among = _chosen(matrix[:part], scale[:part], kept, part, k)
    kept.collect(part, len(matrix))
    return among, _chosen(matrix, scale, kept, len(matrix), k)


def _likely(matrix: Vectors, scale: Floats, found: Integers, count: int) -> Neighbours:
    """Measure likely neighbours, and tell how many of the true ones are among them."""
    indices, distances = _measured(matrix, scale, found, count)
    alone = np.flatnonzero((found == np.arange(len(found))[:, None]).any(axis=1))
    distances[alone] = 2.0  # met too few: search everywhere
    _redo(matrix, scale, alone, indices, distances)
    return Neighbours(
        indices=indices.astype(np.int32), distances=distances, recall=_recall(matrix, scale, distances)
    )


def _chosen(matrix: Vectors, scale: Floats, kept: ExactCandidates, rows: int, count: int) -> Neighbours:
    """Measure the candidates of the first rows among themselves, and search again where they leave a doubt."""
    indices, distances = _measured(matrix, scale, kept.best(rows), count)
    if kept.width < rows - 1:
        unsure = np.flatnonzero(1.0 - distances[:, -1] < kept.thresholds[:rows] + _ROUNDING)
        _redo(matrix, scale, unsure, indices, distances)
    return Neighbours(indices=indices.astype(np.int32), distances=distances)


def expand(table: Neighbours, same: Distinct, *, k: int = K) -> Neighbours:
    """Return the table of all n rows from the table of the m distinct ones. O(n k), exact."""
    rows = len(same.group)
    count = min(k, rows - 1)
    order = np.argsort(same.group, kind="stable")
    starts = np.concatenate([[0], np.cumsum(same.counts)])
    indices = np.empty((rows, count), dtype=np.int32)
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


def _measured(
    matrix: Vectors, scale: Floats, candidates: Integers, count: int, *, rows: Integers | None = None
) -> tuple[Integers, Floats]:
    """Return indices and float64 distances, both (n, count), of the nearest of the candidates (n, c) of all rows, or these."""
    wanted = np.arange(len(matrix)) if rows is None else rows
    indices = np.empty((len(wanted), count), dtype=np.int64)
    distances = np.empty((len(wanted), count))
    few = matrix * scale[:, None] if len(matrix) <= _THREADED_ROWS else None

    def measure(part: slice) -> None:
        near, own = candidates[part], wanted[part]
        apart = np.empty(near.shape)
        # New pages would cost more than the sums: each some rows are computed over the last.
        shape = (min(_MEASURED_ROWS, len(own)), near.shape[1], matrix.shape[1])
        room, units = np.empty(shape, dtype=matrix.dtype), np.empty(shape)
        for some in blocks(len(own), _MEASURED_ROWS):
            others = units[: some.stop - some.start]
            if few is not None:
                np.take(few, near[some], axis=0, out=others, mode="clip")
            else:
                found = np.take(matrix, near[some], axis=0, out=room[: len(others)], mode="clip")
                np.multiply(found, scale[near[some]][:, :, None], out=others)
            this = matrix[own[some]] * scale[own[some], None]
            apart[some] = 1.0 - np.einsum("nkd,nd->nk", others, this)
            close = apart[some] < _CLOSE
            if close.any():  # half the squared difference is exact for equal vectors
                differences = others[close] - this[np.nonzero(close)[0]]
                apart[some][close] = np.einsum("pd,pd->p", differences, differences) / 2
        order = np.lexsort((near, apart), axis=1)[:, :count]
        indices[part] = np.take_along_axis(near, order, axis=1)
        distances[part] = np.take_along_axis(apart, order, axis=1)

    parts = blocks(len(wanted), _THREADED_ROWS)
    if len(wanted) <= _THREADED_ROWS:
        for part in parts:
            measure(part)
    else:
        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(measure, parts))
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
    for block in blocks(len(rows), _SEARCHED_ROWS):
        for number, line in enumerate(_scores(matrix, scale, rows[block]), start=block.start):
            close = np.flatnonzero(line >= 1.0 - reach[number] - _ROUNDING)
            close = close[close != rows[number]]
            found = _measured(matrix, scale, close[None, :], count, rows=rows[number : number + 1])
            indices[number], distances[number] = found[0][0], found[1][0]
    return indices, distances


def _scores(matrix: Vectors, scale: Floats, rows: Integers) -> NDArray[np.float32]:
    """Return float32 cosines (r, n) of some rows with all."""
    own = unit_rows(matrix, rows, scale=scale)
    parts = blocks(len(matrix), _SCORED_ROWS)
    return np.concatenate([own @ unit_rows(matrix[part], scale=scale[part]).T for part in parts], axis=1)


def _recall(matrix: Vectors, scale: Floats, distances: Floats) -> float:
    """Compare an evenly spread sample of rows with the truth."""
    rows = np.unique(np.linspace(0, len(matrix) - 1, _SAMPLE).astype(np.int64))
    found = distances[rows]
    _, true = _searched(matrix, scale, rows, found[:, -1], found.shape[1])
    # What stands at the true k-th distance is as good as the k-th itself.
    return float(np.mean(found <= true[:, -1:] + 1e-12))
