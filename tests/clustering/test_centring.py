"""Vectors seen from their mean: what is common to all is gone, and the plain figures can still be had."""

import numpy as np

from clustering.centring import centred, seen_from_the_middle
from clustering.centroids import cohesion
from tane.vectors.neighbours import nearest
from tests.clustering.blobs import blobs, directions, with_common_direction
from tests.tables import every

PLAIN, TOPIC = blobs([40] * 6, dims=48, spread=0.7)
CROWDED = with_common_direction(PLAIN, mean_cosine=0.8)


def test_rows_are_the_mean_and_a_length_along_a_unit_direction():
    middle = centred(CROWDED)

    np.testing.assert_allclose(middle.mean + middle.lengths[:, None] * middle.directions, CROWDED, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(middle.directions, axis=1), 1.0, atol=1e-6)


def test_a_common_component_is_gone_and_cohesions_of_both_kinds_are_told():
    middle = centred(CROWDED)

    assert cohesion(CROWDED) > 0.75
    assert abs(middle.cohesion()) < 0.05
    rows = np.arange(40)
    assert abs(middle.plain_cohesion(rows) - cohesion(CROWDED[rows])) < 1e-6
    assert abs(middle.plain_cohesion() - cohesion(CROWDED)) < 1e-6
    assert abs(middle.cohesion(rows) - cohesion(middle.directions[rows])) < 1e-6


def test_a_row_at_the_mean_has_no_direction():
    assert not centred(directions(1)).directions.any()


@every("count", [5, 15])
def test_known_neighbours_are_ranked_by_the_angle_at_the_mean(count: int):
    middle = centred(CROWDED)

    ranked = seen_from_the_middle(nearest(CROWDED, k=len(CROWDED) - 1), CROWDED, middle, count=count)

    among = nearest(middle.directions, k=count)
    np.testing.assert_allclose(ranked.distances, among.distances, atol=1e-5)
    assert (ranked.indices == among.indices).mean() > 0.99


def test_what_coincides_stays_nearest():
    vectors = np.concatenate([CROWDED, CROWDED[:1]])
    middle = centred(vectors)

    ranked = seen_from_the_middle(nearest(vectors, k=20), vectors, middle, count=10)

    assert ranked.indices[0, 0] == len(CROWDED)
    assert ranked.distances[0, 0] == 0.0
