"""Turns take some of the turns beside them, within their conversation only."""

import numpy as np
import pytest

from clustering.context import beside, blended
from tests.clustering.blobs import blobs, directions, unit
from tests.tables import every

ALONE = -1


def test_neighbours_are_those_of_the_same_conversation_in_its_order():
    conversations = np.array([7, 3, 7, 7, ALONE, ALONE, 3])
    order = np.array([30, 1, 10, 20, 1, 2, 2])

    assert beside(conversations, order).tolist() == [
        [3, -1], [-1, 6], [-1, 3], [2, 0], [-1, -1], [-1, -1], [1, -1],
    ]  # fmt: skip


def test_a_row_is_itself_and_the_weighted_turns_beside_it_at_length_one():
    vectors = directions(3, dims=8)

    mixed = blended(vectors, np.zeros(3, dtype=int), np.arange(3), weight=0.5)

    expected = unit(np.array([
        vectors[0] + 0.5 * vectors[1],
        vectors[1] + 0.5 * (vectors[0] + vectors[2]),
        vectors[2] + 0.5 * vectors[1],
    ]))  # fmt: skip
    np.testing.assert_allclose(mixed, expected, atol=1e-6)
    assert mixed.dtype == np.float32


@every("weight", [0.0, 0.5, 3.0])
def test_single_texts_stay_what_they_are(weight: float):
    vectors = directions(5)

    mixed = blended(vectors, np.full(5, ALONE), np.zeros(5, dtype=int), weight=weight)

    np.testing.assert_allclose(mixed, vectors, atol=1e-6)


def test_a_statement_takes_the_neighbours_of_each_turn_it_stems_from():
    turns, statements = directions(6, dims=16), directions(2, dims=16, seed=1)
    conversations, order = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 0, 1, 2])
    links = np.array([[0, 1], [0, 5], [1, 0]])  # the first was said twice

    mixed = blended(statements, conversations, order, weight=1.0, turns=turns, links=links)

    expected = unit(np.array([
        statements[0] + (turns[0] + turns[2]) / 2 + turns[4] / 2,
        statements[1] + turns[1],
    ]))  # fmt: skip
    np.testing.assert_allclose(mixed, expected, atol=1e-6)


def test_equal_texts_stay_equal_and_share_the_context_of_all_their_places():
    vectors = directions(5, dims=16)[[0, 1, 2, 1, 4]]
    conversations, order = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 2])

    mixed = blended(vectors, conversations, order, weight=1.0)

    assert mixed[1].tobytes() == mixed[3].tobytes()
    expected = unit((vectors[1] + (vectors[0] + vectors[2] + vectors[4]) / 2)[None])[0]
    np.testing.assert_allclose(mixed[1], expected, atol=1e-6)


def test_the_order_of_the_rows_does_not_matter():
    vectors = directions(40)
    conversations, order = np.arange(40) // 8, np.arange(40) % 8
    shuffled = np.random.default_rng(2).permutation(40)

    plain = blended(vectors, conversations, order, weight=0.7)
    other = blended(vectors[shuffled], conversations[shuffled], order[shuffled], weight=0.7)

    np.testing.assert_allclose(other, plain[shuffled], atol=1e-6)


def test_what_cancels_out_keeps_its_own_direction():
    vectors = np.array([[1.0, 0.0], [-1.0, 0.0]])

    np.testing.assert_allclose(blended(vectors, np.zeros(2, dtype=int), np.arange(2), weight=1.0), vectors)


def test_turns_of_one_talk_come_closer_than_those_of_another():
    """Ambiguous turns: each stands far from its topic, its conversation keeps to it."""
    vectors, topic = blobs([30, 30], dims=64, spread=2.0)
    conversations = np.arange(60) // 10

    mixed = blended(vectors, conversations, np.arange(60), weight=1.0)

    apart = conversations[:, None] != conversations[None, :]
    same = topic[:, None] == topic[None, :]
    gains = [(v @ v.T)[apart & same].mean() - (v @ v.T)[apart & ~same].mean() for v in (vectors, mixed)]
    assert gains[1] > 1.5 * gains[0]


@every(
    ("turns", "conversations", "order", "weight", "problem"),
    [
        (3, 3, 2, 1.0, "one position per turn"),
        (3, 2, 2, 1.0, "each turn needs"),
        (3, 3, 3, -0.1, "must not be negative"),
    ],
)
def test_what_does_not_fit_is_refused(
    turns: int, conversations: int, order: int, weight: float, problem: str
):
    with pytest.raises(ValueError, match=problem):
        blended(directions(turns), np.zeros(conversations, int), np.zeros(order, int), weight=weight)


def test_nothing_gives_nothing():
    assert blended(np.zeros((0, 4)), np.zeros(0, int), np.zeros(0, int), weight=1.0).shape == (0, 4)
