"""Laying tonight's map onto yesterday's (H13)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.registration import onto

POINTS = np.random.default_rng(3).normal(size=(50, 2)) * [3.0, 1.0]


def moved(
    points: np.ndarray, *, angle: float, scale: float, mirrored: bool, shift: tuple[float, float]
) -> np.ndarray:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirrored:
        turn = np.diag([1.0, -1.0]) @ turn
    return np.asarray(scale * points @ turn + np.array(shift))


@given(st.floats(-4, 4), st.floats(0.01, 100), st.booleans(), st.floats(-50, 50), st.floats(-50, 50))
def test_turn_size_mirror_and_place_are_found(angle: float, scale: float, mirrored: bool, x: float, y: float):
    tonight = moved(POINTS, angle=angle, scale=scale, mirrored=mirrored, shift=(x, y))

    np.testing.assert_allclose(onto(tonight, POINTS)(tonight), POINTS, atol=1e-6)


def test_a_third_that_really_moved_does_not_tilt_the_rest():
    tonight = moved(POINTS, angle=1.0, scale=2.0, mirrored=True, shift=(7.0, -3.0))
    tonight[::3] += [12.0, -9.0]

    back = onto(tonight, POINTS)(tonight)

    stayed = np.arange(len(POINTS)) % 3 != 0
    np.testing.assert_allclose(back[stayed], POINTS[stayed], atol=1e-3)


def test_what_lies_right_is_left_alone():
    np.testing.assert_allclose(onto(POINTS, POINTS)(POINTS), POINTS, atol=1e-12)


def test_no_common_point_means_no_change():
    nothing = np.zeros((0, 2))

    np.testing.assert_array_equal(onto(nothing, nothing)(POINTS), POINTS)


def test_one_common_point_is_a_shift():
    found = onto(np.array([[1.0, 2.0]]), np.array([[4.0, 4.0]]))

    np.testing.assert_allclose(found(POINTS), POINTS + np.array([3.0, 2.0]))


@pytest.mark.parametrize("count", [2, 5])
def test_coinciding_points_are_a_shift_on_either_side(count: int):
    spot = np.tile([[1.0, 2.0]], (count, 1))

    apart, together = onto(spot, POINTS[:count]), onto(POINTS[:count], spot)

    assert apart.scale == together.scale == 1.0
    assert (apart(spot) >= POINTS[:count].min(axis=0)).all()
    assert (apart(spot) <= POINTS[:count].max(axis=0)).all()


@given(st.integers(3, 30), st.integers(0, 2**32 - 1))
def test_the_order_of_points_does_not_matter(count: int, seed: int):
    random = np.random.default_rng(seed)
    tonight, yesterday = random.normal(size=(count, 2)), random.normal(size=(count, 2))
    order = random.permutation(count)

    one, other = onto(tonight, yesterday), onto(tonight[order], yesterday[order])

    np.testing.assert_allclose(other(tonight), one(tonight), atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(bad: float):
    with pytest.raises(ValueError, match="finite"):
        onto(np.array([[bad, 0.0]]), np.array([[0.0, 0.0]]))


def test_points_that_do_not_pair_are_refused():
    with pytest.raises(ValueError, match="shape"):
        onto(np.zeros((2, 2)), np.zeros((3, 2)))
