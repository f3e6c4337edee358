"""Nearest neighbours within one map: computed, or taken from the shared table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.neighbourhood import Neighbours, of_all, of_members
from tests.layout.planted import blobs
from tests.tables import every


def by_hand(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    apart = 1.0 - vectors.astype(np.float64) @ vectors.astype(np.float64).T
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")[:, :count]
    return order, np.take_along_axis(apart, order, 1)


def test_the_nearest_others_come_in_order():
    vectors = blobs(700)

    found = of_all(vectors, 10)

    indices, distances = by_hand(vectors, 10)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances, atol=1e-6)


@every("count", [0, 1, 2, 5])
def test_a_set_too_small_gives_all_there_are(count: int):
    assert of_all(blobs(count), 10).indices.shape == (count, max(0, count - 1))


def test_identical_points_are_ordered_by_row():
    found = of_all(np.tile(blobs(1), (4, 1)), 3)

    np.testing.assert_array_equal(found.indices, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])


@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_members_get_the_same_from_the_shared_table_as_from_their_vectors(
    size: int, count: int, shared: int, seed: int
):
    vectors = blobs(120, seed=7)
    table = of_all(vectors, shared)
    members = np.random.default_rng(seed).choice(120, size, replace=False)

    found = of_members(members, table.indices, table.distances, vectors, count)

    alone = of_all(vectors[members], count)
    np.testing.assert_array_equal(found.indices, alone.indices)
    np.testing.assert_allclose(found.distances, alone.distances, atol=1e-6)


def test_vectors_are_not_needed_where_the_shared_table_suffices():
    vectors = blobs(200, topics=2, noise=0.1)
    table = of_all(vectors, 30)
    members = np.arange(0, 200, 2)

    found = of_members(members, table.indices, table.distances, np.full_like(vectors, np.nan), 14)

    np.testing.assert_array_equal(found.indices, of_all(vectors[members], 14).indices)


@every(
    ("indices", "distances"),
    [
        ([[1], [2]], [[0.1], [0.1]]),
        ([[-1], [0]], [[0.1], [0.1]]),
        ([[1], [0]], [[np.nan], [0.1]]),
        ([[1], [0]], [[0.1]]),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(indices: list[list[int]], distances: list[list[float]]):
    with pytest.raises(ValueError):
        Neighbours(indices=np.array(indices, dtype=np.int32), distances=np.array(distances, dtype=np.float32))
