"""Principal components of vectors, as many as are asked for."""

import numpy as np

from tane.vectors.arrays import Floats, Vectors, blocks

_BLOCK_ROWS = 1024
_EXACT_AXES = 64  # rows of products; up to them all axes are found, in less than a millisecond
_SPARE, _TURNS = 10, 12  # of the subspace iteration


def principal_components(vectors: Vectors, dims: int) -> Floats:
    """Return the leading components, float64 (n, dims), of which the farthest point lies on the positive side.

    Cost O(n d m) for m the smaller of n and d. Beyond d rows the vectors, which may be a memory map, are read in
    blocks. Components that the vectors do not have are zero. Deterministic.
    """
    places = (_by_rows if len(vectors) <= vectors.shape[1] else _by_columns)(vectors, dims)
    # The sign of a principal axis is arbitrary.
    farthest = places[np.abs(places).argmax(axis=0), np.arange(dims)]
    return places * np.where(farthest < 0.0, -1.0, 1.0)


def _by_rows(vectors: Vectors, dims: int) -> Floats:
    """By the products of rows: cheaper than those of columns for n <= d."""
    centred = np.asarray(vectors, dtype=np.float64)
    centred = (centred - centred.mean(axis=0)).astype(np.float32)
    strengths, axes = _leading((centred @ centred.T).astype(np.float64), dims)
    places = np.zeros((len(vectors), dims))
    places[:, : axes.shape[1]] = axes * np.sqrt(np.maximum(strengths, 0.0))
    return places


def _by_columns(vectors: Vectors, dims: int) -> Floats:
    """By the products of columns, block by block."""
    count, width = vectors.shape
    parts = list(blocks(count, _BLOCK_ROWS))
    middle = sum(np.asarray(vectors[rows], dtype=np.float64).sum(axis=0) for rows in parts) / count
    products = np.zeros((width, width))
    for rows in parts:
        centred = (np.asarray(vectors[rows], dtype=np.float64) - middle).astype(np.float32)
        products += centred.T @ centred
    axes = _leading(products, dims)[1]
    places = np.zeros((count, dims))
    for rows in parts:
        places[rows, : axes.shape[1]] = (np.asarray(vectors[rows], dtype=np.float64) - middle) @ axes
    return places


def _leading(products: Floats, dims: int) -> tuple[Floats, Floats]:
    """Return the largest eigenvalues of a matrix of products and their vectors, (m, dims) or (m, m).

    Above 64 rows by subspace iteration (Halko, Martinsson and Tropp 2011): O(m^2) a turn.
    """
    if len(products) <= _EXACT_AXES:
        strengths, axes = np.linalg.eigh(products)
        return strengths[: -dims - 1 : -1], axes[:, : -dims - 1 : -1]
    basis = np.random.default_rng(0).normal(size=(len(products), dims + _SPARE))
    for _ in range(_TURNS):
        basis = np.linalg.qr(products @ basis)[0]
    strengths, inner = np.linalg.eigh(basis.T @ products @ basis)
    return strengths[: -dims - 1 : -1], (basis @ inner)[:, : -dims - 1 : -1]
