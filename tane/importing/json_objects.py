"""Reads objects in JSON: one a line, a list of them, or a list within an object as web services answer it.

A bad line or element is rejected alone. A list is read with one element in memory at a time: it is cut at the commas between
its elements, and each piece is decoded by itself. Only strings and brackets are looked at for that, so an element may be
broken in any way that leaves its brackets in balance.
"""

import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from tane.decoding.encodings import Encoding
from tane.decoding.json_objects import parse_object, read_object_lines
from tane.decoding.lines import BadLine
from tane.importing.columns import record_of, require, resolve
from tane.importing.records import Columns, ImportProblem, ImportRecord, ReadOptions, Reject

LOOK_AHEAD = 20
_REMEMBERED_SHAPES = 1000


def read_jsonl(stream: BinaryIO, options: ReadOptions) -> Iterator[ImportRecord | Reject]:
    """Yield a record or a reject for each line that is not blank.

    Raises:
        ImportProblem: none of the first 20 objects has a text.
    """
    return records_of(map(_judged, read_object_lines(stream, options.encoding)), options)


def records_of(
    rows: Iterator[tuple[int, dict[str, Any]] | Reject], options: ReadOptions
) -> Iterator[ImportRecord | Reject]:
    """Yield what objects with their numbers hold; they may differ in their keys, and each is understood by its own.

    Raises:
        ImportProblem: none of the first 20 objects has a text.
    """
    first = list(itertools.islice(rows, LOOK_AHEAD))
    keys = dict.fromkeys(key for row in first if not isinstance(row, Reject) for key in row[1])
    if keys:
        require(options.columns, list(keys))
    shapes: dict[tuple[str, ...], Columns] = {}
    for row in itertools.chain(first, rows):
        if isinstance(row, Reject):
            yield row
            continue
        line, fields = row
        shape = tuple(fields)
        if shape not in shapes:
            if len(shapes) == _REMEMBERED_SHAPES:
                shapes.clear()
            shapes[shape] = resolve(options.columns, shape)
        yield record_of(fields, shapes[shape], line=line, zone=options.zone)


def _judged(row: tuple[int, dict[str, Any] | BadLine]) -> tuple[int, dict[str, Any]] | Reject:
    number, value = row
    if isinstance(value, BadLine):
        return Reject(line=number, reason=str(value), detail=value.detail)
    return number, value


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

    `begins_at` is where a list begins that is nested in an object, in characters from the first that is not blank.

    Raises:
        ImportProblem: the file begins with neither a list nor an object.
    """
    for place, piece in enumerate(_pieces(stream, encoding, begins_at), start=1):
        if isinstance(piece, _Broken):
            yield Reject(line=place, reason=piece.reason)
        else:
            yield _judged((place, parse_object(piece, encoding)))


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


DEEPEST = 3
LOOKED_AT = 100  # lists in an object
# A string, and whether it is a key; or a bracket. A string that is cut off at the end is none.
_KEY_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"(?P<is_key>\s*:)?|[{}\[\]]', re.DOTALL)
_FIRST_OBJECT = re.compile(r"\[\s*\{")


def detect_table(head: str) -> str | None:
    """Return the format of a JSON text that begins so: `json` or `jsonl`, or None if it holds no objects."""
    head = head.lstrip(BLANK)
    if _FIRST_OBJECT.match(head):
        return "json"
    if not head.startswith("{"):
        return None
    first, _, rest = head.partition("\n")
    return "jsonl" if rest.lstrip(BLANK).startswith("{") and _is_object(first) else "json"


def read_objects(stream: BinaryIO, options: ReadOptions) -> Iterator[ImportRecord | Reject]:
    """Yield a record or a reject for each object; `line` is its place in the list.

    Raises:
        ImportProblem: the file begins with neither a list nor an object, or none of the first objects has a text.
    """
    text = io.TextIOWrapper(
        stream, encoding=options.encoding.name, errors=options.encoding.errors, newline=""
    )
    head = text.read(CHUNK_CHARS).lstrip(BLANK)
    text.detach()
    stream.seek(0)
    begins_at = place_of_list(head, options.columns) if head.startswith("{") else 0
    return records_of(elements(stream, options.encoding, begins_at=begins_at), options)


def place_of_list(head: str, columns: Columns) -> int:
    """Return where the list of rows begins within an object, or 0 if the object is the only row.

    It is the first list of objects one of whose keys names the text, else the first of all.
    """
    if resolve(columns, _keys(head, 0)).text is not None:
        return 0
    places = list(itertools.islice(_lists(head), LOOKED_AT))
    named = (place for place in places if resolve(columns, _keys(head, place)).text is not None)
    return next(named, places[0] if places else 0)


def _lists(head: str) -> Iterator[int]:
    """Yield where lists of objects begin that are nested in few objects and in nothing else."""
    depth = lists = 0
    for token in _KEY_OR_BRACKET.finditer(head):
        mark = token[0][0]
        if mark == "[" and not lists and depth <= DEEPEST and _FIRST_OBJECT.match(head, token.start()):
            yield token.start()
        depth += (mark in "{[") - (mark in "}]")
        lists += (mark == "[") - (mark == "]")


def _keys(head: str, place: int) -> list[str]:
    """Return the keys of the first object from a place on."""
    depth, keys = 0, []
    for token in _KEY_OR_BRACKET.finditer(head, head.index("{", place)):
        mark = token[0][0]
        depth += (mark in "{[") - (mark in "}]")
        if token["is_key"] and depth == 1:
            keys.append(_decoded(token[0][: -len(token["is_key"])]))
        if depth == 0:
            break
    return keys


def _decoded(string: str) -> str:
    try:
        return str(json.loads(string))
    except ValueError:
        return string


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
