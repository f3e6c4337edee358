"""Cuts an utterance into pieces that an embedding model can read whole (D4)."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from tane.language.sentences import sentence_ends
from tane.token_estimate import estimate_tokens

_CLAUSE_ENDING = re.compile(r"[、，,;；:：\s]++")
_WORD = re.compile(r"\S")
_ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: text[start:end], offsets in code points."""

    start: int
    end: int
    text: str


def split(text: str, *, max_tokens: int) -> list[Piece]:
    """Cut a text into pieces of at most `max_tokens`, in order, without overlap, white space left out.

    Each piece is the longest run of whole sentences that fits. A sentence too long for one piece is cut
    at commas and spaces, a clause still too long between characters. A single character that costs more
    than `max_tokens` makes a piece of its own. Time is linear in the length of the text.
    """
    ends = list(sentence_ends(text))
    clause_ends = [match.end() for match in _CLAUSE_ENDING.finditer(text)]
    pieces = []
    start = _next_word(text, 0)
    while start < len(text):
        reach = _longest_prefix(text, start, max_tokens)
        end = (
            (reach if reach == len(text) else None)
            or _last_within(ends, start, reach)
            or (reach if text[reach].isspace() else None)
            or _last_within(clause_ends, start, reach)
            or _character_end(text, start, reach)
        )
        words = text[start:end].rstrip()
        pieces.append(Piece(start, start + len(words), words))
        start = _next_word(text, end)
    return pieces


def halves_of(text: str) -> list[str]:
    """Cut a text of at least two visible characters near its middle: after a sentence, a clause or word, or anywhere.

    White space at its ends is dropped, so that neither half is empty.
    """
    text = text.strip()
    middle, reach = len(text) // 2, len(text) // 4
    ends = sentence_ends(text), (match.end() for match in _CLAUSE_ENDING.finditer(text))
    nearest = (
        min(
            (end for end in of_a_kind if abs(end - middle) <= reach),
            key=lambda end: abs(end - middle),
            default=0,
        )
        for of_a_kind in ends
    )
    place = next(filter(None, nearest), middle)
    return [text[:place], text[place:]]


def _next_word(text: str, start: int) -> int:
    match = _WORD.search(text, start)
    return match.start() if match else len(text)


def _last_within(ends: list[int], start: int, reach: int) -> int | None:
    """Return the last of the ascending `ends` in (start, reach]."""
    place = bisect_right(ends, reach) - 1
    return ends[place] if place >= 0 and ends[place] > start else None


def _longest_prefix(text: str, start: int, max_tokens: int) -> int:
    """Return where the longest prefix within the limit ends: gallop, then bisect, one character at least."""

    def fits(length: int) -> bool:
        return estimate_tokens(text[start : start + length]) <= max_tokens

    longest = len(text) - start
    length = min(max(max_tokens, 1), longest)
    while length < longest and fits(length):
        length = min(length * 2, longest)
    # Most texts fit whole: one look tells.
    low, high = (length if length == longest and fits(length) else 1), length
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return start + low


def _character_end(text: str, start: int, end: int) -> int:
    """Return the last place in (start, end] that is not inside a character; `end` when there is none."""
    places = (place for place in range(end, start, -1) if not _is_inside_character(text, place))
    return next(places, end)


def _is_inside_character(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    return (
        unicodedata.category(after) in {"Mn", "Mc", "Me"}
        or _ZERO_WIDTH_JOINER in (before, after)
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or ("\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff")
    )
