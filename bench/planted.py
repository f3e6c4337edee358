"""Vectors with a known structure at the width of real embeddings, made from a seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

SPREAD = 1.0  # of a vector about its topic: two of one topic have a cosine of about 0.5, as statements do
APART = 0.8  # of a part about its theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Vectors (n, d) and where each belongs; -1 for nowhere."""

    vectors: Floats
    theme: Integers
    part: Integers


def directions(random: np.random.Generator, count: int, width: int) -> Floats:
    """Return random unit vectors."""
    return unit(random.standard_normal((count, width), dtype=np.float32))


def unit(vectors: Floats) -> Floats:
    """Return the rows at length one."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def blobs(
    count: int, *, topics: int, width: int = 768, nowhere: float = 0.0, spread: float = SPREAD, seed: int = 0
) -> tuple[Floats, Integers]:
    """Return unit vectors (n, width) around random topics, and the topic of each; a share of them lies anywhere."""
    random = np.random.default_rng(seed)
    centres = directions(random, topics, width)
    of = random.integers(topics, size=count)
    of[random.random(count) < nowhere] = -1
    vectors = spread * directions(random, count, width)
    vectors[of >= 0] += centres[of[of >= 0]]
    return unit(vectors), of


def nested(
    *, themes: int = 12, least: int = 20, most: int = 200, noise: float = 0.1, width: int = 768, seed: int = 0
) -> Planted:
    """Return themes of three to eight parts, of uneven sizes (log-uniform), and a share that belongs nowhere."""
    random = np.random.default_rng(seed)
    parts = random.integers(3, 9, size=themes)
    theme_of_part = np.repeat(np.arange(themes), parts)
    middles = unit(
        directions(random, themes, width)[theme_of_part]
        + APART * directions(random, len(theme_of_part), width)
    )
    sizes = np.exp(random.uniform(np.log(least), np.log(most), len(middles))).astype(np.int64)
    part = np.repeat(np.arange(len(middles)), sizes)
    points = unit(middles[part] + SPREAD * directions(random, len(part), width))
    strays = int(noise * len(part))
    nowhere = np.full(strays, -1)
    order = random.permutation(len(part) + strays)
    return Planted(
        vectors=np.concatenate([points, directions(random, strays, width)])[order],
        theme=np.concatenate([theme_of_part[part], nowhere])[order],
        part=np.concatenate([part, nowhere])[order],
    )
