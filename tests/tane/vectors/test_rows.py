"""Vectors are checked before anything is computed, and equal ones found (F6, D1)."""

import numpy as np
import pytest

from tane.vectors.rows import distinct, inverse_norms, open_matrix, unit_rows
from tests.clustering.blobs import directions


@pytest.mark.parametrize(
    ("value", "complaint"), [(np.nan, "NaN"), (np.inf, "NaN or infinity"), (7.0, "length one")]
)
def test_a_row_that_is_no_unit_vector_is_refused_by_its_number(value: float, complaint: str):
    vectors = directions(10)
    vectors[4, 0] = value

    with pytest.raises(ValueError, match=f"1 vectors .*{complaint}.*row 4"):
        inverse_norms(vectors)


def test_a_zero_row_is_refused():
    vectors = directions(3)
    vectors[2] = 0.0

    with pytest.raises(ValueError, match="are zero, the first is row 2"):
        unit_rows(vectors)


def test_what_half_precision_did_to_a_norm_is_mended():
    stored = directions(50).astype(np.float16).astype(np.float32)

    np.testing.assert_allclose(np.linalg.norm(unit_rows(stored), axis=1), 1.0, atol=1e-12)


def test_a_table_of_integers_is_no_matrix_of_vectors():
    with pytest.raises(ValueError, match="float matrix"):
        open_matrix(np.zeros((2, 2), dtype=np.int64))  # type: ignore[arg-type]


def test_equal_rows_are_one_vector_whatever_the_sign_of_their_zeros():
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -0.0], [0.0, 1.0]])

    same = distinct(rows)

    assert same.first.tolist() == [0, 1]
    assert same.group.tolist() == [0, 1, 0, 1]
    assert same.counts.tolist() == [2, 2]


def test_lengths_may_lie_between_others_than_those_of_half_precision():
    rows = np.array([[0.6, 0.0], [0.0, 3.0]])

    scale = inverse_norms(rows, between=(0.5, np.inf))

    np.testing.assert_allclose(unit_rows(rows, scale=scale), np.eye(2))
    with pytest.raises(ValueError, match="1 vectors are not of length one, the first is row 0"):
        inverse_norms(rows, between=(0.7, np.inf))
