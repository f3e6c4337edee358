"""Nodes of distinct rows become nodes of all rows."""

import numpy as np

from clustering.refinement import expand_nodes
from clustering.tree import ClusterNode
from tane.vectors.rows import distinct


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
