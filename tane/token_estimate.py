"""How many tokens a text may cost, without a tokenizer: a conservative estimate per character class."""

import math

import numpy as np

# First code point of each class and the tokens one of its characters may cost. The weights lie above what
# the tokenizers of gpt-oss (o200k) and paraphrase-multilingual (XLM-R) need on ordinary text, so a text
# that fits by estimate fits in truth; `prompt_eval_count` tells how far above.
_CLASSES = (
    (0x0000, 1.0),  # controls, line breaks
    (0x0020, 0.35),  # space
    (0x0021, 1.0),  # ASCII punctuation
    (0x0030, 0.8),  # digits
    (0x003A, 1.0),
    (0x0041, 0.45),  # Latin capitals
    (0x005B, 1.0),
    (0x0061, 0.4),  # Latin small letters
    (0x007B, 1.0),
    (0x00C0, 0.8),  # accented Latin, Greek, Cyrillic
    (0x0530, 1.5),  # other alphabets
    (0x2000, 1.5),  # symbols
    (0x3000, 1.0),  # CJK punctuation
    (0x3041, 0.8),  # hiragana
    (0x30A0, 0.9),  # katakana
    (0x3100, 1.5),
    (0x4E00, 1.1),  # kanji
    (0xA000, 1.5),  # hangul and others
    (0xF900, 2.0),  # compatibility ideographs
    (0xFF00, 1.0),  # full-width forms
    (0xFFF0, 2.0),
    (0x10000, 3.0),  # emoji, rare ideographs: bytes
)
_STARTS = np.array([start for start, _ in _CLASSES], dtype=np.uint32)
_WEIGHTS = np.array([weight for _, weight in _CLASSES], dtype=np.float64)


def estimate_tokens(text: str) -> int:
    """Return how many tokens `text` may cost at most; 0 for the empty text, never less for a longer one.

    Total for every str, lone surrogates included. O(n), deterministic.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    classes = np.searchsorted(_STARTS, codes, side="right") - 1
    counts = np.bincount(classes, minlength=len(_WEIGHTS))
    # Rounded first: a sum of floats may lie a hair above the whole number it stands for.
    return math.ceil(round(float(counts @ _WEIGHTS), 6))
