"""The default mode: groups that hold together in the graph of neighbours, on two levels and with themes above.

Document 000 asks for unusually dense regions, recursively. Its own way, repaired, is `grouping="components"`.
Measured on labelled data it leaves most themes out, so the default finds the regions as communities of the
locally scaled neighbour graph (`nesting`), keeps a group only where its members are more alike than chance makes them,
and leaves out who belongs nowhere. Nothing is compared with a fixed cosine: vectors are seen from their mean.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from clustering.components import Rules, components
from clustering.nesting import nested_groups
from clustering.refinement import attach_outsiders, expand_nodes
from clustering.tree import ClusteringReport, Tree, build_tree, report
from tane.vectors.arrays import Integers, Units, Vectors
from tane.vectors.neighbours import Neighbours, nearest_distinct
from tane.vectors.rows import distinct, inverse_norms, open_matrix, unit_rows

_KEYS = 3  # columns


@dataclass(frozen=True, slots=True, kw_only=True)
class DensitySettings:
    """What can be turned; `rules` are document 000's."""

    rules: Rules = field(default_factory=Rules)
    grouping: Literal["communities", "components"] = "communities"
    attach: bool = True  # F8
    neighbours: int = 15
    resolution: float = 1.0
    least_evidence: float = 1.0  # scales what tells structure from chance; 0 keeps every group


def cluster(
    vectors: Vectors | Path,
    settings: DensitySettings | None = None,
    *,
    table: Neighbours | None = None,
    start: Integers | None = None,
    conversations: Integers | None = None,
) -> tuple[Tree, ClusteringReport]:
    """Cluster unit vectors (n, d) into a tree, 2 to 3 levels deep on real text.

    Identical vectors count once (F6). Cost: the neighbour table if it is not given, then 1 to 2 s per 10,000
    rows. Deterministic, and independent of the order of the rows.

    Args:
        vectors: (n, d), float, or the path of a .npy file.
        settings: the defaults when not given.
        table: the neighbours of the distinct rows in their order, at least 15 wide.
        start: (levels, n), yesterday's clusters of the rows at each depth, -1 for none: groups then move less from
            night to night; see `identity.levels`.
        conversations: (n,), a number for each row's conversation, -1 for none, where the vectors are turns blended
            with those beside them (`context.blended`): clear is then what holds across conversations.

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
    candidates = np.ones(len(order), dtype=bool)
    if chosen.grouping == "components":
        found = components(units, chosen.rules)
        groups, is_partial = found.groups, found.is_partial
        thresholds = {"k": found.k, "percentile": found.percentile, "distance": found.threshold}
    else:
        begin = np.zeros((0, len(order)), dtype=np.int64) if start is None else start[:, same.first][:, order]
        nested = nested_groups(
            units,
            _reordered(known, order),
            begin,
            neighbours=chosen.neighbours,
            resolution=chosen.resolution,
            least_evidence=chosen.least_evidence,
            least=least,
            max_depth=chosen.rules.max_depth,
            most=chosen.rules.max_clusters_total,
            conversations=None if conversations is None else conversations[same.first][order],
        )
        groups, is_partial, thresholds = nested.groups, nested.is_partial, nested.thresholds
        units, candidates = nested.middle.directions, nested.is_free
        del nested
    if chosen.attach:
        groups = attach_outsiders(groups, units, candidates=candidates)
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


def _nothing(
    matrix: Vectors, count: int, reason: Literal["all_alike", "too_few_items"], advice: dict[str, float]
) -> tuple[Tree, ClusteringReport]:
    tree = build_tree([], unit_rows(matrix))
    return tree, report(tree, distinct=count).explained(reason=reason, advice=advice)
