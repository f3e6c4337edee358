"""Vectors as rows: checked, exactly of length one, and each distinct one once (F6)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats, Integers, Vectors, blocks

UNIT = (1 - 5e-3, 1 + 5e-3)  # half precision in the store moves a norm by about 5e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct:
    """Which rows are the same vector; the distinct ones are numbered by their first row."""

    first: Integers  # (m,) the first row of each distinct vector, ascending
    group: Integers  # (n,) the number of each row's vector
    counts: Integers  # (m,) how many rows have it

    def among(self, rows: int) -> "Distinct":
        """Return the same of the first rows alone."""
        first = self.first[self.first < rows]
        group = self.group[:rows]
        return Distinct(
            first=first, group=group, counts=np.bincount(group, minlength=len(first)).astype(np.int64)
        )


def open_matrix(vectors: Vectors | Path) -> Vectors:
    """Return a matrix (n, d): the array itself, or a .npy file mapped into memory.

    Raises:
        ValueError: not a matrix of floating-point numbers.
    """
    matrix: NDArray[Any] = (
        np.load(vectors, mmap_mode="r") if isinstance(vectors, Path) else np.asarray(vectors)
    )
    if matrix.ndim != 2 or not np.issubdtype(matrix.dtype, np.floating):
        raise ValueError(f"vectors must be a float matrix (n, d), not {matrix.dtype} {matrix.shape}")
    return cast("Vectors", matrix)


def inverse_norms(matrix: NDArray[np.floating], *, between: tuple[float, float] = UNIT) -> Floats:
    """Return float64 (n,): the factors that make each row exactly of length one. O(n d), one block at a time.

    between: the lengths that a row may have.

    Raises:
        ValueError: a row holds NaN or infinity, is zero, or has another length; says which and how many.
    """
    norms = np.empty(len(matrix))
    for rows in blocks(len(matrix)):
        block = matrix[rows].astype(np.float64)
        norms[rows] = np.sqrt(np.einsum("nd,nd->n", block, block))
    shortest, longest = between
    _refuse(~np.isfinite(norms), "hold NaN or infinity")
    _refuse(norms == 0, "are zero")
    _refuse((norms < shortest) | (norms > longest), "are not of length one")
    return 1.0 / norms


def distinct(matrix: Vectors) -> Distinct:
    """Find identical rows by their bytes (blake2b). O(n d), memory O(n); the order of first rows is kept."""
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    group = np.empty(len(matrix), dtype=np.int64)
    for row in range(len(matrix)):
        digest = hashlib.blake2b((matrix[row] + 0.0).tobytes(), digest_size=16).digest()  # -0 is 0
        if digest not in numbers:
            numbers[digest] = len(first)
            first.append(row)
        group[row] = numbers[digest]
    return Distinct(
        first=np.array(first, dtype=np.int64),
        group=group,
        counts=np.bincount(group, minlength=len(first)).astype(np.int64),
    )


def unit_rows(
    matrix: NDArray[np.floating], rows: Integers | None = None, *, scale: Floats | None = None
) -> NDArray[np.float32]:
    """Return all rows, or these, as float32 (n, d) of length one; checks as `inverse_norms` does. Memory: the result.

    scale: what `inverse_norms` returned of the matrix, if it was asked before.
    """
    factors = inverse_norms(matrix) if scale is None else scale
    count = len(matrix) if rows is None else len(rows)
    scaled = np.empty((count, matrix.shape[1]), dtype=np.float32)
    for block in blocks(count):
        part = block if rows is None else rows[block]
        scaled[block] = matrix[part] * factors[part, None]
    return scaled


def _refuse(is_bad: NDArray[np.bool_], what: str) -> None:
    if is_bad.any():
        raise ValueError(f"{int(is_bad.sum())} vectors {what}, the first is row {int(np.argmax(is_bad))}")
