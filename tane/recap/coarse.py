"""The coarse pass: genres by the centroids of labelled texts, with words that a genre is known by as support. Pure.

What each kind of evidence weighs, how many centroids a genre has, the temperature of the softmax and the threshold of each genre are
found out of fold. Everything is deterministic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from tane.recap.centroids import Blocks, Centroids, Products, Weights
from tane.recap.features import NgramFeatures, Profile, WordHits
from tane.recap.fitting import folds, macro_f1, softmax, temperature, thresholds
from tane.recap.taxonomy import DEFINITION, Taxonomy
from tane.vectors.arrays import Floats, Integers, Units, Vectors, blocks

MOST_CANDIDATES = 3
FEWEST_FITTED = 50  # labelled texts below which the usual blend and temperature stand
USUAL_TEMPERATURE = 0.05
NEAREST_WORDS = 10  # of a genre, whose mean similarity supports it
WORDS_DECIDE = 2.0  # words of a genre in a text that is near no centroid
AT_ONCE = 2_000
EQUAL = 0.005  # of macro-F1, within which two blends are equally good
_WEIGHTS: tuple[Weights, ...] = ((0.25, 0.15, 0.6), (0.1, 0.1, 0.8), (0.05, 0.05, 0.9), (0.0, 0.0, 1.0))
"""From the most of what a text's own letters say to none of it, which is the order of preference."""
_WITHOUT_VECTORS: tuple[Weights, ...] = ((0.6, 0.4, 0.0), (0.3, 0.7, 0.0))
_NEAR_WORDS = (0.0, 1.0, 2.0)
_WORDS = (0.0, 0.1, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """How much each kind of evidence counts."""

    centroids: int  # of a genre with enough texts, at most
    weights: Weights
    near_words: float  # of the genre, in the space of vectors
    words: float  # of the genre, that stand in the text


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreCandidate:
    """A genre that a text may be of."""

    genre: str
    score: float
    confidence: float  # 0..1, its share among all genres
    keyword_support: float  # words of the genre that stand in the text


@dataclass(frozen=True, slots=True, kw_only=True)
class CoarseResult:
    """What the coarse pass says of a text."""

    candidates: tuple[GenreCandidate, ...]  # best first, at least one
    is_near: bool  # those are above their thresholds
    is_by_words: bool  # nothing is, but the words of the first stand in the text
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfFold:
    """What models said of labelled texts that they had not seen."""

    rows: Integers  # of `Taxonomy.items`
    truth: Integers
    probabilities: Floats  # (n, genres)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Support:
    """(n, genres) each."""

    near: Floats
    hits: Floats

    def rows(self, chosen: Integers) -> "_Support":
        return _Support(near=self.near[chosen], hits=self.hits[chosen])


class CoarseModel:
    """Centroids of the genres of a taxonomy, fitted on its texts."""

    def __init__(
        self, taxonomy: Taxonomy, vector_of: Mapping[str, Vectors], *, dims: int, is_fitted: bool = True
    ) -> None:
        """Fit; without `is_fitted` the usual blend and temperature stand, in a tenth of the time.

        vector_of: (dims,) of length one for texts of `Taxonomy.texts()`; what is missing is judged by its words alone.
        """
        learned = taxonomy.learned()
        texts = [one.text for one in learned]
        self.genres = taxonomy.names
        places = {genre: place for place, genre in enumerate(self.genres)}
        self.truth: Integers = np.asarray([places[one.genre] for one in learned], dtype=np.int64)
        self.vectors = _stacked(texts, vector_of, dims)
        self._near = _NearWords(taxonomy, vector_of, self.vectors)
        self._hits = WordHits(taxonomy)
        self._ngrams = NgramFeatures(texts)
        evidence, support, _ = self._evidence(texts, self.vectors)
        judged = np.flatnonzero([not one.group.startswith(DEFINITION) for one in learned])
        held_back = folds(self.truth, [one.group for one in learned], judged) if is_fitted else []
        self.blend, scores = self._fitted(evidence, support, held_back, judged)
        is_fitted = len(held_back) > 0 and len(judged) >= FEWEST_FITTED
        self.temperature = temperature(scores, self.truth[judged]) if is_fitted else USUAL_TEMPERATURE
        self.out_of_fold = OutOfFold(
            rows=judged, truth=self.truth[judged], probabilities=softmax(scores / self.temperature)
        ) if held_back else None  # fmt: skip
        self._centroids = Centroids(evidence, self.truth, genres=len(self.genres), most=self.blend.centroids)
        if not held_back:
            judged = np.arange(len(self.truth))
            scores = self._scored(self._centroids, self._centroids.products(evidence), support, self.blend)
        self.thresholds = thresholds(scores, self.truth[judged])

    def classify(self, texts: Sequence[str], vectors: Vectors) -> list[CoarseResult]:
        """Return what each text is; vectors (n, dims) of length one, zero where a text has none. O(n) memory, in parts."""
        found: list[CoarseResult] = []
        for block in blocks(len(texts), AT_ONCE):
            evidence, support, profiles = self._evidence(
                texts[block], np.asarray(vectors[block], dtype=np.float64)
            )
            scores = self._scored(self._centroids, self._centroids.products(evidence), support, self.blend)
            sure = softmax(scores / self.temperature)
            found += [
                self._result(scores[row], sure[row], support.hits[row], profile)
                for row, profile in enumerate(profiles)
            ]
        return found

    def _result(self, scores: Floats, sure: Floats, hits: Floats, profile: Profile) -> CoarseResult:
        order = np.argsort(-scores, kind="stable")
        near = [place for place in order if scores[place] >= self.thresholds[place]]
        by_words = int(np.argmax(hits))
        is_by_words = not near and hits[by_words] >= WORDS_DECIDE
        if is_by_words:
            order = np.asarray([by_words, *(place for place in order if place != by_words)])
        return CoarseResult(
            candidates=tuple(
                GenreCandidate(
                    genre=self.genres[place],
                    score=round(float(scores[place]), 4),
                    confidence=round(float(sure[place]), 4),
                    keyword_support=float(hits[place]),
                )
                for place in (near or order)[:MOST_CANDIDATES]
            ),
            is_near=bool(near),
            is_by_words=bool(is_by_words),
            profile=profile,
        )

    def _evidence(self, texts: Sequence[str], vectors: Units) -> tuple[Blocks, _Support, tuple[Profile, ...]]:
        weighed = self._ngrams.weigh(texts)
        support = _Support(near=self._near.support(vectors), hits=self._hits.count(texts))
        return Blocks(tfidf=weighed.tfidf, bm25=weighed.bm25, vectors=vectors), support, weighed.profiles

    def _fitted(
        self,
        evidence: Blocks,
        support: _Support,
        held_back: Sequence[tuple[Integers, Integers]],
        judged: Integers,
    ) -> tuple[Blend, Floats]:
        """Return the blend whose macro-F1 is greatest out of fold, the first of equals, and its scores of the judged texts there."""
        blends = self._blends(is_fitted=len(held_back) > 0 and len(judged) >= FEWEST_FITTED)
        scores = np.full((len(blends), len(self.truth), len(self.genres)), -1.0)
        for train, test in held_back:
            for most in sorted({blend.centroids for blend in blends}):
                centroids = Centroids(
                    evidence.rows(train), self.truth[train], genres=len(self.genres), most=most
                )
                products = centroids.products(evidence.rows(test))
                for number, blend in enumerate(blends):
                    if blend.centroids == most:
                        scores[number, test] = self._scored(centroids, products, support.rows(test), blend)
        truth = self.truth[judged]
        quality = np.asarray([macro_f1(truth, of[judged].argmax(axis=1), len(self.genres)) for of in scores])
        best = int(np.argmax(quality >= quality.max() - EQUAL))
        return blends[best], scores[best, judged]

    def _blends(self, *, is_fitted: bool) -> list[Blend]:
        has_vectors = bool(self.vectors.any())
        if not is_fitted:
            weights = _WEIGHTS[0] if has_vectors else _WITHOUT_VECTORS[0]
            return [Blend(centroids=1, weights=weights, near_words=float(has_vectors), words=_WORDS[1])]
        return [
            Blend(centroids=most, weights=weights, near_words=near, words=words)
            for most, weights, near, words in product(
                (1, 2, 3),
                _WEIGHTS if has_vectors else _WITHOUT_VECTORS,
                _NEAR_WORDS if has_vectors else (0.0,),
                _WORDS,
            )
        ]

    @staticmethod
    def _scored(centroids: Centroids, products: Products, support: _Support, blend: Blend) -> Floats:
        hits = np.log1p(np.clip(support.hits, 0, None))
        scores: Floats = centroids.scores(products, blend.weights)
        return scores + blend.near_words * support.near + blend.words * hits


class _NearWords:
    """How near the words of each genre are to a text, in the space of vectors, apart from what all texts have in common."""

    def __init__(self, taxonomy: Taxonomy, vector_of: Mapping[str, Vectors], vectors: Units) -> None:
        words = [(word, place) for word, place in taxonomy.words() if word in vector_of]
        self._genres = len(taxonomy.genres)
        self._owners = np.asarray([place for _, place in words], dtype=np.int64)
        self._middle = vectors.mean(axis=0)
        own = _stacked([word for word, _ in words], vector_of, vectors.shape[1])
        self._words = _units(own - own.mean(axis=0)) if words else own
        self._usual = np.zeros(self._genres)
        has_vector = vectors.any(axis=1)
        if has_vector.any():
            self._usual = self.support(vectors[has_vector]).mean(axis=0)

    def support(self, vectors: Units) -> Floats:
        """Return (n, genres); zero for a text without a vector."""
        found = np.zeros((len(vectors), self._genres))
        if not len(self._words):
            return found
        similarity = _units(vectors - self._middle) @ self._words.T
        for place in range(self._genres):
            own = similarity[:, self._owners == place]
            if own.shape[1]:
                nearest = min(NEAREST_WORDS, own.shape[1])
                found[:, place] = np.partition(own, -nearest, axis=1)[:, -nearest:].mean(axis=1)
        found -= self._usual
        found[~vectors.any(axis=1)] = 0.0
        return found


def _stacked(texts: Sequence[str], vector_of: Mapping[str, Vectors], dims: int) -> Units:
    rows = np.zeros((len(texts), dims))
    for row, text in enumerate(texts):
        if (vector := vector_of.get(text)) is not None:
            rows[row] = vector
    return rows


def _units(rows: Floats) -> Units:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Units = rows / np.where(lengths > 0, lengths, 1)
    return units
