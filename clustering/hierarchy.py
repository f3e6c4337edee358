"""Document 004: three levels by HDBSCAN, each inside the one above, on vectors reduced first.

HDBSCAN (Campello, Moulavi, Sander 2013) of scikit-learn. The document clusters the vectors themselves, where
hundreds of dimensions leave almost everything noise; the reduction is UMAP's layout of the neighbour graph in a
few dimensions, as BERTopic does it. `reduce="none"` is the letter.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from clustering.communities import adjacency
from clustering.refinement import expand_nodes
from clustering.tree import ClusteringReport, ClusterNode, Tree, build_tree, report
from tane.vectors.arrays import Floats, Integers, Units, Vectors
from tane.vectors.fuzzy_graph import fuzzy_graph
from tane.vectors.neighbours import Neighbours, nearest_distinct
from tane.vectors.principal import principal_components
from tane.vectors.rows import distinct, open_matrix, unit_rows

_SEED = 42
_EPOCHS = 200
_FEWEST_FOR_UMAP = 16  # H11


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level: no cluster is smaller than `share` of the set it is looked for in, within two bounds."""

    smallest: int
    share: float
    largest: int | None = None
    samples: int
    fewest: int = 0  # items below which a cluster is not searched

    def min_cluster_size(self, items: int) -> int:
        """Return HDBSCAN's least size for a set of this size."""
        size = max(self.smallest, int(items * self.share))
        return size if self.largest is None else min(self.largest, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchySettings:
    """The document's three levels, and the reduction it lacks."""

    levels: Sequence[Level] = (
        Level(smallest=50, share=0.01, samples=10),
        Level(smallest=15, share=0.1, samples=5, fewest=30),
        Level(smallest=5, share=0.2, largest=50, samples=3, fewest=15),
    )
    reduce: Literal["umap", "pca", "none"] = "umap"
    dims: int = 5
    neighbours: int = 15


def cluster(
    vectors: Vectors | Path, settings: HierarchySettings | None = None, *, table: Neighbours | None = None
) -> tuple[Tree, ClusteringReport]:
    """Cluster unit vectors (n, d) into up to three levels; strengths are HDBSCAN's probabilities.

    Identical vectors count once (F6). Cost: the neighbour table, UMAP's layout (about 5 s per 10,000 rows after
    some seconds of compilation), HDBSCAN with a k-d tree. Deterministic on one machine with one set of library
    versions; the order of the rows matters, so bring them in the order of their ids.

    Raises:
        ValueError: a row is NaN, infinite, zero or not of length one.
    """
    chosen = settings or HierarchySettings()
    matrix = open_matrix(vectors)
    same = distinct(matrix)
    units = unit_rows(matrix[same.first])
    least = chosen.levels[0].min_cluster_size(len(units))
    groups: list[ClusterNode] = []
    if len(units) > max(least, chosen.levels[0].samples):
        points = reduced(units, chosen, table)
        groups = _nested(points, chosen.levels)
    whole = expand_nodes(groups, np.arange(len(units)), same)
    tree = build_tree(whole, unit_rows(matrix))
    plain = report(tree, distinct=len(units), thresholds={"least_size": float(least)})
    if len(tree):
        return tree, plain
    if len(units) <= least:
        return tree, plain.explained(reason="too_few_items", advice={"items": float(least + 1)})
    return tree, plain.explained(reason="no_structure", advice={"smallest": float(max(5, least // 2))})


def reduced(units: Units, settings: HierarchySettings, table: Neighbours | None = None) -> Floats:
    """Return the points (n, dims), float64, on which HDBSCAN runs; the vectors themselves where there are few."""
    if settings.reduce == "none" or len(units) < _FEWEST_FOR_UMAP or units.shape[1] <= settings.dims:
        return units.astype(np.float64)
    start = principal_components(units, settings.dims)
    if settings.reduce == "pca":
        return start
    return _umap(units, table or nearest_distinct(units), start, settings)


def _umap(units: Units, table: Neighbours, start: Floats, settings: HierarchySettings) -> Floats:
    """Return UMAP's layout (n, dims) of the neighbour graph, one thread, fixed seed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # of a part that needs Tensorflow and is not used
        from umap.umap_ import find_ab_params, simplicial_set_embedding  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    a, b = find_ab_params(1.0, 0.0)
    layout, _ = simplicial_set_embedding(
        data=units.astype(np.float32),
        graph=adjacency(fuzzy_graph(table.first(settings.neighbours))),
        n_components=settings.dims,
        initial_alpha=1.0,
        a=a,
        b=b,
        gamma=1.0,
        negative_sample_rate=5,
        n_epochs=_EPOCHS,
        init=(start / np.abs(start).max() * 10).astype(np.float32),
        random_state=np.random.RandomState(_SEED),
        metric="euclidean",
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
        parallel=False,
    )
    return np.asarray(layout, dtype=np.float64)


def _nested(points: Floats, levels: Sequence[Level]) -> list[ClusterNode]:
    """Return the clusters of all levels, parents first."""
    groups: list[ClusterNode] = []
    searched: list[tuple[int, Integers]] = [(-1, np.arange(len(points)))]
    for level in levels:
        found: list[tuple[int, Integers]] = []
        for parent, rows in searched:
            if len(rows) < level.fewest:
                continue
            labels, strengths = _hdbscan(points[rows], level)
            for label in range(int(labels.max(initial=-1)) + 1):
                is_member = labels == label
                groups.append(
                    ClusterNode(members=rows[is_member], parent=parent, strengths=strengths[is_member])
                )
                found.append((len(groups) - 1, rows[is_member]))
        searched = found
    return groups


def _hdbscan(points: Floats, level: Level) -> tuple[Integers, Floats]:
    """Return each point's cluster, -1 for none, and how surely it belongs."""
    size = level.min_cluster_size(len(points))
    if len(points) <= max(size, level.samples):
        return np.full(len(points), -1), np.zeros(len(points))
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415 - heavy

    # scikit-learn counts the point itself among the samples, the document's library does not.
    model: Any = HDBSCAN(min_cluster_size=size, min_samples=level.samples + 1, copy=True).fit(points)
    return np.asarray(model.labels_, dtype=np.int64), np.asarray(model.probabilities_, dtype=np.float64)
