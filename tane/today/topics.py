"""What lines have in common: the words of their topics. Pure."""

from collections.abc import Sequence

from tane.language.speech_acts import LONGEST
from tane.language.spelling import folded
from tane.language.tokenizer import words


def topic(text: str) -> frozenset[str]:
    """Return the words of a text that carry its matter, in their common form."""
    return frozenset(word.stem for word in words(folded(text[:LONGEST])))


def is_covered(asked: frozenset[str], said: frozenset[str], *, least: int) -> bool:
    """Tell whether at least so many topic words, and at least half of those asked for, are said."""
    shared = len(asked & said)
    return shared >= least and 2 * shared >= len(asked)


def rare(words_of: Sequence[frozenset[str]], *, most: int) -> frozenset[str]:
    """Return the words that stand in at most so many of some texts."""
    seen: dict[str, int] = {}
    for found in words_of:
        for word in found:
            seen[word] = seen.get(word, 0) + 1
    return frozenset(word for word, count in seen.items() if count <= most)
