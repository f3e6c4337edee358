"""Chooses which members stand for a cluster when not all fit into a prompt (E10). Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def diverse_order(vectors: Sequence["NDArray[np.float32] | None"], *, count: int) -> list[int]:
    """Return `count` indices: each next one is central and unlike those before it (maximal marginal relevance).

    Vectors are float32 of shape (d,) and norm 1; items without one come last, in their order.
    O(count * n * d), deterministic: the lower index wins a tie.
    """
    known = [index for index, vector in enumerate(vectors) if vector is not None]
    unknown = [index for index, vector in enumerate(vectors) if vector is None]
    if not known:
        return unknown[:count]
    matrix = np.stack([vector for vector in vectors if vector is not None])
    relevance = matrix @ matrix.mean(axis=0)
    nearest = np.zeros(len(known), dtype=np.float32)
    chosen: list[int] = []
    for _ in range(min(count, len(known))):
        score = relevance - nearest
        score[chosen] = -np.inf
        best = int(np.argmax(score))
        likeness = matrix @ matrix[best]
        nearest = np.maximum(nearest, likeness) if chosen else likeness
        chosen.append(best)
    return [known[index] for index in chosen] + unknown[: max(count - len(chosen), 0)]
