"""Groups in a graph of neighbours: modularity by local moving.

The groups are found as by Blondel et al. (2008), with the queue of Traag, Waltman, van Eck (2019).
"""

from collections import deque
from typing import Any

import numpy as np

from tane.vectors.arrays import Floats, Integers
from tane.vectors.fuzzy_graph import FuzzyGraph

_ROUNDS = 10
_LEAST_ROUND = 1e-4  # of modularity
_LEAST_GAIN = 1e-9  # of the total weight: rounding must not move anybody

Adjacency = Any  # scipy.sparse.csr_matrix: scipy is imported where it is used


def adjacency(graph: FuzzyGraph) -> Adjacency:
    """Return the graph as a symmetric csr (n, n) of float64 in (0, 1]."""
    from scipy import sparse  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    places = (graph.heads, graph.tails)
    return sparse.csr_matrix((graph.weights.astype(np.float64), places), shape=(graph.points,) * 2)


def communities(graph: Adjacency, *, resolution: float = 1.0, start: Integers | None = None) -> Integers:
    """Return the group of each node, int64 (n,), numbered by first node.

    Maximises modularity locally, from fine to coarse, and again from what came out until it gains no more: a
    result is then its own best start. Nodes are visited in their order, so nothing else has a say. About O(edges)
    with some passes, in plain Python: near 1 s per 10,000 nodes of 20 edges.

    Args:
        graph: symmetric csr (n, n) of positive weights.
        resolution: above 1 more and smaller groups, below 1 fewer.
        start: groups to begin with, e.g. yesterday's; each node by itself when not given.
    """
    groups = np.arange(graph.shape[0]) if start is None else renumber(start)
    if not graph.nnz:
        return groups
    reached = -np.inf
    for _ in range(_ROUNDS):
        next_groups = _round(graph, groups, resolution)
        now = modularity(graph, next_groups, resolution=resolution)
        if now < reached + _LEAST_ROUND:
            break
        groups, reached = next_groups, now
    return groups


def _round(graph: Adjacency, groups: Integers, resolution: float) -> Integers:
    """Move nodes, then the groups they made, then those, until nothing moves."""
    from scipy import sparse  # noqa: PLC0415 - heavy

    level, first, of_node = graph, groups, np.arange(graph.shape[0])
    while True:
        moved = renumber(_moved(level, first, resolution))
        of_node = moved[of_node]
        count = int(moved.max()) + 1
        if count == level.shape[0]:
            return renumber(of_node)
        gather = sparse.csr_matrix((np.ones(len(moved)), (np.arange(len(moved)), moved)))
        level = (gather.T @ level @ gather).tocsr()
        level.sort_indices()
        first = np.arange(count)


def modularity(graph: Adjacency, groups: Integers, *, resolution: float = 1.0) -> float:
    """Return how much more weight lies inside the groups than chance would put there, -0.5 to 1."""
    total = float(graph.sum())
    if total == 0:
        return 0.0
    degree = np.asarray(graph.sum(axis=1)).ravel()
    entries = graph.tocoo()
    inside = float(entries.data[groups[entries.row] == groups[entries.col]].sum())
    return inside / total - resolution * float((np.bincount(groups, weights=degree) ** 2).sum()) / total**2


def inside_share(graph: Adjacency, groups: Integers) -> Floats:
    """Return float64 (n,): the share of each node's weight that goes to its own group."""
    entries = graph.tocoo()
    is_inside = groups[entries.row] == groups[entries.col]
    inside = np.bincount(entries.row[is_inside], entries.data[is_inside], minlength=len(groups))
    total = np.bincount(entries.row, entries.data, minlength=len(groups))
    share: Floats = inside / np.maximum(total, np.finfo(float).tiny)
    return share


def renumber(groups: Integers) -> Integers:
    """Return the groups numbered from 0 in the order of their first nodes."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    ranks = np.empty(len(first), dtype=np.int64)
    ranks[np.argsort(first)] = np.arange(len(first))
    return ranks[inverse]


def _moved(graph: Adjacency, start: Integers, resolution: float) -> Integers:
    """Move nodes to the neighbouring group that gains most until nobody gains."""
    ends, others, weights = graph.indptr.tolist(), graph.indices.tolist(), graph.data.tolist()
    degrees = np.asarray(graph.sum(axis=1)).ravel()
    total = float(degrees.sum())
    groups: list[int] = start.tolist()
    sums: list[float] = np.bincount(start, weights=degrees, minlength=len(groups)).tolist()
    pull, degree = resolution / total, degrees.tolist()
    least = _LEAST_GAIN * total / len(groups)
    waiting, is_waiting = deque(range(len(groups))), [True] * len(groups)
    while waiting:
        node = waiting.popleft()
        is_waiting[node] = False
        own = groups[node]
        links: dict[int, float] = {}
        for at in range(ends[node], ends[node + 1]):
            if others[at] != node:
                group = groups[others[at]]
                links[group] = links.get(group, 0.0) + weights[at]
        sums[own] -= degree[node]
        best, most = own, links.get(own, 0.0) - pull * degree[node] * sums[own] + least
        for group, link in links.items():
            gain = link - pull * degree[node] * sums[group]
            if gain > most:
                best, most = group, gain
        sums[best] += degree[node]
        if best == own:
            continue
        groups[node] = best
        for at in range(ends[node], ends[node + 1]):
            other = others[at]
            if groups[other] != best and not is_waiting[other]:
                is_waiting[other] = True
                waiting.append(other)
    return np.array(groups, dtype=np.int64)
