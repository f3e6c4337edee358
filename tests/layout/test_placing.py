"""Placing one item among its neighbours: every degenerate input, and the two rules (H3, H5)."""

from typing import Any, get_args
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.placing import JITTER, Rule, jitter, place_many
from tane.vectors.arrays import Floats
from tane.vectors.neighbours import nearest
from tests.clustering.blobs import blobs, with_common_direction
from tests.tables import every

ITEM = UUID(int=7)
OTHER = UUID(int=8)
NOBODY = np.zeros((0, 2)), np.zeros(0)
SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])


def place(
    coordinates: "np.ndarray[Any, Any]",
    similarities: "np.ndarray[Any, Any]",
    item: UUID,
    *,
    rule: Rule = "softmax",
    extent: float = 1.0,
) -> Floats:
    """Return the place of one item among k neighbours."""
    count = len(similarities)
    places = place_many(
        np.reshape(coordinates, (1, count, 2)),
        np.reshape(similarities, (1, count)),
        np.ones((1, count), dtype=bool),
        [item],
        rule=rule,
        extents=np.array([extent]),
    )
    return places.reshape(2)


def test_without_neighbours_an_item_stands_near_the_origin():
    where = place(*NOBODY, ITEM)

    assert 0 < np.linalg.norm(where) <= JITTER


def test_the_start_grows_with_the_map():
    small, large = place(*NOBODY, ITEM, extent=1.0), place(*NOBODY, ITEM, extent=10.0)

    np.testing.assert_allclose(large, 10 * small)


def test_two_items_without_neighbours_do_not_coincide():
    assert not np.allclose(place(*NOBODY, ITEM), place(*NOBODY, OTHER))


def test_two_items_with_the_same_only_neighbour_do_not_coincide():
    spot = np.array([[3.0, 4.0]]), np.array([0.9])

    assert not np.allclose(place(*spot, ITEM), place(*spot, OTHER))


def test_an_item_stands_beside_its_only_neighbour():
    np.testing.assert_allclose(place(np.array([[3.0, 4.0]]), np.array([0.2]), ITEM), [3.0, 4.0], atol=0.02)


def test_neighbours_at_one_point_hold_the_item_there():
    where = place(np.tile([5.0, -5.0], (10, 1)), np.linspace(0.1, 0.9, 10), ITEM)

    np.testing.assert_allclose(where, [5.0, -5.0], atol=0.02)


def test_the_more_similar_neighbour_pulls_harder():
    where = place(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([0.9, 0.7]), ITEM)

    # exp(-0.2 / (0.25 * 0.1)) = 0.0003: the second hardly counts (H5)
    assert abs(where[0]) < 0.1


@every(("scale", "offset"), [(1.0, 0.0), (0.1, 0.85), (0.02, 0.97), (0.5, -0.3)])
def test_a_models_own_scale_of_similarities_leaves_the_place_where_it_is(scale: float, offset: float):
    random = np.random.default_rng(4)
    coordinates, cosines = random.normal(size=(10, 2)), random.uniform(0.1, 0.7, 10)

    where = place(coordinates, offset + scale * cosines, ITEM)

    np.testing.assert_allclose(where, place(coordinates, cosines, ITEM), atol=1e-9)


def test_a_newcomer_on_crowded_vectors_stands_where_its_own_kind_stands():
    """Ten blobs under a common direction of cosine 0.8: all fifteen neighbours look alike to a fixed temperature."""
    plain, of = blobs([12] * 10, dims=64, spread=0.8)
    vectors = with_common_direction(plain, mean_cosine=0.8)
    map_of = 10.0 * np.stack([np.cos(of * 0.63), np.sin(of * 0.63)], axis=1)
    table = nearest(vectors, k=30)

    places = place_many(
        map_of[table.indices],
        1.0 - table.distances,
        np.ones(table.indices.shape, dtype=bool),
        [UUID(int=n) for n in range(len(vectors))],
        extents=np.full(len(vectors), 20.0),
    )

    assert np.median(np.linalg.norm(places - map_of, axis=1)) / 20.0 <= 0.04


def test_differences_of_rounding_alone_are_none():
    where = place(SQUARE, 0.5 + np.array([0.0, 1e-8, -1e-8, 2e-8]), ITEM)

    np.testing.assert_allclose(where, [1.0, 1.0], atol=0.1)


def test_equal_similarities_put_the_item_in_the_middle():
    np.testing.assert_allclose(place(SQUARE, np.full(4, 0.5), ITEM), [1.0, 1.0], atol=0.1)


def test_the_documents_rule_is_the_plain_mean():
    where = place(SQUARE, np.array([0.9, 0.1, 0.1, 0.1]), ITEM, rule="mean")

    np.testing.assert_array_equal(where, [1.0, 1.0])


def test_the_documents_rule_too_needs_a_start():
    assert np.isfinite(place(*NOBODY, ITEM, rule="mean")).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(bad: float):
    with pytest.raises(ValueError, match="finite"):
        place(np.array([[bad, 0.0]]), np.array([0.5]), ITEM)
    with pytest.raises(ValueError, match="finite"):
        place(np.array([[0.0, 0.0]]), np.array([bad]), ITEM)


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="shapes"):
        place_many(np.zeros((2, 3, 2)), np.zeros((2, 3)), np.ones((2, 3), dtype=bool), [ITEM])


def test_what_is_absent_is_ignored_even_if_it_is_not_a_number():
    coordinates = np.array([[[1.0, 1.0], [np.nan, np.nan]]])
    present = np.array([[True, False]])

    where = place_many(coordinates, np.array([[0.5, np.nan]]), present, [ITEM])

    np.testing.assert_allclose(where, [[1.0, 1.0]], atol=0.02)


def test_no_items_have_no_places():
    assert place_many(np.zeros((0, 0, 2)), np.zeros((0, 0)), np.zeros((0, 0), dtype=bool), []).shape == (0, 2)


def test_many_are_placed_as_each_alone():
    random = np.random.default_rng(1)
    items = [UUID(int=n) for n in range(20)]
    coordinates, cosines = random.normal(size=(20, 10, 2)), random.uniform(-1, 1, (20, 10))

    together = place_many(coordinates, cosines, np.ones((20, 10), dtype=bool), items)

    alone = [place(*one) for one in zip(coordinates, cosines, items, strict=True)]
    np.testing.assert_array_equal(together, alone)


def test_the_jitter_is_an_items_own_and_fills_the_unit_disc():
    ids = [UUID(int=n) for n in range(2_000)]

    offsets = jitter(ids)

    radii = np.linalg.norm(offsets, axis=1)
    assert radii.max() <= 1.0
    assert abs(float(np.mean(radii < np.sqrt(0.5))) - 0.5) < 0.05
    np.testing.assert_array_equal(offsets, jitter(ids))


@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6, width=32), st.floats(-1e6, 1e6, width=32), st.floats(-1, 1, width=32)),
        max_size=12,
    ),
    st.uuids(),
    st.sampled_from(get_args(Rule)),
)
def test_a_place_is_finite_deterministic_and_hardly_outside_its_neighbours(
    neighbours: list[tuple[float, float, float]], item: UUID, rule: Rule
):
    table = np.array(neighbours).reshape(-1, 3)

    where = place(table[:, :2], table[:, 2], item, rule=rule)

    assert np.isfinite(where).all()
    np.testing.assert_array_equal(where, place(table[:, :2], table[:, 2], item, rule=rule))
    if len(table):
        low, high = table[:, :2].min(axis=0), table[:, :2].max(axis=0)
        slack = JITTER * np.linalg.norm(high - low) + 0.02
        assert (where >= low - slack).all()
        assert (where <= high + slack).all()
