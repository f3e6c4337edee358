"""Labels spread over the similarity graph."""

import numpy as np

from tane.recap.spreading import spread
from tane.vectors.scale import SimilarityScale

SCALE = SimilarityScale((0.0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.8))  # an edge needs 0.8


def at(degrees: float) -> list[float]:
    return [np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), 0.0]


LABELLED = np.asarray([at(0), at(5), at(90), at(95)])
TRUTH = np.asarray([0, 0, 1, 1])


def test_a_label_reaches_by_way_of_documents_what_no_labelled_text_is_near():
    chain = np.asarray([at(-30), at(-60), at(-90)])

    found = spread(LABELLED, TRUTH, chain, SCALE, genres=3)

    assert [found.genre_of(row) for row in range(3)] == [0, 0, 0]
    assert found.mass.shape == (3, 3)


def test_what_lies_alone_gets_no_label():
    alone = np.asarray([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])

    found = spread(LABELLED, TRUTH, alone, SCALE, genres=2)

    assert [found.genre_of(row) for row in range(2)] == [None, None]
    assert found.edges.tolist() == [0, 0]


def test_between_two_labels_none_carries():
    between = np.asarray([at(47.5)])
    wide = SimilarityScale((0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6))

    assert spread(LABELLED, TRUTH, between, wide, genres=2).genre_of(0) is None


def test_without_a_scale_there_are_no_edges():
    found = spread(LABELLED, TRUTH, LABELLED, None, genres=2)

    assert not found.edges.any()
