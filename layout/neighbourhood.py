"""The nearest neighbours of the members of one map, taken from the shared table or computed; pure functions on arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating]

BLOCK_ROWS = 512  # times 20,000 columns of float32 are 40 MB
PRECISE_ROWS = 512  # of so few, all distances in float64 cost less than choosing first


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """For each of n points its k nearest others, nearest first, without the point itself.

    Attributes:
        indices: int32 of shape (n, k), rows of the same set.
        distances: float32 of shape (n, k), cosine distances (0 to 2), ascending along a row.
    """

    indices: NDArray[np.int32]
    distances: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Refuse tables that cannot be laid out, with ValueError."""
        if self.indices.ndim != 2 or self.indices.shape != self.distances.shape:
            raise ValueError("indices and distances must both have the shape (n, k)")
        if self.indices.size and not 0 <= self.indices.min() <= self.indices.max() < len(self.indices):
            raise ValueError("indices must name rows of the same set")
        if not np.isfinite(self.distances).all():
            raise ValueError("distances must be finite")

    def __len__(self) -> int:
        return len(self.indices)


def of_all(vectors: Vectors, count: int) -> Neighbours:
    """Return the `count` nearest others of every row of unit vectors, exactly; see `_of_rows` for ties.

    Cost O(n² d) time and O(n) memory, in blocks.

    Args:
        vectors: shape (n, d), rows of length 1.
        count: k; at most n - 1 are returned.
    """
    indices, distances = _of_rows(np.asarray(vectors, dtype=np.float32), np.arange(len(vectors)), count)
    return Neighbours(indices=indices, distances=distances)


def of_members(
    members: NDArray[np.integer],
    shared_indices: NDArray[np.integer],
    shared_distances: NDArray[np.floating],
    vectors: Vectors,
    count: int,
) -> Neighbours:
    """Return the `count` nearest others of every member among the members, exactly.

    A member with enough fellow members in its row of the shared table takes them from there (they are its nearest
    ones: the row is sorted); only for the others distances are computed. Row i of the result is members[i].
    Cost O(m k) and O(r m d) for r rows that do not suffice.

    Args:
        members: shape (m,), distinct rows of the shared table.
        shared_indices: shape (n, K), the nearest others of all rows, nearest first.
        shared_distances: shape (n, K), cosine distances.
        vectors: shape (n, d), rows of length 1; only members are read.
        count: k; at most m - 1 are returned.
    """
    total, size = len(shared_indices), len(members)
    count = max(0, min(count, size - 1))
    local = np.full(total, -1, dtype=np.int32)
    local[members] = np.arange(size, dtype=np.int32)
    found = local[shared_indices[members]]
    inside = found >= 0
    # A stable sort brings fellow members to the front and keeps their order.
    order = np.argsort(~inside, axis=1, kind="stable")[:, :count]
    missing = np.full((size, count - order.shape[1]), 0)
    indices = np.concatenate([np.take_along_axis(found, order, 1), missing], axis=1).astype(np.int32)
    near = np.take_along_axis(np.asarray(shared_distances[members], dtype=np.float32), order, 1)
    distances = np.concatenate([near, missing], axis=1).astype(np.float32)
    short = np.flatnonzero(inside.sum(axis=1) < count)
    if len(short):
        own = np.asarray(vectors[members], dtype=np.float32)
        indices[short], distances[short] = _of_rows(own, short, count)
    return Neighbours(indices=indices, distances=distances)


def _of_rows(
    vectors: NDArray[np.float32], rows: NDArray[np.integer], count: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the nearest others of some rows, ordered by (distance, index) with distances in float64.

    Which of several equally distant ones at the end of a row is kept is settled by float32 products.
    """
    count = max(0, min(count, len(vectors) - 1))
    indices = np.zeros((len(rows), count), dtype=np.int32)
    distances = np.zeros((len(rows), count), dtype=np.float32)
    if count == 0:
        return indices, distances
    if len(vectors) <= PRECISE_ROWS:
        return _of_few(vectors.astype(np.float64), rows, count)
    for first in range(0, len(rows), BLOCK_ROWS):
        block = rows[first : first + BLOCK_ROWS]
        similarities = vectors[block] @ vectors.T
        similarities[np.arange(len(block)), block] = -np.inf
        nearest = np.sort(np.argpartition(-similarities, count - 1, axis=1)[:, :count], axis=1)
        precise = np.einsum("rd,rkd->rk", vectors[block], vectors[nearest], dtype=np.float64)
        apart = np.maximum(1.0 - precise, 0.0)
        order = np.argsort(apart, axis=1, kind="stable")
        indices[first : first + len(block)] = np.take_along_axis(nearest, order, 1)
        distances[first : first + len(block)] = np.take_along_axis(apart, order, 1)
    return indices, distances


def _of_few(
    vectors: NDArray[np.float64], rows: NDArray[np.integer], count: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """As `_of_rows`, every distance in float64: ties at the end of a row go to the first too."""
    apart = np.maximum(1.0 - vectors[rows] @ vectors.T, 0.0)
    apart[np.arange(len(rows)), rows] = np.inf
    order = np.argsort(apart, axis=1, kind="stable")[:, :count]
    return order.astype(np.int32), np.take_along_axis(apart, order, 1).astype(np.float32)
