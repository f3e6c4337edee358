"""Trustworthiness against scikit-learn's, and how far points moved."""

from importlib import import_module

import numpy as np
import pytest

from layout.quality import displacement, trustworthiness
from tests.layout.planted import blobs


@pytest.mark.parametrize(("count", "neighbours"), [(300, 15), (300, 5), (40, 15)])
def test_it_is_what_scikit_learn_says(count: int, neighbours: int):
    vectors = blobs(count)
    places = np.random.default_rng(0).normal(size=(count, 2)) + 4 * vectors[:, :2]

    ours = trustworthiness(vectors, places, neighbours=neighbours)

    of_sklearn = import_module("sklearn.manifold").trustworthiness
    assert ours == pytest.approx(
        of_sklearn(vectors, places, n_neighbors=neighbours, metric="cosine"), abs=1e-4
    )


def test_a_perfect_map_has_one_and_chance_about_a_half():
    angles = np.sort(np.random.default_rng(1).uniform(0, 1, 400))
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    assert trustworthiness(vectors, vectors) == pytest.approx(1.0, abs=1e-3)
    shuffled = np.random.default_rng(2).permutation(vectors)
    assert trustworthiness(vectors, shuffled) == pytest.approx(0.5, abs=0.05)


def test_a_sample_speaks_for_all():
    vectors = blobs(600)
    places = vectors[:, :2].astype(float)

    assert trustworthiness(vectors, places, sample=200) == pytest.approx(
        trustworthiness(vectors, places), abs=0.03
    )


def test_identical_points_are_never_wrong():
    assert trustworthiness(np.tile(blobs(1), (20, 1)), np.random.default_rng(0).normal(size=(20, 2))) == 1.0


def test_three_points_are_too_few():
    with pytest.raises(ValueError, match="four"):
        trustworthiness(blobs(3), np.zeros((3, 2)))


def test_the_median_way_is_a_share_of_the_extent():
    before = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 5.0]])

    assert displacement(before, before + np.array([[0.0, 1.0], [0.0, 2.0], [9.0, 9.0]])) == pytest.approx(0.2)
    assert displacement(np.zeros((0, 2)), np.zeros((0, 2))) == 0.0
    assert displacement(np.ones((2, 2)), np.ones((2, 2))) == 0.0
    assert displacement(np.ones((2, 2)), np.zeros((2, 2))) == np.inf
