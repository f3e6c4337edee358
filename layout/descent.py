"""The stochastic descent of UMAP, written for many small maps: compiled once per machine, not once per process.

McInnes, Healy and Melville, "UMAP" (2018), algorithm 5. Both forces depend on the squared distance alone, so they
are looked up instead of raised to powers: a table with 32 steps per doubling errs by less than 0.01 %. Negative
samples are drawn by Knuth's linear congruence of 64 bits (MMIX), whose upper half is scaled instead of divided. Nothing
here runs in several threads, so the result depends on the arguments only (on one machine with one set of versions).
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tane.vectors.compilation import compiled
from tane.vectors.fuzzy_graph import FuzzyGraph, fuzzy_graph
from tane.vectors.neighbours import Neighbours

Floats32 = NDArray[np.float32]

LEAST_DISTANCE = 0.1  # of two points that belong together, in UMAP's units; its min_dist
SPREAD = 1.0  # over which the membership falls; its spread
NEGATIVES = 5  # per attraction
RANDOM_STATE = 42
FACTOR, SUMMAND = 6_364_136_223_846_793_005, 1_442_695_040_888_963_407
FARTHEST = 4.0  # a force is cut here, on each axis
_NOT_ZERO = 0.001  # keeps the repulsion of coinciding points finite
_STEPS_BITS = 5  # of a table's doubling: 32
_LEAST_EXPONENT, _DOUBLINGS = -24, 48  # of squared distances: 6e-8 to 2e7


def warm_up() -> None:
    """Compile what `descend` needs, or load what was compiled before: so that nobody measures that."""
    ring = np.arange(8)
    near = np.stack([(ring + step) % 8 for step in (1, 7, 2)], axis=1).astype(np.int32)
    graph = fuzzy_graph(Neighbours(indices=near, distances=np.full((8, 3), 0.5)))
    descend(graph, np.stack([np.cos(ring), np.sin(ring)], axis=1), epochs=1, step=1.0)


def descend(
    graph: FuzzyGraph,
    start: NDArray[np.floating],
    *,
    epochs: int,
    step: float,
    moving: NDArray[np.bool_] | None = None,
    least_distance: float = LEAST_DISTANCE,
    random_state: int = RANDOM_STATE,
) -> Floats32:
    """Return the places, float32 of shape (n, 2), after so many epochs; the interpreter is free meanwhile.

    Cost: about 40 ns for each time an edge is drawn. Deterministic: one thread, in the order of the edges.

    Args:
        graph: weighted edges, each in both directions.
        start: shape (n, 2), in UMAP's own units: a finished map has a side of about 30.
        epochs: passes; the step falls to zero over them.
        step: the first step; UMAP's own is 1.
        moving: shape (n,); the others stay where they are. All when None.
        least_distance: 0 to 1, how close points that belong together may lie; UMAP's min_dist.
        random_state: which negative samples are drawn.
    """
    places = np.array(start, dtype=np.float32, order="C")
    largest = graph.weights.max(initial=0.0)
    kept = graph.weights >= largest / epochs
    free = np.ones(graph.points, dtype=np.bool_)
    if moving is not None:
        kept &= moving[graph.heads]
        free[:] = False  # newcomers settle among others that stand, also among each other
    if kept.any():
        rates = graph.weights[kept] / largest  # how often an edge is drawn per epoch
        attraction, repulsion = _forces(least_distance)
        seed = np.uint64(_mixed(random_state))
        _compiled()(
            places, graph.heads[kept], graph.tails[kept], rates, free, epochs, np.float32(step),
            attraction, repulsion, seed,
        )  # fmt: skip
    return places


def _passes(  # noqa: PLR0917 - compiled as one
    places: Any, heads: Any, tails: Any, rates: Any, moving: Any, epochs: Any, step: Any, attraction: Any,
    repulsion: Any, seed: Any,
) -> None:  # fmt: skip
    count = np.uint64(len(places))
    state = np.uint64(seed)
    factor, summand = np.uint64(FACTOR), np.uint64(SUMMAND)
    half = np.uint64(32)
    due = np.zeros(len(heads), dtype=np.float32)
    last = np.int32(len(attraction) - 2)
    shift = np.int32(23 - _STEPS_BITS)
    base = np.int32((127 + _LEAST_EXPONENT) << _STEPS_BITS)
    rest = np.int32((1 << (23 - _STEPS_BITS)) - 1)
    part = np.float32(1.0 / (1 << (23 - _STEPS_BITS)))
    far = np.float32(FARTHEST)
    zero = np.float32(0.0)
    for epoch in range(epochs):
        length = step * (np.float32(1.0) - np.float32(epoch) / np.float32(epochs))
        for edge in range(len(heads)):
            due[edge] += rates[edge]
            if due[edge] < np.float32(1.0):
                continue
            due[edge] -= np.float32(1.0)
            head, tail = heads[edge], tails[edge]
            x, y = places[head, 0], places[head, 1]
            over, up = x - places[tail, 0], y - places[tail, 1]
            apart = over * over + up * up
            if apart > zero:
                bits = np.float32(apart).view(np.int32)
                at = min(max((bits >> shift) - base, np.int32(0)), last)
                between = np.float32(bits & rest) * part
                force = attraction[at] + between * (attraction[at + 1] - attraction[at])
                over = min(max(force * over, -far), far) * length
                up = min(max(force * up, -far), far) * length
                x += over
                y += up
                if moving[tail]:
                    places[tail, 0] -= over
                    places[tail, 1] -= up
            over_all, up_all = zero, zero  # each from the same place, so that none waits for another
            for _ in range(NEGATIVES):
                state = state * factor + summand
                other = np.int64(((state >> half) * count) >> half)
                over, up = x - places[other, 0], y - places[other, 1]
                apart = over * over + up * up
                if apart > zero and other != head:
                    bits = np.float32(apart).view(np.int32)
                    at = min(max((bits >> shift) - base, np.int32(0)), last)
                    between = np.float32(bits & rest) * part
                    force = repulsion[at] + between * (repulsion[at + 1] - repulsion[at])
                    over_all += min(max(force * over, -far), far)
                    up_all += min(max(force * up, -far), far)
            places[head, 0] = x + over_all * length
            places[head, 1] = y + up_all * length


def _mixed(random_state: int) -> int:
    """Return 64 bits that differ everywhere where two states differ by one (splitmix64; Steele, Lea, Flood 2014)."""
    mask = (1 << 64) - 1
    mixed = (random_state + 0x9E37_79B9_7F4A_7C15) & mask
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9) & mask
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB) & mask
    return mixed ^ (mixed >> 31)


@functools.cache
def curve(least_distance: float) -> tuple[float, float]:
    """Return a and b of 1 / (1 + a d^2b), UMAP's curve for this least distance and a spread of 1.

    It is the least-squares fit to one up to the least distance and an exponential fall beyond it.
    """
    from scipy.optimize import curve_fit  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    distances = np.linspace(0.0, 3.0 * SPREAD, 300)
    wanted = np.where(distances < least_distance, 1.0, np.exp(-(distances - least_distance) / SPREAD))
    (a, b), _ = curve_fit(lambda d, a, b: 1.0 / (1.0 + a * d ** (2.0 * b)), distances, wanted)
    return float(a), float(b)


@functools.cache
def _forces(least_distance: float) -> tuple[Floats32, Floats32]:
    """Return what a difference of places is multiplied by, attracting and repelling, by the squared distance."""
    a, b = curve(least_distance)
    doublings = _LEAST_EXPONENT + np.arange(_DOUBLINGS + 1)
    steps = 1.0 + np.arange(1 << _STEPS_BITS) / (1 << _STEPS_BITS)
    squares = (2.0 ** doublings[:, None] * steps).ravel()
    powers = squares**b
    attraction = -2.0 * a * b * powers / squares / (1.0 + a * powers)
    repulsion = 2.0 * b / ((_NOT_ZERO + squares) * (1.0 + a * powers))
    return attraction.astype(np.float32), repulsion.astype(np.float32)


@functools.cache
def _compiled() -> Callable[..., None]:
    """Compile, or load what was compiled before; 2 s where nothing is known yet."""
    return compiled(_passes)
