"""Groups of a neighbour graph on two levels, themes above them where they are many, and nobody who belongs nowhere.

The fine level is the clearest of several resolutions (`resolution`). The level above merges whole fine groups at the
plain resolution, so each lies inside one. Every measure is relative to the rows at hand: vectors are seen from their
mean (`centring`), chance comes from the spread of the same rows (`evidence`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clustering.centring import Centred, centred, seen_from_the_middle
from clustering.communities import Adjacency, adjacency, aggregated, inside_share, modularity
from clustering.evidence import by_chance, evidence, far_out, is_split, remoteness
from clustering.refinement import MOST_THEMES, themes
from clustering.resolution import CORE_SHARE, LEAST_CLEARNESS, GraphLevel, clearest, clearness, level_at
from clustering.tree import ClusterNode
from tane.vectors.arrays import Integers, Units
from tane.vectors.fuzzy_graph import fuzzy_graph
from tane.vectors.neighbours import Neighbours

COARSER = (1.0, 1.4, 2.0, 2.8)  # times the resolution that is set: of the upper level
FINER = (1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.3, 16.0)  # of the finer one

# Of the clearest level: nearly as clear.
_UPPER_AS_GOOD = 0.95
_FINE_AS_GOOD = 0.96

# Multiples of what chance explains.
_STRUCTURE = 1.5  # the mean of all groups, from which the whole has structure
_GROUP = 1.0  # a group of a structured whole
_ALONE = 2.0  # a group of an unstructured one, and of rows that stand far from everything
_SPLIT = 1.25  # the parts of a group
_ROUNDING = 1e-9
_THEME_SHARE = (
    0.5  # of a member's weight that lies inside the group above: it belongs there if to no part of it
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """What a group is compared with: all rows, seen from their middle and as they were."""

    cohesion: float
    plain_cohesion: float
    chance: float
    plain_chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedGroups:
    """What was found, parents before children."""

    groups: Sequence[ClusterNode]
    is_free: NDArray[np.bool_]  # (n,), of a row in no group: whether it may join one afterwards
    middle: Centred
    is_partial: bool
    thresholds: dict[str, float]


def nested_groups(
    units: Units,
    table: Neighbours,
    yesterday: Integers,
    *,
    neighbours: int,
    resolution: float,
    least_evidence: float,
    least: int,
    max_depth: int,
    most: int,
    conversations: Integers | None = None,
) -> NestedGroups:
    """Return the groups of unit vectors (n, d). O(n k) in memory beyond one more matrix; deterministic for an order of rows.

    Args:
        units: (n, d), distinct rows.
        table: their neighbours, at least `neighbours` wide.
        yesterday: (levels, n), groups on each depth, -1 for none; the last are the finest.
        neighbours: of the graph.
        resolution: of the upper level; the finer ones are multiples of it.
        least_evidence: scales what tells structure from chance; 0 keeps every group.
        least: members of a group.
        max_depth: 1 keeps the finer level away; themes stand above whatever this is.
        most: groups in all; the rest is left out.
        conversations: (n,), of blended turns, -1 for none: see `resolution.silhouettes`.
    """
    middle = centred(units)
    graph = adjacency(fuzzy_graph(seen_from_the_middle(table, units, middle, count=neighbours)))
    directions = middle.directions
    before = yesterday[-1] if len(yesterday) else None
    chosen = clearest(
        [
            level_at(
                graph,
                directions,
                resolution * factor,
                least=least,
                yesterday=before,
                conversations=conversations,
            )
            for factor in FINER
        ],
        prefer="fine",
        as_good=_FINE_AS_GOOD,
    )
    fine = chosen.groups
    upper = _upper(
        graph, directions, fine, yesterday, resolution=resolution, least=least, conversations=conversations
    )
    whole = _Whole(
        cohesion=middle.cohesion(),
        plain_cohesion=middle.plain_cohesion(),
        chance=least_evidence * by_chance(directions),
        plain_chance=least_evidence * by_chance(units),
    )
    is_structured = _is_structured(middle, upper[fine], whole, least, least_evidence)
    remote = remoteness(table.distances, near=least - 1)
    is_far, is_stray = far_out(remote, fine)
    is_at_home = (inside_share(graph, fine) >= CORE_SHARE) | (
        inside_share(graph, upper[fine]) >= _THEME_SHARE
    )
    is_core = is_at_home & ~is_stray
    parts: list[list[ClusterNode]] = [[] for _ in range(int(upper.max()) + 1)]
    for group, rows in enumerate(_rows_by_group(fine)):
        if len(rows) < least or not _stands_out(
            middle, rows, is_far[rows], whole, is_structured=is_structured
        ):
            continue
        members = rows[is_core[rows]]
        if len(members) >= least:
            parts[upper[group]].append(ClusterNode(members=members))
    tops = [_joined(children) for children in parts if children]
    below = [children for children in parts if children]
    groups = themes(tops, directions)
    at = _places(groups, tops)
    if max_depth > 1:
        for place, children in zip(at, below, strict=True):
            if len(children) > 1 and is_split(
                middle, [child.members for child in children], least=least_evidence * _SPLIT
            ):
                groups += [replace(child, parent=place) for child in children]
    thresholds = {
        "modularity": modularity(graph, upper[fine]), "chance": whole.chance, "resolution": chosen.resolution,
        "clearness": chosen.clearness,
    }  # fmt: skip
    sizes = np.bincount(fine)[fine]
    return NestedGroups(
        groups=groups[:most],
        is_free=(is_core | (sizes < least)) & ~is_far,
        middle=middle,
        is_partial=len(groups) > most,
        thresholds=thresholds,
    )


def _upper(
    graph: Adjacency,
    directions: Units,
    fine: Integers,
    yesterday: Integers,
    *,
    resolution: float,
    least: int,
    conversations: Integers | None,
) -> Integers:
    """Return the upper group of each fine one, (c,): whole fine groups are moved, begun from where most of their rows were."""
    level = aggregated(graph, fine)
    first = yesterday[0] if len(yesterday) else None
    before = None if first is None else _majorities(fine, first)
    found: list[GraphLevel] = []
    for factor in COARSER:
        one = level_at(
            level,
            directions,
            resolution * factor,
            least=least,
            yesterday=before,
            fine=fine,
            conversations=conversations,
        )
        if not found or int((np.bincount(one.groups) >= least).sum()) <= MOST_THEMES:
            found.append(one)
    chosen = clearest(found, prefer="coarse", as_good=_UPPER_AS_GOOD).groups
    of_fine = np.empty(level.shape[0], dtype=np.int64)
    of_fine[fine] = chosen
    return of_fine


def _majorities(fine: Integers, groups: Integers) -> Integers:
    """Return for each fine group the group that most of its rows are in, -1 for none."""
    was_in = np.flatnonzero(groups >= 0)
    width = int(groups.max(initial=0)) + 1
    pairs, counts = np.unique(fine[was_in] * width + groups[was_in], return_counts=True)
    found = np.full(int(fine.max()) + 1, -1, dtype=np.int64)
    order = np.argsort(
        counts, kind="stable"
    )  # the most frequent comes last and stays; of equals the later number
    found[pairs[order] // width] = pairs[order] % width
    return found


def _is_structured(
    middle: Centred, groups: Integers, whole: _Whole, least: int, least_evidence: float
) -> bool:
    """Tell whether the groups, taken together, are more alike and farther apart than those of random directions."""
    parts = [rows for rows in _rows_by_group(groups) if len(rows) >= least]
    if not parts:
        return False
    sizes = np.array([len(rows) for rows in parts])
    shown = np.array([evidence(middle.cohesion(rows), whole.cohesion, len(rows)) for rows in parts])
    clear = clearness(middle.directions, groups, least=least) if len(parts) > 1 else 1.0
    return (
        float(shown @ sizes) / sizes.sum() >= _STRUCTURE * whole.chance
        and clear >= least_evidence * LEAST_CLEARNESS
    )


def _stands_out(
    middle: Centred,
    rows: Integers,
    is_far: NDArray[np.bool_],
    whole: _Whole,
    *,
    is_structured: bool,
) -> bool:
    """Tell whether chance does not explain a group (F15).

    From the middle of a store all strays lie in much the same direction: away. So a group of rows that stand far from
    everything must be clearly more alike than the whole on the plain vectors, too.
    """
    shown = evidence(middle.cohesion(rows), whole.cohesion, len(rows))
    if shown <= (_GROUP if is_structured else _ALONE) * whole.chance + _ROUNDING:
        return False
    if is_far.mean() <= 0.5:
        return True
    plain = evidence(middle.plain_cohesion(rows), whole.plain_cohesion, len(rows))
    return plain > _ALONE * whole.plain_chance + _ROUNDING


def _joined(children: Sequence[ClusterNode]) -> ClusterNode:
    return ClusterNode(members=np.sort(np.concatenate([child.members for child in children])))


def _rows_by_group(groups: Integers) -> list[Integers]:
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.cumsum(np.bincount(groups))[:-1])


def _places(groups: Sequence[ClusterNode], tops: Sequence[ClusterNode]) -> list[int]:
    """Return where each of the groups that were given to `themes` stands in what it returned."""
    place = {int(group.members[0]): at for at, group in enumerate(groups) if group.parent >= 0}
    alone = {int(group.members[0]): at for at, group in enumerate(groups) if group.parent < 0}
    return [place.get(int(top.members[0]), alone.get(int(top.members[0]), -1)) for top in tops]
