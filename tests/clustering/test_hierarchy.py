"""Document 004: three levels of HDBSCAN, its sizes as settings."""

import numpy as np

from clustering.hierarchy import HierarchySettings, Level, _hdbscan, cluster
from tests.clustering.blobs import blobs, directions, nested, purity
from tests.tables import every

LETTER = HierarchySettings(reduce="none")


def test_the_documents_sizes_follow_the_size_of_the_set():
    coarse, medium, fine = HierarchySettings().levels

    assert [coarse.min_cluster_size(n) for n in (100, 20_000)] == [50, 200]
    assert [medium.min_cluster_size(n) for n in (100, 500)] == [15, 50]
    assert [fine.min_cluster_size(n) for n in (15, 100, 5000)] == [5, 20, 50]


def test_levels_lie_inside_each_other_and_hold_the_planted_groups():
    vectors, theme, _ = nested(3, 3, 70, dims=64)

    tree, report = cluster(vectors, LETTER)

    top = np.full(len(vectors), -1)
    for root in np.flatnonzero(tree.depth == 1).tolist():
        top[tree.members_of(root)] = root
    assert report.top_clusters == 3
    assert report.depth >= 2
    assert purity(top, theme) >= 0.99
    for number, parent in enumerate(tree.parent):
        assert parent < 0 or set(tree.members_of(number)) <= set(tree.members_of(parent))


def test_strengths_are_hdbscans_probabilities():
    vectors, _ = blobs([80, 80], dims=16)

    tree, _ = cluster(vectors, LETTER)

    assert 0.0 <= tree.strengths.min() < tree.strengths.max() == 1.0


def test_principal_components_find_few_wide_themes():
    vectors, of = blobs([100, 100, 100], dims=256)

    tree, _ = cluster(vectors, HierarchySettings(reduce="pca"))

    assert (tree.depth == 1).sum() == 3
    assert purity(tree.deepest, of) == 1.0


def test_the_layout_of_the_graph_finds_more_themes_than_it_has_dimensions():
    vectors, of = blobs([60] * 8, dims=256, spread=1.0)

    tree, report = cluster(vectors, HierarchySettings(levels=HierarchySettings().levels[:1]))
    again, _ = cluster(vectors, HierarchySettings(levels=HierarchySettings().levels[:1]))

    assert report.top_clusters == 8
    assert purity(tree.deepest, of) == 1.0
    assert tree.members.tobytes() == again.members.tobytes()
    assert tree.strengths.tobytes() == again.strengths.tobytes()


@every("count", [0, 1, 2, 3, 8, 9, 50])
def test_too_few_items_are_told_with_the_number_that_would_do(count: int):
    tree, report = cluster(directions(count), LETTER)

    assert len(tree) == 0
    assert (report.reason, report.advice) == ("too_few_items", {"items": 51.0})


def test_without_clusters_a_smaller_size_is_advised():
    _, report = cluster(directions(200, dims=64), LETTER)

    assert (report.reason, report.advice) == ("no_structure", {"smallest": 25.0})


def test_identical_items_are_one():
    tree, report = cluster(np.tile(directions(1), (200, 1)), LETTER)

    assert (len(tree), report.distinct) == (0, 1)


def test_a_repeated_item_goes_with_its_like():
    vectors, _ = blobs([80, 80], dims=16)
    level = Level(smallest=20, share=0.0, samples=5)

    tree, _ = cluster(
        np.concatenate([vectors, vectors[:4]]), HierarchySettings(levels=(level,), reduce="none")
    )

    assert (tree.deepest[-4:] == tree.deepest[:4]).all()


def test_samples_do_not_count_the_point_itself_as_in_the_documents_library():
    """Four points in a corner of a wide field: each has three others, so three samples find them dense and four do not."""
    field = np.random.default_rng(3).uniform(0.0, 100.0, (60, 2))
    corner = np.array([[500.0, 0.0], [500.0, 0.1], [500.1, 0.0], [500.1, 0.1]])

    def cores(samples: int) -> int:
        labels, _ = _hdbscan(np.concatenate([corner, field]), Level(smallest=4, share=0.0, samples=samples))
        return int((labels[:4] >= 0).sum())

    assert [cores(3), cores(4)] == [4, 0]
