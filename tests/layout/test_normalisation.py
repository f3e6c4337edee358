"""The frame of a map: outliers, size, and points that coincide."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layout.normalisation import extent, normalise, press_outliers, separate, sunflower

CROWD = np.random.default_rng(1).uniform(-1, 1, (200, 2))


def test_one_far_point_does_not_shrink_the_map():
    places = np.concatenate([CROWD, [[500.0, 0.0]]])

    shown = normalise(press_outliers(places))

    assert extent(shown[:-1]) > 0.6
    assert shown[-1, 0] == shown[:, 0].max()


def test_far_points_keep_their_order():
    places = np.concatenate([CROWD, [[500.0, 0.0], [90.0, 0.0]]])

    far, near = press_outliers(places)[-2:]

    assert far[0] > near[0] > 1.0


def test_a_group_far_out_is_no_outlier():
    places = np.concatenate([CROWD, np.tile([[20.0, 0.0]], (20, 1)) + CROWD[:20]])

    np.testing.assert_array_equal(press_outliers(places), places)


def test_a_map_without_outliers_is_left_alone():
    np.testing.assert_array_equal(press_outliers(CROWD), CROWD)


def test_a_framed_map_is_centred_with_a_side_of_one():
    shown = normalise(CROWD * [5.0, 2.0] + [100.0, -7.0])

    np.testing.assert_allclose(shown.min(axis=0), -shown.max(axis=0), atol=1e-9)
    np.testing.assert_allclose(extent(shown), 1.0)


def test_no_point_and_one_point_have_a_frame():
    assert normalise(np.zeros((0, 2))).shape == (0, 2)
    np.testing.assert_array_equal(normalise(np.array([[3.0, 4.0]])), [[0.0, 0.0]])


def test_points_that_coincide_are_parted_by_a_trace():
    places = np.concatenate([CROWD, CROWD[:3], CROWD[:1]])

    shown = separate(places)

    assert len(np.unique(shown, axis=0)) == len(places)
    assert np.linalg.norm(shown - places, axis=1).max() < 0.01 * extent(places)
    np.testing.assert_array_equal(shown[:200], CROWD.astype(np.float32))


def test_a_sunflowers_seeds_keep_their_distance():
    seeds = sunflower(np.arange(500))

    apart = np.linalg.norm(seeds[:, None] - seeds[None], axis=2) + 10 * np.eye(500)
    assert apart.min() > 0.9


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), max_size=40))
def test_any_map_can_be_framed(points: list[tuple[float, float]]):
    shown = separate(normalise(press_outliers(np.array(points).reshape(-1, 2))))

    assert shown.dtype == np.float32
    assert np.isfinite(shown).all()
    assert np.abs(shown).max(initial=0.0) < 2.0
