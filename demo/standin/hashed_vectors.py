"""Embeddings without a model: hashed character n-grams, weighted by script, projected to 768 dimensions.

Japanese carries its meaning in kanji, katakana and Latin letters; grams of hiragana alone are mostly grammar
and weigh little, or all texts would look alike.
"""

import hashlib
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from demo.standin import DIMS

LONGEST_TEXT = 20_000  # characters looked at
_NONZEROS = 8  # elements of the sparse projection per gram
_CACHED_GRAMS = 400_000  # about 20 MB
_SPACE = re.compile(r"\s+")
_HIRAGANA = re.compile(r"[ぁ-ゖー]+")
_KANJI = re.compile(r"[一-龯々〆]")
_KATAKANA = re.compile(r"[ァ-ヺ]")
_LETTER = re.compile(r"[^\W_]")


class _Projection:
    """Where each gram goes; grown as grams are met, the same for all processes and time."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._positions = np.zeros((1024, _NONZEROS), dtype=np.int64)
        self._values = np.zeros((1024, _NONZEROS), dtype=np.float32)

    def rows(self, grams: Sequence[str]) -> list[int]:
        """Return the row of each gram; unknown ones get one."""
        known = self._rows
        return [known[gram] if gram in known else self._add(gram) for gram in grams]

    def _add(self, gram: str) -> int:
        row = len(self._rows)
        if row == len(self._positions):
            self._positions = np.concatenate([self._positions, np.zeros_like(self._positions)])
            self._values = np.concatenate([self._values, np.zeros_like(self._values)])
        digest = hashlib.blake2b(gram.encode("utf-8", "surrogatepass"), digest_size=4 * _NONZEROS).digest()
        bits = np.frombuffer(digest, dtype="<u4")
        self._positions[row] = bits % DIMS
        self._values[row] = np.where(bits >> 31, weight_of(gram), -weight_of(gram))
        self._rows[gram] = row
        return row

    def project(self, grams: Sequence[Counter[str]]) -> NDArray[np.float64]:
        """Sum the projections of each text's grams: (n, DIMS)."""
        if len(self._rows) > _CACHED_GRAMS:  # only between batches: a row must not change its gram within one
            self._rows.clear()
        rows = np.array([row for counts in grams for row in self.rows(list(counts))], dtype=np.int64)
        tf = np.array([count for counts in grams for count in counts.values()], dtype=np.float64)
        texts = np.repeat(np.arange(len(grams)), [len(counts) for counts in grams])
        at = self._positions[rows] + (texts * DIMS)[:, None]
        values = self._values[rows] * (1.0 + np.log(tf))[:, None]
        sums: NDArray[np.float64] = np.zeros(len(grams) * DIMS)
        sums += np.bincount(at.ravel(), weights=values.ravel(), minlength=len(sums))
        return sums.reshape(-1, DIMS)


_projection = _Projection()


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return (n, 768) float32 vectors of norm 1, deterministic; similar texts have similar vectors.

    O(characters); a text without any letter is embedded by its characters, an empty one by a fixed vector.
    """
    if not texts:
        return np.zeros((0, DIMS), dtype=np.float32)
    sums = _projection.project([_grams(text) for text in texts])
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    sums[norms[:, 0] < 1e-9, 0] = 1.0
    vectors: NDArray[np.float32] = (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)
    return vectors


def weight_of(gram: str) -> float:
    """Return how much a gram says, by its length and script."""
    if _HIRAGANA.fullmatch(gram):
        return (0.0, 0.02, 0.08)[len(gram) - 1]
    if not _LETTER.search(gram):
        return 0.02
    if _KANJI.search(gram):
        return (0.6, 1.0, 0.9)[len(gram) - 1] * (0.6 if _HIRAGANA.search(gram) else 1.0)
    if _KATAKANA.search(gram):
        return (0.05, 0.5, 0.9)[len(gram) - 1] * (0.6 if _HIRAGANA.search(gram) else 1.0)
    return (0.05, 0.3, 0.8)[len(gram) - 1]


def _grams(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    plain = f" {_SPACE.sub(' ', plain).strip()} "
    grams = Counter(plain[1:-1])
    grams.update(map("".join, itertools.pairwise(plain)))
    grams.update(map("".join, zip(plain, plain[1:], plain[2:], strict=False)))
    return grams
