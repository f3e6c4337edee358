"""Reads objects in JSON, one a line."""

import json
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

from tane.decoding.encodings import Encoding
from tane.decoding.lines import BadLine, Lines


def read_object_lines(stream: BinaryIO, encoding: Encoding) -> Iterator[tuple[int, dict[str, Any] | BadLine]]:
    """Yield the number of each line that is not blank with its object, or with why it is none."""
    for number, line in Lines(stream, encoding).numbered():
        if isinstance(line, BadLine):
            yield number, line
        elif line.strip():
            yield number, parse_object(line, encoding)


def parse_object(text: str, encoding: Encoding) -> dict[str, Any] | BadLine:
    """Return the object that a decoded text is, or why it is none."""
    if encoding.is_broken(text):
        return BadLine(f"not valid {encoding.name}")
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as error:
        return BadLine("not JSON", f"{error.msg}, column {error.colno}")
    except ValueError:
        return BadLine("a number that cannot be stored")
    except RecursionError:
        return BadLine("nested too deeply")
    return value if isinstance(value, dict) else BadLine("not a JSON object")


def _refuse(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("too large")
    return number
