"""Reads a table as JSON: a list of objects, also within an object as web services answer it, or one object."""

import io
import itertools
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from tane.importing.columns import resolve
from tane.importing.jsonl import records_of
from tane.importing.jsonlist import BLANK, CHUNK_CHARS, elements
from tane.importing.records import Columns, ReadOptions, Record, Reject

DEEPEST = 3
LOOKED_AT = 100  # lists in an object
# A string, and whether it is a key; or a bracket. A string that is cut off at the end is none.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"(?P<is_key>\s*:)?|[{}\[\]]', re.DOTALL)
_FIRST_OBJECT = re.compile(r"\[\s*\{")


def tell_table(head: str) -> str | None:
    """Return the format of a JSON text that begins so: `json` or `jsonl`, or None if it holds no objects."""
    head = head.lstrip(BLANK)
    if _FIRST_OBJECT.match(head):
        return "json"
    if not head.startswith("{"):
        return None
    first, _, rest = head.partition("\n")
    return "jsonl" if rest.lstrip(BLANK).startswith("{") and _is_object(first) else "json"


def read_objects(stream: BinaryIO, options: ReadOptions) -> Iterator[Record | Reject]:
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
    """Yield where lists of objects begin that lie in objects only, few deep."""
    depth = lists = 0
    for token in _TOKEN.finditer(head):
        mark = token[0][0]
        if mark == "[" and not lists and depth <= DEEPEST and _FIRST_OBJECT.match(head, token.start()):
            yield token.start()
        depth += (mark in "{[") - (mark in "}]")
        lists += (mark == "[") - (mark == "]")


def _keys(head: str, place: int) -> list[str]:
    """Return the keys of the first object from a place on."""
    depth, keys = 0, []
    for token in _TOKEN.finditer(head, head.index("{", place)):
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
