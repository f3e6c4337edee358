"""A night's maps: 200 clusters of 60 points and one map of 20,000, beside umap-learn's class.

Ours are laid out one after the other in one fresh process that computes its own tables of neighbours. The peer calls
the class once per map in a fresh worker of a process pool, one at a time, as a script would; of its 200 small maps
six are measured. Every process has one thread. Starting, importing and compiling count on both sides.
"""

import importlib
import multiprocessing
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.measure import Measure
from layout.descent import warm_up
from layout.mapping import Map, PreviousMap, lay_out
from layout.quality import trustworthiness
from tane.vectors.neighbours import nearest
from tests.layout.planted import blobs, ids

WIDTH = 768
SMALL, SMALL_MAPS, SAMPLED = 60, 200, 6
LARGE, NEW = 20_000, 1_000  # the latter: 5 % that were not there yesterday
ROWS = 2_000  # in the sample whose trustworthiness is taken
ONE_THREAD = dict.fromkeys(("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")

Floats = NDArray[np.float32]


def measure() -> Measure:
    os.environ.update(ONE_THREAD)
    ours_s, found = _timed(_ours)
    peer = [_timed(_peer, seed, SMALL) for seed in range(SAMPLED)]
    peer_large_s, peer_large = _timed(_peer, None, LARGE)
    peer_small_s = float(np.mean([seconds for seconds, _ in peer]))
    peer_s = SMALL_MAPS * peer_small_s + peer_large_s
    large = _vectors(None, LARGE)
    faithful = {
        "trustworthiness_60": _mean(_small_quality(seed, found["small"][seed]) for seed in range(SAMPLED)),
        "trustworthiness_60_peer": _mean(
            _small_quality(seed, places) for seed, (_, places) in enumerate(peer)
        ),
        "trustworthiness_20000": trustworthiness(large, found["large"], sample=ROWS),
        "trustworthiness_20000_peer": trustworthiness(large, peer_large, sample=ROWS),
        "trustworthiness_20000_continued": trustworthiness(large, found["continued"], sample=ROWS),
    }
    details = {
        "peer_small_maps_measured": SAMPLED,
        "peer_small_s": round(peer_small_s, 2),
        "peer_large_s": round(peer_large_s, 2),
        **{name: round(seconds, 2) for name, seconds in found["seconds"].items()},
        **{name: round(share, 4) for name, share in faithful.items()},
        "continued_displacement": round(found["displacement"], 4),
    }
    return Measure(
        name="layout",
        ours=ours_s - found["seconds"]["continued_s"],
        peer=peer_s,
        ratio=(ours_s - found["seconds"]["continued_s"]) / peer_s,
        unit="s",
        details=details,
    )


def _timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """Return the seconds from starting a fresh process to its result, and the result."""
    started = time.perf_counter()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        result = pool.submit(work, *arguments).result()
    return time.perf_counter() - started, result


def _ours() -> dict[str, Any]:
    """Lay out everything; then, apart, the large one once more as of the night after a growth by 5 %."""
    seconds: dict[str, float] = {}
    mark = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal mark
        seconds[name], mark = time.perf_counter() - mark, time.perf_counter()

    warm_up()
    lap("compile_s")
    small = [lay_out(ids(SMALL), _vectors(seed, SMALL)).coordinates for seed in range(SMALL_MAPS)]
    lap("small_maps_s")
    vectors = _vectors(None, LARGE)
    table = nearest(vectors, k=14)
    lap("large_table_s")
    large = lay_out(ids(LARGE), vectors, neighbours=table)
    lap("large_map_s")
    old = lay_out(ids(LARGE - NEW), vectors[:-NEW])
    known = np.arange(LARGE) < LARGE - NEW
    coordinates = np.concatenate([old.coordinates, np.zeros((NEW, 2), dtype=np.float32)])
    before = time.perf_counter()
    continued: Map = lay_out(
        ids(LARGE), vectors, neighbours=table, yesterday=PreviousMap(coordinates=coordinates, known=known)
    )
    seconds["continued_map_s"] = time.perf_counter() - before
    lap("continued_s")
    return {
        "small": small[:SAMPLED],
        "large": large.coordinates,
        "continued": continued.coordinates,
        "displacement": continued.displacement,
        "seconds": seconds,
    }


def _peer(seed: int | None, count: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        umap = importlib.import_module("umap")
        model = umap.UMAP(n_neighbors=15, metric="cosine", random_state=42)
        return np.asarray(model.fit_transform(_vectors(seed, count)), dtype=np.float32)


def _vectors(seed: int | None, count: int) -> Floats:
    """Return the large set (None), or a small one of six topics."""
    if seed is None:
        return blobs(count, topics=200, width=WIDTH, noise=1.0)
    return blobs(count, topics=6, width=WIDTH, noise=1.0, seed=seed)


def _small_quality(seed: int, places: Floats) -> float:
    return trustworthiness(_vectors(seed, SMALL), places)


def _mean(values: Any) -> float:
    return float(np.mean(list(values)))
