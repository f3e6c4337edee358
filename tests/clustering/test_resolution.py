"""Which partition is clearest, and how yesterday's is continued without being frozen."""

import numpy as np
import pytest

from clustering.communities import adjacency, communities
from clustering.resolution import GraphLevel, clearest, clearness, continued, level_at, silhouettes
from tane.vectors.fuzzy_graph import fuzzy_graph
from tane.vectors.neighbours import nearest
from tests.clustering.blobs import blobs, directions
from tests.tables import every

VECTORS, TOPIC = blobs([30, 25, 20, 20], dims=64, spread=0.8)
GRAPH = adjacency(fuzzy_graph(nearest(VECTORS, k=12)))


def test_a_row_is_compared_with_its_group_without_itself():
    vectors = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [-0.6, 0.8]])

    found, rows = silhouettes(vectors, np.array([0, 0, 1, 1]))

    # The first: 1 - 0.6 to the other of its group; 1 - cos to the middle of the others.
    centre = np.array([-0.6, 1.8]) / np.hypot(0.6, 1.8)
    outer = 1 - centre[0]
    assert rows.tolist() == [0, 1, 2, 3]
    assert found[0] == pytest.approx((outer - 0.4) / outer)


@every("size", [4, 8, 16])
def test_random_directions_have_no_clear_groups_however_fine(size: int):
    vectors = directions(512, dims=256)

    assert clearness(vectors, np.arange(512) // size, least=2) < 0.02


def test_planted_groups_are_clearer_than_their_halves_and_their_pairs():
    whole = clearness(VECTORS, TOPIC, least=8)

    assert whole > clearness(VECTORS, TOPIC // 2, least=8)
    assert whole > clearness(VECTORS, 2 * TOPIC + np.arange(len(TOPIC)) % 2, least=8)


def test_rows_in_groups_too_small_count_against_a_partition():
    crumbs = np.where(np.arange(len(TOPIC)) % 2, TOPIC, 4 + np.arange(len(TOPIC)))

    assert clearness(VECTORS, crumbs, least=8) < 0.6 * clearness(VECTORS, TOPIC, least=8)


@every("groups", [np.zeros(95, dtype=int), np.arange(95), np.full(95, -1)])
def test_one_group_or_none_is_less_clear_than_anything(groups: np.ndarray):
    assert clearness(VECTORS, groups, least=8) == -1.0


def test_a_sample_of_the_rows_answers_for_all():
    found, rows = silhouettes(VECTORS, TOPIC, sample=20)
    every_row, _ = silhouettes(VECTORS, TOPIC)

    np.testing.assert_array_equal(found, every_row[rows])
    assert len(rows) == 20


def test_of_nearly_equal_levels_the_coarser_or_the_finer_is_taken_as_asked():
    levels = [
        GraphLevel(groups=np.zeros(3, dtype=int), resolution=number, clearness=clear)
        for number, clear in enumerate((0.2, 0.295, 0.3, 0.29, 0.1))
    ]

    assert clearest(levels, prefer="coarse", as_good=0.95).resolution == 1
    assert clearest(levels, prefer="fine", as_good=0.95).resolution == 3
    assert clearest(levels, prefer="coarse", as_good=1.0).resolution == 2


def test_where_no_level_is_clear_the_coarsest_is_taken():
    levels = [
        GraphLevel(groups=np.zeros(3, dtype=int), resolution=number, clearness=clear)
        for number, clear in enumerate((-0.2, -0.01, -1.0))
    ]

    assert clearest(levels, prefer="fine", as_good=0.95).resolution == 0


def test_groups_that_are_single_conversations_are_not_clear():
    """Turns that share their neighbours are alike; only what holds from one conversation to another counts."""
    vectors, talk = blobs([8] * 12, dims=64, spread=0.6)
    topic = talk // 4
    vectors = vectors + 0.4 * blobs([32] * 3, dims=64, spread=0.0, seed=3)[0]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    by_talk, by_topic = (clearness(vectors, groups, least=8) for groups in (talk, topic))
    across_talk, across_topic = (
        clearness(vectors, groups, least=8, conversations=talk) for groups in (talk, topic)
    )

    assert by_talk > by_topic
    assert across_talk < 0 < across_topic


def test_yesterdays_merger_is_undone_when_the_rows_say_so():
    merged = TOPIC // 2  # two topics each were one group, as in a store that was small

    tonight = continued(GRAPH, merged, resolution=1.0)

    assert [len(np.unique(tonight[topic == TOPIC])) for topic in range(4)] == [1] * 4
    assert len(np.unique(tonight)) == 4


def test_rows_that_are_new_find_their_groups():
    before = np.where(np.arange(len(TOPIC)) % 3 == 0, -1, TOPIC)

    assert (continued(GRAPH, before, resolution=1.0) == TOPIC).all()


def test_a_level_over_groups_is_told_for_rows():
    fine = communities(GRAPH, resolution=8.0)

    level = level_at(GRAPH, VECTORS, 1.0, least=8)

    assert level.groups.tolist() == TOPIC.tolist()
    assert level.clearness > 0.3
    assert fine.max() >= 3
