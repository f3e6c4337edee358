"""Which of the nearest texts stand out for a query, and by how much. Pure.

A cosine means nothing by itself: it depends on the model, on the query, and on the text, since some texts are rather near to
everything. So for the order each is held against a sample of the store from both ends: by how many standard deviations the text is
nearer to the query than the sample is, and by how many the query is nearer to the text; the mean of the two is the standing. Whether the
store speaks of what is asked at all is judged on the model's own scale, in deviations of unlike pairs: a sample of a store that
speaks of one thing only makes everything else stand out.

A turn of a talk says little without the turns beside it: what stands out beside a turn adds to it. So do the query's own words,
the more the fewer texts hold them.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tane.language.speech_acts import LONGEST
from tane.language.spelling import folded
from tane.language.tokenizer import words
from tane.store.reading import NearHit
from tane.vectors.scale import SimilarityScale

FEWEST = 200
"""Vectors of a sample below which nothing can be said of a background."""
ANSWERED = 3.5
"""The least score of the best hit on the model's scale; if it has less, the store does not speak of what is asked."""
OF_THE_BEST = 0.5
"""Share of the best hit's score that another one must have."""
_DEVIATIONS_OF_99 = 2.326  # of a normal distribution, above which one in a hundred lies
_BESIDE = 0.2  # of the standing of each of the turns beside a hit
_LATIN = re.compile("[a-z]")
_WORD = 0.3  # of a word's rarity, the natural logarithm of how few of the hits hold it

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much each of the nearest texts stands out, (n,): by the store's background, and on the model's scale."""

    scores: Scores
    on_scale: Scores

    def stand_out(self) -> NDArray[np.bool_]:
        """Tell which of them do: none if the best of them does not on the model's scale."""
        is_answered = float(self.on_scale.max(initial=0.0)) >= ANSWERED
        return np.asarray(is_answered & (self.scores >= OF_THE_BEST * self.scores.max(initial=0.0)))


def standing(
    query: str, vector: Vectors, near: Sequence[NearHit], sample: Vectors, scale: SimilarityScale
) -> Standing:
    """Return how much the nearest texts stand out for a query. O(n · sample · d)."""
    texts = np.stack([one.vector for one in near])
    rarity = _WORD * _rarity(query, [one.hit.text for one in near])

    def score(own: Scores) -> Scores:
        return own + _BESIDE * _beside(near, own) + rarity

    middle = scale.above(0.5)
    deviation = max((scale.above(0.99) - middle) / _DEVIATIONS_OF_99, 1e-6)
    on_scale = ((texts @ vector).astype(np.float64) - middle) / deviation
    return Standing(scores=score(_standing(vector, texts, sample)), on_scale=score(on_scale))


def _standing(vector: Vectors, texts: Vectors, sample: Vectors) -> Scores:
    cosines = (texts @ vector).astype(np.float64)
    of_query, of_texts = sample @ vector, texts @ sample.T
    from_query = (cosines - of_query.mean()) / max(float(of_query.std()), 1e-6)
    from_texts = (cosines - of_texts.mean(axis=1)) / np.maximum(of_texts.std(axis=1), 1e-6)
    return np.asarray((from_query + from_texts) / 2, dtype=np.float64)


def _beside(near: Sequence[NearHit], own: Scores) -> Scores:
    """Return what the turns before and after each hit have, as far as they were found."""
    best: dict[tuple[object, int], float] = {}
    for one, standing in zip(near, own.tolist(), strict=True):
        if one.conversation_id is not None and one.position is not None:
            place = one.conversation_id, one.position
            best[place] = max(standing, best.get(place, 0.0))
    return np.array(
        [
            sum(best.get((one.conversation_id, one.position + step), 0.0) for step in (-1, 1))
            if one.position is not None
            else 0.0
            for one in near
        ]
    )


def _rarity(query: str, texts: Sequence[str]) -> Scores:
    """Return the rarity of the query's words that each text holds."""
    asked = {word.stem for word in words(folded(query[:LONGEST]))}
    plain = [folded(text[:LONGEST]) for text in texts]
    # To read words is slow: only words in Latin letters change their form, and only texts in them hold such words.
    is_latin = any(stem.isascii() for stem in asked)
    stems = [
        {word.stem for word in words(text)} if is_latin and _LATIN.search(text) else frozenset[str]()
        for text in plain
    ]
    total = np.zeros(len(texts))
    for stem in asked:
        # A word in kanji may be part of a longer one.
        pairs = zip(plain, stems, strict=True)
        is_held = np.array([stem in (known if stem.isascii() else text) for text, known in pairs])
        if is_held.any():
            total += is_held * math.log(len(texts) / int(is_held.sum()))
    return total
