"""The check that a table of neighbours is exact."""

from bench.knn import unlike_truth
from bench.planted import blobs
from tane.vectors.neighbours import nearest


def test_the_exact_table_passes_and_a_changed_one_is_caught():
    vectors, _ = blobs(300, topics=5, width=32)
    table = nearest(vectors, k=8)
    changed = table.indices.copy()
    changed[:, -1] = (changed[:, -1] + 1) % len(vectors)

    assert unlike_truth(vectors, table.indices, rows=50) == 0
    assert unlike_truth(vectors, changed, rows=50) == 50
