"""UMAP's graph of a table of neighbours."""

import numpy as np
import pytest

from tane.vectors.fuzzy_graph import fuzzy_graph
from tane.vectors.neighbours import Neighbours, nearest
from tests.clustering.blobs import blobs, directions


def test_it_has_both_directions_of_each_edge_in_order():
    graph = fuzzy_graph(nearest(blobs([60])[0], k=14))

    edges = list(zip(graph.heads.tolist(), graph.tails.tolist(), strict=True))
    assert edges == sorted(set(edges))
    assert {(tail, head) for head, tail in edges} == set(edges)
    assert ((graph.weights > 0) & (graph.weights <= 1)).all()


def test_it_is_the_librarys():
    umap_ = pytest.importorskip("umap.umap_")
    vectors = directions(80, dims=16)
    table = nearest(vectors, k=14)
    own = np.arange(80)[:, None]

    graph = fuzzy_graph(table)
    library, _, _ = umap_.fuzzy_simplicial_set(
        vectors,
        n_neighbors=15,
        random_state=None,
        metric="cosine",
        knn_indices=np.concatenate([own, table.indices], axis=1),
        knn_dists=np.concatenate([np.zeros((80, 1)), table.distances], axis=1).astype(np.float32),
    )

    ours = np.zeros((80, 80))
    ours[graph.heads, graph.tails] = graph.weights
    np.testing.assert_allclose(ours, library.toarray(), atol=2e-4)


def test_points_at_the_same_place_are_certain_neighbours():
    ring = np.stack([(np.arange(6) + step) % 6 for step in (1, 5, 2)], axis=1).astype(np.int32)

    graph = fuzzy_graph(Neighbours(indices=ring, distances=np.zeros((6, 3))))

    np.testing.assert_array_equal(graph.weights, 1.0)
