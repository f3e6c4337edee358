"""Vectors with a known structure, made from a seed."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def unit(vectors: Floats) -> Floats:
    scaled: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


def directions(count: int, *, dims: int = 64, seed: int = 0) -> Floats:
    """Return random directions: no structure at all."""
    return unit(np.random.default_rng(seed).normal(size=(count, dims)))


def blobs(sizes: list[int], *, dims: int = 64, spread: float = 0.5, seed: int = 0) -> tuple[Floats, Integers]:
    """Return vectors around random centres, one after the other, and the blob of each."""
    of = np.repeat(np.arange(len(sizes)), sizes)
    centres = directions(len(sizes), dims=dims, seed=seed)
    return unit(centres[of] + spread * directions(len(of), dims=dims, seed=seed + 1)), of


def nested(
    themes: int, parts: int, size: int, *, noise: int = 0, dims: int = 256, seed: int = 0
) -> tuple[Floats, Integers, Integers]:
    """Return vectors around the parts of themes, then noise; the theme and the part of each, -1 for noise."""
    tops = directions(themes, dims=dims, seed=seed)
    middles = unit(
        np.repeat(tops, parts, axis=0) + 0.6 * directions(themes * parts, dims=dims, seed=seed + 1)
    )
    part = np.repeat(np.arange(themes * parts), size)
    points = unit(middles[part] + 0.7 * directions(len(part), dims=dims, seed=seed + 2))
    nowhere = np.full(noise, -1)
    vectors = np.concatenate([points, directions(noise, dims=dims, seed=seed + 3)])
    return vectors, np.concatenate([part // parts, nowhere]), np.concatenate([part, nowhere])


def with_common_direction(vectors: Floats, *, mean_cosine: float, seed: int = 9) -> Floats:
    """Return the vectors with one component added to all, so that random pairs have about this cosine, as e5's have.

    mean_cosine: 0 to 1; of vectors whose mean is zero. Differences keep their order.
    """
    common = directions(1, dims=vectors.shape[1], seed=seed)[0]
    return unit(vectors + np.sqrt(mean_cosine / (1.0 - mean_cosine)) * common)


def purity(labels: Integers, truth: Integers) -> float:
    """Return the share of labelled rows whose true group is the most frequent one of their label."""
    is_in = labels >= 0
    right = sum(int(np.bincount(truth[labels == label] + 1).max()) for label in np.unique(labels[is_in]))
    return right / max(int(is_in.sum()), 1)
