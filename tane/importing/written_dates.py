"""Reads a date that stands alone, in numbers or with the name of its month. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from tane.importing.calendar_words import MONTHS, WEEKDAYS, folded
from tane.importing.chronology import DateOrder, date_of, full_year, numeric_date

_DIGITS = {mark: number for number, mark in enumerate("〇一二三四五六七八九")} | {"零": 0}
_NUMERAL = "[〇零一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?P<before>[^\w]{{0,3}}(?:令和|平成|昭和|大正|明治)?)(?:(?P<year>{_NUMERAL}{{1,4}})年\s?)?"
    rf"(?P<month>{_NUMERAL}{{1,2}})月\s?(?P<day>{_NUMERAL}{{1,3}})(?P<end>[日號号])"
)


def with_digits(text: str) -> str:
    """Return a text with the date at its beginning in digits, if it is written without them."""
    found = _DATE.match(text)
    if found is None:
        return text
    year, month, day = (_number(found[part]) if found[part] else 0 for part in ("year", "month", "day"))
    if year is None or not month or not day:
        return text
    written = f"{year}年" if found["year"] else ""
    return f"{found['before']}{written}{month}月{day}{found['end']}{text[found.end() :]}"


def _number(written: str) -> int | None:
    """Return `二〇二四`, `三十一` as a number; None for what is neither digits in a row nor tens and ones."""
    if "十" not in written:
        return int("".join(str(_DIGITS[mark]) for mark in written))
    tens, _, ones = written.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


_ERAS = {
    "令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867,
    "R": 2018, "H": 1988, "S": 1925,
}  # fmt: skip
_YEAR_FIRST = re.compile(
    r"""
    (?: (?P<era>令和|平成|昭和|大正|明治|[RHS])\s?(?P<era_year>\d{1,2}|元) | (?P<year>\d{4}) )
    \s?(?P<mark>[年년/._\-]|(?<=\d)\ (?=\d))\s?(?P<month>\d{1,2})\s?(?:[月월]|(?P=mark))\s?(?P<day>\d{1,2})\s?(?:[日日号號일]|\.)?
    """,
    re.VERBOSE,
)
_BASIC = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_WEEK = re.compile(r"(?P<year>\d{4})-?W(?P<week>\d{2})-?(?P<day>[1-7])")
_ORDINAL = re.compile(r"(?P<year>\d{4})-?(?P<day>\d{3})")
_VIETNAMESE = re.compile(
    r"(?:(?P<weekday>(?:thứ|chủ)\s\w{2,4}),?\s)?(?:ngày\s)?(?P<day>\d{1,2})\stháng\s(?P<month>\d{1,2})(?:,?\s(?:năm\s)?(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_WEEKDAY_ASIDE = re.compile(r"\(([^()\d]{1,20})\)|\[([^\[\]\d]{1,20})\]")
# A word of an Indian script holds signs that Python does not count as parts of words.
_WORD = re.compile(r"[\u0900-\u0963]+|[^\W\d_]+(?:['’.\-][^\W\d_]+)*\.?|\d+|\S")
# What stands between the parts of a date in one language or another, and says nothing.
_JOINING = frozenset(
    [
        "at",
        "on",
        "of",
        "the",
        "st",
        "nd",
        "rd",
        "th",
        "um",
        "am",
        "den",
        "der",
        "à",
        "a",
        "le",
        "er",
        "la",
        "las",
        "el",
        "de",
        "del",
        "d",
        "às",
        "as",
        "dia",
        "em",
        "no",
        "kl",
        "klo",
        "om",
        "op",
        "alle",
        "ore",
        "il",
        "di",
        "den",
        "г",
        "года",
        "году",
        "в",
        "р",
        "року",
        "dnia",
        "dne",
        "o",
        "godz",
        "godzina",
        "na",
        "t",
        ",",
        ".",
        "-",
        "–",
        "·",
        "|",
        "•",
        "/",
        "'",
        "’",
        ":",
        "º",
        "ª",
    ]
)


def read_date(text: str, *, order: DateOrder | None = None, year: int | None = None) -> date | None:
    """Return a date; None for what is none, for one whose order is not known, or whose weekday is another one's.

    With `year` a date may lack its own: `9/1 (Tue)`, `1 September`.
    """
    bare = with_digits(text.strip(" ,·|•–_"))
    bare = re.sub(r"(?<=\d)\s?[T,]$|\s(?:at|um|à|kl\.?|klo|om|de)$", "", bare).strip(" ,·-–_")
    if (numeric := numeric_date(bare)) and len(numeric.first) < 4:
        return date_of(numeric, order) if order else None
    try:
        return (
            _year_first(bare)
            or _in_vietnamese(bare, year)
            or _with_month(bare, year)
            or _without_year(bare, order, year)
        )
    except ValueError:
        return None


def _year_first(text: str) -> date | None:
    if found := _BASIC.fullmatch(text):
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _WEEK.fullmatch(text):
        return date.fromisocalendar(int(found["year"]), int(found["week"]), int(found["day"]))
    if found := _ORDINAL.fullmatch(text):
        first = date(int(found["year"]), 1, 1)
        day = date.fromordinal(first.toordinal() + int(found["day"]) - 1)
        return day if day.year == first.year and int(found["day"]) else None
    found = _YEAR_FIRST.search(text)
    if found is None:
        return None
    year = (
        int(found["year"])
        if found["year"]
        else _ERAS[found["era"]] + int(found["era_year"].replace("元", "1"))
    )
    day = date(year, int(found["month"]), int(found["day"]))
    return day if _is_its_weekday(f"{text[: found.start()]} {text[found.end() :]}", day) else None


def _is_its_weekday(rest: str, day: date) -> bool:
    """Tell whether all that is left beside a date is its weekday, or nothing."""
    bare = re.sub(r"[()\[\],]", " ", rest).strip(" .·|•–-")
    if not bare:
        return True
    return WEEKDAYS.get(folded(bare)) == day.weekday()


def _in_vietnamese(text: str, year: int | None) -> date | None:
    """Read `Ngày 4 tháng 3 năm 2024`, which numbers its months and has weekdays of two words."""
    found = _VIETNAMESE.fullmatch(text)
    if found is None or (found["year"] is None and year is None):
        return None
    day = date(int(found["year"] or year or 0), int(found["month"]), int(found["day"]))
    named = WEEKDAYS.get(folded(" ".join(found["weekday"].split()))) if found["weekday"] else None
    return day if found["weekday"] is None or named == day.weekday() else None


def _with_month(text: str, year: int | None) -> date | None:
    """Read a date with the name of its month: `3 August 2026`, `Aug 3rd, 2026`, `Wed Oct 10 2018`."""
    words: list[str] = _WORD.findall(_WEEKDAY_ASIDE.sub(r" \1\2 ", text))
    numbers: list[tuple[int, str]] = []  # with the place of each
    months: list[tuple[int, int]] = []
    weekdays: list[int] = []
    either: list[tuple[int, int, int]] = []  # `mar` is March, or a Tuesday
    for place, word in enumerate(words):
        name = folded(word)
        month, weekday = MONTHS.get(name), WEEKDAYS.get(name)
        if word.isdecimal():
            numbers.append((place, word))
        elif month and weekday is not None:
            either.append((place, month, weekday))
        elif month:
            months.append((place, month))
        elif name in _JOINING or word in _JOINING:
            continue
        elif weekday is not None:
            weekdays.append(weekday)
        else:
            return None
    if not months and either:
        place, month, _ = either.pop()
        months.append((place, month))
    weekdays += [weekday for _, _, weekday in either]
    if len(months) != 1 or len(weekdays) > 1:
        return None
    found = _day_and_year(numbers, months[0][0], year)
    if found is None:
        return None
    day = date(found[1], months[0][1], found[0])
    return day if not weekdays or weekdays[0] == day.weekday() else None


def _day_and_year(numbers: list[tuple[int, str]], month_at: int, year: int | None) -> tuple[int, int] | None:
    if len(numbers) == 1 and year is not None and len(numbers[0][1]) <= 2:
        return int(numbers[0][1]), year
    if len(numbers) != 2:
        return None
    (_, first), (last_at, last) = numbers
    if len(first) == 4 and len(last) <= 2:
        return int(last), int(first)
    if len(first) > 2 or len(last) not in {2, 4} or last_at < month_at:
        return None
    return int(first), full_year(last)


def _without_year(text: str, order: DateOrder | None, year: int | None) -> date | None:
    """Read `9/1 (Tue)` or `9月1日`; `9/1` is the month first, as only that is written without a year in a heading."""
    found = re.fullmatch(
        r"(?P<before>[^\W\d]+)?\W{0,3}(?P<month>\d{1,2})\s?(?P<mark>[/月월])\s?(?P<day>\d{1,2})\s?[日일]?\W{0,2}(?P<after>[^\W\d]+)?\W?",
        text,
    )
    if found is None or year is None:
        return None
    month, day = int(found["month"]), int(found["day"])
    weekday = next(
        (WEEKDAYS.get(folded(word), -1) for word in (found["before"], found["after"]) if word), None
    )
    readings = [(month, day)] if found["mark"] != "/" or order in {"mdy", "ymd"} else [(day, month)]
    if found["mark"] == "/" and order is None:
        readings = [(month, day), (day, month)]
    days = [one for one in (_date(year, *reading) for reading in readings) if one]
    fitting = [one for one in days if weekday in (None, one.weekday())]
    return fitting[0] if len(set(fitting)) == 1 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_TITLE = re.compile(
    r"(?P<first>\d{1,2})(?:/(?P<second>\d{1,2})|\s?[月월]\s?(?P<day>\d{1,2})\s?[日일])[\s:：、,]+(?P<words>.*[^\W\d_].*)"
)
_FEWEST = 4
_LEAP_YEAR = 2000
_MOST_ASIDE = 4  # one in so many may stand elsewhere


@dataclass(frozen=True, slots=True)
class DayTitle:
    """A month and a day as they are written, and the words behind them."""

    written: str
    words: str
    has_names: bool  # of month and day, so that their order is known


def day_title(text: str) -> DayTitle | None:
    """Return a line that may name a day, or None."""
    found = _TITLE.fullmatch(text)
    if found is None:
        return None
    second = found["second"] or found["day"]
    has_names = found["second"] is None
    written = f"{found['first']}月{second}日" if has_names else f"{found['first']}/{second}"
    return DayTitle(written, found["words"], has_names)


@dataclass(slots=True)
class DayTitles:
    """Hears all lines of a text."""

    _titles: list[DayTitle] = field(default_factory=list)
    _aside: int = 0

    def note(self, title: DayTitle, *, is_after_blank: bool) -> None:
        """Take note of a line that may name a day."""
        if is_after_blank:
            self._titles.append(title)
        else:
            self._aside += 1

    def order(self) -> DateOrder | None:
        """Return which of both numbers is the month, or None if the lines name no days."""
        if len(self._titles) < _FEWEST or self._aside * _MOST_ASIDE > len(self._titles):
            return None
        orders: tuple[DateOrder, ...] = ("mdy", "dmy")
        fitting = [order for order in orders if self._runs_forward(order)]
        if len(fitting) == 2 and all(title.has_names for title in self._titles):
            return "mdy"
        return fitting[0] if len(fitting) == 1 else None

    def _runs_forward(self, order: DateOrder) -> bool:
        days = [read_date(title.written, order=order, year=_LEAP_YEAR) for title in self._titles]
        known = [day for day in days if day is not None]
        back = sum(later <= earlier for earlier, later in pairwise(known))
        return len(known) == len(days) and back <= (known[-1] < known[0])  # but once, at the new year
