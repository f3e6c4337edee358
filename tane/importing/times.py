"""Reads the times that people and programs write; what it cannot read for certain is None.

A grammar of our own rather than dateutil or dateparser: those fill in what is missing from today's date and guess
whether day or month stands first. Read are ISO 8601 in all its forms, RFC 2822 and asctime, dates with the names of
months in the languages of `calendar_words`, Japanese ones also by era, and seconds, milliseconds, microseconds or
nanoseconds since 1970. Dates in three numbers with the year last need their order (`chronology.date_order`). Not read,
because nothing tells what they mean: zone abbreviations that are used in several places (IST, CST), Excel's day numbers.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo

from tane.importing.calendar_words import HALVES, ZONES, folded
from tane.importing.chronology import DateOrder, NumericDate, date_order, in_running_order, numeric_date
from tane.importing.records import ImportRecord, Reader, ReadOptions, Row
from tane.importing.written_dates import read_date
from tane.store.codecs import EARLIEST, LATEST

_LONGEST = 120
_NUMBER = re.compile(r"\d{8,19}(?:\.\d{1,12})?|\d(?:\.\d{1,18})?e\+?\d{1,2}", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\b.*", re.IGNORECASE | re.ASCII)
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S", 17: "%Y%m%d%H%M%S%f"}
_EARLIEST_S = 10**8  # 1973: a smaller number may count something else
_LATEST_S = 10**10  # the year 2286; larger numbers count something smaller than seconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_HALF = "|".join(
    [r"[ap]\.?\s?m\b\.?", r"[μπ]\.?μ\.?", *(re.escape(word) for word in HALVES if not word.isascii())]
)
_HALF_ASCII = "|".join(rf"{word}\b" for word in HALVES if word.isascii())
_ZONE = r"""
    (?P<zone>
        (?:UTC|GMT|UT)?[+\-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?(?![\d/.\-])
      | (?-i:NAMES|utc|gmt|z)(?![A-Za-z/])
      | [A-Z][A-Za-z_]+/[A-Za-z_/+\-\d]+
    )?
    (?:\s?\[(?P<zone_id>[A-Za-z_/+\-\d]+)\])?
    (?:\[!?[\w\-]+=[\w\-]+\])*
    (?:\s?\((?P<comment>[^()\d]{1,60})\))?
""".replace("NAMES", "|".join(sorted(ZONES, key=len, reverse=True)))
_CLOCKS = (
    re.compile(
        rf"""
        (?<![\d:.,/\-]) (?:(?P<half>{_HALF}|PM|AM|晚上|中午)\s?)?
        (?P<hour>\d{{1,2}})
        (?:
            \s?:\s?(?P<minute>\d{{1,2}})(?:\s?:\s?(?P<second>\d{{1,2}})(?:[.,:](?P<fraction>\d{{1,12}}))?)?
          | \s?(?:時|时|點|点|시|h|Uhr)\s?
            (?:(?P<minutes>\d{{1,2}})\s?(?:分|분|min)?\s?(?:(?P<seconds>\d{{1,2}})\s?(?:秒|초|s))?|(?P<mid>半|반))?
            (?![\d:])
          | (?=\s?(?:[ap]\.?\s?m\b))
        )
        (?:\s?(?P<half_after>{_HALF}|{_HALF_ASCII}))? (?:\s?(?:Uhr|hrs|h|น\.)(?![^\W\d]))?
        \s?{_ZONE}
        """,
        re.VERBOSE | re.IGNORECASE,
    ),
    re.compile(  # basic format, and an hour alone
        rf"(?<=[T_\ ])(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?:(?P<second>\d{{2}})(?:[.,](?P<fraction>\d{{1,12}}))?)?\s?{_ZONE}$",
        re.VERBOSE,
    ),
    re.compile(rf"(?<=T)(?P<hour>\d{{2}}){_ZONE}$", re.VERBOSE),
    re.compile(
        r"(?<=[T_\ ])(?P<hour>\d{1,2})(?P<mark>[.\-])(?P<minute>\d{2})(?:(?P=mark)(?P<second>\d{2}))?$",
        re.VERBOSE,
    ),
)


def parse_time(value: object, *, zone: tzinfo, order: DateOrder | None = None) -> datetime | None:
    """Return a moment in UTC, or None; a time that names no zone is one of `zone`, a time without a date is none.

    Of two equal hours in autumn it is the first, and a time that clocks skipped counts as if they had not.
    """
    return in_utc(read_time(value, order=order), zone=zone)


def in_utc(moment: datetime | None, *, zone: tzinfo) -> datetime | None:
    """Return the moment of a time as it is written, or None; see `parse_time`."""
    if moment is None:
        return None
    try:
        found = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST <= found <= LATEST else None  # the database refuses what is outside


def read_time(value: object, *, order: DateOrder | None = None) -> datetime | None:
    """Return a time as it is written: without a zone if it names none."""
    text = _normal(value)
    try:
        return _read(text, order) if text else None
    except (ValueError, OverflowError, KeyError, OSError):  # the last two: a zone that is not there
        return None


def date_in(value: object) -> NumericDate | None:
    """Return the date of a time if it is three numbers of which only others can tell the order."""
    text = _normal(value)
    found = numeric_date(text) if text else None
    if found is None and text and (parted := _parted(text)):
        found = numeric_date(parted[0])
    return None if found is None or len(found.first) > 2 else found


def read_clock(value: object) -> time | None:
    """Return a time of day that stands alone: `21:14`, `午後9時14分`, `9:14 p.m.`."""
    text = _normal(value)
    clock = _CLOCKS[0].fullmatch(text) if text else None
    try:
        return None if clock is None or clock["zone"] else (_EPOCH + _since_midnight(clock)).time()
    except (ValueError, OverflowError):
        return None


def _normal(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    text = unicodedata.normalize("NFKC", str(value)).replace("\u2212", "-")
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else ""


def _read(text: str, order: DateOrder | None) -> datetime | None:
    if _NUMBER.fullmatch(text):
        return _from_number(text)
    if _ISO.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # 24:00, a zone by name
    if alone := read_date(text, order=order):
        return datetime.combine(alone, time())
    parted = _parted(text)
    day = read_date(parted[0], order=order) if parted else None
    if parted is None or day is None:
        return None
    clock = parted[1]
    moment = datetime.combine(day, time()) + _since_midnight(clock)
    return _zoned(moment, clock) if clock.groupdict().get("zone") or _named(clock) else moment


def _parted(text: str) -> tuple[str, re.Match[str]] | None:
    """Return the date and the clock of a time; between and around them only what joins or parts them."""
    for form in _CLOCKS:
        if clock := form.search(text):
            return f"{text[: clock.start()]} {text[clock.end() :]}", clock
    return None


def _from_number(text: str) -> datetime | None:
    form = _COMPACT.get(len(text))
    if form and text[:2] in {"19", "20"} and text.isdigit():
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - zoned by the caller
        except ValueError:
            pass
    number = Decimal(text)
    while number >= _LATEST_S:
        number /= 1000
    if number < _EARLIEST_S:
        return None
    return _EPOCH + timedelta(microseconds=int(number * 1_000_000))


def _since_midnight(clock: re.Match[str]) -> timedelta:
    parts = clock.groupdict()
    hour = int(parts["hour"])
    minute = int(parts.get("minute") or parts.get("minutes") or (30 if parts.get("mid") else 0))
    second = int(parts.get("second") or parts.get("seconds") or 0)
    half = folded(parts.get("half") or parts.get("half_after") or "")
    if half:
        hour = _hour(hour, "".join(half.split()))
    if (
        minute > 59
        or second > 60
        or timedelta(hours=hour, minutes=minute, seconds=second) > timedelta(days=1)
    ):
        raise ValueError("no time of day")
    fraction = int((parts.get("fraction") or "0")[:6].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _hour(hour: int, half: str) -> int:
    if half == "中午":  # around noon
        if hour not in {11, 12, 1}:
            raise ValueError("no hour of noon")
        return 13 if hour == 1 else hour
    if hour > 12 or (half == "晚上" and not 5 <= hour <= 11):
        raise ValueError("an hour of half a day")
    return hour % 12 + (12 if half == "晚上" or HALVES[half] else 0)


def _named(clock: re.Match[str]) -> bool:
    groups = clock.groupdict()
    return bool(groups.get("zone_id") or groups.get("comment"))


def _zoned(moment: datetime, clock: re.Match[str]) -> datetime:
    """Give a time the zone that is written beside it; an offset goes before a name, and must not contradict it."""
    place = ZoneInfo(clock["zone_id"]) if clock["zone_id"] else None
    if clock["zone"] is None and place is None:
        return moment.replace(tzinfo=_zone(clock["comment"].strip()))
    if clock["zone"] is None:
        return moment.replace(tzinfo=place)
    zoned = moment.replace(tzinfo=_zone(clock["zone"]))
    if place is None or clock["zone"].upper() == "Z":
        return zoned
    if zoned.astimezone(place).replace(tzinfo=None) != moment:
        raise ValueError("an offset that the place never had then")
    return zoned


def _zone(written: str) -> tzinfo:
    if "/" in written:
        return ZoneInfo(written)
    name = written.upper()
    if name in ZONES:
        return timezone(ZONES[name])
    digits = re.fullmatch(r"(?:UTC|GMT|UT)?([+\-])(\d{1,2}):?(\d{2})?:?(\d{2})?", name)
    if digits is None:
        raise ValueError("a zone that nobody knows, or several share")
    sign, hours, minutes, seconds = digits.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return timezone(-offset if sign == "-" else offset)


def of_log(reader: Reader) -> Reader:
    """Return a reader of rows that follow one another in time: the order tells which of two equal hours is meant."""

    def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
        return in_running_order(reader(stream, options), options.zone)

    return read


def of_table(reader: Reader) -> Reader:
    """Return a reader whose dates in three numbers are understood by the whole column.

    The first of them makes it read the file to its end and begin again; a table without any is read once.
    """

    def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
        count = 0
        rows = iter(reader(stream, options))
        for row in rows:
            if first := _open_date(row):
                break
            count += 1
            yield row
        else:
            return
        order = date_order(_open_dates(first, rows), is_log=False)
        stream.seek(0)
        for row in islice(reader(stream, options), count, None):
            yield _dated(row, order, options)

    return of_log(read)


def _open_dates(first: NumericDate, rows: Iterator[Row]) -> Iterator[NumericDate]:
    yield first
    yield from filter(None, map(_open_date, rows))


def _open_date(row: Row) -> NumericDate | None:
    """Return the date of a row whose day and month only others can tell."""
    return date_in(row.written_time) if isinstance(row, ImportRecord) and row.is_time_unreadable else None


def _dated(row: Row, order: DateOrder | None, options: ReadOptions) -> Row:
    if order is None or not isinstance(row, ImportRecord) or not row.is_time_unreadable:
        return row
    time = read_time(row.written_time, order=order)
    if (moment := in_utc(time, zone=options.zone)) is None:
        return row
    return replace(
        row,
        uttered_at=moment,
        is_time_unreadable=False,
        has_local_time=time is not None and time.tzinfo is None,
    )
