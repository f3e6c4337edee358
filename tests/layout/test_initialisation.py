"""Where points start: principal axes, yesterday's places, and newcomers beside whom they know."""

import numpy as np
import pytest

from layout.initialisation import NOISE, SIDE, principal_start, start_from_previous
from layout.normalisation import extent
from tane.vectors.fuzzy_graph import FuzzyGraph
from tests.layout.planted import blobs
from tests.tables import every

A_TRACE = 6 * NOISE * SIDE


def chain(count: int) -> FuzzyGraph:
    """Return 0 - 1 - 2 - ... with weights of 1."""
    ahead = np.arange(count - 1)
    heads, tails = np.concatenate([ahead, ahead + 1]), np.concatenate([ahead + 1, ahead])
    return FuzzyGraph(
        heads.astype(np.int32), tails.astype(np.int32), np.ones(len(heads), dtype=np.float32), count
    )


def test_rows_and_columns_give_the_same_axes():
    few = blobs(40, width=48)
    wide, narrow = few, few[:, :30]
    by_svd = [np.linalg.svd(v - v.mean(axis=0), full_matrices=False) for v in (wide, narrow)]

    for vectors, (left, strengths, _) in zip((wide, narrow), by_svd, strict=True):
        places, wanted = principal_start(vectors), left[:, :2] * strengths[:2]
        wanted *= SIDE / extent(wanted)
        np.testing.assert_allclose(np.abs(places), np.abs(wanted), atol=10 * NOISE * SIDE)


@every("shape", [(20, 30), (50, 30), (50, 1), (20, 20)])
def test_identical_vectors_start_on_a_disc(shape: tuple[int, int]):
    places = principal_start(np.full(shape, 0.5))

    assert extent(places) == pytest.approx(SIDE, rel=0.01)
    assert len(np.unique(places.round(2), axis=0)) == shape[0]


def test_a_line_of_numbers_has_one_axis():
    places = principal_start(np.linspace(0, 1, 50)[:, None])

    assert extent(places) == pytest.approx(SIDE, rel=0.01)
    assert np.abs(places[:, 1]).max() < 0.01 * SIDE


def test_old_points_start_where_they_stood_in_another_unit():
    known = np.array([True, True, True, False])
    coordinates = np.array([[0.0, 0.0], [0.5, 0.0], [1.0, 0.5], [np.nan, np.nan]])

    places = start_from_previous(chain(4), coordinates, known, blobs(4))

    np.testing.assert_allclose(places[:3], coordinates[:3] * SIDE)


def test_a_newcomer_starts_between_its_neighbours_and_the_next_beside_it():
    known = np.array([True, False, True, False, False])
    coordinates = np.array([[0.0, 0.0], [9.0, 9.0], [1.0, 0.0], [9.0, 9.0], [9.0, 9.0]])

    places = start_from_previous(chain(5), coordinates, known, blobs(5))

    np.testing.assert_allclose(places[1], [SIDE / 2, 0.0], atol=A_TRACE)
    np.testing.assert_allclose(places[[3, 4]], [[SIDE, 0.0]] * 2, atol=A_TRACE)
    assert (places[3] != places[4]).all()


def test_a_newcomer_that_knows_nobody_starts_at_the_most_similar():
    known = np.array([True, True, False])
    lonely = FuzzyGraph(*(chain(2)[:3]), 3)
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [0.1, 0.9]])

    places = start_from_previous(lonely, np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]), known, vectors)

    np.testing.assert_allclose(places[2], [SIDE, 0.0], atol=A_TRACE)
