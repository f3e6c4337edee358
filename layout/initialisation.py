"""Where the points of a map start: principal axes, or yesterday's places; pure functions."""

import numpy as np
from numpy.typing import NDArray

from layout.normalisation import extent, sunflower
from tane.vectors.arrays import Floats, Units
from tane.vectors.fuzzy_graph import FuzzyGraph
from tane.vectors.principal import principal_components

SIDE = 30.0  # of a finished map in the same units: a few hundred to some thousand points come to 25 to 45
NOISE = 1e-4  # of the side: points with the same vector must not start at the same place
LEAST_SPREAD = 1e-6  # a side below it is rounding: the vectors are all the same
ROUNDS = 5  # newcomers that know placed points only through so many other newcomers
SAMPLE = 4096  # placed points among which a newcomer without links looks for the most similar


def principal_start(vectors: Units) -> Floats:
    """Return the two leading principal components, shape (n, 2), larger side `SIDE`; a disc where there is no spread.

    vectors: shape (n, d), n at least 2.
    """
    places = principal_components(vectors, 2)
    if extent(places) < LEAST_SPREAD:
        places = sunflower(np.arange(len(vectors)))
    return places * (SIDE / extent(places)) + _noise(len(vectors), NOISE * SIDE)


def start_from_previous(
    graph: FuzzyGraph,
    coordinates: NDArray[np.floating],
    known: NDArray[np.bool_],
    vectors: NDArray[np.floating],
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
