"""Reads JSON Lines: one object a line; a bad line is rejected alone."""

import itertools
import json
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

from tane.importing.columns import record_of, require, resolve
from tane.importing.encodings import BadLine, Encoding, Lines
from tane.importing.records import Columns, ReadOptions, Record, Reject

LOOK_AHEAD = 20
_REMEMBERED_SHAPES = 1000

_Row = tuple[int, dict[str, Any]]


def read_jsonl(stream: BinaryIO, options: ReadOptions) -> Iterator[Record | Reject]:
    """Yield a record or a reject for each line that is not blank.

    Raises:
        ImportProblem: none of the first 20 objects has a text.
    """
    return records_of(_rows(Lines(stream, options.encoding), options.encoding), options)


def records_of(
    rows: Iterator[tuple[int, dict[str, Any]] | Reject], options: ReadOptions
) -> Iterator[Record | Reject]:
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


def _rows(lines: Lines, encoding: Encoding) -> Iterator[_Row | Reject]:
    while True:
        try:
            line = next(lines)
        except StopIteration:
            return
        except BadLine as bad:
            yield Reject(line=lines.number, reason=str(bad))
            continue
        if not line.strip():
            continue
        if encoding.is_broken(line):
            yield Reject(line=lines.number, reason=f"not valid {encoding.name}")
            continue
        yield parse_object(line, lines.number)


def parse_object(line: str, number: int) -> _Row | Reject:
    """Return the object that a text is, with its number, or why it is none."""
    try:
        value = json.loads(line, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as error:
        return Reject(line=number, reason="not JSON", detail=f"{error.msg}, column {error.colno}")
    except ValueError:
        return Reject(line=number, reason="a number that cannot be stored")
    except RecursionError:
        return Reject(line=number, reason="nested too deeply")
    if not isinstance(value, dict):
        return Reject(line=number, reason="not a JSON object")
    return number, value


def _refuse(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("too large")
    return number
