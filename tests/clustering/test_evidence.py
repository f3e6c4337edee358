"""What chance explains, and who stands far from everything: by the rows at hand."""

import numpy as np

from clustering.centring import centred
from clustering.evidence import by_chance, far_out, is_split, remoteness, spread
from tane.vectors.neighbours import nearest
from tests.clustering.blobs import blobs, directions, with_common_direction
from tests.tables import every


def test_the_spread_is_the_deviation_of_the_cosines_of_all_pairs():
    for vectors in (directions(30, dims=64), directions(200, dims=16)):  # fewer rows than elements, and more
        cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]

        assert abs(spread(vectors) - cosines.std()) < 1e-9


def test_a_sample_tells_the_spread_of_many():
    vectors = directions(3_000, dims=32)

    assert abs(spread(vectors, sample=1_000) / spread(vectors) - 1) < 0.05


@every("mean_cosine", [0.0, 0.8])
def test_parts_of_a_theme_are_told_from_halves_of_one_blob(mean_cosine: float):
    two, of = blobs([60, 60], dims=64, spread=0.6)
    one, _ = blobs([120], dims=64, spread=0.6)
    halves = [np.arange(60), np.arange(60, 120)]
    other, _ = blobs([60] * 3, dims=64, spread=0.6, seed=5)  # what else the store holds

    def told(vectors: np.ndarray) -> bool:
        crowded = with_common_direction(np.concatenate([vectors, other]), mean_cosine=mean_cosine)
        return is_split(centred(crowded), halves, least=1.25)

    assert told(two[np.argsort(of, kind="stable")])
    assert not told(one)


def test_chance_grows_with_the_spread_only():
    vectors = directions(200, dims=64)

    assert by_chance(with_common_direction(vectors, mean_cosine=0.8)) < 0.5 * by_chance(vectors)


def test_who_stands_far_from_all_and_from_its_own_group_is_a_stray():
    dense, _ = blobs([60, 60], dims=32, spread=0.2)
    strays = directions(6, dims=32, seed=7)
    vectors = np.concatenate([dense, strays])
    groups = np.concatenate([np.repeat([0, 1], 60), np.zeros(6, dtype=int)])

    is_far, is_stray = far_out(remoteness(nearest(vectors, k=10).distances, near=7), groups)

    assert is_far[120:].all()
    assert is_stray[120:].all()
    assert is_stray[:120].mean() < 0.05


def test_a_sparse_group_beside_dense_ones_is_no_crowd_of_strays():
    dense, _ = blobs([60, 60], dims=32, spread=0.2)
    sparse, _ = blobs([40], dims=32, spread=0.9, seed=7)
    groups = np.repeat([0, 1, 2], [60, 60, 40])

    is_far, is_stray = far_out(
        remoteness(nearest(np.concatenate([dense, sparse]), k=10).distances, near=7), groups
    )

    assert is_far[120:].all()
    assert is_stray[120:].mean() < 0.1
