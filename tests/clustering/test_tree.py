"""The one contract of all modes: order, centroids, middle members, deepest clusters (F11, F12, E7)."""

import numpy as np
import pytest

from clustering.centroids import cohesion
from clustering.tree import ClusterNode, build_tree, measured_on, report
from tests.clustering.blobs import blobs, directions


def test_clusters_stand_by_depth_then_size_with_their_members_ascending():
    units = directions(12)
    small, large, inner = np.array([11, 10]), np.array([4, 3, 2, 1, 0]), np.array([2, 1])

    tree = build_tree(
        [ClusterNode(members=small), ClusterNode(members=large), ClusterNode(members=inner, parent=1)], units
    )

    assert tree.depth.tolist() == [1, 1, 2]
    assert tree.parent.tolist() == [-1, -1, 0]
    assert [tree.members_of(n).tolist() for n in range(3)] == [[0, 1, 2, 3, 4], [10, 11], [1, 2]]
    assert tree.deepest.tolist() == [0, 2, 2, 0, 0, -1, -1, -1, -1, -1, 1, 1]


def test_the_nearest_members_start_with_the_one_nearest_to_the_centroid():
    units, _ = blobs([30])

    tree = build_tree([ClusterNode(members=np.arange(30))], units)

    cosines = units @ tree.centroids[0]
    assert tree.nearest[0].tolist() == np.argsort(-cosines)[:5].tolist()
    np.testing.assert_allclose(np.linalg.norm(tree.centroids, axis=1), 1.0)


def test_a_small_cluster_has_fewer_nearest_members():
    tree = build_tree([ClusterNode(members=np.array([0, 1]))], directions(2))

    assert sorted(tree.nearest[0].tolist()) == [-1, -1, -1, 0, 1]


def test_attached_members_do_not_lower_the_bar_for_the_next():
    units, _ = blobs([20, 5])
    is_core = np.arange(25) < 20

    alone = build_tree([ClusterNode(members=np.arange(20))], units)
    joined = build_tree([ClusterNode(members=np.arange(25), is_core=is_core)], units)

    assert joined.is_core.sum() == 20
    assert joined.attach_similarity[0] == pytest.approx(alone.attach_similarity[0], abs=0.05)


def test_a_group_before_its_parent_or_without_members_is_refused():
    with pytest.raises(ValueError, match="parent"):
        build_tree([ClusterNode(members=np.array([0]), parent=0)], directions(1))
    with pytest.raises(ValueError, match="members"):
        build_tree([ClusterNode(members=np.zeros(0, dtype=np.int64))], directions(1))


def test_no_clusters_make_an_empty_tree_that_covers_nothing():
    tree = build_tree([], directions(3))

    assert (len(tree), tree.centroids.shape, tree.deepest.tolist()) == (0, (0, 64), [-1, -1, -1])
    assert report(tree, distinct=3).coverage == 0.0


def test_the_report_counts_what_the_tree_holds():
    units = directions(10)
    groups = [ClusterNode(members=np.arange(5)), ClusterNode(members=np.arange(2), parent=0)]

    plain = report(build_tree(groups, units), distinct=9, thresholds={"k": 5.0})

    assert (plain.items, plain.distinct, plain.clusters, plain.top_clusters, plain.depth) == (10, 9, 2, 1, 2)
    assert plain.coverage == 0.5
    assert plain.thresholds == {"k": 5.0}


def test_clusters_of_one_geometry_are_measured_on_another():
    found_on, of = blobs([20, 12], dims=16, spread=0.3)
    plain = directions(32, dims=16, seed=5)
    groups = [
        ClusterNode(members=np.flatnonzero(of == 0)),
        ClusterNode(members=np.flatnonzero(of == 1), is_core=np.arange(12) < 10),
    ]

    tree = build_tree(groups, found_on)
    measured = measured_on(tree, plain)

    assert measured.members.tolist() == tree.members.tolist()
    assert measured.deepest.tolist() == tree.deepest.tolist()
    assert measured.is_core.tolist() == tree.is_core.tolist()
    np.testing.assert_allclose(measured.centroids, build_tree(groups, plain).centroids, atol=1e-6)
    assert abs(measured.cohesion[0] - cohesion(plain[:20])) < 1e-6
