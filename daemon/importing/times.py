"""Reads the times that people and programs write; what it cannot read for certain is None.

Read: ISO 8601; year first with slashes, dots or hyphens; Japanese dates, also by era and with 午前/午後;
seconds, milliseconds, microseconds or nanoseconds since 1970. Never guessed: 1/2/2024.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_WRITTEN = re.compile(
    r"""
    (?:(?P<era>令和|平成|昭和)\s*(?P<era_year>\d{1,2}|元)|(?P<year>\d{4}))
    \s*[年/.\-]\s*(?P<month>\d{1,2})\s*[月/.\-]\s*(?P<day>\d{1,2})\s*日?
    \s*(?:\([^()]{1,4}\))?                                                  # the weekday
    (?:[\sT,]*(?P<half>午前|午後)?\s*(?P<hour>\d{1,2})\s*[:時]
       (?:\s*(?P<minute>\d{1,2})\s*分?)?
       (?:\s*:?\s*(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,9}))?\s*秒?)?
       \s*(?P<half_after>AM|PM)?
       \s*(?P<zone>Z|[+\-]\d{2}:?\d{2})?
    )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMPACT = re.compile(r"(?:19|20)\d{12}|(?:19|20)\d{6}")
_EPOCH = re.compile(r"\d{9,19}(?:\.\d+)?")
_LATEST_S = 1e10  # the year 2286; larger numbers count something smaller than seconds


def parse_time(value: object, *, zone: tzinfo) -> datetime | None:
    """Return a moment in UTC, or None; a time that names no zone is one of `zone`."""
    if isinstance(value, bool) or value is None:
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    try:
        moment = _read(text)
        if moment is None:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read(text: str) -> datetime | None:
    if _COMPACT.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S" if len(text) == 14 else "%Y%m%d")  # noqa: DTZ007 - zoned by the caller
    if _EPOCH.fullmatch(text):
        return _from_epoch(float(text))
    if written := _WRITTEN.fullmatch(text):
        return _from_parts(written)
    if not text[:4].isdigit() or text.isdigit():
        return None
    return datetime.fromisoformat(text)


def _from_epoch(number: float) -> datetime:
    while number >= _LATEST_S:
        number /= 1000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number)


def _from_parts(parts: re.Match[str]) -> datetime:
    year = (
        int(parts["year"])
        if parts["year"]
        else _ERAS[parts["era"]] + int(parts["era_year"].replace("元", "1"))
    )
    moment = datetime(  # noqa: DTZ001 - zoned below or by the caller
        year,
        int(parts["month"]),
        int(parts["day"]),
        _hour(int(parts["hour"] or 0), parts["half"] or (parts["half_after"] or "").upper()),
        int(parts["minute"] or 0),
        int(parts["second"] or 0),
        int((parts["fraction"] or "0")[:6].ljust(6, "0")),
    )
    if not parts["zone"]:
        return moment
    return datetime.fromisoformat(moment.isoformat() + parts["zone"].upper())


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if hour > 12:
        raise ValueError("an hour of half a day")
    return hour % 12 + (12 if half in {"午後", "PM"} else 0)
