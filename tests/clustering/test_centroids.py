"""Centroids, cohesion, means of the five scores (C6, D2)."""

import numpy as np

from clustering.centroids import centroids, cohesion, mean_scores
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

    np.testing.assert_allclose(mean_scores(values, utterances, seeds, [np.array([0, 1])]), [[0.5]])


def test_what_was_not_measured_does_not_count_and_nothing_is_no_value():
    values = np.array([[0.2, NOBODY], [NOBODY, NOBODY], [0.6, NOBODY]])
    links = np.array([0, 1, 2])

    averages = mean_scores(values, links, np.array([0, 0, 1]), [np.array([0, 1]), np.array([5])])

    np.testing.assert_allclose(averages[0, 0], 0.4)
    assert np.isnan(averages[0, 1])
    assert np.isnan(averages[1]).all()
