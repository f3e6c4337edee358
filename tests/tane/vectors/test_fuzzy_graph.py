"""UMAP's graph of a table of neighbours."""

import json

import numpy as np

from tane.vectors.fuzzy_graph import fuzzy_graph
from tane.vectors.neighbours import Neighbours, nearest
from tests.clustering.blobs import blobs
from tests.tane.vectors.make_fuzzy_graph import FILE


def test_it_has_both_directions_of_each_edge_in_order():
    graph = fuzzy_graph(nearest(blobs([60])[0], k=14))

    edges = list(zip(graph.heads.tolist(), graph.tails.tolist(), strict=True))
    assert edges == sorted(set(edges))
    assert {(tail, head) for head, tail in edges} == set(edges)
    assert ((graph.weights > 0) & (graph.weights <= 1)).all()


def test_it_is_the_librarys():
    """Of umap-learn's own function on the same table, as `make_fuzzy_graph` stored it."""
    saved = json.loads(FILE.read_text(encoding="utf-8"))
    table = Neighbours(
        indices=np.array(saved["indices"], dtype=np.int32), distances=np.array(saved["distances"])
    )

    graph = fuzzy_graph(table)

    heads, tails, weights = zip(*saved["edges"], strict=True)
    assert list(zip(graph.heads.tolist(), graph.tails.tolist(), strict=True)) == list(
        zip(heads, tails, strict=True)
    )
    np.testing.assert_allclose(graph.weights, weights, atol=2e-4)


def test_points_at_the_same_place_are_certain_neighbours():
    ring = np.stack([(np.arange(6) + step) % 6 for step in (1, 5, 2)], axis=1).astype(np.int32)

    graph = fuzzy_graph(Neighbours(indices=ring, distances=np.zeros((6, 3))))

    np.testing.assert_array_equal(graph.weights, 1.0)
