"""The default mode: themes found, noise left out, the same for any order of rows, sensible on any input."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.components import Rules
from clustering.density import DensitySettings, cluster
from clustering.identity import Memberships, levels
from clustering.tree import ClusteringReport, Tree
from tane.vectors.neighbours import nearest
from tests.clustering.blobs import blobs, directions, nested, purity, with_common_direction
from tests.tables import every

LITTLE, OF_LITTLE = blobs([30, 25, 20, 15], dims=32, spread=0.4)


def at_depth(tree: Tree, depth: int) -> np.ndarray:
    """Return each row's cluster at this depth, or above it where it has none there."""
    labels = np.full(len(tree.deepest), -1)
    for number in range(len(tree)):
        if tree.depth[number] <= depth:
            labels[tree.members_of(number)] = number
    return labels


def memberships(tree: Tree) -> Memberships:
    return Memberships(offsets=tree.offsets, members=tree.members, depth=tree.depth)


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Return the adjusted Rand index of two labellings."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def same_groups(one: Tree, other: Tree) -> bool:
    members = [{tuple(tree.members_of(n).tolist()) for n in range(len(tree))} for tree in (one, other)]
    return members[0] == members[1]


STRUCTURE = nested(6, 4, 40, noise=100)


@functools.cache
def found_structure() -> tuple[Tree, ClusteringReport]:
    return cluster(STRUCTURE[0])


class TestStructure:
    VECTORS, THEME, PART = STRUCTURE

    @property
    def tree(self) -> Tree:
        return found_structure()[0]

    @property
    def report(self) -> ClusteringReport:
        return found_structure()[1]

    def test_the_top_level_holds_the_themes(self):
        top = at_depth(self.tree, 1)

        assert self.report.top_clusters == 6
        assert purity(top, self.THEME) >= 0.99

    def test_the_level_below_holds_their_parts(self):
        assert self.report.depth >= 2
        assert purity(at_depth(self.tree, 2), self.PART) >= 0.95

    def test_nearly_every_item_of_a_theme_is_covered_and_nearly_no_noise(self):
        is_in = self.tree.deepest >= 0

        assert is_in[self.THEME >= 0].mean() >= 0.95
        assert is_in[self.THEME < 0].mean() <= 0.05
        assert self.report.coverage == is_in.mean()

    def test_a_child_lies_inside_its_parent(self):
        for number, parent in enumerate(self.tree.parent):
            if parent >= 0:
                assert set(self.tree.members_of(number)) < set(self.tree.members_of(parent))
                assert self.tree.depth[number] == self.tree.depth[parent] + 1

    def test_siblings_share_no_member(self):
        for parent in range(-1, len(self.tree)):
            rows = [self.tree.members_of(n) for n in range(len(self.tree)) if self.tree.parent[n] == parent]
            together = np.concatenate(rows) if rows else np.zeros(0)
            assert len(together) == len(np.unique(together))

    def test_a_table_made_before_gives_the_same(self):
        tree, report = cluster(self.VECTORS, table=nearest(self.VECTORS))

        assert same_groups(tree, self.tree)
        assert report == self.report

    def test_a_second_run_gives_the_same_bytes(self):
        tree, _ = cluster(self.VECTORS)

        for name in ("members", "strengths", "centroids", "nearest", "deepest", "attach_similarity"):
            assert getattr(tree, name).tobytes() == getattr(self.tree, name).tobytes()

    def test_a_start_from_yesterday_changes_no_clear_group(self):
        tree, _ = cluster(self.VECTORS, start=np.stack([at_depth(self.tree, 1), at_depth(self.tree, 2)]))

        assert purity(at_depth(tree, 2), self.PART) >= 0.95
        assert (tree.depth == 1).sum() == 6

    def test_without_attaching_only_core_members_remain(self):
        tree, report = cluster(self.VECTORS, DensitySettings(attach=False))

        assert tree.is_core.all()
        assert report.coverage <= self.report.coverage

    def test_a_limit_of_clusters_is_kept_and_told(self):
        tree, report = cluster(self.VECTORS, DensitySettings(rules=Rules(max_clusters_total=8)))

        assert len(tree) == 8
        assert report.is_partial

    def test_a_limit_of_depth_is_kept(self):
        assert (
            cluster(self.VECTORS, DensitySettings(rules=Rules(max_depth=1)))[1].depth <= 2
        )  # themes stand above

    def test_the_documents_own_grouping_finds_pure_groups_but_covers_less(self):
        tree, report = cluster(self.VECTORS, DensitySettings(grouping="components", attach=False))

        assert purity(tree.deepest, self.PART) >= 0.95
        assert 0 < report.coverage < self.report.coverage


class TestCrowdedVectors:
    """The same structure under a common direction, so that random pairs have a cosine of 0.8, as e5's have."""

    PLAIN, THEME, PART = nested(6, 4, 40, noise=60)

    @every("mean_cosine", [0.3, 0.8, 0.9])
    def test_the_clusters_are_those_of_the_plain_vectors(self, mean_cosine: float):
        plain, told = cluster(self.PLAIN)

        tree, report = cluster(with_common_direction(self.PLAIN, mean_cosine=mean_cosine))

        for depth in (1, 2):
            assert agreement(at_depth(tree, depth), at_depth(plain, depth)) >= 0.95
        assert report.top_clusters == 6
        assert abs(report.coverage - told.coverage) <= 0.05

    def test_rows_that_belong_nowhere_stay_out(self):
        tree, _ = cluster(with_common_direction(self.PLAIN, mean_cosine=0.8))

        assert (tree.deepest[self.THEME < 0] >= 0).mean() <= 0.05
        assert (tree.deepest[self.THEME >= 0] >= 0).mean() >= 0.95


class TestStrays:
    """Questions out of scope among those of many intents: each is far from all, and all are away from the middle."""

    def test_at_most_half_of_the_strays_and_nearly_all_others_are_in_a_cluster(self):
        intents, _ = blobs([20] * 60, dims=128, spread=0.8)
        scope = with_common_direction(intents, mean_cosine=0.3)  # one bank's customers
        strays = directions(100, dims=128, seed=11)

        tree, _ = cluster(np.concatenate([scope, strays]))

        is_in = tree.deepest >= 0
        assert is_in[1_200:].sum() <= 50
        assert is_in[:1_200].mean() >= 0.95


class TestGrowth:
    """Five nights of a store that grows from a sixth, beside the same store clustered at once."""

    VECTORS, THEME, _ = nested(5, 3, 24, noise=20, dims=96)

    def test_what_grew_is_what_is_found_at_once(self):
        vectors = self.VECTORS[np.random.default_rng(1).permutation(len(self.VECTORS))]
        first, *others = np.geomspace(len(vectors) // 6, len(vectors), 5).astype(int).tolist()
        tree, _ = cluster(vectors[:first])
        for size in others:
            tree, _ = cluster(vectors[:size], start=levels(memberships(tree), size))

        at_once, _ = cluster(vectors)
        assert agreement(at_depth(tree, 1), at_depth(at_once, 1)) >= 0.95
        assert agreement(at_depth(tree, 2), at_depth(at_once, 2)) >= 0.95

    def test_a_night_that_saw_one_theme_does_not_hold_for_ever(self):
        one = np.zeros((1, len(self.VECTORS)), dtype=np.int64)

        tree, report = cluster(self.VECTORS, start=one)

        assert report.top_clusters == 5
        assert purity(at_depth(tree, 1), self.THEME) >= 0.99


def test_hundreds_of_groups_are_never_a_top_level():
    vectors, topic = blobs([12] * 120, dims=256, spread=0.8)

    tree, report = cluster(vectors)

    assert report.top_clusters <= 30
    assert np.bincount(at_depth(tree, 1)[at_depth(tree, 1) >= 0]).max() < len(vectors) / 2
    assert purity(tree.deepest, topic) >= 0.95  # below them the groups are all there


@every("count", [0, 1, 2, 3, 8])
def test_a_handful_of_items_has_no_clusters_and_says_how_many_would(count: int):
    tree, report = cluster(directions(count))

    assert len(tree) == 0
    assert report.reason == "too_few_items"
    assert report.advice == {"items": 9.0}


def test_nine_items_can_be_looked_at():
    assert cluster(directions(9))[1].reason == "no_structure"


@every("seed", [0, 1, 2])
@every("count", [100, 500])
def test_random_directions_have_no_clusters(count: int, seed: int):
    tree, report = cluster(directions(count, dims=768, seed=seed))

    assert len(tree) == 0
    assert report.reason == "no_structure"
    assert report.advice["least_evidence"] < 1.0


def test_orthogonal_items_have_no_clusters():
    assert len(cluster(np.eye(60))[0]) == 0


def test_identical_items_are_told_to_be_all_alike():
    tree, report = cluster(np.tile(directions(1), (50, 1)))

    assert (len(tree), report.reason, report.distinct) == (0, "all_alike", 1)


def test_nan_is_refused():
    vectors = directions(30)
    vectors[7] = np.nan

    with pytest.raises(ValueError, match="row 7"):
        cluster(vectors)


def test_a_table_of_other_rows_is_refused():
    with pytest.raises(ValueError, match="the table has 20 rows"):
        cluster(directions(30), table=nearest(directions(20)))


def test_an_item_repeated_goes_with_its_like_and_does_not_make_a_cluster():
    vectors = np.concatenate([LITTLE, np.tile(directions(1, dims=32, seed=99), (40, 1)), LITTLE[:3]])

    tree, report = cluster(vectors)

    assert report.distinct == len(LITTLE) + 1
    assert (tree.deepest[-3:] == tree.deepest[:3]).all()
    assert (tree.deepest[90:130] == -1).all()


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(len(LITTLE))))
def test_the_order_of_the_rows_does_not_matter(permutation: list[int]):
    order = np.array(permutation)
    plain, _ = cluster(LITTLE)

    shuffled, _ = cluster(LITTLE[order])

    there = [{frozenset(order[shuffled.members_of(n)].tolist()) for n in range(len(shuffled))}]
    assert there == [{frozenset(plain.members_of(n).tolist()) for n in range(len(plain))}]
    assert len(plain) == 4
