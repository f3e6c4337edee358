"""The words of a query, and which texts hold them. Pure."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tane.language.speech_acts import LONGEST
from tane.language.spelling import folded
from tane.language.tokenizer import script_runs, words

_LATIN = re.compile("[a-z]")

Held = NDArray[np.bool_]
"""Of each word of a query, (words,), which of the texts hold it, (texts,)."""


def held(query: str, texts: Sequence[str]) -> Held:
    """Tell which texts hold which word of a query."""
    read = folded(query[:LONGEST])
    # Of a query in hiragana, Hangul or Cyrillic no words can be told: what stands between its blanks are some.
    asked = sorted({word.stem for word in words(read)} or {run.text for run in script_runs(read)})
    plain = [folded(text[:LONGEST]) for text in texts]
    # To read words is slow: only words in Latin letters change their form, and only texts in them hold such words.
    is_latin = any(stem.isascii() for stem in asked)
    stems = [
        {word.stem for word in words(text)} if is_latin and _LATIN.search(text) else frozenset[str]()
        for text in plain
    ]
    # A word in kanji may be part of a longer one.
    rows = [
        [stem in (known if stem.isascii() else text) for text, known in zip(plain, stems, strict=True)]
        for stem in asked
    ]
    return np.array(rows, dtype=np.bool_).reshape(len(asked), len(texts))


def rarity(words_held: Held) -> NDArray[np.float64]:
    """Return for each text, (texts,), the natural logarithms of how few of the texts hold what it holds of the words."""
    holders = np.maximum(words_held.sum(axis=1), 1)
    return np.asarray(np.log(words_held.shape[1] / holders) @ words_held, dtype=np.float64)


def share_known(words_held: Held) -> float:
    """Return the share of the words that any text holds, 0 without words."""
    return float(words_held.any(axis=1).mean()) if len(words_held) else 0.0
