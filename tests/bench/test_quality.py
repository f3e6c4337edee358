"""Reading partitions off a tree."""

import numpy as np

from bench.labelled import COARSE, FINE
from bench.quality import levels
from clustering.tree import ClusterNode, build_tree
from tests.clustering.blobs import directions


def test_the_top_level_answers_for_themes_and_the_deepest_for_parts():
    groups = [
        ClusterNode(members=np.arange(10)),
        ClusterNode(members=np.arange(4), parent=0),
        ClusterNode(members=np.arange(4, 8), parent=0),
        ClusterNode(members=np.arange(12, 18)),
    ]

    found = levels(build_tree(groups, directions(20, dims=8)))

    assert [len(set(found[COARSE][rows])) for rows in (slice(0, 10), slice(12, 18))] == [1, 1]
    assert len(set(found[FINE][0:10])) == 3
    assert set(found[COARSE][[10, 11, 18, 19]]) == set(found[FINE][[10, 11, 18, 19]]) == {-1}


def test_without_clusters_nobody_is_in_one():
    found = levels(build_tree([], directions(5, dims=8)))

    assert found[COARSE].tolist() == found[FINE].tolist() == [-1] * 5
