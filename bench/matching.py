"""Which cluster a planted topic is."""

from collections.abc import Mapping
from typing import Any

LEAST_JACCARD = 0.5

Labels = Mapping[Any, frozenset[int]]  # seeds by their number, of each cluster


def most_like(members: frozenset[int], clusters: Labels) -> Any:
    """Return the cluster whose seeds are most like a topic's (Jaccard index), None where less than half are."""
    shares = {
        name: len(members & own) / len(members | own) for name, own in clusters.items() if members & own
    }
    best = max(shares, key=lambda name: (shares[name], str(name)), default=None)
    return best if best is not None and shares[best] >= LEAST_JACCARD else None
