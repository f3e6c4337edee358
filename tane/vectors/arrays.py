"""The arrays that clustering and layout speak of, and how large ones are gone through."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Vectors = NDArray[np.float32] | NDArray[np.float64]
Units = NDArray[np.floating]  # rows of length one
Points = NDArray[np.floating]  # (n, 2), places on a map

BLOCK_ROWS = 4096


def blocks(count: int, rows: int = BLOCK_ROWS) -> Iterator[slice]:
    """Yield slices of so many rows that cover `count` in order, so that a large matrix is never copied whole."""
    for start in range(0, count, rows):
        yield slice(start, min(start + rows, count))
