"""Tonight's edges: memberships, affinities and what is near what (G, I), as rows of the staging tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from clustering import affinity
from tane.runs.files import load_array, load_json
from tane.runs.night.decoding import raw_of
from tane.runs.night.neighbours import load_table
from tane.store.publishing import write_staged

BLOCK_ROWS = 4096
CLUSTERS_AT_ONCE = 64
CLOSE = 2e-6  # cosines that rounding could make equal
SEED, UTTERANCE, CLUSTER = 0, 1, 2
MEMBER, ATTACHED, AFFINITY, NO_ROLE = 0, 1, 2, -1

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Edges = tuple[Integers, Integers, Integers, Floats]  # source and target among all items, role, weight


class _Items:
    """Seeds, then utterances with a vector, then clusters: one numbering for all ends of edges."""

    def __init__(self, folder: Path) -> None:
        self.seed_ids = load_array(folder / "seed_ids.npy", mmap=False)
        self.rows = load_array(folder / "utterance_rows.npy", mmap=False)
        utterance_ids = load_array(folder / "utterance_ids.npy", mmap=False)[self.rows]
        clusters = load_json(folder / "clusters.json")
        cluster_ids = np.frombuffer(
            b"".join(UUID(row["cluster_id"]).bytes for row in clusters), dtype=np.uint8
        ).reshape(-1, 16)
        self.seeds, self.utterances, self.clusters = len(self.seed_ids), len(utterance_ids), len(cluster_ids)
        self.ids = np.concatenate([self.seed_ids, utterance_ids, cluster_ids])
        self.kinds = np.repeat([SEED, UTTERANCE, CLUSTER], [self.seeds, self.utterances, self.clusters])
        self.first_cluster = self.seeds + self.utterances
        self.vectors = load_array(folder / "item_vectors.npy")
        self.centres = load_array(folder / "tree_centroids.npy", mmap=False)
        self.links = self._links(load_array(folder / "links.npy", mmap=False))

    def _links(self, links: Integers) -> NDArray[np.void]:
        """Return seeds and their utterances by number, both ways, as sortable pairs."""
        number = np.full(int(self.rows.max(initial=-1)) + 2, -1, dtype=np.int64)
        number[self.rows] = self.seeds + np.arange(self.utterances)
        said = links[(links[:, 1] < len(number) - 1)]
        said = said[number[said[:, 1]] >= 0]
        pairs = np.stack([said[:, 0], number[said[:, 1]]], axis=1)
        return np.unique(
            _paired(np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]]))
        )


def find_links(folder: Path, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Write night_edges.copy and night_sources.copy; return how many edges of each kind there are.

    chosen: the settings of edges.
    """
    items = _Items(folder)
    part_of = [_memberships(folder, items), _tree(folder, items), _affinities(folder, items, chosen)]
    near = [_near_items(folder, items, chosen["near"]), _near_clusters(items, chosen["near"])]
    sources, targets, roles, weights = (
        np.concatenate([edges[column] for edges in (*part_of, *near)]) for column in range(4)
    )
    is_near = np.repeat(
        [0, 1], [sum(len(edges[0]) for edges in part_of), sum(len(edges[0]) for edges in near)]
    )
    write_staged(
        folder / "night_edges.copy",
        "night_edges",
        {
            "src_kind": items.kinds[sources],
            "src_id": raw_of(items.ids[sources]),
            "dst_kind": items.kinds[targets],
            "dst_id": raw_of(items.ids[targets]),
            "is_near": is_near,
            "role": roles,
            "weight": np.clip(weights, 0.0, 1.0),
        },
    )
    write_staged(
        folder / "night_sources.copy", "night_sources", {"kind": items.kinds, "id": raw_of(items.ids)}
    )
    return {
        "memberships": len(part_of[0][0]),
        "affinities": len(part_of[2][0]),
        "near": int(is_near.sum()),
    }


def _memberships(folder: Path, items: _Items) -> Edges:
    """Return each seed's edge to its deepest cluster (F11), core members and attached ones apart (F8)."""
    deepest = load_array(folder / "tree_deepest.npy", mmap=False)
    offsets, members = (
        load_array(folder / f"tree_{name}.npy", mmap=False) for name in ("offsets", "members")
    )
    cluster_of = np.repeat(np.arange(items.clusters), np.diff(offsets))
    is_direct = deepest[members] == cluster_of
    seeds, clusters = members[is_direct], cluster_of[is_direct]
    is_core = load_array(folder / "tree_is_core.npy", mmap=False)[is_direct]
    weights = np.empty(len(seeds))
    for start in range(0, len(seeds), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        weights[rows] = np.einsum(
            "nd,nd->n", items.vectors[seeds[rows]], items.centres[clusters[rows]], dtype=np.float64
        )
    return seeds, items.first_cluster + clusters, np.where(is_core, MEMBER, ATTACHED), weights


def _tree(folder: Path, items: _Items) -> Edges:
    parent = load_array(folder / "tree_parent.npy", mmap=False)
    children = np.flatnonzero(parent >= 0)
    weights = np.einsum("nd,nd->n", items.centres[children], items.centres[parent[children]])
    roles = np.full(len(children), MEMBER)
    return items.first_cluster + children, items.first_cluster + parent[children], roles, weights


def _affinities(folder: Path, items: _Items, chosen: Mapping[str, Any]) -> Edges:
    """Return each seed's next best clusters beside its own and those above it (G3), or by the documents' letter."""
    if not items.clusters:
        return _none()
    deepest, parent = (load_array(folder / f"tree_{name}.npy", mmap=False) for name in ("deepest", "parent"))
    least = load_array(folder / "tree_attach_similarity.npy", mmap=False)
    above = _ancestry(parent)
    table = load_table(folder, "item") if chosen["membership"] == "nearest" else None
    found = []
    for start in range(0, items.seeds, BLOCK_ROWS):
        rows = slice(start, min(start + BLOCK_ROWS, items.seeds))
        own = np.where((deepest[rows] >= 0)[:, None], above[deepest[rows]], False)
        vectors = items.vectors[rows].astype(np.float64)
        if table is None:
            seeds, clusters, weights = affinity.affinity_edges(
                vectors, items.centres, own, least=least, count=chosen["clusters"] - 1
            )
        else:
            seeds, clusters, weights = affinity.nearest_clusters(
                vectors, items.centres, own, others=1.0 - table.distances[rows],
                candidates=chosen["candidates"], count=chosen["clusters"],
            )  # fmt: skip
        found.append((seeds + start, items.first_cluster + clusters, np.full(len(seeds), AFFINITY), weights))
    return _joined(found)


def _ancestry(parent: Integers) -> NDArray[np.bool_]:
    """Return (c, c): whether the column is the row itself or above it. Parents stand before their children."""
    above = np.eye(len(parent), dtype=bool)
    for number, one in enumerate(parent.tolist()):
        if one >= 0:
            above[number] |= above[one]
    return above


def _near_items(folder: Path, items: _Items, near: int) -> Edges:
    """Return the near edges of seeds and utterances: the nearest of all kinds but where they come from (G4, G5)."""
    table = load_table(folder, "item")
    found = []
    for start in range(0, items.first_cluster, BLOCK_ROWS):
        rows = np.arange(start, min(start + BLOCK_ROWS, items.first_cluster))
        targets = table.indices[rows].astype(np.int64)
        cosines = 1.0 - table.distances[rows]
        is_own = np.isin(_paired(np.repeat(rows, targets.shape[1]), targets.ravel()), items.links)
        cosines[is_own.reshape(cosines.shape)] = -np.inf
        found.append(_nearest(items, rows, targets, cosines, near))
    return _joined(found)


def _nearest(items: _Items, rows: Integers, targets: Integers, cosines: Floats, near: int) -> Edges:
    """Choose among candidates and all clusters."""
    if items.clusters:
        to_clusters = items.vectors[rows].astype(np.float64) @ items.centres.T
        best = np.argpartition(to_clusters, -min(near, items.clusters), axis=1)[:, -near:]
        targets = np.concatenate([targets, items.first_cluster + best], axis=1)
        cosines = np.concatenate([cosines, np.take_along_axis(to_clusters, best, axis=1)], axis=1)
    order = np.lexsort((targets, -np.round(cosines, 9)), axis=1)[:, :near]
    chosen, weights = np.take_along_axis(targets, order, axis=1), np.take_along_axis(cosines, order, axis=1)
    kept, column = np.nonzero(np.isfinite(weights))
    roles = np.full(len(kept), NO_ROLE)
    return rows[kept], chosen[kept, column], roles, weights[kept, column]


def _near_clusters(items: _Items, near: int) -> Edges:
    """Return the near edges of clusters, to items and to other clusters (E6, I5)."""
    found = []
    centres = items.centres.astype(np.float32)
    for start in range(0, items.clusters, CLUSTERS_AT_ONCE):
        some = slice(start, min(start + CLUSTERS_AT_ONCE, items.clusters))
        cosines = np.empty((some.stop - start, items.first_cluster + items.clusters), dtype=np.float32)
        for first in range(0, items.first_cluster, BLOCK_ROWS):
            rows = slice(first, min(first + BLOCK_ROWS, items.first_cluster))
            np.matmul(centres[some], items.vectors[rows].T, out=cosines[:, rows])
        cosines[:, items.first_cluster :] = items.centres[some] @ items.centres.T
        for number, line in zip(range(start, some.stop), cosines, strict=True):
            found.append(_nearest_of(items.first_cluster + number, line, near))
    return _joined(found)


def _nearest_of(source: int, cosines: NDArray[np.float32], near: int) -> Edges:
    """Return a cluster's edges to the nearest others; equal cosines go to the first."""
    cosines[source] = -np.inf
    count = min(near, len(cosines) - 1)
    if not count:
        return _none()
    likely = np.flatnonzero(cosines >= np.partition(cosines, -count)[-count] - CLOSE)
    rounded = np.round(cosines[likely].astype(np.float64), 6)
    chosen = likely[np.lexsort((likely, -rounded))][:count]
    weights = cosines[chosen].astype(np.float64)
    return np.full(count, source), chosen, np.full(count, NO_ROLE), weights


def _joined(found: list[Edges]) -> Edges:
    if not found:
        return _none()
    sources, targets, roles, weights = (
        np.concatenate([edges[column] for edges in found]) for column in range(4)
    )
    return sources, targets, roles, weights


def _none() -> Edges:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)


def _paired(first: Integers, second: Integers) -> Integers:
    """Return one number for each pair of item numbers."""
    return (first << 32) | second
