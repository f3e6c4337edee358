"""Where the points of a map start before they are relaxed: principal axes, or yesterday's places; pure functions."""

import numpy as np
from numpy.typing import NDArray

from layout.normalisation import extent, sunflower
from layout.relaxation import Graph

Floats = NDArray[np.float64]

SIDE = 30.0  # of a finished map in the same units: a few hundred to some thousand points come to 25 to 45
NOISE = 1e-4  # of the side: points with the same vector must not start at the same place
LEAST_SPREAD = 1e-6  # a side below it is rounding: the vectors are all the same
ROUNDS = 5  # newcomers that know placed points only through so many other newcomers
BLOCK_ROWS = 1024
EXACT_AXES = 64  # rows; up to them all axes are found, in less than a millisecond
SUBSPACE, TURNS = 12, 12
SAMPLE = 4096  # placed points among which a newcomer without links looks for the most similar


def principal_start(vectors: NDArray[np.floating]) -> Floats:
    """Return the two leading principal components, shape (n, 2), larger side `SIDE`; a disc where there is no spread.

    Cost O(n d m) for m the smaller of n and d. Beyond d rows the vectors, which may be a memory map, are read
    in blocks.

    Args:
        vectors: shape (n, d), n at least 2.
    """
    places = _components_of_few(vectors) if len(vectors) <= vectors.shape[1] else _components_of_many(vectors)
    # The sign of a principal axis is arbitrary: the farthest point lies on its positive side.
    farthest = places[np.abs(places).argmax(axis=0), [0, 1]]
    places = places * np.where(farthest < 0.0, -1.0, 1.0)
    if extent(places) < LEAST_SPREAD:
        places = sunflower(np.arange(len(vectors)))
    return places * (SIDE / extent(places)) + _noise(len(vectors), NOISE * SIDE)


def _components_of_few(vectors: NDArray[np.floating]) -> Floats:
    """Return shape (n, 2) by the products of rows: cheaper than those of columns for n <= d."""
    centred = np.asarray(vectors, dtype=np.float64)
    centred = (centred - centred.mean(axis=0)).astype(np.float32)
    strengths, axes = _leading((centred @ centred.T).astype(np.float64))
    places: Floats = axes * np.sqrt(np.maximum(strengths, 0.0))
    return places


def _components_of_many(vectors: NDArray[np.floating]) -> Floats:
    """Return shape (n, 2) by the products of columns, block by block; zeros for an axis that d = 1 does not have."""
    n, width = vectors.shape
    blocks = [slice(first, first + BLOCK_ROWS) for first in range(0, n, BLOCK_ROWS)]
    middle = sum(np.asarray(vectors[rows], dtype=np.float64).sum(axis=0) for rows in blocks) / n
    inner = np.zeros((width, width))
    for rows in blocks:
        centred = (np.asarray(vectors[rows], dtype=np.float64) - middle).astype(np.float32)
        inner += centred.T @ centred
    axes = _leading(inner)[1]
    places = np.zeros((n, 2))
    for rows in blocks:
        places[rows, : axes.shape[1]] = (np.asarray(vectors[rows], dtype=np.float64) - middle) @ axes
    return places


def _leading(products: Floats) -> tuple[Floats, Floats]:
    """Return the two largest eigenvalues of a matrix of products and their vectors, (m, 2); one where m is 1.

    Above 64 rows by subspace iteration (Halko, Martinsson and Tropp 2011), which a start may be: O(m^2) a turn.
    """
    if len(products) <= EXACT_AXES:
        strengths, axes = np.linalg.eigh(products)
        return strengths[:-3:-1], axes[:, :-3:-1]
    basis = np.random.default_rng(0).normal(size=(len(products), SUBSPACE))
    for _ in range(TURNS):
        basis = np.linalg.qr(products @ basis)[0]
    strengths, inner = np.linalg.eigh(basis.T @ products @ basis)
    return strengths[:-3:-1], (basis @ inner)[:, :-3:-1]


def start_from_previous(
    graph: Graph, coordinates: NDArray[np.floating], known: NDArray[np.bool_], vectors: NDArray[np.floating]
) -> Floats:
    """Return a start, shape (n, 2), from yesterday's map blown up to UMAP's units.

    Newcomers start at the weighted mean of their placed neighbours; those that are linked to no placed point, however
    far, at the place of the most similar one (of a sample). Cost O(e), and O(r d) for r such newcomers.

    Args:
        graph: tonight's.
        coordinates: shape (n, 2); rows that are not known are ignored.
        known: shape (n,), at least one.
        vectors: shape (n, d), rows of length 1.
    """
    placed = known.copy()
    places = np.where(known[:, None], np.asarray(coordinates, dtype=np.float64), 0.0)
    places *= SIDE / (extent(places[known]) or SIDE)
    for _ in range(ROUNDS):
        pull = np.where(placed[graph.tails], graph.weights, 0.0)
        totals = np.bincount(graph.heads, pull, minlength=graph.points)
        reached = ~placed & (totals > 0.0)
        if not reached.any():
            break
        for axis in (0, 1):
            sums = np.bincount(graph.heads, pull * places[graph.tails, axis], minlength=graph.points)
            places[reached, axis] = sums[reached] / totals[reached]
        placed |= reached
    lost, found = np.flatnonzero(~placed), np.flatnonzero(placed)
    if len(lost):
        found = found[np.linspace(0, len(found) - 1, min(SAMPLE, len(found))).astype(np.int64)]
        nearest = (np.asarray(vectors[lost]) @ np.asarray(vectors[found]).T).argmax(axis=1)
        places[lost] = places[found[nearest]]
    places[~known] += _noise(graph.points, NOISE * SIDE)[~known]
    return places


def _noise(count: int, size: float) -> Floats:
    return np.random.default_rng(0).normal(scale=size, size=(count, 2))
