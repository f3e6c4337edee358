"""The shared table: exact, ordered, the same for any order of rows, and unimpressed by odd inputs."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tane.vectors.neighbours import Neighbours, nearest, nearest_distinct, nearest_within
from tests.clustering.blobs import Floats, blobs, directions
from tests.tables import every


def truth(vectors: Floats, k: int) -> Floats:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    return 1.0 - np.sort(cosines, axis=1)[:, ::-1][:, :k]


@every("count", [2, 3, 8, 33, 2500])
def test_the_table_holds_the_nearest_others_in_order(count: int):
    vectors, _ = blobs([count], dims=16)
    k = min(7, count - 1)

    table = nearest(vectors, k=7)

    assert table.indices.shape == (count, k)
    assert table.recall == 1.0
    np.testing.assert_allclose(table.distances, truth(vectors, k), atol=1e-9)
    assert not (table.indices == np.arange(count)[:, None]).any()


@pytest.mark.parametrize("count", [0, 1])
def test_without_others_there_are_no_neighbours(count: int):
    assert nearest(directions(count)).indices.shape == (count, 0)


def test_k_is_cut_to_the_others_there_are():
    assert nearest(directions(5), k=32).indices.shape == (5, 4)


def test_k_of_none_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        nearest(directions(5), k=0)


def test_a_row_like_no_vector_is_refused():
    vectors = directions(20)
    vectors[11, 3] = np.nan

    with pytest.raises(ValueError, match="row 11"):
        nearest(vectors)


def test_equal_distances_are_ordered_by_index():
    table = nearest(np.eye(40), k=5)

    assert table.indices[0].tolist() == [1, 2, 3, 4, 5]
    assert table.indices[39].tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(table.distances, 1.0)


@every("part", [0, 1, 12, 37, 2000, 2495, 2500])
def test_the_table_of_a_part_and_that_of_all_are_those_made_apart(part: int):
    vectors, _ = blobs([1200, 1300], dims=16)
    vectors = np.random.default_rng(2).permutation(vectors).astype(np.float32)

    both = nearest_within(vectors, part, k=7)

    for table, apart in zip(
        both, (nearest_distinct(vectors[:part], k=7), nearest_distinct(vectors, k=7)), strict=True
    ):
        np.testing.assert_array_equal(table.indices, apart.indices)
        np.testing.assert_array_equal(table.distances, apart.distances)


def test_approximate_tables_of_a_part_and_of_all_find_nearly_all():
    vectors, _ = blobs([1200, 1300], dims=16)
    vectors = np.random.default_rng(2).permutation(vectors).astype(np.float32)

    among, of_all = nearest_within(vectors, 1700, k=7, largest_exact=100)

    assert min(among.recall, of_all.recall) >= 0.95
    assert among.indices.max() < 1700
    found = np.mean(among.distances <= nearest_distinct(vectors[:1700], k=7).distances[:, -1:] + 1e-12)
    assert found >= 0.95


def test_ties_beyond_the_candidates_go_by_index_across_blocks():
    vectors = np.zeros((2100, 24))
    vectors[np.arange(2100), np.arange(2100) % 24] = 1.0

    table = nearest_distinct(vectors, k=4)

    assert table.indices[2099].tolist() == [11, 35, 59, 83]  # the first equals of 2099 mod 24 = 11
    np.testing.assert_array_equal(table.distances[2099], 0.0)


def test_identical_rows_are_each_others_neighbours_at_distance_zero():
    vectors = directions(6)[[0, 1, 0, 2, 0, 3, 4, 5]]

    table = nearest(vectors, k=3)

    assert table.indices[2, :2].tolist() == [0, 4]
    assert table.distances[2, :2].tolist() == [0.0, 0.0]
    np.testing.assert_allclose(table.distances, truth(vectors, 3), atol=1e-9)


def test_all_rows_may_be_identical():
    table = nearest(np.tile(directions(1), (30, 1)), k=3)

    assert table.indices[5].tolist() == [0, 1, 2]


def test_rows_sorted_so_that_every_block_beats_the_last_lose_nothing():
    angles = np.sqrt(np.linspace(0.0, 1.0, 2100))
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    table = nearest(vectors, k=6)

    np.testing.assert_allclose(table.distances[::97], truth(vectors, 6)[::97], atol=1e-9)


def test_vectors_may_stay_in_a_file(tmp_path: Path):
    vectors = directions(300).astype(np.float32)
    np.save(tmp_path / "vectors.npy", vectors)

    from_file, from_memory = nearest(tmp_path / "vectors.npy"), nearest(vectors)

    assert from_file.indices.tobytes() == from_memory.indices.tobytes()
    assert from_file.distances.tobytes() == from_memory.distances.tobytes()


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 120).flatmap(lambda count: st.permutations(range(count))))
def test_a_permutation_of_rows_permutes_the_table(permutation: list[int]):
    vectors, order = directions(len(permutation), dims=12), np.array(permutation)

    plain, shuffled = nearest(vectors, k=9), nearest(vectors[order], k=9)

    assert (order[shuffled.indices] == plain.indices[order]).all()
    assert shuffled.distances.tobytes() == plain.distances[order].tobytes()


def test_beyond_the_exact_size_the_recall_is_measured_and_high():
    vectors, _ = blobs([150] * 20, dims=48)

    table = nearest(vectors, k=10, largest_exact=1000)
    exact = nearest(vectors, k=10)

    found = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(table.indices, exact.indices, strict=True)])
    assert found == pytest.approx(table.recall, abs=0.03)
    assert 0.95 <= table.recall <= 1.0


def test_the_nearest_of_few_and_many_are_those_of_all_distances_in_double_precision():
    for count in (60, 700):
        vectors = blobs([count], dims=48)[0].astype(np.float32)
        apart = 1.0 - vectors.astype(np.float64) @ vectors.astype(np.float64).T
        np.fill_diagonal(apart, np.inf)

        table = nearest(vectors, k=10)

        np.testing.assert_array_equal(table.indices, np.argsort(apart, axis=1, kind="stable")[:, :10])


def test_the_first_columns_are_the_table_of_fewer_neighbours():
    vectors = directions(50)

    wide, narrow = nearest(vectors, k=20).first(7), nearest(vectors, k=7)

    assert wide.indices.tobytes() == narrow.indices.tobytes()
    assert wide.distances.tobytes() == narrow.distances.tobytes()
    assert len(wide) == 50


@pytest.mark.parametrize(
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
        Neighbours(indices=np.array(indices, dtype=np.int32), distances=np.array(distances))
