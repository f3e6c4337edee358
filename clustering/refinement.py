"""Groups on their way into a tree: who is left out, who joins later, which groups make a theme (F8)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clustering.centroids import centroids
from clustering.tree import ClusterNode, attach_similarity
from tane.vectors.arrays import Floats, Integers, Units, blocks
from tane.vectors.rows import Distinct

_ROWS_AT_ONCE = 2048
_OUTLYING = 3.0  # robust standard deviations below the median
_FEWEST_FOR_THEMES = 4
_NEAR = 0.6  # of the distance between themes: how far apart the groups of one theme may be


def trim(units: Units, members: Integers, is_core: NDArray[np.bool_]) -> ClusterNode | None:
    """Return the core members without those far from the middle; None where no core is left."""
    core = members[is_core]
    if not len(core):
        return None
    cosines = units[core] @ centre_of(units, core)
    middle = float(np.median(cosines))
    deviation = 1.4826 * float(np.median(np.abs(cosines - middle)))
    return ClusterNode(members=core[cosines >= middle - _OUTLYING * deviation - 1e-9])


def centre_of(units: Units, members: Integers) -> Floats:
    """Return the centroid (d,) of some rows."""
    centre: Floats = centroids(units, np.array([0, len(members)]), members)[0]
    return centre


def attach_outsiders(groups: Sequence[ClusterNode], units: Units) -> list[ClusterNode]:
    """Let each row join the most similar leaf whose attach similarity it reaches, then its ancestors (F8).

    A row that is in a group without being in one of its children may join only a child of that group.
    O(n c d), deterministic.
    """
    if not groups:
        return []
    at = np.cumsum([0, *(len(group.members) for group in groups)])
    centres = centroids(units, at, np.concatenate([group.members for group in groups]))
    least = np.array(
        [
            attach_similarity(units[group.members] @ centre, np.ones(len(group.members), dtype=bool))
            for group, centre in zip(groups, centres, strict=True)
        ]
    )
    joined: list[list[Integers]] = [[] for _ in groups]
    children = [[n for n, group in enumerate(groups) if group.parent == at] for at in range(-1, len(groups))]
    pools: list[tuple[int, Integers]] = [(-1, np.arange(len(units)))]
    while pools:
        parent, rows = pools.pop()
        candidates = children[parent + 1]
        if not candidates:
            continue
        own = np.full(len(units), -1, dtype=np.int64)
        for number in candidates:
            own[groups[number].members] = number
        free = rows[own[rows] < 0]
        best = _best(units, free, centres[candidates], least[candidates])
        for column, number in enumerate(candidates):
            newcomers = free[best == column]
            joined[number].append(newcomers)
            pools.append((number, np.concatenate([groups[number].members, newcomers])))
    return [_with_newcomers(group, np.concatenate(new)) for group, new in zip(groups, joined, strict=True)]


def themes(parts: Sequence[ClusterNode], units: Units, *, gap: float) -> list[ClusterNode]:
    """Return the groups below the themes they make, if the groups' centroids fall into clearly apart themes.

    Average linkage of the centroids (Sokal, Michener 1958), cut in its widest gap where that is wide enough.
    """
    plain = list(parts)
    if len(plain) < _FEWEST_FOR_THEMES:
        return plain
    from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    offsets = np.cumsum([0, *(len(part.members) for part in plain)])
    centres = centroids(units, offsets, np.concatenate([part.members for part in plain]))
    apart = np.clip(1.0 - centres @ centres.T, 0.0, 2.0)
    merges = linkage(apart[np.triu_indices(len(plain), 1)], method="average")
    gaps = np.diff(merges[:, 2])
    widest = int(np.argmax(gaps))
    if gaps[widest] < gap or merges[widest, 2] > _NEAR * merges[widest + 1, 2]:
        return plain
    labels = fcluster(merges, t=float(merges[widest : widest + 2, 2].mean()), criterion="distance")
    groups: list[ClusterNode] = []
    for label in range(1, int(labels.max()) + 1):
        inner = [part for part, of in zip(plain, labels, strict=True) if of == label]
        if len(inner) > 1:
            groups.append(ClusterNode(members=np.concatenate([part.members for part in inner])))
            inner = [replace(part, parent=len(groups) - 1) for part in inner]
        groups.extend(inner)
    return groups


def expand_nodes(groups: Sequence[ClusterNode], order: Integers, same: Distinct) -> list[ClusterNode]:
    """Return groups of ordered distinct rows as groups of all rows: an identical row goes where its like goes."""
    expanded: list[ClusterNode] = []
    for group in groups:
        place = np.full(len(order), -1)  # of each distinct row among the members
        place[order[group.members]] = np.arange(len(group.members))
        of = place[same.group]
        rows = np.flatnonzero(of >= 0)
        is_core, strengths = (
            None if values is None else values[of[rows]] for values in (group.is_core, group.strengths)
        )
        expanded.append(ClusterNode(members=rows, parent=group.parent, is_core=is_core, strengths=strengths))
    return expanded


def _best(units: Units, rows: Integers, centres: Floats, least: Floats) -> Integers:
    """Return for each row the centre most like it among those it is near enough to, -1 for none."""
    best = np.empty(len(rows), dtype=np.int64)
    for block in blocks(len(rows), _ROWS_AT_ONCE):
        part = rows[block]
        cosines = units[part] @ centres.T
        cosines = np.where(cosines >= least, cosines, -np.inf)
        nearest = np.argmax(cosines, axis=1)
        is_near = np.isfinite(cosines[np.arange(len(part)), nearest])
        best[block] = np.where(is_near, nearest, -1)
    return best


def _with_newcomers(group: ClusterNode, newcomers: Integers) -> ClusterNode:
    is_core = np.concatenate([np.ones(len(group.members), dtype=bool), np.zeros(len(newcomers), dtype=bool)])
    return ClusterNode(
        members=np.concatenate([group.members, newcomers]), parent=group.parent, is_core=is_core
    )
