"""Closed forms and classical scaling for sets of up to fifteen points (H11)."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from layout.classical_scaling import LARGEST, classical_scaling
from tests.layout.planted import blobs, unit
from tests.tables import every


def test_nothing_one_and_two_have_their_given_places():
    assert classical_scaling(np.zeros((0, 4))).shape == (0, 2)
    np.testing.assert_array_equal(classical_scaling(blobs(1)), [[0.0, 0.0]])
    np.testing.assert_array_equal(classical_scaling(blobs(2)), [[-0.5, 0.0], [0.5, 0.0]])


@every("count", [3, 8, 9, 15])
@every("kind", ["identical", "orthogonal"])
def test_points_all_equally_far_apart_stand_on_a_circle(count: int, kind: str):
    vectors = np.tile(blobs(1), (count, 1)) if kind == "identical" else np.eye(count, 20)

    places = classical_scaling(vectors)

    np.testing.assert_allclose(np.linalg.norm(places, axis=1), 0.5)
    assert len(np.unique(places.round(6), axis=0)) == count


@every("seed", range(5))
def test_three_points_keep_their_cosine_distances(seed: int):
    vectors = unit(np.random.default_rng(seed).normal(size=(3, 20))).astype(float)

    places = classical_scaling(vectors)

    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.testing.assert_allclose(apart, 1 - vectors @ vectors.T, atol=1e-6)


def test_two_topics_are_told_apart():
    vectors = blobs(10, topics=2, noise=0.2)

    places = classical_scaling(vectors)

    within = np.linalg.norm(places[::2] - places[::2].mean(axis=0), axis=1).max()
    between = np.linalg.norm(places[::2].mean(axis=0) - places[1::2].mean(axis=0))
    assert between > 2 * within


def test_more_than_fifteen_points_are_refused():
    with pytest.raises(ValueError, match="at most 15"):
        classical_scaling(blobs(LARGEST + 1))


@given(st.integers(4, LARGEST), st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(count: int, seed: int):
    random = np.random.default_rng(seed)
    # Clearly different strengths: where two are equal, any turn of the map is as good.
    vectors = unit(np.array([1.0, 0.0, 0.0]) + random.normal(size=(count, 3)) * [0.1, 0.5, 0.3])
    order = random.permutation(count)

    places, shuffled = classical_scaling(vectors), classical_scaling(vectors[order])

    spectrum = np.linalg.svd(places, compute_uv=False)
    assume(0.01 * spectrum[0] < spectrum[1] < 0.8 * spectrum[0])
    assume(np.abs(((places / np.abs(places).max(axis=0)) ** 3).sum(axis=0)).min() > 1e-3)
    np.testing.assert_allclose(shuffled, places[order], atol=1e-3)


@given(st.integers(0, LARGEST), st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_any_set_has_finite_places_and_the_same_ones_again(count: int, seed: int, kinds: int):
    random = np.random.default_rng(seed)
    vectors = unit(random.normal(size=(kinds, 8)))[random.integers(0, kinds, count)]

    places = classical_scaling(vectors)

    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert classical_scaling(vectors.copy()).tobytes() == places.tobytes()
