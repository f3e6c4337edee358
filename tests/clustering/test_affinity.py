"""Edges to clusters by likeness (G1 to G3)."""

import numpy as np

from clustering.affinity import affinity_edges, nearest_clusters
from tests.clustering.blobs import unit


def test_affinity_passes_over_own_clusters_and_those_too_far():
    units = np.array([[1.0, 0.0], [0.0, 1.0]])
    centres = unit(np.array([[1.0, 0.1], [1.0, 0.5], [0.1, 1.0]]))
    own = np.array([[True, False, False], [False, False, False]])

    rows, clusters, weights = affinity_edges(units, centres, own, least=np.full(3, 0.4))

    assert list(zip(rows.tolist(), clusters.tolist(), strict=True)) == [(0, 1), (1, 2), (1, 1)]
    np.testing.assert_allclose(weights, [centres[1, 0], centres[2, 1], centres[1, 1]])


def test_by_the_letter_clusters_are_taken_among_the_nearest_of_all_kinds_however_far_they_are():
    units = np.array([[1.0, 0.0], [1.0, 0.0]])
    centres = np.array([[0.8, 0.6], [0.6, 0.8], [0.0, 1.0]])
    others = np.array([[0.9, 0.7, 0.1], [0.9, 0.9, 0.1]])  # cosines of what is no cluster
    own = np.zeros((2, 3), dtype=bool)

    of_four = nearest_clusters(units, centres, own, others=others, candidates=4, count=2)
    of_three = nearest_clusters(units, centres, own, others=others, candidates=3, count=2)
    own[0, 0] = True
    without_own = nearest_clusters(units, centres, own, others=others, candidates=4, count=2)

    assert [part.tolist() for part in of_four] == [[0, 0, 1, 1], [0, 1, 0, 1], [0.8, 0.6, 0.8, 0.6]]
    assert [part.tolist() for part in of_three[:2]] == [[0, 1], [0, 0]]
    assert [part.tolist() for part in without_own[:2]] == [[0, 1, 1], [1, 0, 1]]
