"""Ninety nights of a growing collection on arrays: neighbours, clusters, identity and the map, without the database.

The seeds grow by the same factor every night, 100 to 20,000, in random order, so that topics appear, grow and are
found one after the other; each night is what the pipeline computes for its seeds.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.agreement import agreement, most_like
from bench.labelled import COARSE, FINE, LabelledVectors, shipped
from bench.planted import blobs
from bench.quality import levels
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
    at_once, _ = density.cluster(vectors, table=chain.table)
    return {
        "nights": nights,
        "seeds": [first, last],
        "clusters_at_the_end": len(before[0]) if before else 0,
        "ari_to_clustered_at_once": chain.likeness(at_once),
        "grown_over_nine_nights": {found.name: grown(found) for found in shipped()}
        if nights == NIGHTS
        else {},
        "survivals": len(kept),
        "kept": round(float(np.mean(kept)), 4) if kept else None,
        "displacement_median_night": round(float(np.median(moved)), 5),
        "displacement_worst_night": round(float(np.max(moved)), 5),
        "displacement_first_half_to_end": round(chain.drift(sizes[nights // 2]), 4),
        "trustworthiness": round(trustworthiness(vectors, chain.places, sample=SAMPLE), 4),
        "trustworthiness_fresh": round(trustworthiness(vectors, fresh.coordinates, sample=SAMPLE), 4),
    }


def grown(labelled: LabelledVectors, *, nights: int = 9, first: int = 60) -> dict[str, float]:
    """Return how a set that grew over some nights, in random order, compares with the same set clustered at once.

    Scores are those of row `quality`, on the themes; `kept` is the share of labels with eight rows and a cluster on the night
    before whose cluster is the same.
    """
    order = np.random.default_rng(0).permutation(len(labelled.vectors))
    vectors, truth = labelled.vectors[order], labelled.truth[COARSE][order]
    tree: Tree | None = None
    names: list[int] = []
    kept: list[bool] = []
    before: tuple[Clusters, int] | None = None
    following = 0
    for size in np.geomspace(first, len(vectors), nights).round().astype(int).tolist():
        start = None if tree is None else identity.levels(_night_of(tree), size)
        tonight, _ = density.cluster(vectors[:size], start=start)
        names, following = named(tree, tonight, names, following)
        clusters = {name: frozenset(tonight.members_of(at).tolist()) for at, name in enumerate(names)}
        if before is not None:
            kept.extend(_kept(truth, before, clusters))
        tree, before = tonight, (clusters, size)
    assert tree is not None
    at_once = levels(density.cluster(vectors)[0])
    own = levels(tree)
    scores = {
        level: (agreement(own[level], truth).score, agreement(at_once[level], truth).score)
        for level in (COARSE, FINE)
    }
    return {
        "top": round(scores[COARSE][0] / scores[COARSE][1], 3) if scores[COARSE][1] else float("nan"),
        "finer": round(scores[FINE][0] / scores[FINE][1], 3) if scores[FINE][1] else float("nan"),
        "kept": round(float(np.mean(kept)), 3) if kept else float("nan"),
    }


def named(before: Tree | None, tonight: Tree, names: list[int], following: int) -> tuple[list[int], int]:
    """Return the id of each of tonight's clusters, yesterday's where it continues one, and the next id that is free."""
    matched = (
        identity.match_clusters(_night_of(before), _night_of(tonight)).before.tolist()
        if before is not None
        else [-1] * len(tonight)
    )
    found = []
    for one in matched:
        if one < 0:
            following += 1
        found.append(names[one] if one >= 0 else following)
    return found, following


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

    def likeness(self, other: Tree) -> dict[str, float]:
        """Return the ARI of the last night's levels to those of another tree, over the rows that both have in a cluster."""
        assert self._tree is not None
        own, others = levels(self._tree), levels(other)
        found = {}
        for level in (COARSE, FINE):
            is_in = others[level] >= 0
            found[level] = round(agreement(own[level][is_in], others[level][is_in]).ari, 4)
        return found

    def night(self, size: int) -> tuple[Clusters, Map]:
        """Have a night with the first `size` vectors."""
        vectors = self._vectors[:size]
        self.table = nearest(vectors)
        start = None if self._tree is None else identity.levels(_night_of(self._tree), size)
        tree, _ = density.cluster(vectors, table=self.table, start=start)
        self._ids, self._next = named(self._tree, tree, self._ids, self._next)
        self._tree = tree
        self._drawn = lay_out(ids(size), vectors, neighbours=self.table, yesterday=self._yesterday(size))
        self._snapshots[size] = self._drawn.coordinates
        members = {name: frozenset(tree.members_of(at).tolist()) for at, name in enumerate(self._ids)}
        return members, self._drawn

    def _yesterday(self, size: int) -> PreviousMap | None:
        if self._drawn is None:
            return None
        old = self._drawn.coordinates
        places = np.concatenate([old, np.zeros((size - len(old), 2), dtype=np.float32)])
        known = np.arange(size) < len(old)
        return PreviousMap(coordinates=places, known=known, fingerprint=self._drawn.fingerprint)


def _night_of(tree: Tree) -> identity.Memberships:
    return identity.Memberships(offsets=tree.offsets, members=tree.members, depth=tree.depth)
