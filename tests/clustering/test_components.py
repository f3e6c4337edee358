"""Document 000's own way: what its letter gives, and what the repairs make of it (F1 to F7, F13, F15)."""

import math

import numpy as np
import pytest

from clustering.components import Rules, components, neighbours_for, percentile_for
from clustering.density_literal import LETTER, cluster
from tests.clustering.blobs import blobs, directions, nested, purity, unit
from tests.tables import every


@every(("items", "k"), [(0, 0), (1, 0), (2, 1), (5, 4), (6, 5), (8, 6), (1000, 21), (20_000, 30)])
def test_k_grows_with_the_logarithm_within_its_bounds(items: int, k: int):
    assert neighbours_for(items, Rules()) == k


def test_the_percentile_adapts_to_the_size_or_is_as_given():
    assert percentile_for(100, Rules()) == 50.0
    assert percentile_for(200, Rules()) == pytest.approx(40.0)
    assert percentile_for(100_000, Rules()) == 20.0
    assert percentile_for(100, LETTER) == 1.0


@every("count", [0, 1, 2, 3, 8, 9, 700])
def test_the_letter_finds_nothing_below_701_items(count: int):
    """One percent of 700 distinct densities is seven points, one fewer than a cluster needs."""
    vectors, _ = blobs([count // 2, count - count // 2], dims=8)

    tree, told = cluster(vectors)

    assert len(tree) == 0
    assert told.reason == ("too_few_items" if count <= 8 else "too_few_candidates")


def test_the_letter_finds_its_first_cluster_at_701_items():
    vectors, _ = blobs([350, 351], dims=8)

    tree, told = cluster(vectors)

    assert (len(tree), told.clusters, told.reason) == (1, 1, None)
    assert len(tree.members_of(0)) == 8


def test_the_advice_of_the_letter_is_the_percentile_that_would_do():
    vectors, _ = blobs([150, 150], dims=8)
    _, told = cluster(vectors)

    advised = Rules(percentile=told.advice["percentile"] + 1e-9, is_literal=True)

    assert len(cluster(vectors, advised)[0]) >= 1


@pytest.mark.parametrize(("count", "most"), [(5300, 1), (5301, 2)])
def test_the_letter_has_at_most_one_cluster_below_5301_items(count: int, most: int):
    """53 candidates with 26 neighbours each cannot make two components; 54 can, of 27 each."""
    k = neighbours_for(count, LETTER)
    candidates = math.floor((count - 1) / 100) + 1
    assert candidates // (k + 1) == most
    vectors = _two_tight_and_a_sparse_rest(count, candidates)

    tree, _ = cluster(vectors)

    assert len(tree) == most


def _two_tight_and_a_sparse_rest(count: int, candidates: int) -> np.ndarray:
    """Return two far and dense knots that hold exactly the candidates, among scattered points."""
    half = candidates // 2
    centres = np.eye(8)[:2]
    knots = [
        unit(centre + 1e-3 * directions(size, dims=8, seed=seed))
        for seed, (centre, size) in enumerate(zip(centres, (half, candidates - half), strict=True))
    ]
    return np.concatenate([*knots, directions(count - candidates, dims=8, seed=9)])


def test_the_repaired_edges_keep_dense_regions_apart_and_pure():
    vectors, _, part = nested(4, 3, 40, noise=120)

    found = components(vectors, Rules())

    labels = np.full(len(vectors), -1)
    for number, group in enumerate(found.groups):
        labels[group.members] = number
    assert len(found.groups) >= 5
    assert purity(labels, part) >= 0.95


def test_the_literal_edges_tie_regions_together_that_the_repaired_keep_apart():
    vectors, _ = blobs([40, 40, 40], dims=32, spread=0.3)
    rules = {"percentile": 30.0, "k_max": 30, "k_min": 30}

    repaired = components(vectors, Rules(**rules))  # type: ignore[arg-type]
    literal = components(vectors, Rules(**rules, is_literal=True))  # type: ignore[arg-type]

    assert len(literal.groups) == 1
    assert len([g for g in repaired.groups if g.parent < 0]) > 1


def test_a_limit_of_clusters_stops_the_search_and_is_told():
    vectors, _ = blobs([60] * 6, dims=32, spread=0.3)

    found = components(vectors, Rules(max_clusters_total=2, percentile=50.0))

    assert len(found.groups) == 2
    assert found.is_partial


def test_a_child_that_is_its_parent_again_is_no_child():
    vectors, _ = blobs([200], dims=16, spread=0.2)

    found = components(vectors, Rules(percentile=99.0))

    assert found.groups == []
    assert found.reason == "no_structure"


def test_a_thousand_coinciding_seeds_are_one_literal_cluster_not_one_within_the_other():
    """F6: with all distances zero every set is as dense as the one around it, so none is denser."""
    same = np.repeat(directions(1, dims=64), 1_000, axis=0)

    tree, report = cluster(same)

    assert (len(tree), report.depth) == (1, 1)
