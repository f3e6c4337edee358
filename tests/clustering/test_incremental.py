"""Document 001: split at 100, merge below 10, create from 20 of 30 (F20 to F29)."""

import numpy as np
import pytest

from clustering.incremental import IncrementalSettings, cluster
from tests.clustering.blobs import blobs, directions, purity, unit
from tests.tables import every


def test_a_cluster_of_two_dense_halves_is_split_and_nobody_is_left_out():
    vectors, of = blobs([60, 60], spread=0.3)

    tended = cluster(vectors, np.zeros(120, dtype=np.int64))

    assert len(tended.tree) == 2
    assert purity(tended.labels, of) == 1.0
    assert (tended.labels >= 0).all()
    assert tended.report.thresholds["splits"] == 1


def test_a_cluster_below_a_hundred_is_not_split():
    vectors, _ = blobs([49, 50], spread=0.3)

    assert len(cluster(vectors, np.zeros(99, dtype=np.int64)).tree) == 1


def test_a_cluster_of_one_piece_stays_and_is_tried_again_only_after_it_has_grown():
    vectors, _ = blobs([120], spread=0.3)
    labels = np.zeros(120, dtype=np.int64)

    first = cluster(vectors, labels)
    halves, _ = blobs([60, 60], spread=0.3)
    unready = cluster(halves, labels, tried=np.array([119]))
    ready = cluster(halves, labels, tried=np.array([100]))

    assert (len(first.tree), first.tried.tolist()) == (1, [120])
    assert (len(unready.tree), unready.tried.tolist()) == (1, [119])
    assert len(ready.tree) == 2


def test_a_small_cluster_joins_the_nearest_that_takes_it():
    vectors, _ = blobs([40, 40], spread=0.3)
    labels = np.repeat([0, 1], 40)
    labels[:6] = 2

    tended = cluster(vectors, labels)

    assert len(tended.tree) == 2
    assert (tended.labels[:6] == tended.labels[20]).all()
    assert tended.report.thresholds["merges"] == 1
    assert tended.report.thresholds["released"] == 0


def test_a_small_cluster_that_is_like_no_other_dissolves():
    vectors, _ = blobs([40, 6], spread=0.3)

    tended = cluster(vectors, np.repeat([0, 1], [40, 6]))

    assert len(tended.tree) == 1
    assert (tended.labels[40:] == -1).all()
    assert tended.report.thresholds["released"] == 6, "the report says how many seeds are in no cluster now"


def test_small_clusters_do_not_merge_into_each_other():
    vectors, _ = blobs([6, 6], spread=0.3)

    tended = cluster(vectors, np.repeat([0, 1], 6))

    assert len(tended.tree) == 0
    assert tended.report.thresholds["released"] == 12


def test_a_dense_group_of_new_items_becomes_a_cluster_the_old_ones_stay():
    old, _ = blobs([40], spread=0.6)
    new = unit(directions(1, seed=50) + 0.3 * directions(35, seed=51))
    vectors = np.concatenate([old, new, directions(100, seed=52)])
    labels = np.where(np.arange(175) < 40, 0, -1)

    tended = cluster(vectors, labels)

    assert len(tended.tree) == 2
    assert (tended.labels[:40] == tended.labels[0]).all()
    created = np.flatnonzero(tended.labels == tended.labels[45])
    assert 21 <= len(created) <= 35
    assert ((created >= 40) & (created < 75)).all()


def test_no_cluster_is_created_beside_an_existing_one():
    vectors, _ = blobs([70], spread=0.4, dims=256)
    vectors = np.concatenate([vectors, directions(100, seed=9, dims=256)])

    beside = cluster(vectors, np.where(np.arange(170) < 20, 0, -1))
    alone = cluster(vectors, np.full(170, -1))

    assert (len(beside.tree), beside.report.thresholds["created"]) == (1, 0)
    assert alone.report.thresholds["created"] >= 1


@every("count", [0, 1, 2, 3, 8, 9, 20])
def test_too_few_items_make_no_cluster(count: int):
    tended = cluster(directions(count), np.full(count, -1))

    assert len(tended.tree) == 0
    assert (tended.report.reason, tended.report.advice) == ("too_few_items", {"items": 21.0})


def test_random_directions_make_no_cluster():
    tended = cluster(directions(400, dims=768), np.full(400, -1))

    assert (len(tended.tree), tended.report.reason) == (0, "no_structure")


def test_a_night_without_news_changes_nothing():
    vectors = np.concatenate([blobs([40, 40, 40], spread=0.3)[0], directions(130, seed=9)])
    first = cluster(vectors, np.full(250, -1))

    second = cluster(vectors, first.labels, tried=first.tried)

    assert len(first.tree) >= 3
    assert second.labels.tobytes() == first.labels.tobytes()
    assert second.tree.centroids.tobytes() == first.tree.centroids.tobytes()


def test_labels_must_fit_the_rows():
    with pytest.raises(ValueError, match="one label per row"):
        cluster(directions(5), np.zeros(4, dtype=np.int64), IncrementalSettings())
