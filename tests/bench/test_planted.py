"""What the bench plants is what it says it plants."""

import numpy as np

from bench.planted import SEEDS_EACH, blobs, nested, population


def test_nested_parts_lie_inside_their_themes_and_strays_in_neither():
    planted = nested(themes=3, width=64)

    assert np.allclose(np.linalg.norm(planted.vectors, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(planted.theme < 0, planted.part < 0)
    assert 0.05 < (planted.part < 0).mean() < 0.1
    for part in range(planted.part.max() + 1):
        assert len(np.unique(planted.theme[planted.part == part])) == 1


def test_two_of_a_topic_are_alike_and_two_of_different_topics_are_not():
    vectors, topics = blobs(400, topics=4, width=256)

    cosines = vectors @ vectors.T
    is_same = topics[:, None] == topics[None, :]
    off_diagonal = ~np.eye(len(topics), dtype=bool)

    assert 0.45 < cosines[is_same & off_diagonal].mean() < 0.55
    assert abs(cosines[~is_same].mean()) < 0.1


def test_an_utterance_lies_amid_its_seeds_which_share_a_topic():
    planted = population(600)

    assert np.array_equal(planted.topics[0::SEEDS_EACH], planted.topics[1::SEEDS_EACH])
    own = np.einsum("nd,nd->n", planted.vectors[0::SEEDS_EACH], planted.utterance_vectors)
    assert own.min() > 0.5
    assert len(set(planted.seeds) | set(planted.utterances)) == 900


def test_a_part_of_a_population_keeps_seeds_and_utterances_together():
    planted = population(40)

    later = planted.part(30, 40)

    assert later.seeds == planted.seeds[30:]
    assert later.utterances == planted.utterances[15:]
