"""Clusters and places on vectors of a real model, all of which point the same way (mean cosine 0.82)."""

import numpy as np
import pytest
from numpy.typing import NDArray

from clustering import density
from clustering.context import blended
from layout.mapping import lay_out
from layout.placing import place_many
from tane.vectors.neighbours import nearest
from tests.layout.planted import ids
from tests.make_real_vectors import real_vectors

NEIGHBOURS = 15


class Talk:
    """The Japanese dialogues: their vectors, themes and conversations."""

    def __init__(self) -> None:
        said, vectors = real_vectors()
        rows = [row for row, one in enumerate(said) if one["id"].startswith("d")]
        self.vectors: NDArray[np.float32] = vectors[rows]
        self.themes = _numbers([said[row]["theme"] for row in rows])
        self.conversations = _numbers([said[row]["conversation"] for row in rows])
        self.places = np.array([int(said[row]["id"].rpartition("-")[2]) for row in rows])


def _numbers(names: list[str]) -> NDArray[np.int64]:
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk()


def agreement(labels: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    """Return the adjusted mutual information over the rows that are in a cluster (Vinh, Epps, Bailey 2010)."""
    from sklearn.metrics import adjusted_mutual_info_score

    is_in = labels >= 0
    return float(adjusted_mutual_info_score(truth[is_in], labels[is_in]))


def test_themes_of_talk_are_found_and_found_better_in_its_context(talk: Talk) -> None:
    alone, _ = density.cluster(talk.vectors)
    context = blended(talk.vectors, talk.conversations, talk.places, weight=0.75)
    together, _ = density.cluster(context, conversations=talk.conversations)

    assert agreement(alone.top(), talk.themes) > 0.3
    assert agreement(together.top(), talk.themes) > agreement(alone.top(), talk.themes)
    assert 5 <= len(set(together.top().tolist()) - {-1}) <= 30


def test_no_theme_holds_nearly_everything(talk: Talk) -> None:
    tree, _ = density.cluster(talk.vectors)

    sizes = np.bincount(tree.top()[tree.top() >= 0])
    assert sizes.max() < 0.4 * len(talk.vectors)


def test_a_newcomer_lands_among_its_theme(talk: Talk) -> None:
    table = nearest(talk.vectors)
    drawn = lay_out(ids(len(talk.vectors)), talk.vectors, neighbours=table).coordinates.astype(float)
    around = table.indices[:, :NEIGHBOURS]

    placed = place_many(
        drawn[around],
        1.0 - table.distances[:, :NEIGHBOURS],
        np.ones(around.shape, dtype=bool),
        ids(len(talk.vectors)),
        rule="softmax",
        extents=np.ones(len(around)),
    )

    ways = np.linalg.norm(placed[:, None] - drawn[None], axis=2)
    np.fill_diagonal(ways, np.inf)
    found = np.argsort(ways, axis=1)[:, :5]
    assert (talk.themes[found] == talk.themes[:, None]).mean() >= 0.43
    assert np.median(np.linalg.norm(placed - drawn, axis=1)) <= 0.04 * np.ptp(drawn, axis=0).max()
