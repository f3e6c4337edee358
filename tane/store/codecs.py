"""The border at which values of the database become values of Python, whatever the database holds.

PostgreSQL knows times, numbers and documents that Python, JSON and files do not: 44 BC, infinity, NaN, a number of ten
thousand digits. Triggers refuse them (migration 0014), but rows of before, of a restored dump or of a superuser may
hold them all the same. Here they become the nearest value that every reader can work with, so that no reader needs
care of its own.
"""

import json
import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

# The first and the last moment that can be brought into every time zone; SQL knows them as `representable`.
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
DEEPEST = 64
"""Levels of a JSON document that are read as such; each costs a frame of the stack, here and wherever it is written."""
MOST_DIGITS = 4000  # of a whole number; Python refuses to write more than 4,300

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_DAY_ZERO = date(2000, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """How asyncpg writes and reads one type; `format` says in what form it hands values over."""

    format: Literal["text", "binary", "tuple"]
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


_FIRST_US, _LAST_US = _microseconds(EARLIEST), _microseconds(LATEST)
_FIRST_DAY, _LAST_DAY = ((moment.date() - _DAY_ZERO).days for moment in (EARLIEST, LATEST))


def encode_moment(moment: datetime) -> tuple[int]:
    """Return the microseconds since 2000; a time without a zone is one of this machine's."""
    return (_microseconds(moment.astimezone(UTC)),)


def decode_moment(given: tuple[int]) -> datetime:
    """Return the time, or the nearest that Python knows; infinity is the first or last of all."""
    return _EPOCH + timedelta(microseconds=min(max(given[0], _FIRST_US), _LAST_US))


def encode_day(day: date) -> tuple[int]:
    """Return the days since 2000."""
    return ((day - _DAY_ZERO).days,)


def decode_day(given: tuple[int]) -> date:
    """Return the day, or the nearest that Python knows."""
    return _DAY_ZERO + timedelta(days=min(max(given[0], _FIRST_DAY), _LAST_DAY))


def listed(document: dict[str, Any] | None) -> list[Any]:
    """Return the JSON list that a column was read as (see `decode_json`); another kind of document, and NULL, is an empty one."""
    value = (document or {}).get("value")
    return value if isinstance(value, list) else []


def decode_json(text: str) -> dict[str, Any]:
    """Return a JSON document as an object: one of another kind, or nested deeper than 64 levels, as its only `value`.

    Numbers that neither Python nor JSON could write again stay the text that they are.
    """
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        return {"value": text}
    if text.count("{") + text.count("[") > DEEPEST and _is_deeper(value, DEEPEST):
        return {"value": text}
    return value if isinstance(value, dict) else {"value": value}


def _is_deeper(value: Any, levels: int) -> bool:
    """Tell whether a document has more levels than these; one level at a time, without a stack of its own."""
    level = [value]
    for _ in range(levels):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def _real(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits


_DECODER = json.JSONDecoder(parse_float=_real, parse_int=_whole)  # json.loads makes one for every text


def _float(form: str) -> Codec:
    packer = struct.Struct(form)

    def decode(data: bytes) -> float | None:
        number: float = packer.unpack(data)[0]
        return number if math.isfinite(number) else None  # not known, as NULL is

    return Codec(format="binary", encode=packer.pack, decode=decode)


CODECS: Mapping[str, Codec] = MappingProxyType(
    {
        "timestamptz": Codec(format="tuple", encode=encode_moment, decode=decode_moment),
        "date": Codec(format="tuple", encode=encode_day, decode=decode_day),
        "float4": _float(">f"),
        "float8": _float(">d"),
        "jsonb": Codec(format="text", encode=json.dumps, decode=decode_json),
    }
)
