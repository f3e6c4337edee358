"""What may be stored (D1), and the mean of several (D2, D7)."""

import numpy as np
import pytest

from tane.vectors.directions import mean_direction, unit
from tests.clustering.blobs import directions
from tests.tables import every


@every(
    "vector",
    [
        np.zeros(3),
        np.array([1, np.nan]),
        np.array([1, np.inf]),
        np.zeros(0),
        np.ones((2, 2)),
        np.full(3, 1e-9),
    ],
    ids=["zero", "nan", "inf", "empty", "matrix", "next to zero"],
)
def test_a_vector_without_direction_is_refused(vector: np.ndarray):
    with pytest.raises(ValueError, match="no direction"):
        unit(vector)


def test_a_vector_is_scaled_to_norm_one():
    made = unit(np.array([3.0, 4.0]))

    assert made.dtype == np.float32
    np.testing.assert_allclose(made, [0.6, 0.8], rtol=1e-6)


def test_the_mean_of_unit_vectors_is_a_unit_vector_again():
    np.testing.assert_allclose(mean_direction(np.eye(2)), np.sqrt([0.5, 0.5]), rtol=1e-12)


def test_opposite_vectors_are_represented_by_one_of_them():
    np.testing.assert_array_equal(mean_direction(np.array([[1.0, 0.0], [-1.0, 0.0]])), [1.0, 0.0])


def test_one_vector_is_its_own_mean():
    one = directions(1)

    np.testing.assert_allclose(mean_direction(one), one[0], rtol=1e-12)
