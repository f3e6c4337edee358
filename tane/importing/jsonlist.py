"""Reads the elements of one large JSON list, one in memory at a time; a bad element is rejected alone.

The list is cut at the commas between its elements, and each piece is decoded by itself. Only strings and
brackets are looked at for that, so an element may be broken in any way that leaves its brackets in balance.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from tane.importing.encodings import Encoding
from tane.importing.jsonl import parse_object
from tane.importing.records import ImportProblem, Reject

BLANK = "\ufeff \t\r\n"
CHUNK_CHARS = 1024 * 1024
MAX_ELEMENT_CHARS = 128 * 1024 * 1024  # a conversation of years has some tens of millions
# A string whose end is not there yet has no group 1.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(")?|[{}\[\],]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Broken:
    """Why the rest of a list cannot be read."""

    reason: str


def elements(
    stream: BinaryIO, encoding: Encoding, *, begins_at: int = 0
) -> Iterator[tuple[int, dict[str, Any]] | Reject]:
    """Yield each element's place, from 1, and its value; a file that is one object counts as a list of it.

    `begins_at` is where a list begins that lies within an object, in characters from the first that is not blank.

    Raises:
        ImportProblem: the file begins with neither a list nor an object.
    """
    for place, piece in enumerate(_pieces(stream, encoding, begins_at), start=1):
        if isinstance(piece, _Broken):
            yield Reject(line=place, reason=piece.reason)
        elif encoding.is_broken(piece):
            yield Reject(line=place, reason=f"not valid {encoding.name}")
        else:
            yield parse_object(piece, place)


def _pieces(stream: BinaryIO, encoding: Encoding, begins_at: int) -> Iterator[str | _Broken]:
    text = io.TextIOWrapper(stream, encoding=encoding.name, errors=encoding.errors, newline="")
    try:
        yield from _cut(text, begins_at)
    except UnicodeError:  # only at the end of a cut-off UTF-16 file: other bad bytes have been marked
        yield _Broken("the file ends within a character")
    finally:
        text.detach()  # or it would close the stream, which is its owner's


def _cut(text: io.TextIOWrapper, begins_at: int) -> Iterator[str | _Broken]:
    more = text.read(CHUNK_CHARS).lstrip(BLANK)[begins_at:]
    if not more:
        return
    if more[0] not in "[{":
        raise ImportProblem("it is not a list of conversations in JSON")
    is_list = more[0] == "["
    cutter = _Cutter()
    more = more[is_list:] or text.read(CHUNK_CHARS)
    while more:
        yield from cutter.cut(more)
        if cutter.is_over:
            if begins_at:
                return
            if cutter.rest.strip() or text.read(CHUNK_CHARS).strip():
                yield _Broken("brackets that do not match; the rest was not read")
            return
        if len(cutter.rest) > MAX_ELEMENT_CHARS:
            yield _Broken(f"longer than {MAX_ELEMENT_CHARS:,} characters; the rest was not read")
            return
        # Doubled, because a string that goes on is looked at from its beginning again.
        more = text.read(max(CHUNK_CHARS, len(cutter.rest)))
    yield _Broken("the file ends before its list does") if is_list else cutter.rest


class _Cutter:
    """Cuts a list at its commas while it arrives; `rest` is what belongs to no whole element yet."""

    def __init__(self) -> None:
        self.rest = ""
        self.is_over = False
        self._at = 0
        self._depth = 0

    def cut(self, more: str) -> Iterator[str]:
        """Yield the elements that are whole with this."""
        text, start = self.rest + more, 0
        for token in _TOKEN.finditer(text, self._at):
            mark = token[0]
            if mark[0] == '"' and token[1] is None:
                self._at = token.start()
                break
            self._at = token.end()
            if mark == "," and not self._depth:
                yield text[start : token.start()]
                start = token.end()
            self._depth += (mark in "[{") - (mark in "]}")
            if self._depth < 0:
                if piece := text[start : token.start()].strip():
                    yield piece
                self.is_over, start = True, token.start() + (mark == "]")
                break
        self.rest, self._at = text[start:], self._at - start
