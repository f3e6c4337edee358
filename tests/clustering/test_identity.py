"""Ids stay with the clusters that stay (F9, E8)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.density import cluster
from clustering.identity import Memberships, levels, match_clusters
from clustering.tree import Tree
from tests.clustering.blobs import directions, nested


def night(*clusters: range | list[int], depth: list[int] | None = None) -> Memberships:
    sizes = [len(members) for members in clusters]
    members = [item for cluster in clusters for item in cluster]
    return Memberships(
        offsets=np.cumsum([0, *sizes]),
        members=np.array(members, dtype=np.int64),
        depth=np.array(depth or [1] * len(clusters), dtype=np.int64),
    )


def of(tree: Tree, items: np.ndarray) -> Memberships:
    return Memberships(offsets=tree.offsets, members=items[tree.members], depth=tree.depth)


def lines(yesterday: Memberships, tonight: Memberships) -> list[tuple[int, int, str]]:
    return [(line.cluster, line.came_from, line.kind) for line in match_clusters(yesterday, tonight).lineage]


def test_the_same_clusters_in_another_order_are_the_same():
    outcome = match_clusters(night(range(5), range(5, 9)), night(range(5, 9), range(5)))

    assert outcome.before.tolist() == [1, 0]
    assert outcome.jaccard.tolist() == [1.0, 1.0]
    assert outcome.changed.tolist() == [0.0, 0.0]
    assert outcome.gone.tolist() == []


def test_new_items_do_not_make_a_cluster_another_one_but_count_as_change():
    outcome = match_clusters(night(range(8)), night(range(10)))

    assert outcome.before.tolist() == [0]
    assert outcome.jaccard.tolist() == [1.0]
    assert outcome.changed.tolist() == [pytest.approx(0.2)]


def test_the_largest_part_of_a_split_keeps_the_id_and_the_others_know_where_from():
    yesterday, tonight = night(range(20)), night(range(12), range(12, 20))

    assert match_clusters(yesterday, tonight).before.tolist() == [0, -1]
    assert lines(yesterday, tonight) == [(0, 0, "same"), (1, 0, "split")]


def test_a_merger_keeps_the_id_of_its_largest_part_and_knows_the_others():
    yesterday, tonight = night(range(12), range(12, 20)), night(range(20))
    outcome = match_clusters(yesterday, tonight)

    assert outcome.before.tolist() == [0]
    assert outcome.gone.tolist() == [1]
    assert lines(yesterday, tonight) == [(0, 0, "same"), (0, 1, "merge")]


def test_what_shares_too_little_is_new_and_what_nobody_continues_is_gone():
    outcome = match_clusters(night(range(20)), night([*range(4), *range(30, 40)], range(50, 60)))

    assert outcome.before.tolist() == [-1, -1] or outcome.jaccard[0] >= 0.3
    assert outcome.before[1] == -1
    assert outcome.changed[1] == 1.0


def test_a_parent_and_its_only_large_child_keep_their_own_ids():
    both = night(range(10), range(9), depth=[1, 2])

    assert match_clusters(both, both).before.tolist() == [0, 1]


def test_of_equals_the_same_depth_wins():
    yesterday = night(range(10), range(10), depth=[1, 2])
    tonight = night(range(10), depth=[2])

    assert match_clusters(yesterday, tonight).before.tolist() == [1]


@pytest.mark.parametrize("empty", ["yesterday", "tonight", "both"])
def test_an_empty_night_has_nobody_to_match(empty: str):
    full, none = night(range(5)), night()
    yesterday = none if empty in {"yesterday", "both"} else full
    tonight = none if empty in {"tonight", "both"} else full

    outcome = match_clusters(yesterday, tonight)

    assert outcome.before.tolist() == [-1] * len(tonight.depth)
    assert len(outcome.gone) == len(yesterday.depth)


@given(
    st.lists(st.integers(-1, 5), min_size=40, max_size=40),
    st.lists(st.integers(-1, 5), min_size=40, max_size=40),
)
def test_no_two_clusters_continue_the_same_one(before: list[int], after: list[int]):
    nights = [
        night(*[[i for i, label in enumerate(labels) if label == n] for n in range(6)])
        for labels in (before, after)
    ]

    outcome = match_clusters(*nights)

    kept = outcome.before[outcome.before >= 0]
    assert len(kept) == len(np.unique(kept))
    assert sorted([*kept, *outcome.gone]) == list(range(6))
    assert ((outcome.jaccard >= 0.3) == (outcome.before >= 0)).all()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_five_percent_new_items_nearly_all_planted_clusters_keep_their_ids(seed: int):
    vectors, _, _ = nested(6, 3, 42, noise=50, seed=seed)
    random = np.random.default_rng(seed)
    old = np.sort(random.permutation(len(vectors))[: round(len(vectors) / 1.05)])
    everyone = np.arange(len(vectors))
    first, _ = cluster(vectors[old])
    second, _ = cluster(vectors)

    outcome = match_clusters(of(first, old), of(second, everyone))

    assert len(first) >= 18
    assert 1 - len(outcome.gone) / len(first) >= 0.95


def test_the_levels_of_a_night_are_each_items_cluster_at_each_depth():
    nested_night = night(range(4), range(4, 6), range(1, 3), depth=[1, 1, 2])

    assert levels(nested_night, 7).tolist() == [[0, 0, 0, 0, 1, 1, -1], [0, 2, 2, 0, 1, 1, -1]]
    assert levels(night(), 3).shape == (0, 3)


def test_a_store_without_structure_has_no_lineage():
    tree, _ = cluster(directions(100, dims=768))

    assert match_clusters(of(tree, np.arange(100)), of(tree, np.arange(100))).lineage == ()
