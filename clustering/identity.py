"""Who tonight's clusters were yesterday (F9): ids stay with the clusters that stay, and lineage is recorded.

Clusters are matched one to one by the Jaccard index of the members present on both nights (Greene, Doyle,
Cunningham 2010), the most alike first. Everything is an array; ids are the caller's.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tane.vectors.arrays import Floats, Integers

LEAST_JACCARD = 0.3  # below, a cluster is another one
_MOST = 0.5  # of a cluster's members: where they came from, or went to

Kind = Literal["same", "split", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memberships:
    """The clusters of one night over a numbering of items that both nights share; they may be nested."""

    offsets: Integers  # (c + 1,)
    members: Integers  # (m,), items, each once within a cluster
    depth: Integers  # (c,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageEntry:
    """One line of the lineage: what tonight's cluster has of yesterday's."""

    cluster: int
    came_from: int
    jaccard: float
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterMatch:
    """The outcome; numbers are places in the two nights."""

    before: Integers  # (c,), of each of tonight's clusters the one it was, -1 where it is new
    jaccard: Floats  # (c,), how alike the two are over common items; 0 where new
    changed: Floats  # (c,), share of the members of either night that are not of both; 1 where new (E8)
    gone: Integers  # yesterday's clusters that nobody continues, ascending
    lineage: tuple[LineageEntry, ...]  # by cluster, then the most alike first


def match_clusters(
    yesterday: Memberships, tonight: Memberships, *, least: float = LEAST_JACCARD
) -> ClusterMatch:
    """Match tonight's clusters to yesterday's.

    O(memberships of each item on both nights), deterministic: equals go to the pair of the same depth, then the
    larger, then the earlier of yesterday's, then of tonight's. A split's most alike, so largest, part keeps the
    id; a merger keeps that of its largest part.
    """
    old, new, shared = _overlaps(yesterday, tonight)
    is_common = _commons(yesterday, tonight)
    old_sizes, new_sizes = _sizes(yesterday, is_common), _sizes(tonight, is_common)
    unions = old_sizes[old] + new_sizes[new] - shared
    alike = shared / np.maximum(unions, 1)
    is_elsewhere = yesterday.depth[old] != tonight.depth[new]
    order = np.lexsort((new, old, -shared, is_elsewhere, -alike))
    order = order[alike[order] >= least]
    before = _assigned(old[order], new[order], len(old_sizes), len(new_sizes))
    jaccard, changed = np.zeros(len(before)), np.ones(len(before))
    whole_old, whole_new = np.diff(yesterday.offsets), np.diff(tonight.offsets)
    lineage: list[LineageEntry] = []
    continued = set(before[before >= 0].tolist())
    origin: dict[int, tuple[float, int, int]] = {}
    heir: dict[int, tuple[float, int, int]] = {}
    for a, b, both, share in zip(old.tolist(), new.tolist(), shared.tolist(), alike.tolist(), strict=True):
        if before[b] == a:
            jaccard[b] = share
            changed[b] = 1.0 - both / (whole_old[a] + whole_new[b] - both)
            lineage.append(LineageEntry(cluster=b, came_from=a, jaccard=share, kind="same"))
        elif before[b] < 0 and both > _MOST * new_sizes[b]:
            origin[b] = max(origin.get(b, (-1.0, 0, 0)), (share, -a, a))
        elif a not in continued and both > _MOST * old_sizes[a]:
            heir[a] = max(heir.get(a, (-1.0, 0, 0)), (share, -b, b))
    lineage += [
        LineageEntry(cluster=b, came_from=a, jaccard=s, kind="split") for b, (s, _, a) in origin.items()
    ]
    lineage += [
        LineageEntry(cluster=b, came_from=a, jaccard=s, kind="merge") for a, (s, _, b) in heir.items()
    ]
    return ClusterMatch(
        before=before,
        jaccard=jaccard,
        changed=changed,
        gone=np.array([a for a in range(len(whole_old)) if a not in continued], dtype=np.int64),
        lineage=tuple(sorted(lineage, key=lambda line: (line.cluster, -line.jaccard, line.came_from))),
    )


def levels(night: Memberships, items: int) -> Integers:
    """Return (depths, items): each item's cluster at each depth, or the one above where it has none there; -1 for none."""
    found = np.full((int(night.depth.max(initial=0)), items), -1, dtype=np.int64)
    for cluster in np.argsort(night.depth, kind="stable"):
        found[
            night.depth[cluster] - 1 :, night.members[night.offsets[cluster] : night.offsets[cluster + 1]]
        ] = cluster
    return found


def _overlaps(yesterday: Memberships, tonight: Memberships) -> tuple[Integers, Integers, Integers]:
    """Return the pairs of clusters that share items, ordered, and how many they share."""
    old_of = np.repeat(np.arange(len(yesterday.depth)), np.diff(yesterday.offsets))
    new_of = np.repeat(np.arange(len(tonight.depth)), np.diff(tonight.offsets))
    order = np.argsort(yesterday.members, kind="stable")
    items = yesterday.members[order]
    first = np.searchsorted(items, tonight.members, side="left")
    counts = np.searchsorted(items, tonight.members, side="right") - first
    ranks = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    old = old_of[order][np.repeat(first, counts) + ranks]
    new = np.repeat(new_of, counts)
    width = max(len(tonight.depth), 1)
    pairs, shared = np.unique(old * width + new, return_counts=True)
    return pairs // width, pairs % width, shared.astype(np.int64)


def _commons(yesterday: Memberships, tonight: Memberships) -> Integers:
    """Return the items that are clustered on both nights: who is in none may be new, and must not count."""
    return np.intersect1d(yesterday.members, tonight.members)


def _sizes(night: Memberships, items: Integers) -> Integers:
    """Return how many of these items each cluster has."""
    of = np.repeat(np.arange(len(night.depth)), np.diff(night.offsets))
    return np.bincount(of[np.isin(night.members, items)], minlength=len(night.depth)).astype(np.int64)


def _assigned(old: Integers, new: Integers, old_count: int, new_count: int) -> Integers:
    """Return for each of tonight's clusters its one predecessor, -1 for none; the pairs come best first."""
    before = np.full(new_count, -1, dtype=np.int64)
    is_taken = np.zeros(old_count, dtype=bool)
    for one, other in zip(old, new, strict=True):
        if before[other] < 0 and not is_taken[one]:
            before[other] = one
            is_taken[one] = True
    return before
