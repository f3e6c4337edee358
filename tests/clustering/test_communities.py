"""The weights of the neighbour graph, and the groups found in it."""

import numpy as np
import pytest
from scipy import sparse  # type: ignore[import-untyped]

from clustering.communities import (
    adjacency,
    aggregated,
    communities,
    divided,
    inside_share,
    modularity,
    renumber,
)
from tane.vectors.fuzzy_graph import fuzzy_graph
from tane.vectors.neighbours import nearest
from tests.clustering.blobs import blobs, directions


def cliques(sizes: list[int]) -> sparse.csr_matrix:
    """Return complete graphs in a chain, a weak edge between one and the next."""
    blocks = sparse.block_diag([np.ones((size, size)) - np.eye(size) for size in sizes]).tolil()
    for edge in np.cumsum(sizes)[:-1]:
        blocks[edge, edge - 1] = blocks[edge - 1, edge] = 0.1
    return blocks.tocsr()


def test_weights_are_symmetric_and_one_towards_the_nearest():
    table = nearest(directions(60), k=15)

    graph = adjacency(fuzzy_graph(table.first(15)))

    assert abs(graph - graph.T).max() < 1e-12
    assert np.allclose(np.asarray(graph[np.arange(60), table.indices[:, 0]]), 1.0)
    assert graph.data.min() > 0
    assert graph.data.max() <= 1.0 + 1e-12


def test_sparse_and_dense_regions_weigh_alike():
    dense, _ = blobs([40], spread=0.1)
    loose, _ = blobs([40], spread=0.9)

    totals = [adjacency(fuzzy_graph(t.first(15))).sum() for t in (nearest(dense), nearest(loose))]

    assert totals[0] == pytest.approx(totals[1], rel=0.1)


def test_identical_distances_give_finite_weights():
    table = nearest(np.eye(30), k=10)

    assert np.isfinite(adjacency(fuzzy_graph(table.first(15))).data).all()


def test_cliques_are_found_each_as_one_group():
    groups = communities(cliques([8, 12, 5]))

    assert groups.tolist() == [0] * 8 + [1] * 12 + [2] * 5


def test_a_higher_resolution_gives_no_fewer_groups():
    table = nearest(blobs([80] * 4, spread=0.8)[0], k=15)
    graph = adjacency(fuzzy_graph(table.first(15)))

    counts = [int(communities(graph, resolution=r).max()) + 1 for r in (0.3, 1.0, 4.0)]

    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_a_good_start_is_kept():
    graph, truth = cliques([6, 6, 6]), np.repeat([0, 1, 2], 6)

    assert (communities(graph, start=truth) == truth).all()


def test_a_graph_without_edges_leaves_everybody_alone():
    assert communities(sparse.csr_matrix((4, 4))).tolist() == [0, 1, 2, 3]


def test_the_groups_found_have_more_weight_inside_than_chance():
    graph = cliques([8, 12, 5])
    found = communities(graph)

    assert modularity(graph, found) > 0.5
    assert modularity(graph, np.zeros(25, dtype=np.int64)) == pytest.approx(0.0)
    assert inside_share(graph, found).min() > 0.9


def test_groups_are_numbered_by_their_first_nodes():
    assert renumber(np.array([7, 7, 2, 7, 5])).tolist() == [0, 0, 1, 0, 2]


def test_groups_that_yesterday_held_together_are_divided_into_their_own_communities():
    graph = cliques([8, 12, 5, 9])
    yesterday = np.repeat([0, 0, 1, 1], [8, 12, 5, 9])  # two cliques each

    parts = divided(graph, yesterday)

    assert parts.tolist() == [0] * 8 + [1] * 12 + [2] * 5 + [3] * 9


def test_a_group_that_holds_together_is_not_divided_and_nobody_changes_groups():
    graph = cliques([8, 12])
    cut = np.repeat([0, 1, 2], [4, 4, 12])  # the first clique in two: only moving may mend that

    assert divided(graph, cut).tolist() == cut.tolist()
    assert communities(graph, start=divided(graph, cut)).tolist() == [0] * 8 + [1] * 12


def test_groups_become_nodes_with_their_inner_weight_on_the_diagonal():
    level = aggregated(cliques([3, 2]), np.array([0, 0, 0, 1, 1]))

    np.testing.assert_allclose(level.toarray(), [[6.0, 0.1], [0.1, 2.0]])
