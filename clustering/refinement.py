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
_FEWEST_FOR_THEMES = 4
MOST_THEMES = 30  # on the top level
_CLEAR = (
    0.4  # silhouette: the middle between what its inventor calls a weak and a reasonable structure is 0.38
)


def attach_outsiders(
    groups: Sequence[ClusterNode], units: Units, *, candidates: NDArray[np.bool_] | None = None
) -> list[ClusterNode]:
    """Let each row, or each of the candidates (n,), join the most similar leaf whose attach similarity it reaches, then its ancestors (F8).

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
    everybody = np.arange(len(units)) if candidates is None else np.flatnonzero(candidates)
    pools: list[tuple[int, Integers]] = [(-1, everybody)]
    while pools:
        parent, rows = pools.pop()
        inner = children[parent + 1]
        if not inner:
            continue
        own = np.full(len(units), -1, dtype=np.int64)
        for number in inner:
            own[groups[number].members] = number
        free = rows[own[rows] < 0]
        best = _best(units, free, centres[inner], least[inner])
        for column, number in enumerate(inner):
            newcomers = free[best == column]
            joined[number].append(newcomers)
            pools.append((number, np.concatenate([groups[number].members, newcomers])))
    return [_with_newcomers(group, np.concatenate(new)) for group, new in zip(groups, joined, strict=True)]


def themes(parts: Sequence[ClusterNode], directions: Units) -> list[ClusterNode]:
    """Return the groups below the themes they make, where they make some.

    Average linkage of the groups' centroids (Sokal, Michener 1958), cut by the number of themes: at most 30, and of
    those numbers the one with the clearest themes (largest simplified silhouette of the centroids). Up to 30 groups stand
    for themselves unless their themes are clear; more never do, for nobody reads a list of hundreds.

    directions: (n, d), the vectors as seen from their mean.
    """
    plain = list(parts)
    if len(plain) < _FEWEST_FOR_THEMES:
        return plain
    from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    offsets = np.cumsum([0, *(len(part.members) for part in plain)])
    centres = centroids(directions, offsets, np.concatenate([part.members for part in plain]))
    apart = np.clip(1.0 - centres @ centres.T, 0.0, 2.0)
    merges = linkage(apart[np.triu_indices(len(plain), 1)], method="average")
    found: list[tuple[float, Integers]] = []
    for count in range(2, min(MOST_THEMES, len(plain) - 1) + 1):
        labels = np.asarray(fcluster(merges, t=count, criterion="maxclust"), dtype=np.int64) - 1
        found.append((_clearness(apart, labels), labels))
    clear, labels = max(found, key=lambda one: one[0])
    if len(plain) <= MOST_THEMES and clear < _CLEAR:
        return plain
    groups: list[ClusterNode] = []
    for label in range(int(labels.max()) + 1):
        inner = [part for part, of in zip(plain, labels, strict=True) if of == label]
        if len(inner) > 1:
            groups.append(ClusterNode(members=np.concatenate([part.members for part in inner])))
            inner = [replace(part, parent=len(groups) - 1) for part in inner]
        groups.extend(inner)
    return groups


def _clearness(apart: Floats, labels: Integers) -> float:
    """Return the mean silhouette (Rousseeuw 1987) of points with these distances (c, c); 0 for one that is alone."""
    member = labels[:, None] == np.arange(int(labels.max()) + 1)[None, :]
    sizes = member.sum(axis=0)
    sums = apart @ member
    own = sizes[labels]
    inner = sums[np.arange(len(labels)), labels] / np.maximum(own - 1, 1)
    outer = np.where(member, np.inf, sums / sizes).min(axis=1)
    shown = np.where(own > 1, (outer - inner) / np.maximum(np.maximum(outer, inner), 1e-12), 0.0)
    return float(shown.mean())


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
