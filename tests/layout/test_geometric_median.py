"""Where clusters and texts without a vector stand (H14)."""

import numpy as np

from layout.geometric_median import geometric_medians

CROWD = np.random.default_rng(2).normal(size=(40, 2))


def test_a_single_point_is_its_own_centre():
    np.testing.assert_allclose(
        geometric_medians(np.array([[3.0, 4.0]]), np.array([0]), np.array([0]), 1), [[3.0, 4.0]]
    )


def test_a_centre_stays_in_the_crowd_when_stragglers_are_far():
    places = np.concatenate([CROWD, np.full((5, 2), 1000.0)])

    found = geometric_medians(places, np.arange(45), np.zeros(45, dtype=int), 1)

    assert np.linalg.norm(found[0] - CROWD.mean(axis=0)) < 1.0


def test_a_point_may_belong_to_several():
    found = geometric_medians(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([0, 1, 1]), np.array([0, 0, 1]), 2)

    np.testing.assert_allclose(found, [[1.0, 0.0], [2.0, 0.0]])


def test_who_has_no_point_has_no_place():
    found = geometric_medians(np.zeros((1, 2)), np.array([0]), np.array([1]), 3)

    np.testing.assert_array_equal(np.isnan(found[:, 0]), [True, False, True])
    assert np.isnan(
        geometric_medians(np.zeros((0, 2)), np.array([], dtype=int), np.array([], dtype=int), 2)
    ).all()


def test_a_centre_turns_with_the_map():
    owners = np.arange(40) % 3
    quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])

    turned = geometric_medians(CROWD @ quarter, np.arange(40), owners, 3)

    np.testing.assert_allclose(
        turned, geometric_medians(CROWD, np.arange(40), owners, 3) @ quarter, atol=1e-5
    )
