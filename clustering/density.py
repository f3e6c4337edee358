"""The default mode: groups that hold together in the graph of neighbours, and again inside each.

Document 000 asks for unusually dense regions, recursively. Its own way, repaired, is `grouping="components"`.
Measured on labelled data it leaves most themes out, so the default finds the regions as communities of the
locally scaled neighbour graph, keeps a group only where its members are more alike than chance makes them, and
leaves out who belongs nowhere. Above the groups it looks for themes, inside each for sub-themes.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from clustering.centroids import cohesion
from clustering.communities import Adjacency, adjacency, communities, inside_share, modularity, renumber
from clustering.components import Rules, components
from clustering.refinement import attach_outsiders, expand_nodes, themes, trim
from clustering.tree import ClusteringReport, ClusterNode, Tree, build_tree, report
from tane.vectors.arrays import Integers, Units, Vectors
from tane.vectors.fuzzy_graph import fuzzy_graph
from tane.vectors.neighbours import Neighbours, nearest_distinct
from tane.vectors.rows import distinct, inverse_norms, open_matrix, unit_rows

CORE_SHARE = 1 / 3  # of a member's weight that lies inside its group; a half leaves out most short texts

# Multiples of what chance explains.
_STRUCTURE = 1.15  # the mean of all groups, from which the whole has structure
_GROUP = 0.5  # a group of a structured whole
_ALONE = 2.0  # a group of an unstructured one
_SPLIT = 1.25  # a part of a group
_ROUNDING = 1e-9

_KEYS = 3  # columns


@dataclass(frozen=True, slots=True, kw_only=True)
class DensitySettings:
    """What can be turned; `rules` are document 000's."""

    rules: Rules = field(default_factory=Rules)
    grouping: Literal["communities", "components"] = "communities"
    attach: bool = True  # F8
    neighbours: int = 15
    resolution: float = 1.0
    least_modularity: float = 0.4  # of a split; a round blob without parts reaches 0.28
    least_evidence: float = 1.0  # scales what tells structure from chance; 0 keeps every group
    theme_gap: float = 0.15  # of the centroids' distances between what is one theme and what is two


def cluster(
    vectors: Vectors | Path,
    settings: DensitySettings | None = None,
    *,
    table: Neighbours | None = None,
    start: Integers | None = None,
) -> tuple[Tree, ClusteringReport]:
    """Cluster unit vectors (n, d) into a tree, 2 to 3 levels deep on real text.

    Identical vectors count once (F6). Cost: the neighbour table if it is not given, then 2 to 4 s per 10,000
    rows. Deterministic, and independent of the order of the rows.

    Args:
        vectors: (n, d), float, or the path of a .npy file.
        settings: the defaults when not given.
        table: the neighbours of the distinct rows in their order, at least 15 wide.
        start: (levels, n), yesterday's clusters of the rows at each depth, -1 for none: groups then move less from
            night to night; see `identity.levels`.

    Raises:
        ValueError: a row is NaN, infinite, zero or not of length one, or the table does not fit.
    """
    chosen = settings or DensitySettings()
    matrix = open_matrix(vectors)
    same = distinct(matrix)
    has_repeats = len(same.first) < len(matrix)
    scale = inverse_norms(matrix)
    if table is not None and len(table.indices) != len(same.first):
        raise ValueError(f"the table has {len(table.indices)} rows, the distinct vectors {len(same.first)}")
    least = chosen.rules.min_cluster_size
    if len(same.first) <= least:
        reason: Literal["all_alike", "too_few_items"] = (
            "all_alike" if len(matrix) > least else "too_few_items"
        )
        return _nothing(matrix, len(same.first), reason, {"items": float(least + 1)})
    known = nearest_distinct(matrix[same.first] if has_repeats else matrix) if table is None else table
    order = _canonical(unit_rows(matrix[:, :_KEYS], same.first, scale=scale), known)
    units = unit_rows(matrix, same.first[order], scale=scale)
    if chosen.grouping == "components":
        found = components(units, chosen.rules)
        groups, is_partial = found.groups, found.is_partial
        thresholds = {"k": found.k, "percentile": found.percentile, "distance": found.threshold}
    else:
        graph = adjacency(fuzzy_graph(_reordered(known, order).first(chosen.neighbours)))
        begin = np.zeros((0, len(order)), dtype=np.int64) if start is None else start[:, same.first][:, order]
        groups, is_partial, thresholds = _communities(units, graph, chosen, begin)
    if chosen.attach:
        groups = attach_outsiders(groups, units)
    groups = expand_nodes(groups, order, same)
    del units  # one copy at a time
    tree = build_tree(groups, unit_rows(matrix, scale=scale))
    plain = report(tree, distinct=len(same.first), thresholds=thresholds)
    if not len(tree):
        advice = {"least_evidence": chosen.least_evidence / 2}
        if chosen.grouping == "components":
            advice = {"percentile": min(2 * thresholds["percentile"], 90.0)}
        return tree, plain.explained(reason="no_structure", advice=advice)
    return tree, plain.explained(reason=None, advice={}, is_partial=is_partial)


def _communities(
    units: Units, graph: Adjacency, settings: DensitySettings, start: Integers
) -> tuple[Sequence[ClusterNode], bool, dict[str, float]]:
    """Return the groups with their themes above and their parts below."""
    rules = settings.rules
    labels = communities(graph, resolution=settings.resolution, start=_started(graph, start))
    chance = settings.least_evidence * _by_chance(units)
    parts = _parts(units, graph, np.arange(len(units)), labels, settings)
    parts = _standing_out(parts, units, chance)
    groups = [*themes(parts, units, gap=settings.theme_gap)]
    waiting = deque((number, group) for number, group in enumerate(groups) if _is_leaf(groups, number))
    depths = _depths(groups)
    while waiting and len(groups) < rules.max_clusters_total:
        number, group = waiting.popleft()
        if len(group.members) < 2 * rules.min_cluster_size or depths[number] >= rules.max_depth:
            continue
        rows = np.sort(group.members)
        inner = graph[rows][:, rows]
        split = communities(inner, resolution=settings.resolution, start=_started(inner, start[:, rows]))
        if split.max() == 0 or modularity(inner, split) < settings.least_modularity:
            continue
        whole = cohesion(units[rows])
        children = [
            child
            for child in _parts(units, inner, rows, split, settings)
            if _evidence(units[child.members], whole) >= _SPLIT * chance
        ]
        for child in children if len(children) > 1 else ():
            groups.append(ClusterNode(members=child.members, parent=number, is_core=child.is_core))
            depths.append(depths[number] + 1)
            waiting.append((len(groups) - 1, groups[-1]))
    is_partial = bool(waiting) or len(groups) > rules.max_clusters_total
    thresholds = {"modularity": modularity(graph, labels), "chance": chance}
    return groups[: rules.max_clusters_total], is_partial, thresholds


def _parts(
    units: Units, graph: Adjacency, rows: Integers, labels: Integers, settings: DensitySettings
) -> list[ClusterNode]:
    """Return the communities of some rows that are large enough, without the members that do not belong."""
    share = inside_share(graph, labels)
    parts: list[ClusterNode] = []
    for label in range(int(labels.max()) + 1):
        places = np.flatnonzero(labels == label)
        group = trim(units, rows[places], share[places] >= CORE_SHARE)
        if group is not None and len(group.members) >= settings.rules.min_cluster_size:
            parts.append(group)
    return parts


def _standing_out(parts: Sequence[ClusterNode], units: Units, chance: float) -> list[ClusterNode]:
    """Return the groups that chance does not explain (F15): nearly all where there is structure, else the clearest."""
    whole = cohesion(units)
    evidence = np.array([_evidence(units[part.members], whole) for part in parts])
    sizes = np.array([len(part.members) for part in parts])
    is_structured = bool(len(parts)) and float(evidence @ sizes) / sizes.sum() >= _STRUCTURE * chance
    least = (_GROUP if is_structured else _ALONE) * chance
    return [part for part, shown in zip(parts, evidence, strict=True) if shown > least + _ROUNDING]


def _evidence(vectors: Units, whole: float) -> float:
    """Return how much more alike members are than the set they come from, times their number.

    Groups found in a neighbour graph of random directions have about the same figure whatever their size.
    """
    return (cohesion(vectors) - whole) * len(vectors)


def _by_chance(units: Units) -> float:
    """Return the mean evidence of the groups of as many random directions with this spread of cosines. O(n d^2).

    Fitted to 100 (7.0 spreads), 400 (8.7) and 2,000 (10.2) random directions in 768 dimensions.
    """
    return (7.0 + 1.1 * float(np.log(max(len(units), 10) / 100))) * _spread(units)


def _spread(units: Units) -> float:
    """Return the standard deviation of the cosines of all pairs of different rows. O(n d^2)."""
    count = len(units)
    total = units.sum(axis=0, dtype=np.float64)
    pairs = count * (count - 1)
    mean = float(total @ total - count) / pairs
    gram = (units.T @ units).astype(np.float64)
    square = float((gram * gram).sum() - count) / pairs
    return float(np.sqrt(max(square - mean * mean, 0.0)))


def _canonical(units: Units, table: Neighbours) -> Integers:
    """Return an order of the rows, dense ones first, that does not depend on the order they came in.

    units: (m, 3), the first columns; they tell those apart that are equally dense.
    """
    keys = list(units.T)
    return np.lexsort((*keys, table.distances[:, 0], table.distances[:, -1]))


def _reordered(table: Neighbours, order: Integers) -> Neighbours:
    """Return the table with its rows, and what they point to, in this order; ties by the new index."""
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order))
    indices, distances = place[table.indices[order]], table.distances[order]
    ranked = np.lexsort((indices, distances), axis=1)
    return Neighbours(
        indices=np.take_along_axis(indices, ranked, axis=1),
        distances=np.take_along_axis(distances, ranked, axis=1),
    )


def _started(graph: Adjacency, levels: Integers) -> Integers | None:
    """Return that of yesterday's levels which fits the graph best; who was in no cluster begins alone."""
    alone = np.arange(graph.shape[0])
    begun = [np.where(level >= 0, level, alone + level.max() + 1) for level in levels]
    return max(begun, key=lambda groups: modularity(graph, renumber(groups)), default=None)


def _is_leaf(groups: Sequence[ClusterNode], number: int) -> bool:
    return all(group.parent != number for group in groups)


def _depths(groups: Sequence[ClusterNode]) -> list[int]:
    depths: list[int] = []
    for group in groups:
        depths.append(1 if group.parent < 0 else depths[group.parent] + 1)
    return depths


def _nothing(
    matrix: Vectors, count: int, reason: Literal["all_alike", "too_few_items"], advice: dict[str, float]
) -> tuple[Tree, ClusteringReport]:
    tree = build_tree([], unit_rows(matrix))
    return tree, report(tree, distinct=count).explained(reason=reason, advice=advice)
