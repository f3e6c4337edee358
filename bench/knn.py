"""Row `knn`: the shared table of neighbours beside faiss's exact index and the bare matrix product.

All three work on the same random unit vectors in blobs with two threads, each in a fresh process, the fastest of
several runs. The bare product forms all n x n cosines of float32 in blocks, writes them and keeps nothing. Ours counts
everything from the array to the finished table: checking norms, finding identical rows, measuring again in float64.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import peers
from bench.measure import Measure
from bench.planted import blobs

SIZES = (10_000, 50_000)
WIDTH, K, THREADS = 768, 32, 2
REPEATS = {10_000: 5, 50_000: 1}
BLOCK_ROWS = 2048
CHECKED_ROWS = 200
SURPLUS = 4

Floats = NDArray[np.float32]


def measure() -> Measure:
    found = {count: _measured(count) for count in SIZES}
    largest = found[SIZES[-1]]
    return Measure(
        name="knn",
        ours=largest["ours_s"],
        peer=largest["faiss_s"],
        ratio=largest["to_faiss"],
        unit="s",
        details={
            "k": K,
            "dims": WIDTH,
            "threads": THREADS,
            **{str(count): row for count, row in found.items()},
        },
    )


def _measured(count: int) -> dict[str, Any]:
    vectors = _vectors(count)
    faiss = peers.call(
        "faiss_flat", arrays={"vectors": vectors}, k=K, threads=THREADS, repeats=_repeats(count)
    )
    ours = _in_process("table", count)
    product = _in_process("product", count)
    return {
        "ours_s": round(ours["seconds"], 3),
        "faiss_s": round(faiss.seconds, 3),
        "product_s": round(product["seconds"], 3),
        "to_faiss": round(ours["seconds"] / faiss.seconds, 3),
        "to_product": round(ours["seconds"] / product["seconds"], 3),
        "to_faiss_cpu": round(ours["cpu_s"] / faiss.facts["fit_cpu_s"], 3),
        "to_product_cpu": round(ours["cpu_s"] / product["cpu_s"], 3),
        "rows_unlike_the_truth": ours["wrong"],
        "rows_checked": CHECKED_ROWS,
    }


def _repeats(count: int) -> int:
    return REPEATS.get(count, 1)


def _vectors(count: int) -> Floats:
    return blobs(count, topics=count // 100, width=WIDTH)[0]


def _in_process(work: str, count: int) -> dict[str, Any]:
    """Run ours in a fresh process: what limits the threads is read when numpy is imported."""
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(THREADS))
    before = {name: os.environ.get(name) for name in limits}
    os.environ.update(limits)
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            result: dict[str, Any] = pool.submit({"table": _table, "product": _product}[work], count).result()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    return result


def _table(count: int) -> dict[str, Any]:
    from tane.vectors.neighbours import nearest

    vectors = _vectors(count)
    seconds, cpu_s = [], []
    for _ in range(_repeats(count)):
        began, cpu = time.perf_counter(), time.process_time()
        table = nearest(vectors, k=K, largest_exact=count)
        seconds.append(time.perf_counter() - began)
        cpu_s.append(time.process_time() - cpu)
    return {"seconds": min(seconds), "cpu_s": min(cpu_s), "wrong": unlike_truth(vectors, table.indices)}


def unlike_truth(vectors: Floats, indices: NDArray[np.int32], *, rows: int = CHECKED_ROWS) -> int:
    """Return how many of some evenly spread rows have other neighbours than all distances in float64 say."""
    exact = vectors.astype(np.float64)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    checked = np.linspace(0, len(vectors) - 1, rows).astype(int)
    count = indices.shape[1]
    wrong = 0
    for row, cosines in zip(checked, exact[checked] @ exact.T, strict=True):
        cosines[row] = -np.inf
        # The true ones are among many more than are wanted; all differences would take minutes at 50,000.
        likely = np.argpartition(-cosines, min(SURPLUS * count, len(cosines) - 2))[: SURPLUS * count]
        apart = exact[likely] - exact[row]
        true = likely[np.lexsort((likely, np.einsum("nd,nd->n", apart, apart)))][:count]
        wrong += not np.array_equal(true, indices[row])
    return wrong


def _product(count: int) -> dict[str, Any]:
    vectors = _vectors(count)
    room = np.empty((BLOCK_ROWS, BLOCK_ROWS), dtype=np.float32)
    blocks = [vectors[start : start + BLOCK_ROWS] for start in range(0, count, BLOCK_ROWS)]
    seconds, cpu_s = [], []
    for _ in range(_repeats(count)):
        began, cpu = time.perf_counter(), time.process_time()
        for left in blocks:
            for right in blocks:
                np.matmul(left, right.T, out=room[: len(left), : len(right)])
        seconds.append(time.perf_counter() - began)
        cpu_s.append(time.process_time() - cpu)
    return {"seconds": min(seconds), "cpu_s": min(cpu_s)}
