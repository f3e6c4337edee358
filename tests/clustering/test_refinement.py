"""Nodes of distinct rows become nodes of all rows."""

import numpy as np

from clustering.refinement import MOST_THEMES, attach_outsiders, expand_nodes, themes
from clustering.tree import ClusterNode
from tane.vectors.rows import distinct
from tests.clustering.blobs import blobs, nested


def test_an_identical_row_goes_where_its_like_goes_with_the_same_role_and_strength():
    same = distinct(np.eye(3)[[0, 1, 0, 2, 1]])
    node = ClusterNode(
        members=np.array([0, 2]), is_core=np.array([True, False]), strengths=np.array([0.5, 0.9])
    )

    (expanded,) = expand_nodes([node], np.array([1, 2, 0]), same)  # distinct rows 1 and 0

    assert expanded.members.tolist() == [0, 1, 2, 4]
    assert expanded.is_core is not None
    assert expanded.strengths is not None
    assert expanded.is_core.tolist() == [False, True, False, True]
    assert expanded.strengths.tolist() == [0.9, 0.5, 0.9, 0.5]


def parts_of(labels: np.ndarray) -> list[ClusterNode]:
    return [ClusterNode(members=np.flatnonzero(labels == label)) for label in range(int(labels.max()) + 1)]


def test_clear_themes_stand_above_their_groups():
    vectors, theme, part = nested(4, 3, 12)

    found = themes(parts_of(part), vectors)

    tops = [node for node in found if node.parent < 0]
    assert len(tops) == 4
    assert len(found) == 16
    assert sorted(np.unique(theme[node.members]).tolist() for node in tops) == [[0], [1], [2], [3]]


def test_groups_without_clear_themes_stand_for_themselves():
    vectors, topic = blobs([12] * 20, dims=256)

    assert [node.parent for node in themes(parts_of(topic), vectors)] == [-1] * 20


def test_more_groups_than_a_reader_takes_in_are_joined_whatever_they_are():
    vectors, topic = blobs([8] * 80, dims=256)

    tops = [node for node in themes(parts_of(topic), vectors) if node.parent < 0]

    assert len(tops) <= MOST_THEMES
    assert np.concatenate([node.members for node in tops]).size == len(topic)


def test_only_candidates_join_a_group_afterwards():
    vectors, topic = blobs([20, 20], dims=32, spread=0.3)
    groups = [ClusterNode(members=np.flatnonzero(topic == one)[:15]) for one in (0, 1)]
    may = np.zeros(40, dtype=bool)
    may[16:18] = True

    joined = attach_outsiders(groups, vectors, candidates=may)

    assert set(joined[0].members.tolist()) - set(range(15)) <= {16, 17}
    assert len(joined[0].members) > 15
    assert len(joined[1].members) == 15
