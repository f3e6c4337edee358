"""Ninety nights of a growing collection on arrays: neighbours, clusters, identity and the map, without the database.

The seeds grow by the same factor every night, 100 to 20,000, in random order, so that topics appear, grow and are
found one after the other; each night is what the pipeline computes for its seeds.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.agreement import most_like
from bench.planted import blobs
from clustering import density, identity
from clustering.tree import Tree
from layout.mapping import Map, PreviousMap, lay_out
from layout.quality import displacement, trustworthiness
from tane.vectors.neighbours import Neighbours, nearest
from tests.layout.planted import ids

NIGHTS, FIRST, LAST = 90, 100, 20_000
TOPICS, NOWHERE = 200, 0.1
LEAST_SEEDS = 8
SAMPLE = 2_000

Clusters = Mapping[int, frozenset[int]]


def ninety_nights(*, nights: int = NIGHTS, first: int = FIRST, last: int = LAST) -> dict[str, Any]:
    """Return how ids and places lasted; survivors are topics with eight seeds and a cluster on the night before."""
    vectors, topics = blobs(last, topics=max(2, TOPICS * last // LAST), nowhere=NOWHERE, seed=3)
    sizes = np.geomspace(first, last, nights).round().astype(int).tolist()
    chain = _Chain(vectors)
    kept, moved, before = [], [], None
    for size in sizes:
        clusters, drawn = chain.night(size)
        if before is not None:
            kept.extend(_kept(topics, before, clusters))
            moved.append(drawn.displacement)
        before = clusters, size
    fresh = lay_out(ids(last), vectors, neighbours=chain.table)
    return {
        "nights": nights,
        "seeds": [first, last],
        "clusters_at_the_end": len(before[0]) if before else 0,
        "survivals": len(kept),
        "kept": round(float(np.mean(kept)), 4) if kept else None,
        "displacement_median_night": round(float(np.median(moved)), 5),
        "displacement_worst_night": round(float(np.max(moved)), 5),
        "displacement_first_half_to_end": round(chain.drift(sizes[nights // 2]), 4),
        "trustworthiness": round(trustworthiness(vectors, chain.places, sample=SAMPLE), 4),
        "trustworthiness_fresh": round(trustworthiness(vectors, fresh.coordinates, sample=SAMPLE), 4),
    }


def _kept(topics: NDArray[np.int64], before: tuple[Clusters, int], clusters: Clusters) -> list[bool]:
    old, size = before
    found = []
    for topic in range(int(topics.max()) + 1):
        members = frozenset(np.flatnonzero(topics[:size] == topic).tolist())
        own = most_like(members, old) if len(members) >= LEAST_SEEDS else None
        if own is not None:
            # Newcomers may belong to the topic as well; who was there yesterday decides who it is.
            tonight = {
                name: frozenset(seed for seed in seeds if seed < size) for name, seeds in clusters.items()
            }
            found.append(most_like(members, tonight) == own)
    return found


class _Chain:
    """Night after night, each knowing the last."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self._tree: Tree | None = None
        self._ids: list[int] = []
        self._next = 0
        self._drawn: Map | None = None
        self._snapshots: dict[int, NDArray[np.float32]] = {}
        self.table: Neighbours | None = None

    @property
    def places(self) -> NDArray[np.float32]:
        assert self._drawn is not None
        return self._drawn.coordinates

    def drift(self, size: int) -> float:
        """Return how far those of an earlier night's size have gone since, as a share of its extent."""
        return displacement(self._snapshots[size], self.places[:size])

    def night(self, size: int) -> tuple[Clusters, Map]:
        """Have a night with the first `size` vectors."""
        vectors = self._vectors[:size]
        self.table = nearest(vectors)
        tree, _ = density.cluster(vectors, table=self.table)
        self._ids = self._identified(tree)
        self._tree = tree
        self._drawn = lay_out(ids(size), vectors, neighbours=self.table, yesterday=self._yesterday(size))
        self._snapshots[size] = self._drawn.coordinates
        members = {name: frozenset(tree.members_of(at).tolist()) for at, name in enumerate(self._ids)}
        return members, self._drawn

    def _identified(self, tree: Tree) -> list[int]:
        tonight = _night_of(tree)
        before = (
            identity.match_clusters(_night_of(self._tree), tonight).before.tolist()
            if self._tree
            else [-1] * len(tree)
        )
        named = []
        for one in before:
            if one < 0:
                self._next += 1
            named.append(self._ids[one] if one >= 0 else self._next)
        return named

    def _yesterday(self, size: int) -> PreviousMap | None:
        if self._drawn is None:
            return None
        old = self._drawn.coordinates
        places = np.concatenate([old, np.zeros((size - len(old), 2), dtype=np.float32)])
        known = np.arange(size) < len(old)
        return PreviousMap(coordinates=places, known=known, fingerprint=self._drawn.fingerprint)


def _night_of(tree: Tree) -> identity.Memberships:
    return identity.Memberships(offsets=tree.offsets, members=tree.members, depth=tree.depth)
