"""Which of several partitions shows the clearest groups, without labels.

The simplified silhouette (Hruschka, de Castro, Campello 2004) compares a row's way to its own centroid with that to
the nearest other one. Here the row is left out of its own centroid: otherwise the figure grows with the number of groups,
since a centroid of eight is an eighth each member, and random directions get the finest groups there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from clustering.communities import Adjacency, communities, divided, inside_share, modularity, renumber
from tane.vectors.arrays import Floats, Integers, Units, blocks

CORE_SHARE = 1 / 3  # of a member's weight that lies inside its group; a half leaves out most short texts

LEAST_CLEARNESS = 0.04  # of what is clear at all; some hundred random directions reach 0.03

_SAMPLE = 3_000  # rows whose silhouette is taken
_SHORT = 1e-12
_CLEARLY_BETTER = 1.02  # times the modularity: then yesterday's groups do not hold


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphLevel:
    """One partition, and how clear its groups are."""

    groups: Integers  # (n,), numbered by first row
    resolution: float
    clearness: float  # mean silhouette times the share of rows that are at home in groups large enough


def silhouettes(
    vectors: Units,
    groups: Integers,
    *,
    least: int = 2,
    sample: int = _SAMPLE,
    conversations: Integers | None = None,
) -> tuple[Floats, Integers]:
    """Return the silhouettes, -1 to 1, of the rows in groups of at least `least`, and those rows.

    O(sample groups d); where there are more rows an evenly spread sample answers. Nothing where there are fewer than
    two such groups.

    Args:
        vectors: (n, d) of length one.
        groups: (n,), from 0, -1 for none.
        least: smaller groups count as none; at least 2, since alone nobody has a centroid to be compared with.
        sample: how many rows are looked at, at most.
        conversations: (n,), -1 for none: a row is then compared with its group without all rows of its own
            conversation. Blended turns are alike because they share their neighbours; that must not count as clear.
    """
    sizes = np.bincount(groups[groups >= 0], minlength=int(groups.max(initial=-1)) + 1)
    large = np.flatnonzero(sizes >= least)
    if len(large) < 2:
        return np.zeros(0), np.zeros(0, dtype=np.int64)
    place = np.full(len(sizes), -1, dtype=np.int64)
    place[large] = np.arange(len(large))
    of = np.where(groups >= 0, place[groups], -1)
    sums = _sums(vectors, of, len(large))
    centres = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), _SHORT)
    rows = np.flatnonzero(of >= 0)
    if len(rows) > sample:
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, sample).astype(np.int64))]
    kin = np.zeros((0, 0)) if conversations is None else _kin(vectors, of, conversations, rows)
    found = np.empty(len(rows))
    narrow = centres.T.astype(vectors.dtype)
    for part in blocks(len(rows)):
        own, number = vectors[rows[part]].astype(np.float64), of[rows[part]]
        others = (vectors[rows[part]] @ narrow).astype(np.float64)
        others[np.arange(len(number)), number] = -np.inf
        without = sums[number] - (own if conversations is None else kin[part])
        lengths = np.maximum(np.linalg.norm(without, axis=1), _SHORT)
        inner = 1.0 - np.einsum("nd,nd->n", own, without) / lengths
        outer = 1.0 - others.max(axis=1)
        found[part] = (outer - inner) / np.maximum(np.maximum(outer, inner), _SHORT)
    return found, rows


def clearness(
    vectors: Units, groups: Integers, *, least: int, conversations: Integers | None = None
) -> float:
    """Return the mean silhouette times the share of rows that are in groups of at least `least`; -1 for fewer than two."""
    found, _ = silhouettes(vectors, groups, least=least, conversations=conversations)
    if not len(found):
        return -1.0
    sizes = np.bincount(groups[groups >= 0])
    return float(found.mean()) * float(sizes[sizes >= least].sum()) / len(groups)


def level_at(
    graph: Adjacency,
    vectors: Units,
    resolution: float,
    *,
    least: int,
    yesterday: Integers | None = None,
    fine: Integers | None = None,
    conversations: Integers | None = None,
) -> GraphLevel:
    """Return the partition of a graph at one resolution, continuing yesterday's.

    Args:
        graph: symmetric csr (n, n), of rows or of the groups of `fine`.
        vectors: (m, d) of length one, the rows.
        resolution: see `communities`.
        least: members of a group that counts.
        yesterday: (n,), groups of the nodes, -1 for none.
        fine: (m,), the node of each row; each its own when not given.
        conversations: (m,), see `silhouettes`.
    """
    nodes = continued(graph, yesterday, resolution=resolution)
    groups = nodes if fine is None else nodes[fine]
    shown = groups if fine is not None else np.where(inside_share(graph, groups) >= CORE_SHARE, groups, -1)
    clear = clearness(vectors, shown, least=least, conversations=conversations)
    return GraphLevel(groups=groups, resolution=resolution, clearness=clear)


def clearest(
    levels: Sequence[GraphLevel], *, prefer: Literal["coarse", "fine"], as_good: float
) -> GraphLevel:
    """Return the coarsest, or the finest, of the levels that are nearly as clear as the clearest.

    Where none is clear, the coarsest of all. Yesterday has no say in it: a grain that is kept because it was there yesterday stays for ever.

    Args:
        levels: from coarse to fine, at least one.
        prefer: which of those that are nearly equal.
        as_good: the share of the clearest one's figure that is nearly equal.
    """
    most = max(level.clearness for level in levels)
    if most < LEAST_CLEARNESS:
        return levels[0]
    good = [level for level in levels if level.clearness >= as_good * most]
    return good[0] if prefer == "coarse" else good[-1]


def continued(graph: Adjacency, yesterday: Integers | None, *, resolution: float) -> Integers:
    """Return the communities of a graph, begun from yesterday's groups where that is as good as beginning anew.

    Groups that begin whole can only merge, so yesterday's are first divided by their own communities. If the partition
    from nothing has clearly more modularity, it is taken: who a cluster was is matched afterwards.

    yesterday: (n,), -1 for who was in none; such rows begin alone.
    """
    afresh = communities(graph, resolution=resolution)
    if yesterday is None or not len(afresh):
        return afresh
    alone = np.arange(len(yesterday)) + int(yesterday.max(initial=-1)) + 1
    begun = divided(graph, renumber(np.where(yesterday >= 0, yesterday, alone)), resolution=resolution)
    kept = communities(graph, resolution=resolution, start=begun)
    gains = [modularity(graph, groups, resolution=resolution) for groups in (kept, afresh)]
    return afresh if gains[1] > max(_CLEARLY_BETTER * gains[0], 0.0) else kept


def _sums(vectors: Units, of: Integers, count: int) -> Floats:
    """Return float64 (count, d): the sum of the vectors of each group, -1 aside."""
    from scipy import sparse  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    rows = np.flatnonzero(of >= 0)
    gather = sparse.csr_matrix((np.ones(len(rows)), (of[rows], rows)), shape=(count, len(vectors)))
    sums: Floats = np.asarray(gather @ vectors, dtype=np.float64)
    return sums


def _kin(vectors: Units, of: Integers, conversations: Integers, rows: Integers) -> Floats:
    """Return float64 (r, d): for some rows the sum over those of the same group and conversation, themselves included."""
    from scipy import sparse  # noqa: PLC0415 - heavy

    alone = np.arange(len(of)) + int(conversations.max(initial=-1)) + 1
    talks = np.where(conversations >= 0, conversations, alone)
    width = int(talks.max()) + 1
    wanted, place = np.unique(of[rows] * width + talks[rows], return_inverse=True)
    pairs = np.where(of >= 0, of * width + talks, -1)
    at = np.minimum(np.searchsorted(wanted, pairs), len(wanted) - 1)
    members = np.flatnonzero(wanted[at] == pairs)
    gather = sparse.csr_matrix((np.ones(len(members)), (at[members], members)), shape=(len(wanted), len(of)))
    sums: Floats = np.asarray(gather @ vectors, dtype=np.float64)
    return sums[place]
