"""Candidates for the neighbour table where all pairs are too many: NN-descent from random projection trees.

Dong, Moses, Li: Efficient k-nearest neighbor graph construction for generic similarity measures (WWW 2011).
"""

import numpy as np

from clustering.vectors import Integers, Vectors

_SEED = 42


def candidates_of(matrix: Vectors, width: int, *, threads: int = 2) -> Integers:
    """Return (n, width) indices of likely neighbours of each row, never itself.

    About O(n^1.2 d); compiles for some seconds in a fresh process. Deterministic for one number of threads and
    one version of the libraries. The recall is for the caller to measure.
    """
    from pynndescent import NNDescent  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    index = NNDescent(
        np.asarray(matrix, dtype=np.float32),
        n_neighbors=width + 1,
        metric="cosine",
        random_state=_SEED,
        n_jobs=threads,
        max_candidates=60,
        low_memory=True,
        compressed=True,
    )
    found = np.asarray(index.neighbor_graph[0], dtype=np.int64)
    own = np.arange(len(found))[:, None]
    is_other = (found != own) & (found >= 0)
    # A row that did not find itself has one too many; a row that found too few repeats its best.
    order = np.argsort(~is_other, axis=1, kind="stable")[:, :width]
    others = np.take_along_axis(found, order, axis=1)
    is_kept = np.take_along_axis(is_other, order, axis=1)
    return np.where(is_kept, others, others[:, :1])
