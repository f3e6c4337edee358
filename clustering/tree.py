"""What every mode of clustering returns: a tree of clusters over rows, and a report of how it came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clustering.centroids import centroids, cohesion
from tane.vectors.arrays import Floats, Integers, Units, Vectors
from tane.vectors.rows import unit_rows

NEAREST = 5  # members that stand for a cluster until it has a text (E7)

Reason = Literal["too_few_items", "too_few_candidates", "all_alike", "no_structure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterNode:
    """One cluster on its way into the tree; its parent comes before it."""

    members: Integers  # rows, in any order
    parent: int = -1  # place of the parent among the groups
    is_core: NDArray[np.bool_] | None = None  # of each member; all when not given
    strengths: Floats | None = None  # of each member, 0 to 1; its cosine to the centroid when not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Clusters, parents before children, larger ones first; a parent's members include its children's (F11)."""

    parent: Integers  # (c,), -1 for the top level
    depth: Integers  # (c,), 1 for the top level (F12)
    offsets: Integers  # (c + 1,), where each cluster's members start
    members: Integers  # (m,), rows, ascending within a cluster
    strengths: Floats  # (m,), how surely the member belongs, 0 to 1
    is_core: NDArray[np.bool_]  # (m,), false for members attached afterwards (F8)
    centroids: Floats  # (c, d), of length one
    nearest: Integers  # (c, 5), members nearest to the centroid, the medoid first; -1 where there are fewer
    cohesion: Floats  # (c,), mean cosine over pairs of members
    attach_similarity: Floats  # (c,), the cosine to the centroid from which an item may join
    deepest: Integers  # (n,), each row's deepest cluster, -1 for none

    def __len__(self) -> int:
        return len(self.parent)

    def members_of(self, cluster: int) -> Integers:
        """Return the rows of a cluster, ascending."""
        return self.members[self.offsets[cluster] : self.offsets[cluster + 1]]

    def top(self) -> Integers:
        """Return (n,): each row's cluster of the top level, -1 for none."""
        top = self.deepest.copy()
        while len(self) and (is_below := (top >= 0) & (self.parent[top] >= 0)).any():
            top[is_below] = self.parent[top[is_below]]
        return top


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteringReport:
    """How a clustering went: values only, never a text of the user."""

    items: int
    distinct: int  # identical vectors count once
    clusters: int
    top_clusters: int
    depth: int
    coverage: float  # share of the items in any cluster
    thresholds: Mapping[str, float] = field(default_factory=dict)
    is_partial: bool = False  # the limit of clusters was reached (F7)
    reason: Reason | None = None  # why nothing was found
    advice: Mapping[str, float] = field(default_factory=dict)  # settings that would find something

    def explained(
        self, *, reason: Reason | None, advice: Mapping[str, float], is_partial: bool = False
    ) -> "ClusteringReport":
        """Return this report with the reason of a poor result and what to change."""
        return replace(self, reason=reason, advice=dict(advice), is_partial=is_partial)


def build_tree(groups: Sequence[ClusterNode], units: Units) -> Tree:
    """Return the tree of some groups over the rows of unit vectors (n, d). O(members d), deterministic.

    Clusters are ordered by depth, then size, then members, so the order of the groups leaves no trace.

    Raises:
        ValueError: a group is empty, or stands before its parent.
    """
    order, depth = _ordered(groups)
    place = {number: at for at, number in enumerate(order)}
    kept = [_sorted(groups[number]) for number in order]
    offsets = np.cumsum([0, *(len(group.members) for group in kept)]).astype(np.int64)
    members = np.concatenate([group.members for group in kept]) if kept else np.zeros(0, dtype=np.int64)
    centres = centroids(units, offsets, members)
    tree_strengths = np.zeros(len(members))
    is_core = np.ones(len(members), dtype=bool)
    nearest = np.full((len(kept), NEAREST), -1, dtype=np.int64)
    attach, inner = np.zeros(len(kept)), np.zeros(len(kept))
    deepest = np.full(len(units), -1, dtype=np.int64)
    for at, group in enumerate(kept):
        part = slice(offsets[at], offsets[at + 1])
        cosines = units[group.members] @ centres[at]
        tree_strengths[part] = np.clip(cosines if group.strengths is None else group.strengths, 0.0, 1.0)
        if group.is_core is not None:
            is_core[part] = group.is_core
        attach[at] = attach_similarity(cosines, is_core[part])
        inner[at] = cohesion(units[group.members])
        # Rounded, so that equals are ordered by row and not by the last bit of a sum.
        middle = group.members[np.lexsort((group.members, -np.round(cosines, 9)))][:NEAREST]
        nearest[at, : len(middle)] = middle
        deepest[group.members] = at
    return Tree(
        parent=np.array([place.get(groups[number].parent, -1) for number in order], dtype=np.int64),
        depth=np.array([depth[number] for number in order], dtype=np.int64),
        offsets=offsets,
        members=members,
        strengths=tree_strengths,
        is_core=is_core,
        centroids=centres,
        nearest=nearest,
        cohesion=inner,
        attach_similarity=attach,
        deepest=deepest,
    )


def measured_on(tree: Tree, vectors: Vectors) -> Tree:
    """Return the same clusters with centroids, cohesion, strengths and attach similarity of other vectors (n, d).

    For clusters that were found on blended vectors while what joins them later is compared as it is.

    Raises:
        ValueError: a row is NaN, infinite, zero or not of length one.
    """
    parts = [slice(tree.offsets[number], tree.offsets[number + 1]) for number in range(len(tree))]
    groups = [
        ClusterNode(members=tree.members[part], parent=int(tree.parent[number]), is_core=tree.is_core[part])
        for number, part in enumerate(parts)
    ]
    return build_tree(groups, unit_rows(vectors))


def attach_similarity(cosines: Floats, is_core: NDArray[np.bool_]) -> float:
    """Return the 10th percentile of the core members' cosines to the centroid (F8)."""
    return float(np.percentile(cosines[is_core] if is_core.any() else cosines, 10.0))


def report(tree: Tree, *, distinct: int, thresholds: Mapping[str, float] | None = None) -> ClusteringReport:
    """Return the plain report of a tree."""
    items = len(tree.deepest)
    return ClusteringReport(
        items=items,
        distinct=distinct,
        clusters=len(tree),
        top_clusters=int((tree.depth == 1).sum()),
        depth=int(tree.depth.max(initial=0)),
        coverage=float((tree.deepest >= 0).mean()) if items else 0.0,
        thresholds=dict(thresholds or {}),
    )


def _ordered(groups: Sequence[ClusterNode]) -> tuple[list[int], list[int]]:
    """Return the order of the groups, and each one's depth."""
    depth: list[int] = []
    for number, group in enumerate(groups):
        if group.parent >= number or not len(group.members):
            raise ValueError("a group needs members, and a parent that stands before it")
        depth.append(1 if group.parent < 0 else depth[group.parent] + 1)
    smallest = [int(group.members.min()) for group in groups]
    order = sorted(range(len(groups)), key=lambda at: (depth[at], -len(groups[at].members), smallest[at], at))
    return order, depth


def _sorted(group: ClusterNode) -> ClusterNode:
    order = np.argsort(group.members, kind="stable")
    return ClusterNode(
        members=group.members[order],
        parent=group.parent,
        is_core=None if group.is_core is None else group.is_core[order],
        strengths=None if group.strengths is None else group.strengths[order],
    )
