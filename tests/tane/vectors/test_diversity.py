"""E10: members that stand for all."""

import numpy as np
from numpy.typing import NDArray

from tane.vectors.diversity import diverse_order


def unit(*values: float) -> NDArray[np.float32]:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_nothing_has_no_order():
    assert diverse_order([], count=5) == []


def test_members_without_vectors_come_last_and_in_order():
    assert diverse_order([None, unit(1, 0), None], count=3) == [1, 0, 2]
    assert diverse_order([None, None], count=1) == [0]


def test_the_most_central_comes_first_and_then_the_most_different():
    order = diverse_order([unit(1, 0.1), unit(1, 0), unit(1, -0.1), unit(0, 1)], count=2)

    assert order == [0, 3]


def test_every_member_comes_once():
    vectors = [unit(*row) for row in np.random.default_rng(1).normal(size=(50, 8))]

    assert sorted(diverse_order(vectors, count=50)) == list(range(50))
    assert len(diverse_order(vectors, count=7)) == 7


def test_equal_members_come_in_their_order():
    assert diverse_order([unit(1, 0)] * 4, count=3) == [0, 1, 2]
