"""Dense points and their connected components, again inside each (document 000), literally or repaired (F1 to F7).

The repaired edges make the core graph of DBSCAN (Ester et al. 1996) with the density threshold as its radius.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clustering.centroids import cohesion
from clustering.tree import ClusterNode, Reason
from tane.vectors.arrays import Floats, Integers, Units
from tane.vectors.neighbours import nearest_distinct

_SAME_SET = 0.95  # of the parent: a child as large is the parent again (F13)
_LEAST_DISTANCE = 1e-9  # the documents' eps: what coincides is not denser than what coincides (F6)
_ALMOST_ALL = 0.6  # of the parent: a child as large must be more coherent (F15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The documents' parameters; `percentile` None adapts to the size (F1)."""

    k_min: int = 5
    k_max: int = 30
    k_scale: float = 3.0
    percentile: float | None = None
    min_cluster_size: int = 8
    max_depth: int = 8
    improvement_alpha: float = 0.75
    max_clusters_total: int = 5000
    is_literal: bool = False  # edges of any length, each set's own k in the gate, no further stop


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentSearch:
    """The groups, breadth first, and how the search at the top went."""

    groups: Sequence[ClusterNode]
    k: int = 0
    percentile: float = 0.0
    threshold: float = 0.0
    candidates: int = 0
    is_partial: bool = False
    reason: Reason | None = None


def neighbours_for(items: int, rules: Rules) -> int:
    """Return k of the documents for a set of this size; 0 below two items (F4). Natural logarithm."""
    most = min(rules.k_max, items - 1)
    return max(min(max(round(math.log(max(items, 1)) * rules.k_scale), rules.k_min), most), 0)


def percentile_for(items: int, rules: Rules) -> float:
    """Return the share of points, in percent, that are dense: as given, or ten clusters' worth within 20 to 50 (F1)."""
    if rules.percentile is not None:
        return rules.percentile
    return float(np.clip(1000.0 * rules.min_cluster_size / items, 20.0, 50.0))


def components(units: Units, rules: Rules) -> ComponentSearch:
    """Extract dense components of unit vectors (n, d), recursively, larger sets first.

    Cost: a neighbour table for each set searched, the first over everything. Stops at `max_clusters_total` and
    keeps what it has (F7). Deterministic.
    """
    groups: list[ClusterNode] = []
    first: ComponentSearch | None = None
    waiting = deque([(np.arange(len(units)), -1, 1)])
    while waiting:
        rows, parent, depth = waiting.popleft()
        found, gates = _search(units, rows, rules, parent=parent)
        first = first or found
        for group, may_recurse in zip(found.groups, gates, strict=True):
            if len(groups) >= rules.max_clusters_total:
                return replace(first, groups=groups, is_partial=True, reason=None)
            groups.append(group)
            if may_recurse and depth < rules.max_depth:
                waiting.append((group.members, len(groups) - 1, depth + 1))
    assert first is not None, "the whole is always searched"
    return replace(first, groups=groups, reason=None if groups else first.reason)


def _search(
    units: Units, rows: Integers, rules: Rules, *, parent: int
) -> tuple[ComponentSearch, Sequence[bool]]:
    """Return the groups inside one set, and for each whether it may be searched in turn."""
    count = len(rows)
    if count <= rules.min_cluster_size:
        return ComponentSearch(groups=(), reason="too_few_items"), ()
    k, percentile = neighbours_for(count, rules), percentile_for(count, rules)
    table = nearest_distinct(units[rows], k=k)
    away = table.distances[:, k - 1]
    threshold = float(np.percentile(away, percentile))
    dense = np.flatnonzero(away <= threshold)
    found = ComponentSearch(groups=(), k=k, percentile=percentile, threshold=threshold, candidates=len(dense))
    if len(dense) < rules.min_cluster_size:
        return replace(found, reason="too_few_candidates"), ()
    parts = _connected(units[rows[dense]], k, math.inf if rules.is_literal else threshold)
    parts = [dense[part] for part in parts if len(part) >= rules.min_cluster_size]
    if not rules.is_literal:
        parts = [part for part in parts if _is_news(units, rows, part)]
    groups = [ClusterNode(members=rows[part], parent=parent) for part in parts]
    gates = [_is_denser(units[group.members], table.distances, rules) for group in groups]
    return replace(found, groups=groups, reason=None if groups else "no_structure"), gates


def _connected(vectors: Units, k: int, longest: float) -> list[Integers]:
    """Return the components of the graph of each vector's k nearest, the largest first."""
    from scipy import sparse  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    table = nearest_distinct(vectors, k=k)
    rows, column = np.nonzero(table.distances <= longest)
    edges = (np.ones(len(rows)), (rows, table.indices[rows, column]))
    count, labels = connected_components(sparse.csr_matrix(edges, shape=(len(vectors),) * 2), directed=False)
    parts = [np.flatnonzero(labels == number) for number in range(count)]
    return sorted(parts, key=lambda part: (-len(part), int(part[0])))


def _is_news(units: Units, rows: Integers, part: Integers) -> bool:
    share = len(part) / len(rows)
    if share >= _SAME_SET:
        return False
    return share <= _ALMOST_ALL or cohesion(units[rows[part]]) > cohesion(units[rows])


def _is_denser(vectors: Units, parent_distances: Floats, rules: Rules) -> bool:
    """Tell whether a child is dense enough beside its parent to be searched (F3: measured with the child's k)."""
    k = neighbours_for(len(vectors), rules)
    child = float(np.median(nearest_distinct(vectors, k=k).distances[:, k - 1]))
    column = parent_distances.shape[1] if rules.is_literal else min(k, parent_distances.shape[1])
    parent = float(np.median(parent_distances[:, column - 1]))
    return max(child, _LEAST_DISTANCE) <= rules.improvement_alpha * max(parent, _LEAST_DISTANCE)
