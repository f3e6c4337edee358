"""J2, J3: what is stored of the distances between seeds."""

import numpy as np
import pytest

from tane.runs.night.neighbours import seed_info


def test_it_is_the_way_to_the_nearest_other_and_to_the_tenth():
    distances = np.arange(1, 13) / 100 + np.array([[0.0], [0.1], [0.2]])

    info = seed_info(distances, 3)

    assert info["n"] == 3
    assert info["avg_seed_distance"] == pytest.approx(0.11)
    assert info["median_seed_distance"] == pytest.approx(0.11)
    assert info["avg_k10"] == pytest.approx(0.2)
    assert info["percentiles"]["50"] == pytest.approx(0.11)
    assert info["percentiles"]["1"] < info["percentiles"]["99"]


def test_with_fewer_than_ten_others_the_farthest_stands_for_the_tenth():
    assert seed_info(np.array([[0.1, 0.3], [0.1, 0.5]]), 3)["avg_k10"] == pytest.approx(0.4)


@pytest.mark.parametrize("count", [0, 1])
def test_of_fewer_than_two_seeds_is_unknown(count: int):
    info = seed_info(np.zeros((count, 0)), count)

    assert (info["n"], info["avg_seed_distance"], info["median_k10"], info["percentiles"]) == (
        count,
        None,
        None,
        {},
    )
