"""Centroids, cohesion, averages of the five scores (C6, D2), edges from the shared table (I)."""

import numpy as np

from clustering.centroids import affinity_edges, centroids, cohesion, near_edges, nearest_clusters, scores
from tests.clustering.blobs import directions, unit

NOBODY = np.nan


def test_a_centroid_is_the_mean_at_length_one():
    units = directions(10)

    centre = centroids(units, np.array([0, 4]), np.array([1, 3, 5, 7]))

    np.testing.assert_allclose(centre, unit(units[[1, 3, 5, 7]].sum(axis=0, keepdims=True)))


def test_opposite_members_are_represented_by_the_medoid():
    units = np.array([[1.0, 0.0], [-1.0, 0.0]])

    np.testing.assert_array_equal(centroids(units, np.array([0, 2]), np.array([0, 1])), [[1.0, 0.0]])


def test_cohesion_is_the_mean_cosine_of_pairs():
    units = directions(9)
    cosines = units @ units.T

    np.testing.assert_allclose(cohesion(units), cosines[np.triu_indices(9, 1)].mean())
    assert cohesion(units[:1]) == 1.0


def test_a_seed_counts_once_however_many_utterances_it_has():
    values = np.array([[0.0], [1.0], [1.0], [1.0]])
    utterances, seeds = np.array([0, 1, 2, 3]), np.array([0, 1, 1, 1])

    np.testing.assert_allclose(scores(values, utterances, seeds, [np.array([0, 1])]), [[0.5]])


def test_what_was_not_measured_does_not_count_and_nothing_is_no_value():
    values = np.array([[0.2, NOBODY], [NOBODY, NOBODY], [0.6, NOBODY]])
    links = np.array([0, 1, 2])

    averages = scores(values, links, np.array([0, 0, 1]), [np.array([0, 1]), np.array([5])])

    np.testing.assert_allclose(averages[0, 0], 0.4)
    assert np.isnan(averages[0, 1])
    assert np.isnan(averages[1]).all()


def test_near_edges_are_each_rows_nearest_with_the_cosine_as_weight():
    sources, targets, weights = near_edges(
        np.array([[1, 2], [0, -1]]), np.array([[0.1, 1.4], [0.1, 0.0]]), count=2
    )

    assert sources.tolist() == [0, 0, 1]
    assert targets.tolist() == [1, 2, 0]
    np.testing.assert_allclose(weights, [0.9, 0.0, 0.9])


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
