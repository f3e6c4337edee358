"""Document 001: existing clusters are split, merged and dissolved, and new ones made; nothing else moves (F20 to F29)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clustering.centroids import centroids
from clustering.tree import ClusteringReport, ClusterNode, Tree, attach_similarity, build_tree, report
from tane.vectors.arrays import Floats, Integers, Units, Vectors
from tane.vectors.neighbours import Neighbours, nearest
from tane.vectors.rows import open_matrix, unit_rows

_PERCENTILES = range(90, 9, -10)  # of the sweep, from nearly all points dense to the densest (F21)

_MIDDLE = 25.0  # percentile of the members' cosines to the centre that the first of a new cluster must reach


@dataclass(frozen=True, slots=True, kw_only=True)
class IncrementalSettings:
    """The document's numbers."""

    split_from: int = 100  # members
    split_least: int = 20  # members of each part
    retry_growth: float = 1.2  # of the size at which a split was last tried in vain
    merge_below: int = 10
    neighbours: int = 30
    create_least: int = 20  # seeds among the neighbours
    free_places: int = 5  # nearest places where no existing cluster may stand
    closeness: float = 0.95  # of the store's median of mean distances to the neighbours
    variation: float = 0.25  # of the distances to the neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class IncrementalResult:
    """The clusters after a night of document 001, flat: every cluster is on the top level."""

    tree: Tree
    report: ClusteringReport
    labels: Integers  # (n,), each row's cluster in the tree, -1 for none
    tried: Integers  # (c,), of each cluster the size at which a split was last tried in vain, 0 for never


def cluster(
    vectors: Vectors | Path,
    labels: Integers,
    settings: IncrementalSettings | None = None,
    *,
    tried: Integers | None = None,
    table: Neighbours | None = None,
) -> IncrementalResult:
    """Tend the clusters of unit vectors (n, d).

    Cost: the neighbour table, and one more inside each cluster that is split. Deterministic; ties go by row.

    Args:
        vectors: (n, d) float, or the path of a .npy file.
        labels: (n,), each row's present cluster, -1 for none: active memberships only (F20).
        settings: the document's numbers when not given.
        tried: (c,), per present cluster the size at which it was last found not to split.
        table: the neighbours of all rows, at least `neighbours` wide.

    Raises:
        ValueError: a row is NaN, infinite, zero or not of length one, or shapes do not fit.
    """
    chosen = settings or IncrementalSettings()
    units = unit_rows(open_matrix(vectors))
    if labels.shape != (len(units),):
        raise ValueError(f"one label per row is needed, not {labels.shape} for {len(units)} rows")
    sizes = tried if tried is not None else np.zeros(0, dtype=np.int64)
    before = [np.flatnonzero(labels == number) for number in range(int(labels.max(initial=-1)) + 1)]
    kept: list[tuple[Integers, int]] = []
    splits = 0
    for number, rows in enumerate(before):
        if not len(rows):
            continue
        last = int(sizes[number]) if number < len(sizes) else 0
        parts = _split(units, rows, chosen, last)
        splits += len(parts) > 1
        vain = 0 if len(parts) > 1 else _vain(len(rows), last, chosen)
        kept.extend((part, vain) for part in parts)
    merged, merges = _merge(units, kept, chosen)
    released = sum(len(rows) for rows, _ in kept) - sum(len(rows) for rows, _ in merged)
    known = table if table is not None else nearest(units, k=chosen.neighbours)
    created, closeness = _create(units, known, [rows for rows, _ in merged], chosen)
    groups = [ClusterNode(members=rows) for rows, _ in merged] + [
        ClusterNode(members=rows) for rows in created
    ]
    tree = build_tree(groups, units)
    vain_sizes = {int(rows.min()): vain for rows, vain in merged}
    thresholds = {
        "closeness": closeness, "splits": splits, "merges": merges, "created": len(created), "released": released
    }  # fmt: skip
    plain = report(tree, distinct=len(units), thresholds=thresholds)
    if not len(tree):
        few = len(units) <= chosen.create_least
        advice = {"items": chosen.create_least + 1.0} if few else {"variation": 2 * chosen.variation}
        plain = plain.explained(reason="too_few_items" if few else "no_structure", advice=advice)
    of_cluster = [vain_sizes.get(int(tree.members_of(number)[0]), 0) for number in range(len(tree))]
    return IncrementalResult(
        tree=tree, report=plain, labels=tree.deepest, tried=np.array(of_cluster, dtype=np.int64)
    )


def _vain(size: int, last: int, settings: IncrementalSettings) -> int:
    """Return the size at which a cluster that did not split was last tried."""
    return size if size >= max(settings.split_from, settings.retry_growth * last) else last


def _split(units: Units, rows: Integers, settings: IncrementalSettings, last: int) -> list[Integers]:
    """Return a large cluster's dense parts, the others with the nearest of them; the cluster itself if it has none."""
    if len(rows) < max(settings.split_from, settings.retry_growth * last):
        return [rows]
    from scipy import sparse  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    table = nearest(units[rows], k=settings.neighbours)
    away = table.distances[:, -1]
    for percentile in _PERCENTILES:
        threshold = float(np.percentile(away, percentile))
        is_dense = away <= threshold
        near, column = np.nonzero(
            (table.distances <= threshold) & is_dense[:, None] & is_dense[table.indices]
        )
        edges = sparse.csr_matrix(
            (np.ones(len(near)), (near, table.indices[near, column])), shape=(len(rows),) * 2
        )
        _, parts = connected_components(edges, directed=False)
        large = np.flatnonzero(np.bincount(parts[is_dense]) >= settings.split_least)
        if len(large) > 1:
            return _completed(units, rows, [rows[(parts == part) & is_dense] for part in large])
    return [rows]


def _completed(units: Units, rows: Integers, parts: list[Integers]) -> list[Integers]:
    """Return the parts with every other row added to the part whose centroid is nearest."""
    centres = _centres(units, parts)
    of = np.argmax(units[rows] @ centres.T, axis=1)
    for number, part in enumerate(parts):
        of[np.searchsorted(rows, part)] = number
    return [rows[of == number] for number in range(len(parts))]


def _merge(
    units: Units, clusters: list[tuple[Integers, int]], settings: IncrementalSettings
) -> tuple[list[tuple[Integers, int]], int]:
    """Return the clusters large enough, the small ones' members in the nearest that takes them, smallest first (F24)."""
    large = [entry for entry in clusters if len(entry[0]) >= settings.merge_below]
    small = [rows for rows, _ in clusters if len(rows) < settings.merge_below]
    merges = 0
    if not large:
        return [], 0
    for rows in sorted(small, key=lambda rows: (len(rows), int(rows[0]))):
        centres = _centres(units, [entry[0] for entry in large])
        cosines = centres @ _centres(units, [rows])[0]
        best = int(np.argmax(cosines))
        members, vain = large[best]
        if cosines[best] >= attach_similarity(
            units[members] @ centres[best], np.ones(len(members), dtype=bool)
        ):
            large[best] = (np.sort(np.concatenate([members, rows])), vain)
            merges += 1
    return large, merges


def _create(
    units: Units, table: Neighbours, existing: list[Integers], settings: IncrementalSettings
) -> tuple[list[Integers], float]:
    """Return new clusters of rows that are in none, the closest first, and the mean distance they must not exceed."""
    if len(units) <= settings.create_least:
        return [], 0.0
    distances, indices = table.distances[:, : settings.neighbours], table.indices[:, : settings.neighbours]
    means = distances.mean(axis=1)
    limit = settings.closeness * float(np.median(means))
    deviations = distances.std(axis=1)
    is_free = np.ones(len(units), dtype=bool)
    for rows in existing:
        is_free[rows] = False
    centres = _centres(units, existing) if existing else np.zeros((0, units.shape[1]))
    created: list[Integers] = []
    for row in np.lexsort((np.arange(len(units)), means)):
        if means[row] > limit:
            break
        if not is_free[row] or deviations[row] > settings.variation * means[row]:
            continue
        to_clusters = 1.0 - centres @ units[row]
        if _has_cluster_near(distances[row], to_clusters, settings.free_places):
            continue
        # Existing clusters take places among the thirty.
        within = settings.neighbours - int((to_clusters < distances[row, -1]).sum())
        seeds = indices[row, : max(within, 0)]
        seeds = np.sort(seeds[is_free[seeds]])
        if len(seeds) < settings.create_least:
            continue
        members = np.sort(np.append(seeds, row))
        centre = _centres(units, [members])
        if float(units[row] @ centre[0]) < np.percentile(units[seeds] @ centre[0], _MIDDLE):
            continue  # it looks at a group from outside
        created.append(members)
        is_free[members] = False
        centres = np.concatenate([centres, centre])
    return created, limit


def _has_cluster_near(distances: Floats, to_clusters: Floats, places: int) -> bool:
    """Tell whether a cluster stands among the nearest places of seeds and clusters together."""
    if not len(to_clusters):
        return False
    return int((distances < to_clusters.min()).sum()) < places


def _centres(units: Units, groups: list[Integers]) -> Floats:
    offsets = np.cumsum([0, *(len(rows) for rows in groups)])
    return centroids(units, offsets, np.concatenate(groups))
