"""What the words of a text say about its genre: counts of two and three characters, weighed two ways, and words of genres in it. Pure.

Runs of characters need no dictionary, so that Japanese and English are read alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tane.language.spelling import folded
from tane.recap.taxonomy import Taxonomy
from tane.vectors.arrays import Floats, blocks

SATURATION, LENGTH_SHARE = 1.6, 0.75  # k1 and b of BM25
NGRAMS = (2, 3)
MOST_NGRAMS = 20_000
LEAST_TEXTS = 2  # that an n-gram stands in
MANY_TEXTS = 100  # from which that is asked: a few may have none in common
AT_ONCE = 2_000  # texts whose counts are in memory together
_NO_LETTER = re.compile(r"[^\w]+")
NEGATIVE = 2.0  # words of a genre that one of its negative phrases outweighs

Places = list[tuple[int, float]]  # of genres, and how much a phrase speaks for each
Sparse = Any  # scipy.sparse.csr_matrix of float64: scipy is heavy, and untyped


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What document 002 asks to be known of the features of a text."""

    tfidf_sum: float
    bm25_peak: float
    token_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Texts as rows: (n, v) each, of length one, and what stood in them before they were scaled."""

    tfidf: Sparse
    bm25: Sparse
    profiles: tuple[Profile, ...]


class NgramFeatures:
    """The vocabulary of the texts that are learned from, with how rare each of it is."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - heavy

        self._vectorizer = CountVectorizer(
            analyzer="char", ngram_range=NGRAMS, min_df=LEAST_TEXTS if len(texts) >= MANY_TEXTS else 1, max_features=MOST_NGRAMS,
            dtype=np.float64, preprocessor=folded,
        )  # fmt: skip
        counts = self._vectorizer.fit_transform(texts)
        held = np.asarray((counts > 0).sum(axis=0)).ravel()
        self._rarity: Floats = np.log((1 + len(texts)) / (1 + held)) + 1
        self._bm25_rarity: Floats = np.log1p((len(texts) - held + 0.5) / (held + 0.5))
        self._usual_length = max(float(counts.sum()) / len(texts), 1.0)

    def weigh(self, texts: Sequence[str]) -> Weighed:
        """Return the features of texts."""
        from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

        if not texts:
            none = csr_matrix((0, len(self._rarity)))
            return Weighed(tfidf=none, bm25=none, profiles=())
        parts = [self._weigh(texts[block]) for block in blocks(len(texts), AT_ONCE)]
        return Weighed(
            tfidf=vstack([part.tfidf for part in parts], format="csr"),
            bm25=vstack([part.bm25 for part in parts], format="csr"),
            profiles=tuple(profile for part in parts for profile in part.profiles),
        )

    def _weigh(self, texts: Sequence[str]) -> Weighed:
        counts = self._vectorizer.transform(texts).tocsr()
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        longer = np.repeat(lengths / self._usual_length, np.diff(counts.indptr))
        tfidf, bm25 = counts.copy(), counts
        tfidf.data = (1 + np.log(tfidf.data)) * self._rarity[tfidf.indices]
        bm25.data = (
            bm25.data
            * (SATURATION + 1)
            / (bm25.data + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * longer))
            * self._bm25_rarity[bm25.indices]
        )
        sums = np.asarray(tfidf.sum(axis=1)).ravel()
        peaks = np.asarray(bm25.max(axis=1).todense()).ravel() if bm25.shape[1] else np.zeros(len(texts))
        profiles = tuple(
            Profile(
                tfidf_sum=round(float(total), 3), bm25_peak=round(float(peak), 3), token_count=int(length)
            )
            for total, peak, length in zip(sums, peaks, lengths, strict=True)
        )
        return Weighed(tfidf=_unit(tfidf), bm25=_unit(bm25), profiles=profiles)


def _unit(rows: Sparse) -> Sparse:
    from sklearn.preprocessing import normalize  # noqa: PLC0415 - heavy

    return normalize(rows, copy=False)


class WordHits:
    """Counts the words of each genre that stand in a text; a negative phrase outweighs some."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._genres = len(taxonomy.genres)
        phrases: dict[str, Places] = {}
        for place, genre in enumerate(taxonomy.genres):
            for word in genre.keywords:
                phrases.setdefault(_spaced(word), []).append((place, 1.0))
            for word in genre.negative:
                phrases.setdefault(_spaced(word), []).append((place, -NEGATIVE))
        self._unspaced: list[tuple[str, Places]] = []
        self._spaced: list[tuple[str, str, Places]] = []
        for phrase, places in phrases.items():
            bare = phrase.strip()
            if not bare.isascii():
                self._unspaced.append((bare, places))
            elif len(bare) > 1:
                self._spaced.append((phrase, f"{phrase[:-1]}s ", places))

    def count(self, texts: Sequence[str]) -> Floats:
        """Return (n, genres): words of each genre less what its negative phrases take."""
        found = np.zeros((len(texts), self._genres))
        for row, text in enumerate(texts):
            plain = _spaced(text)
            met = [places for one, more, places in self._spaced if one in plain or more in plain]
            met += [places for phrase, places in self._unspaced if phrase in plain]
            for places in met:
                for place, weight in places:
                    found[row, place] += weight
        return found


def _spaced(text: str) -> str:
    """Return a text in small letters, its words between single blanks."""
    return f" {_NO_LETTER.sub(' ', folded(text)).strip()} "
