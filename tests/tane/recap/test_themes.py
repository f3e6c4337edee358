"""Documents belong to the nearest theme of the map that reaches them."""

from uuid import UUID

import numpy as np

from tane.recap.themes import ThemeSet, decide
from tane.vectors.scale import SimilarityScale

SCALE = SimilarityScale((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7))
THEMES = ThemeSet(
    ids=(UUID(int=101), UUID(int=102)),
    centroids=np.eye(4, dtype=np.float32)[:2],
    attach=np.array([0.5, 0.95]),
)


def direction(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_the_nearest_theme_takes_what_it_reaches():
    (found,) = decide([UUID(int=1)], direction(1, 0.2, 0, 0)[None], THEMES, SCALE)

    assert (found.genre, found.strategy) == (str(UUID(int=101)), "map_cluster")
    assert found.confidence == 0.999
    assert [one["genre"] for one in found.candidates] == [str(UUID(int=101)), str(UUID(int=102))]


def test_each_theme_has_a_reach_of_its_own():
    (found,) = decide([UUID(int=1)], direction(0.2, 0.6, 0.6, 0)[None], THEMES, SCALE)

    assert (found.genre, found.strategy, found.reasons["reason"]) == (
        "other",
        "fallback_other",
        "beyond_reach",
    )


def test_without_a_vector_or_a_map_it_is_other():
    (blank,) = decide([UUID(int=1)], np.zeros((1, 4), dtype=np.float32), THEMES, SCALE)
    no_map = ThemeSet(ids=(), centroids=np.zeros((0, 4)), attach=np.zeros(0))
    (lost,) = decide([UUID(int=1)], direction(1, 0, 0, 0)[None], no_map, None)

    assert (blank.genre, blank.reasons["reason"]) == ("other", "no_vector")
    assert (lost.genre, lost.reasons["reason"]) == ("other", "no_map")
