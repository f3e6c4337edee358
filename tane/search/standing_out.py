"""Whether a store speaks of what a query asks, and in which order its nearest texts answer. Pure.

A cosine means nothing by itself: it depends on the model, on the query, and on the text, since some texts are rather near to
everything. For the order each text is held against a sample of the store from both ends: by how many standard deviations it is nearer
to the query than the sample is, and by how many the query is nearer to it; the mean of the two is its standing. A turn of a talk says
little without the turns around it: what stands out around a turn adds to it, the less the further away. So do the query's own words,
the more the fewer texts hold them.

Whether anything is shown is decided once for a query, over its best hits together, in deviations of unlike pairs of the model from
what other queries of its language reach in the store. (The deviation of the store itself would not do: where all texts speak of one thing
everything else stands out.) The best three count, not the best alone: of thousands of texts one comes near by
accident, and what a store speaks of it says more than once. A query of known words has more in its favour; one of
which no word is known is near by accident to whatever texts that say nothing are near to, too, and as near as it is to those it must be
nearer to the others.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tane.search.query_words import Held, rarity, share_known
from tane.store.reading import NearHit
from tane.vectors.scale import SimilarityScale

FEWEST = 200
"""Vectors of a sample below which nothing can be said of a background."""
ANSWERED = 4.3
"""The least evidence, in deviations of unlike pairs; with less the store does not speak of what is asked."""
OF_THE_BEST = 0.4
"""Share of the best hit's score that another one must have."""
_BEST = 3  # hits of different utterances
_DEVIATIONS_OF_99 = 2.326  # of a normal distribution, above which one in a hundred lies
_AROUND = 0.2  # of the standing of the turns next to a hit; of those further away 1/e of that every
_FADING = 4.0  # turns
_WORD = 0.3  # of a word's rarity
_KNOWN = 1.0  # deviations for a query of which every word is known

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a query and its hits are held against."""

    sample: Vectors  # of the store, (n, d)
    others: Vectors  # of other queries, (k, d)
    wordless: Vectors  # of texts that say nothing, (m, d), to hold a query without a known word against
    scale: SimilarityScale  # of the model

    def deviations(self, cosines: Vectors) -> Scores:
        """Return by how many deviations of unlike pairs cosines are above those of other queries."""
        middle = float(np.median(self.sample @ self.others.T))
        deviation = (self.scale.above(0.99) - self.scale.above(0.5)) / _DEVIATIONS_OF_99
        return np.asarray((cosines.astype(np.float64) - middle) / max(deviation, 1e-6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much each of the nearest texts stands out, (n,), and the evidence that the store speaks of what is asked."""

    scores: Scores
    evidence: float

    def stand_out(self) -> NDArray[np.bool_]:
        """Tell which of them do: none without evidence."""
        is_answered = self.evidence >= ANSWERED
        return np.asarray(is_answered & (self.scores >= OF_THE_BEST * self.scores.max(initial=0.0)))


def standing(vector: Vectors, near: Sequence[NearHit], held: Held, background: Background) -> Standing:
    """Return how much the nearest texts, which hold these of a query's words, stand out for it. O(n · sample · d)."""
    texts = np.stack([one.vector for one in near])
    around = _Around(near)
    own = _standing(vector, texts, background.sample) + _WORD * rarity(held)
    on_scale = around.added(background.deviations(texts @ vector))
    evidence = _of_the_best(near, on_scale) + _KNOWN * share_known(held)
    if len(background.wordless):
        evidence -= float(background.deviations(background.wordless @ vector).max().clip(0.0))
    return Standing(scores=around.added(own), evidence=evidence)


def _standing(vector: Vectors, texts: Vectors, sample: Vectors) -> Scores:
    cosines = (texts @ vector).astype(np.float64)
    of_query, of_texts = sample @ vector, texts @ sample.T
    from_query = (cosines - of_query.mean()) / max(float(of_query.std()), 1e-6)
    from_texts = (cosines - of_texts.mean(axis=1)) / np.maximum(of_texts.std(axis=1), 1e-6)
    return np.asarray((from_query + from_texts) / 2, dtype=np.float64)


def _of_the_best(near: Sequence[NearHit], on_scale: Scores) -> float:
    """Return the mean of the best hits; an utterance and what was taken from it count once."""
    best: dict[object, float] = {}
    for one, score in zip(near, on_scale.tolist(), strict=True):
        said = one.hit.utterance_id or one.hit.id
        best[said] = max(score, best.get(said, score))
    return float(np.mean(sorted(best.values())[-_BEST:]))


class _Around:
    """The places of hits in their talks."""

    def __init__(self, near: Sequence[NearHit]) -> None:
        self._talks: dict[object, list[int]] = defaultdict(list)
        for row, one in enumerate(near):
            if one.conversation_id is not None and one.position is not None:
                self._talks[one.conversation_id].append(row)
        self._positions = [one.position or 0 for one in near]

    def added(self, own: Scores) -> Scores:
        """Return what each hit has, and a share of what the turns around it have, as far as they were found."""
        total = own.copy()
        for rows in self._talks.values():
            places, of_place = np.unique([self._positions[row] for row in rows], return_inverse=True)
            best = np.zeros(len(places))  # a turn and what was taken from it share a place
            np.maximum.at(best, of_place, own[rows])
            apart = np.abs(places[:, None] - places[None, :])
            weights = np.where(apart > 0, np.exp((1 - apart) / _FADING), 0.0)
            total[rows] += _AROUND * (weights @ best)[of_place]
        return total
