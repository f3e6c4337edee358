"""The nearest are kept over chunks."""

from dataclasses import replace
from uuid import uuid5

import numpy as np

from tane.today.nearest import Nearest
from tests.tane.today.test_likeness import SPACE, STATEMENT

SIMILARITIES = np.array([0.1, 0.9, 0.5, 0.9, 0.7, 0.2], dtype=np.float32)
CROWD = [replace(STATEMENT, id=uuid5(SPACE, f"near {number}")) for number in range(len(SIMILARITIES))]
ALL = np.ones(len(SIMILARITIES), dtype=np.bool_)


def ids(nearest: Nearest) -> list[int]:
    places = {one.id: place for place, one in enumerate(CROWD)}
    return [places[near.id] for near in nearest.all(mean=0.0, deviation=0.5)]


def test_the_nearest_come_first_and_of_equal_ones_the_first():
    nearest = Nearest(3)
    nearest.take(SIMILARITIES, ALL, CROWD)

    assert ids(nearest) == [1, 3, 4]


def test_chunks_make_no_difference():
    nearest = Nearest(3)
    for start in range(0, len(CROWD), 2):
        nearest.take(SIMILARITIES[start : start + 2], ALL[:2], CROWD[start : start + 2])

    assert ids(nearest) == [1, 3, 4]


def test_what_is_not_allowed_is_left_out():
    nearest = Nearest(3)
    nearest.take(SIMILARITIES, SIMILARITIES < 0.6, CROWD)

    assert ids(nearest) == [2, 5, 0]


def test_distances_are_told_in_deviations():
    nearest = Nearest(1)
    nearest.take(SIMILARITIES, ALL, CROWD)

    assert [round(near.z, 3) for near in nearest.all(mean=0.4, deviation=0.25)] == [2.0]
