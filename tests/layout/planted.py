"""Vectors with planted topics, and ids, for the tests of maps."""

from uuid import UUID

import numpy as np
from numpy.typing import NDArray


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)


def blobs(
    count: int, *, topics: int = 12, width: int = 48, noise: float = 0.8, seed: int = 0
) -> NDArray[np.float32]:
    """Return unit vectors, shape (count, width), scattered about random topics; row i belongs to topic i % topics."""
    random = np.random.default_rng(seed)
    middles = unit(random.normal(size=(topics, width)))
    scatter = unit(random.normal(size=(count, width))) * random.uniform(0.4, 1.2, (count, 1))
    return unit(middles[np.arange(count) % topics] + noise * scatter)


def ids(count: int, *, first: int = 0) -> list[UUID]:
    return [UUID(int=first + number) for number in range(count)]
