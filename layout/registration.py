"""Turns, mirrors, scales and shifts tonight's map so that it lies on yesterday's; pure functions on arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tane.vectors.arrays import Floats

ROUNDS = 20
SMALLEST_SCALE = 1e-6
LEAST_RESIDUAL = 1e-3  # of the spread: below it a point counts as not moved


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarityTransform:
    """The map y = scale * x @ turn + shift; `turn` (2, 2) is orthogonal and may mirror, `shift` has shape (2,)."""

    turn: Floats
    scale: float
    shift: Floats

    def __call__(self, points: NDArray[np.floating]) -> Floats:
        """Return the points, shape (n, 2), moved; float64."""
        moved: Floats = self.scale * np.asarray(points, dtype=np.float64) @ self.turn + self.shift
        return moved


def onto(source: NDArray[np.floating], target: NDArray[np.floating]) -> SimilarityTransform:
    """Return the similarity that brings most of source closest to target, row by row.

    Umeyama (PAMI 1991), mirroring allowed, in iteratively reweighted rounds: first for the least sum of (not squared)
    distances, then with weights (Geman and McClure 1987) that leave out who went much farther than the median. So a
    minority of points that really moved hardly tilts the rest. No points give the identity, one point (or coinciding
    ones) a shift. Cost O(m).

    Args:
        source: shape (m, 2), tonight's places.
        target: shape (m, 2), yesterday's places of the same points.

    Raises:
        ValueError: shapes do not fit, or a value is not finite.
    """
    x, y = np.asarray(source, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 2 or x.shape[1] != 2:
        raise ValueError("source and target must both have the shape (m, 2)")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("source and target must be finite")
    if not len(x):
        return SimilarityTransform(turn=np.eye(2), scale=1.0, shift=np.zeros(2))
    weights = np.ones(len(x))
    fitted = _least_squares(x, y, weights)
    floor = LEAST_RESIDUAL * float(np.linalg.norm(y - y.mean(axis=0), axis=1).mean())
    if floor == 0.0:
        return fitted
    for number in range(2 * ROUNDS):
        ways = np.maximum(np.linalg.norm(fitted(x) - y, axis=1), floor)
        weights = 1.0 / ways if number < ROUNDS else (1.0 + (ways / np.median(ways)) ** 2) ** -2
        fitted = _least_squares(x, y, weights)
    return fitted


def _least_squares(x: Floats, y: Floats, weights: Floats) -> SimilarityTransform:
    """Return the similarity with the least weighted sum of squared distances."""
    share = (weights / weights.sum())[:, None]
    middle_x, middle_y = (share * x).sum(axis=0), (share * y).sum(axis=0)
    spread = float((share * (x - middle_x) ** 2).sum())
    across = (x - middle_x).T @ (share * (y - middle_y))
    left, strengths, right = np.linalg.svd(across)
    turn = left @ right
    scale = float(strengths.sum()) / spread if spread > 0.0 else 1.0
    if not SMALLEST_SCALE < scale < 1.0 / SMALLEST_SCALE:
        scale = 1.0  # all on one spot, on either side, but for rounding
    return SimilarityTransform(turn=turn, scale=scale, shift=middle_y - scale * middle_x @ turn)
