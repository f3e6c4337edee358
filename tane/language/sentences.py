"""Where the sentences and the clauses of a text begin and end, in Japanese and English. Pure; O(n)."""

import re
from collections.abc import Iterator

Span = tuple[int, int]  # code points

CLOSERS = "」』）】〉》〕］｝”’\"')]}"
# Possessive, and judged in Python afterwards: a text of dots alone must not cost quadratic time.
_ENDING = re.compile(rf"(?:[。！？｡．!?.\n\r\u2028\u2029]++|…++)[{re.escape(CLOSERS)}]*+")
_ALWAYS_ENDS = frozenset("。！？｡\n\r\u2028\u2029")
# A clause ends at a mark, or where Japanese and English join the next one.
_CLAUSE = re.compile(
    r"[^。．！？!?\n、,;；:：.]+?(?:けれども?|けど|(?<=[いるただす])が(?=、)|ので|のに|(?=[。．！？!?\n、,;；:：.]| because | but )|$)"
    r"(?:[。．！？!?\n、,;；:：.]|(?=.)|$)[」』）)]*"
)
_SENTENCE_END = "。．！？!?\n."
_BELONGS_BEFORE = re.compile(r"^\s*(?:と(?!こ|て|き|も)|とは|って|かも|という|なんて)")
_FEWEST_ALONE = 6  # a shorter clause ("tabun,", "for me,") only says how the next one is meant


def sentence_ends(text: str) -> Iterator[int]:
    """Yield where sentences end, their marks and closing brackets included; not where the last one breaks off.

    "3.14", "node.js" and "a?b" go on: an ASCII mark ends a sentence only before a space or the end.
    """
    for match in _ENDING.finditer(text):
        following = text[match.end() : match.end() + 1]
        if not following or following.isspace() or not _ALWAYS_ENDS.isdisjoint(match.group()):
            yield match.end()


def sentence_spans(text: str) -> Iterator[Span]:
    """Yield the sentences of a text, with the marks that end them; what is blank is none."""
    start = 0
    for end in (*sentence_ends(text), len(text)):
        if text[start:end].strip():
            yield start, end
        start = end


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [text[start:end] for start, end in sentence_spans(text)]


def clause_spans(text: str) -> list[Span]:
    """Return the clauses of a text; what only says how another is meant stays with it."""
    merged: list[Span] = []
    waits = False  # for the clause that the last one introduces
    for start, end in (match.span() for match in _CLAUSE.finditer(text)):
        ends_sentence = merged and text[start - 1] in _SENTENCE_END
        if merged and not ends_sentence and (waits or _BELONGS_BEFORE.match(text[start:end])):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
        waits = sum(map(str.isalnum, text[merged[-1][0] : end])) < _FEWEST_ALONE
    return merged


def clauses(text: str) -> list[str]:
    """Return the clauses of a text."""
    return [text[start:end] for start, end in clause_spans(text)]
