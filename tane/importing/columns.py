"""Tells by its name what a column holds, and makes a record of one row."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from datetime import tzinfo
from typing import Any

from tane.importing.known_columns import NAMES, folded
from tane.importing.records import MAX_CHARS, Columns, ImportProblem, Record, Reject, clean, has_text
from tane.importing.times import date_in, in_utc, read_clock, read_time

LISTED = 30  # columns in a message


def resolve(asked: Columns, present: Iterable[str]) -> Columns:
    """Return the actual column for each part of a record: the one asked for, else the first known name."""
    exact = dict.fromkeys(present)
    plain: dict[str, str] = {}
    for name in exact:
        plain.setdefault(folded(name), name)
    found: dict[str, str | None] = {}
    for part, known in NAMES.items():
        name = getattr(asked, part)
        if name is not None:
            found[part] = name if name in exact else plain.get(folded(name))
            continue
        taken = {other for other in found.values() if other}
        candidates = (plain[candidate] for candidate in known if candidate in plain)
        found[part] = next((candidate for candidate in candidates if candidate not in taken), None)
    return Columns(**found)


def require(asked: Columns, present: Sequence[str], *, are_names: bool = True) -> Columns:
    """Resolve the columns of a file whose columns are these; a first row may be words of a file without names.

    Raises:
        ImportProblem: the text's column cannot be told, or one that was asked for is not there.
    """
    resolved = resolve(asked, present)
    if are_names:
        more = f" and {len(present) - LISTED:,} more" if len(present) > LISTED else ""
        listed = f"the columns are: {', '.join(present[:LISTED]) or 'none'}{more}"
    else:
        listed = _known(present)
    for part in (field.name for field in fields_of(Columns)):
        name = getattr(asked, part)
        if name is not None and getattr(resolved, part) is None:
            raise ImportProblem(f"there is no column {name!r} for --{part}; {listed}")
    if resolved.text is None:
        raise ImportProblem(f"which column holds the text? Name it with --text; {listed}")
    return resolved


def _known(present: Sequence[str]) -> str:
    """Return how many columns there are, and those names that are known: the others may be words of a file without names."""
    known = [name for name in present if any(folded(name) in names for names in NAMES.values())][:LISTED]
    counted = "1 column" if len(present) == 1 else f"{len(present):,} columns"
    if not known:
        return f"there are {counted}, and the first row has none of the names that are known (text, content, message, 本文 ...)"
    return f"there are {counted}; known names of the first row: {', '.join(known)}"


def record_of(row: Mapping[str, Any], columns: Columns, *, line: int, zone: tzinfo) -> Record | Reject:
    """Make a record of one row; what no part claims becomes metadata."""
    try:
        cleaned: Mapping[str, Any] = clean(dict(row))
    except ValueError as error:
        return Reject(line=line, reason=str(error))
    is_cleaned = any(one is not other for one, other in zip(cleaned.values(), row.values(), strict=False))
    text = cleaned.get(columns.text or "")
    if text is not None and not isinstance(text, str):
        return Reject(line=line, reason="the text is not a string")
    if text is None or not has_text(text):
        return Reject(line=line, reason="no text")
    if len(text) > MAX_CHARS:
        return Reject(line=line, reason=f"text longer than {MAX_CHARS:,} characters")
    parts = {getattr(columns, field.name) for field in fields_of(Columns)}
    written_time = _with_date(_name(cleaned.get(columns.time or "")), cleaned, columns)
    time = read_time(written_time)
    uttered_at = in_utc(time, zone=zone)
    return Record(
        line=line,
        text=text,
        speaker=_name(cleaned.get(columns.speaker or "")),
        conversation=_name(cleaned.get(columns.conversation or "")),
        uttered_at=uttered_at,
        written_time=written_time,
        external_id=_name(cleaned.get(columns.id or "")),
        metadata={key: value for key, value in cleaned.items() if key not in parts},
        is_cleaned=is_cleaned,
        is_time_unreadable=uttered_at is None and written_time is not None,
        has_local_time=time is None or time.tzinfo is None,
    )


def _with_date(written: str | None, row: Mapping[str, Any], columns: Columns) -> str | None:
    """Return a time with its date, if that stands in a column of its own."""
    if written is None or read_clock(written) is None:
        return written
    others = (_name(row[name]) for name in row if name != columns.time and folded(name) in NAMES["time"])
    dates = (other for other in others if other and read_clock(other) is None)
    return next((f"{date} {written}" for date in dates if read_time(date) or date_in(date)), written)


def _name(value: Any) -> str | None:
    """Return a name, an id or a time as text; a blank one is none."""
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
