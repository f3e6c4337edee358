"""Step 4: memberships, affinities and what is near what (G, I), as rows of the staging tables."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from clustering import affinity
from tane.runs.night.ids import raw_of
from tane.runs.night.workspace import Night, NightFiles
from tane.store.publishing import write_staged
from tane.store.snapshots import KINDS

BLOCK_ROWS = 4096
CLUSTERS_AT_ONCE = 64
CLOSE = 2e-6  # cosines that rounding could make equal
UTTERANCE, CLUSTER = KINDS.index("utterance"), KINDS.index("cluster")
MEMBER, ATTACHED, AFFINITY, NO_ROLE = 0, 1, 2, -1

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Edges = tuple[Integers, Integers, Integers, Floats]  # source and target among all items, role, weight


class Items:
    """Statements, then other utterances with a vector, then clusters: one numbering for edges and maps."""

    def __init__(self, files: NightFiles) -> None:
        self.cluster_rows = files.clusters.load()
        self.rows = files.utterance_rows.load()
        statement_ids, utterance_ids = files.statement_ids.load(), files.utterance_ids.load()[self.rows]
        cluster_ids = np.frombuffer(
            b"".join(UUID(row["cluster_id"]).bytes for row in self.cluster_rows), dtype=np.uint8
        ).reshape(-1, 16)
        self.statements, self.utterances, self.clusters = (
            len(statement_ids),
            len(utterance_ids),
            len(cluster_ids),
        )
        self.first_cluster = self.statements + self.utterances
        self.ids = np.concatenate([statement_ids, utterance_ids, cluster_ids])
        self.kinds = np.concatenate([
            files.statement_kinds.load(), np.repeat([UTTERANCE, CLUSTER], [self.utterances, self.clusters])
        ])  # fmt: skip
        self.vectors = files.item_vectors.mapped()
        self.centres = files.tree.centroids.load()
        self.links = self._numbered(files.links.load())

    def _numbered(self, links: Integers) -> Integers:
        """Return links of a seed and its utterance by their numbers; utterances that stand for themselves, or have no vector, are left out."""
        number = np.full(int(self.rows.max(initial=-1)) + 2, -1, dtype=np.int64)
        number[self.rows] = self.statements + np.arange(self.utterances)
        links = links[links[:, 1] < len(number) - 1]
        links = np.stack([links[:, 0], number[links[:, 1]]], axis=1)
        return links[links[:, 1] >= 0]


async def find_edges(night: Night) -> Mapping[str, Any]:
    """Compute all edges."""
    return await night.compute.run(write_edges, NightFiles(night.folder), night.options.edges)


# ---------------------------------------------------------------- in the pool


def write_edges(files: NightFiles, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Write the rows of night_edges and night_sources; return how many edges of each kind there are.

    chosen: the settings of edges.
    """
    items = Items(files)
    part_of = [_memberships(files, items), _tree(files, items), _affinities(files, items, chosen)]
    near = [_near_items(files, items, chosen["near"]), _near_clusters(items, chosen["near"])]
    sources, targets, roles, weights = (
        np.concatenate([edges[column] for edges in (*part_of, *near)]) for column in range(4)
    )
    is_near = np.repeat(
        [0, 1], [sum(len(edges[0]) for edges in part_of), sum(len(edges[0]) for edges in near)]
    )
    write_staged(
        files.folder,
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
    write_staged(files.folder, "night_sources", {"kind": items.kinds, "id": raw_of(items.ids)})
    return {
        "memberships": len(part_of[0][0]),
        "affinities": len(part_of[2][0]),
        "near": int(is_near.sum()),
    }


def _memberships(files: NightFiles, items: Items) -> Edges:
    """Return each statement's edge to its deepest cluster (F11), core members and attached ones apart (F8)."""
    deepest = files.tree.deepest.load()
    offsets, members = files.tree.offsets.load(), files.tree.members.load()
    cluster_of = np.repeat(np.arange(items.clusters), np.diff(offsets))
    is_direct = deepest[members] == cluster_of
    seeds, clusters = members[is_direct], cluster_of[is_direct]
    is_core = files.tree.is_core.load()[is_direct]
    weights = np.empty(len(seeds))
    for start in range(0, len(seeds), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        weights[rows] = np.einsum(
            "nd,nd->n", items.vectors[seeds[rows]], items.centres[clusters[rows]], dtype=np.float64
        )
    return seeds, items.first_cluster + clusters, np.where(is_core, MEMBER, ATTACHED), weights


def _tree(files: NightFiles, items: Items) -> Edges:
    parent = files.tree.parent.load()
    children = np.flatnonzero(parent >= 0)
    weights = np.einsum("nd,nd->n", items.centres[children], items.centres[parent[children]])
    roles = np.full(len(children), MEMBER)
    return items.first_cluster + children, items.first_cluster + parent[children], roles, weights


def _affinities(files: NightFiles, items: Items, chosen: Mapping[str, Any]) -> Edges:
    """Return each statement's next best clusters beside its own and those above it (G3), or by the documents' letter."""
    if not items.clusters:
        return _none()
    deepest, parent = files.tree.deepest.load(), files.tree.parent.load()
    least = files.tree.attach_similarity.load()
    above = _ancestry(parent)
    table = files.item_neighbours.load() if chosen["membership"] == "nearest" else None
    found = []
    for start in range(0, items.statements, BLOCK_ROWS):
        rows = slice(start, min(start + BLOCK_ROWS, items.statements))
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


def _near_items(files: NightFiles, items: Items, near: int) -> Edges:
    """Return the near edges of seeds and utterances: the nearest of all kinds but where they come from (G4, G5)."""
    table = files.item_neighbours.load()
    seeds, utterances = items.links[:, 0], items.links[:, 1]
    own = np.unique(np.concatenate([_paired(seeds, utterances), _paired(utterances, seeds)]))
    found = []
    for start in range(0, items.first_cluster, BLOCK_ROWS):
        rows = np.arange(start, min(start + BLOCK_ROWS, items.first_cluster))
        targets = table.indices[rows].astype(np.int64)
        cosines = 1.0 - table.distances[rows]
        is_own = np.isin(_paired(np.repeat(rows, targets.shape[1]), targets.ravel()), own)
        cosines[is_own.reshape(cosines.shape)] = -np.inf
        found.append(_nearest(items, rows, targets, cosines, near))
    return _joined(found)


def _nearest(items: Items, rows: Integers, targets: Integers, cosines: Floats, near: int) -> Edges:
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


def _near_clusters(items: Items, near: int) -> Edges:
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
