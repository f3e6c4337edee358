"""How much smaller vectors could be: recall of their search against exact float32, on the vectors that are stored. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Integers
from tane.vectors.blas_threads import one_thread_a_product
from tane.vectors.principal import principal_components
from tane.vectors.rows import unit_rows

TOP = 10
GOOD = 0.95
RERANKED = (0, 40, 80)
"""How many candidates are compared once more by the stored halfvec; 0: none."""
FEWEST_VECTORS = 200
_HALF = 2  # bytes
_BITS = 8
_TIE = 1e-6  # two rows that say the same are the same answer

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """A kind of smaller vector, and how well it finds the nearest ten."""

    kind: str
    reranked: int
    recall: float
    index_bytes: int  # of the vector in the index, without links of the graph
    bytes: int  # with the halfvec of the table, which stays


def measure_precision(vectors: NDArray[np.float32], queries: Integers) -> list[Precision]:
    """Return recall@10 of each kind for rows that are taken for queries, themselves left out.

    vectors: (n, d), n >= 200, as they are stored; queries: (q,) rows of it. Memory O(q n + n d).

    Raises:
        ValueError: too few vectors to tell, or one that is no vector of length one.
    """
    if len(vectors) < FEWEST_VECTORS:
        raise ValueError(f"{len(vectors)} vectors are too few: {FEWEST_VECTORS} are needed")
    units = unit_rows(vectors)
    dims = units.shape[1]
    half, quarter = dims // 2, dims // 4
    with one_thread_a_product():  # several would spin where other work keeps the processors busy
        exact = _without_self(units[queries] @ units.T, queries)
        return [
            *_judged("halfvec", exact, _halves(units, queries), queries, dims=dims, index_bytes=_HALF * dims)[:1],
            *_judged("centred sign bits", exact, _signs(units, queries), queries, dims=dims, index_bytes=-(-dims // _BITS)),
            *_judged("PCA to half", exact, _components(units, queries, half), queries, dims=dims, index_bytes=_HALF * half),
            *_judged("PCA to a quarter", exact, _components(units, queries, quarter), queries, dims=dims, index_bytes=_HALF * quarter),
        ]  # fmt: skip


def smallest_good(measured: Sequence[Precision]) -> Precision | None:
    """Return the smallest kind whose recall is at least 0.95, with the fewest candidates; None if there is none."""
    good = [one for one in measured if one.recall >= GOOD]
    return min(good, key=lambda one: (one.bytes, one.reranked), default=None)


def _judged(
    kind: str, exact: Scores, scores: Scores, queries: Integers, *, dims: int, index_bytes: int
) -> list[Precision]:
    found = _without_self(scores, queries)
    return [
        Precision(
            kind=kind, reranked=count, recall=_recall(exact, found, count), index_bytes=index_bytes,
            bytes=index_bytes + _HALF * dims,
        )
        for count in RERANKED
    ]  # fmt: skip


def _halves(units: NDArray[np.float32], queries: Integers) -> Scores:
    halves = units.astype(np.float16).astype(np.float32)
    return halves[queries] @ halves.T


def _signs(units: NDArray[np.float32], queries: Integers) -> Scores:
    """Return the agreement of signs around the mean: dimensions less twice the Hamming distance."""
    signs = np.where(units > units.mean(axis=0, dtype=np.float64), np.float32(1), np.float32(-1))
    return signs[queries] @ signs.T


def _components(units: NDArray[np.float32], queries: Integers, kept: int) -> Scores:
    """Return minus the squared distances but for what is the query's own: centred vectors are not of length one."""
    places = principal_components(units, kept).astype(np.float16).astype(np.float32)
    scores = 2.0 * places[queries] @ places.T - np.einsum("nd,nd->n", places, places)
    return np.asarray(scores, dtype=np.float32)


def _without_self(scores: Scores, queries: Integers) -> Scores:
    scores[np.arange(len(queries)), queries] = -np.inf
    return scores


def _recall(exact: Scores, scores: Scores, reranked: int) -> float:
    """Return the mean share of the exact ten that are found; one as near as the tenth is as good as it."""
    least = np.partition(exact, -TOP, axis=1)[:, -TOP, None] - _TIE
    wide = max(TOP, reranked)
    taken = np.argpartition(scores, -wide, axis=1)[:, -wide:]
    near = np.take_along_axis(exact, taken, axis=1)
    return float(np.minimum((near >= least).sum(axis=1), TOP).mean() / TOP)
