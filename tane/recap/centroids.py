"""Centroids of genres over several blocks of features, whose weights can be tried without computing them anew. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tane.recap.features import Sparse
from tane.vectors.arrays import Floats, Integers, Units

FEWEST_CLUSTERED = 10  # texts of a genre, from where it may have several centroids
FEWEST_TRIMMED = 4  # from where its mean leaves out what lies furthest
TRIMMED = 0.2
AGAINST = 0.5  # of the middle of all texts, taken off every centroid: Rocchio's part of what is not relevant
_SEED = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Texts as rows of three blocks, each of length one, or zero where a text has nothing in it."""

    tfidf: Sparse
    bm25: Sparse
    vectors: Units

    def rows(self, chosen: Integers) -> "Blocks":
        """Return some of them."""
        return Blocks(tfidf=self.tfidf[chosen], bm25=self.bm25[chosen], vectors=self.vectors[chosen])

    @property
    def all(self) -> tuple[Any, Any, Any]:
        """The blocks in the order of their weights."""
        return self.tfidf, self.bm25, self.vectors


Weights = tuple[float, float, float]  # of TF-IDF, BM25 and the vector; 1 together


@dataclass(frozen=True, slots=True, kw_only=True)
class Products:
    """Products of texts with centroids in each block, (n, c), and which blocks a text has, (n, 3)."""

    by_block: tuple[Floats, Floats, Floats]
    has: Floats


class Centroids:
    """One to `most` centroids a genre."""

    def __init__(self, blocks: Blocks, truth: Integers, *, genres: int, most: int) -> None:
        memberships, self.genres = _memberships(blocks, truth, genres=genres, most=most)
        self._by_block = tuple(np.asarray(memberships @ block) for block in blocks.all)
        self._squares = np.stack([(block**2).sum(axis=1) for block in self._by_block])
        self._count = genres

    def products(self, texts: Blocks) -> Products:
        """Return what texts have in common with the centroids, before it is weighed."""
        by_block = tuple(
            np.asarray(block @ own.T) for block, own in zip(texts.all, self._by_block, strict=True)
        )
        has = np.stack(
            [np.asarray(abs(block).sum(axis=1)).ravel() > 0 for block in texts.all], axis=1
        ).astype(np.float64)
        return Products(by_block=(by_block[0], by_block[1], by_block[2]), has=has)

    def scores(self, products: Products, weights: Weights) -> Floats:
        """Return (n, genres): cosine of each text and the nearest centroid of each genre, blocks weighed; -1 for a genre without one."""
        inner = sum(weight * block for weight, block in zip(weights, products.by_block, strict=True))
        lengths = np.sqrt(np.asarray(weights) @ self._squares)
        own = np.sqrt(products.has @ np.asarray(weights))
        cosines = np.asarray(inner) / np.maximum(own[:, None] * lengths[None], 1e-12)
        found = np.full((len(cosines), self._count), -1.0)
        for genre in np.unique(self.genres):
            found[:, genre] = cosines[:, self.genres == genre].max(axis=1)
        return found


def _memberships(blocks: Blocks, truth: Integers, *, genres: int, most: int) -> tuple[Floats, Integers]:
    """Return (c, n), how much of each text a centroid is, and the genre of each centroid."""
    has_vectors = bool(np.any(blocks.vectors))
    rows: list[Floats] = []
    owners: list[int] = []
    for genre in range(genres):
        own = np.flatnonzero(truth == genre)
        if not len(own):
            continue
        units = blocks.vectors[own] if has_vectors else np.asarray(blocks.tfidf[own].todense())
        for group in _groups(units, most):
            row = np.zeros(len(truth))
            row[own[group]] = 1 / len(group)
            rows.append(row - AGAINST / len(truth))
            owners.append(genre)
    return np.stack(rows), np.asarray(owners, dtype=np.int64)


def _groups(units: Units, most: int) -> list[Integers]:
    """Return which texts of a genre make up each of its centroids."""
    count = len(units)
    if count < FEWEST_TRIMMED:
        return [np.arange(count)]
    if count < FEWEST_CLUSTERED:
        central = np.argsort(-(units @ units.sum(axis=0)), kind="stable")
        return [np.sort(central[: count - int(TRIMMED * count)])]
    if most == 1:
        return [np.arange(count)]
    from sklearn.cluster import KMeans  # noqa: PLC0415 - heavy

    labels = KMeans(n_clusters=most, n_init=4, random_state=_SEED).fit_predict(units)
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]
