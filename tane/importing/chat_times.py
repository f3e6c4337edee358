"""Reads dates and clocks as chat programs write them, in the order and the words of the language of the phone.

Which number of a date is the day is told from all dates of a log, never guessed (`chronology`); the language of the text beside
them may tell it, too. Years may be counted from the Buddha, in Taiwan from 1912, in Japan by era, in Iran by the sun;
those by the moon alone are not read. Clocks are written `9:14 p. m.`, `下午9:14`, `21.14`, `٩:١٤ م`: digits may be of any
script. A part of the day stands before or after the digits; one that is not known leaves the time unread, for the hour
would be wrong by twelve.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from tane.importing import chronology
from tane.importing.calendar_words import HOURS_OF, bare_word
from tane.importing.chronology import DateOrder, NumericDate
from tane.importing.records import ImportRecord, Reject
from tane.importing.times import in_utc

MARKS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"  # of the direction of writing
DIGITS = (
    r"\d{1,2}(?:\s?:\s?\d{1,2}(?:\s?:\s?\d{1,2})?|\s?[.h時时點点시٫]\s?\d{2}(?:\s?(?:[:.分분]|min)\s?\d{2})?)"
)
_BREAKS = re.compile(rf"[\s,،、()（）{MARKS}]+")
_LONGEST_PART = 4  # words: `de la tarde`
# What stands beside a clock and says nothing: at, o'clock, of the year. One letter after a clock may be a part of the day.
_FILLER_WORDS = (
    "à às alas as alle at ch date dne eq g godz gada h hod hodź hodin il jam je kell kello kl klo klokken klukkan lúc naar o ob om "
    "ora orele os plkst pukul ritë sa saat saati st tanggal të u uhr um uur val в г года год о об року с у ч час часа "
    "часов годин στις ժամը թ שעה ב בשעה ساعت الساعة في هـ عند ه वजे बजे को সময় เวลา น นาฬิกา ที่ ເວລາ ໂມງ နာရီ ម៉ោង საათი 日 일 号 號 日は "
    "時 时 點 点 시 分 분 р"
)
_FILLERS = frozenset(_FILLER_WORDS.split())
_UNKNOWN = 4  # if one clock in so many has an unknown word beside it, the words of its log are not of a language that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenClock:
    """A time of day as it is written."""

    hour: int
    minute: int
    second: int
    hours: frozenset[int] | None  # of its part of the day, None: it names none
    is_word_unknown: (
        bool  # beside it stands a word that may be a part of the day in a language that is not known here
    )

    @property
    def shows_24_hours(self) -> bool:
        """Tell whether clocks of this kind count to 24."""
        return self.hour > 12 and self.hours is None

    def time(self, *, counts_to_24: bool) -> time | None:
        """Return it as hours of the day, or None if its half of the day is not known; `counts_to_24`: others of its log do."""
        hour = self._hour(counts_to_24)
        return None if hour is None or hour > 23 else time(hour, self.minute, self.second)

    def _hour(self, counts_to_24: bool) -> int | None:
        if self.hours is None:
            return None if self.is_word_unknown and not counts_to_24 else self.hour
        if self.hour > 12:
            return self.hour if self.hour in self.hours else None
        possible = {self.hour % 12, self.hour % 12 + 12} & self.hours
        return possible.pop() if len(possible) == 1 else None


def read_clock(before: str, digits: str, after: str) -> WrittenClock:
    """Read a clock and what stands on both sides of it."""
    numbers = [int(number) for number in re.findall(r"\d+", digits)]
    (earlier, is_odd_before), (later, is_odd_after) = part_of_the_day(before), part_of_the_day(after)
    is_odd = is_odd_before or is_odd_after
    hour, minute, second = (*numbers, 0)[:3]
    hours = None if is_odd else earlier or later
    return WrittenClock(hour=hour, minute=minute, second=second, hours=hours, is_word_unknown=is_odd)


@lru_cache(maxsize=1024)
def part_of_the_day(words: str) -> tuple[frozenset[int] | None, bool]:
    """Return the hours of the part of the day that is named among these words, and whether some are unknown."""
    found = None
    tokens = [word for written in _BREAKS.split(words) if (word := bare_word(written))]
    at, unknown = 0, False
    while at < len(tokens):
        size = next(
            (size for size in range(_LONGEST_PART, 0, -1) if "".join(tokens[at : at + size]) in HOURS_OF), 0
        )
        if size:
            found = found or HOURS_OF["".join(tokens[at : at + size])]
        elif tokens[at] not in _FILLERS:
            unknown = True
        at += size or 1
    return found, unknown


@dataclass(slots=True)
class ClockStyle:
    """How the clocks of a log are written, told from all of them."""

    clocks: int = 0
    unknown: int = 0
    counts_to_24: bool = False

    def note(self, clock: WrittenClock) -> None:
        """Take note of one clock."""
        self.clocks += 1
        self.unknown += clock.is_word_unknown
        self.counts_to_24 = self.counts_to_24 or clock.shows_24_hours

    def time(self, clock: WrittenClock) -> time | None:
        """Return a time as hours of the day, or None if its half of the day is not known."""
        if clock.hours is not None and self.unknown * _UNKNOWN > self.clocks:
            return None
        return clock.time(counts_to_24=self.counts_to_24)

    def dated(
        self,
        record: ImportRecord | Reject,
        day: date | None,
        clock: WrittenClock,
        *,
        written: str,
        zone: tzinfo,
    ) -> ImportRecord | Reject:
        """Return a message with its time, in UTC; without one if its day or its half of the day is not known."""
        if not isinstance(record, ImportRecord):
            return record
        time = self.time(clock)
        moment = in_utc(datetime.combine(day, time), zone=zone) if day and time else None
        return replace(record, uttered_at=moment, written_time=written, is_time_unreadable=moment is None)


ORDERS: tuple[DateOrder, ...] = ("ymd", "dmy", "mdy")
_GAP = rf"[\s{MARKS}]{{0,4}}"
NUMBERS = (
    rf"(?P<era>令和|平成|昭和|[RHS](?=\d))?(?P<first>\d{{1,4}}){_GAP}[./\-／年년]{_GAP}(?P<second>\d{{1,2}})"
    rf"{_GAP}[./\-／月월]{_GAP}(?P<third>\d{{1,4}})"
)
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_FIRST_YEAR, _LAST_YEAR = 2009, 2051  # of chat logs; two digits from 52 on are counted from the Buddha
_OLDEST_YEAR = 1990
_BUDDHA, _MINGUO = 543, 1911
_PERSIAN = range(1370, 1430)
_NOUROUZ_1400 = date(2021, 3, 21)
# 26. 8. 3. with its last dot is Korean.
_KOREAN = re.compile(r"\d\d\.\s\d{1,2}\.\s\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """Three numbers with what is known of their order."""

    numbers: tuple[str, str, str]
    era: str | None = None
    weekday: int | None = None  # from Monday on
    has_dots: bool = False
    is_year_first: bool = False  # as only languages write it that put the year first
    is_month_first_unlikely: bool = False  # languages of its script never put the month first

    @property
    def shows_its_order(self) -> bool:
        """Tell whether the year certainly stands first, independently of the rest of the log."""
        return self.era is not None or len(self.numbers[0]) >= 3

    def on(self, order: DateOrder) -> date | None:
        """Return the day, or None if there is none."""
        year, month, day = self._sorted(order)
        try:
            return _day(year, int(month), int(day), self.era)
        except (ValueError, OverflowError):
            return None

    def certainly_on(self, order: DateOrder) -> date | None:
        """Return the day; None also if the weekday beside it is that of another."""
        day = self.on(order)
        return day if day is None or self.weekday in (None, day.weekday()) else None

    def written(self, order: DateOrder) -> str:
        """Return its numbers as they are written, the year first."""
        return "/".join(self._sorted(order))

    def _sorted(self, order: DateOrder) -> tuple[str, str, str]:
        first, second, third = self.numbers
        if order == "ymd" or self.shows_its_order:
            return first, second, third
        return (third, second, first) if order == "dmy" else (third, first, second)

    def numeric(self) -> NumericDate:
        """Return it with its year as others count."""
        first, second, third = (str(int(number)).zfill(len(number)) for number in self.numbers)
        if third.isdigit() and (len(third) == 4 or int(third) > _LAST_YEAR - 2000) and (year := _year(third)):
            third = str(year)
        return NumericDate(first, second, third, weekday=self.weekday, has_dots=self.has_dots)


def _day(year: str, month: int, day: int, era: str | None) -> date:
    if era:
        return date(_ERAS[era] + int(year), month, day)
    if int(year) in _PERSIAN:
        return _persian(int(year), month, day)
    counted = _year(year)
    if counted is None:
        raise ValueError("a year of another calendar")
    return date(counted, month, day)


def _year(written: str) -> int | None:
    """Return a year as others count it."""
    year = int(written)
    if len(written) <= 2:
        year = chronology.full_year(written) if year <= _LAST_YEAR - 2000 else year + 2500
    elif len(written) == 3:
        year += _MINGUO
    if year > 2400:
        year -= _BUDDHA
    oldest = _FIRST_YEAR if len(written) <= 2 else _OLDEST_YEAR
    return year if oldest <= year < 2400 else None


def _persian(year: int, month: int, day: int) -> date:
    """Return a day of the calendar of Iran: six months of 31 days, then 30; leap years in a cycle of 33."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError("no day of the calendar")
    begun = range(1400, year) if year >= 1400 else range(year, 1400)
    days = sum(365 + ((25 * one + 11) % 33 < 8) for one in begun) * (1 if year >= 1400 else -1)
    return _NOUROUZ_1400 + timedelta(days=days + (month - 1) * 30 + min(month - 1, 6) + day - 1)


def written_date(found: re.Match[str], *, beside: str = "") -> WrittenDate:
    """Return the date that a match of NUMBERS is; `beside` stands next to it and tells of the language.

    What else the match holds, the words of a message above all, says nothing of the date.
    """
    numbers = (found["first"], found["second"], found["third"])
    written = found.string[found.start("era" if found["era"] else "first") : found.end("third")]
    is_korean = _KOREAN.fullmatch(written) is not None and beside.startswith(".")
    is_year_first = is_korean or re.search("午[前後]|[\uac00-\ud7a3]", beside) is not None
    return WrittenDate(
        numbers=numbers,
        era=found["era"],
        has_dots="." in written,
        is_year_first=is_year_first and len(found["third"]) < 3,
        is_month_first_unlikely=re.search(_OF_OTHER_SCRIPTS, written + beside) is not None,
    )


# Greek, Cyrillic, Hebrew, Arabic, the scripts of India, Thai, Lao, and those of East Asia; marks and punctuation say nothing.
_OF_OTHER_SCRIPTS = re.compile(
    "[\u0370-\u03e1\u0400-\u052f\u0590-\u05ff\u0620-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]"
)


def date_order(dates: Iterable[WrittenDate]) -> DateOrder | None:
    """Return the order that the dates of a log allow, or None if it stays open.

    Days that no other order allows prove it; then only come the language that its words are of, and the dots.
    """
    numbers: list[NumericDate] = []
    is_year_first, may_be_month_first = False, True
    shown = False
    for written in dates:
        if written.shows_its_order:
            shown = True
            continue
        is_year_first = is_year_first or (written.is_year_first and written.on("ymd") is not None)
        may_be_month_first = may_be_month_first and not written.is_month_first_unlikely
        numbers.append(written.numeric())
    if not numbers:
        return "ymd" if shown else None
    verdict = chronology.order_evidence(numbers, years=range(_FIRST_YEAR, chronology.latest_year() + 1))
    if verdict.is_proven:
        return verdict.order
    if is_year_first:
        return "ymd"
    if verdict.order is not None and any(number.weekday is not None for number in numbers):
        return verdict.order  # a weekday says more than the script
    if may_be_month_first or "ymd" in verdict.open:
        return verdict.order
    return "dmy"
