"""Finds the headings of a diary that are dates, and tells the day of what stands under each. Pure.

A heading is a date in the marks of Markdown, a wiki or plain text, or a line that is nothing but a date. Its day holds
until the next date, or the next heading of the same or a higher level that is none. A day without a clock counts as its
first minute; a clock that stands alone as a heading is one of that day.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tane.importing.calendar_words import HALVES, MONTHS, WEEKDAYS, folded
from tane.importing.chronology import DateOrder, NumericDate, numeric_date, weekday_of
from tane.importing.times import date_in, read_clock, read_time
from tane.importing.written_dates import day_title, read_date, with_digits

_LONGEST_LINE = 80
_LOWEST = 8  # the level of a line without marks: no heading ends its day
_SIGNED = 7  # nor that of one with a mark of its own
_LEAP_YEAR = 2000
_HALF_A_YEAR = timedelta(days=183)
_MARKED = re.compile(
    r"\s{0,3}(?P<marks>#{1,6})(?P<space>[ \t]*)(?P<text>.*?)[ \t#]*|(?P<wiki>={1,6})\s*(?P<within>[^=]+?)\s*(?P=wiki)\s*"
)
_SIGN = re.compile(r"[■●◆◇□▼▽▲△○◎★☆]\s*(.+)|【(.+?)】\s*(.*)")
_WRAPPED = re.compile(
    r"(?:\*\*|__)(?P<bold>.+)(?:\*\*|__)|\[\[(?P<link>[^\[\]|]+)(?:\|[^\[\]]*)?\]\]|[\[<【〈《(](?P<within>[^\[\]<>()【】]+)[\]>】〉》)]"
    r"|[-=~*–—]{1,5}\s(?P<ruled>.+?)(?:\s[-=~*–—]{1,5})?|[-*+・]\s+(?P<item>.+)"
    r"|(?:date|日付|日時|datum|fecha|data|날짜|日期)\s?:\s*(?P<labelled>.+)",
    re.IGNORECASE,
)
_UNDERLINE = re.compile(r"\s{0,3}(?:={3,}|-{3,}|~{3,})\s*")
_WEATHER = re.compile(
    r"[\s　,、。・／/→～~|()（）]*(?:[晴曇雨雪雷霧風快れりはくもあめゆきのち時々一後所により]|[\d.\-]+\s?[℃度])+[\s晴曇雨雪雷霧れりくもあめゆきのち時々一後、。・/／→℃度\d.]*"
)
_WORD = re.compile(r"[^\W\d_]+\.?")
_MOST_BLANKS = 10
_FIRST_WORD = re.compile(r"[^\w]*(\d|[^\W\d_]+)")
_FIRST_WORDS = frozenset(
    (*MONTHS, *WEEKDAYS, *HALVES, "令和", "平成", "昭和", "大正", "明治", "r", "h", "s", "le", "el", "den", "date", "日付", "日時", "datum",
     "fecha", "data", "날짜", "日期", "pm", "ngày", "thứ", "chủ")
)  # fmt: skip
_PREFIX_ENDS = re.compile(r"[\s)\]:—–、,]|$|(?<=[日)])")
_MOST_PREFIXES = 12
_YEAR_ALONE = re.compile(r"(?P<year>(?:19|20)\d{2})\s?年?")
_YEAR_WITHIN = re.compile(r"(?<!\d)(?:19|20)\d{2}(?![\d.])")
_MONTH_ALONE = re.compile(r"(?P<year>(?:19|20)\d{2})\s?[年/.\-_]\s?(?P<month>\d{1,2})\s?月?")
_DAY_ALONE = re.compile(r"(?P<day>\d{1,2})\s?日?\s?[(\[]?(?P<weekday>[^\W\d_]{1,12})?[)\]]?")
_MONTH_AND_DAY = re.compile(
    r"\W{0,2}\d{1,2}\s?[/月월]\s?\d{1,2}\s?[日일]?\s?[(（]?(?P<word>[^\W\d_]{0,12})[)）]?"
)
_FRACTION = re.compile(r"\W{0,2}\d{1,2}\s?/\s?\d{1,2}")
_DAY_AND_MONTH = re.compile(
    r"(?:(?P<before>[^\W\d_]{1,12})\.?,?\s)?(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:,?\s?[(（]?(?P<after>[^\W\d_]{1,12})\.?[)）]?)?"
)
_DOTTED = re.compile(
    r"(?:[^\W\d_]{1,12}\.?,?\s)?(?P<first>\d{1,4})\.\s?(?:\d{1,2}\.|[^\W\d_]{3,12}\.?)\s?\d{1,4}\b.*"
)
_IS_WEATHER = re.compile("[晴曇雨雪雷霧]|はれ|くもり|あめ|ゆき")
_DATE_SHAPED = re.compile(r"\d{4}\s?[/.\-_年]\s?\d{1,2}\s?[/.\-_月]\s?\d{1,2}\s?日?")
_WITHIN_NAME = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}(?:[-_.]\d{1,2}[-_.]\d{1,2}|\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|[01]\d[0-3]\d))(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may be a heading: its level, and its words without their marks."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Dated:
    """What a heading says of the time of what follows; `rest` is what it says besides. None: a date that cannot be read."""

    moment: datetime | None
    has_clock: bool = False
    rest: str = ""


def heading_of(line: str) -> Heading | None:
    """Return a line as a heading; None for one that is too long or has no figure to be a date, or a title."""
    if len(line) > _LONGEST_LINE * 2 or not line.strip():
        return None
    text = with_digits(unicodedata.normalize("NFKC", line).strip())
    marked = _MARKED.fullmatch(text)
    level = _LOWEST
    if marked:
        level = len(marked["marks"] or marked["wiki"])
        if marked["marks"] and not marked["space"]:
            level = _SIGNED  # `#garden` is a tag, `##2026-09-01` may be a heading all the same
        text = marked["text"] if marked["marks"] else marked["within"]
    elif sign := _SIGN.fullmatch(text):
        level, text = _SIGNED, sign[1] or f"{sign[2]} {sign[3]}".strip()
    elif not _may_be_date(text):
        return None
    for _ in range(3):
        if (wrapped := _WRAPPED.fullmatch(text)) is None:
            break
        text = next(filter(None, wrapped.groups()), "").strip()
    return Heading(level, with_digits(text))


def _may_be_date(text: str) -> bool:
    """Tell by its beginning and its length whether it is worth while to read a line without marks as a date."""
    if (
        len(text) > _LONGEST_LINE
        or text.count(" ") > _MOST_BLANKS
        or (not any(map(str.isdigit, text)) and "元" not in text)
    ):
        return False
    first = _FIRST_WORD.match(text)
    return first is not None and (first[1].isdigit() or folded(first[1]) in _FIRST_WORDS)


def is_underline(line: str) -> bool:
    """Tell whether a line underlines the one above."""
    return _UNDERLINE.fullmatch(line) is not None


def date_in_name(name: str) -> date | None:
    """Return the day that the name of a file holds, if it is one only: `2026-08-03`, `diary 2026_08_03`."""
    found = {
        read_date(one.replace("_", "-")) for one in _WITHIN_NAME.findall(unicodedata.normalize("NFKC", name))
    }
    return found.pop() if len(found) == 1 else None


@dataclass(slots=True)
class Diary:
    """Goes through the lines of a text, and knows the time of the current one.

    `order` is that of dates in three numbers, told from all headings (`open_dates` gives them); `start` is what the file's
    name or its properties say, which holds where no heading does.
    """

    start: datetime | None = None
    order: DateOrder | None = None
    titles: DateOrder | None = None  # of lines that name a day without its year and go on with words
    year: int | None = None
    month: int | None = None
    current: Dated | None = None
    _level: int = 0
    _last: date | None = None
    _is_after_blank: bool = True
    _is_dotted: bool = False  # the last date with its year was written 4.3.2024

    def __post_init__(self) -> None:
        if self.start is not None:
            self.year, self._last = self.start.year, self.start.date()
        self.current = None if self.start is None else Dated(self.start)

    def name(self, title: str) -> None:
        """Take year and month from a file's name that holds no day."""
        if self.year is None and (
            found := re.search(r"(?<!\d)((?:19|20)\d{2})(?:[-_. 年]?(\d{1,2})月?)?(?!\d)", title)
        ):
            self.year, self.month = int(found[1]), int(found[2]) if found[2] else None

    def take(self, line: str) -> Dated | None:
        """Return what a line says of the time of those after it, if it is a heading that is a date."""
        is_after_blank, self._is_after_blank = self._is_after_blank, not line.strip()
        heading = heading_of(line)
        if heading is None:
            return None
        found = self._read(heading) or (self._titled(heading) if is_after_blank else None)
        if found is None:
            if heading.level <= self._level < _SIGNED:
                self.current, self._level = None if self.start is None else Dated(self.start), 0
            return None
        self.current = found
        if (
            not found.has_clock
            or found.moment is None
            or self._level == 0
            or self._last != found.moment.date()
        ):
            self._level = heading.level
        if found.moment is not None:
            self._last, self.year = found.moment.date(), found.moment.year
            if _DAY_AND_MONTH.fullmatch(heading.text) is None:
                dotted = _DOTTED.fullmatch(heading.text)
                self._is_dotted = dotted is not None and len(dotted["first"]) <= 2 and self.order != "ymd"
        return found

    def open_date(self, line: str) -> NumericDate | None:
        """Return the date of a heading if only the other headings tell which number is the month."""
        heading = heading_of(line)
        if heading is None:
            return None
        if found := date_in(heading.text):
            self.year = int(found.third) if len(found.third) == 4 else self.year
            return found
        without_year = re.fullmatch(r"([^\W\d]*\W{0,3}\d{1,2})/(\d{1,2})(\W{0,3}[^\W\d]*\W?)", heading.text)
        if without_year and self.year and any(char.isalpha() for char in heading.text):
            return numeric_date(f"{without_year[1]}/{without_year[2]}/{self.year}{without_year[3]}")
        self.take(line)
        return None

    def _read(self, heading: Heading) -> Dated | None:
        is_marked = heading.level < _LOWEST
        if whole := self._whole(heading.text, is_marked=is_marked):
            return whole
        if is_marked:
            self._note_period(heading.text)
        for prefix, rest in _prefixes(heading.text):
            is_weather = _WEATHER.fullmatch(rest) is not None
            if not is_marked and not is_weather:
                continue
            is_fraction = _FRACTION.fullmatch(prefix) is not None
            # Languages that write the weather so put the month first.
            is_month_first = is_fraction and is_weather and _IS_WEATHER.search(rest) is not None
            found = self._whole(prefix.replace("/", "月") if is_month_first else prefix, is_marked=is_marked)
            if is_fraction and not is_weather and found and found.moment is None:
                continue  # `● 1/2 onion`
            if found and (not found.has_clock or found.moment is None or not is_clock(prefix)):
                return Dated(found.moment, found.has_clock, rest)
        return None

    def _whole(self, text: str, *, is_marked: bool) -> Dated | None:
        if text.isdigit() and (len(text) != 8 or not is_marked):
            return self._day_alone(text) if is_marked else None
        if (clock := read_clock(text)) is not None:
            return self._at(clock)
        if moment := read_time(text, order=self.order):
            has_clock = moment.time() != time() or ":" in text or read_date(text, order=self.order) is None
            return Dated(moment, has_clock)
        if _contradicts(text) or date_in(text) or _DATE_SHAPED.fullmatch(text):
            return Dated(None)
        return self._without_year(text, is_marked=is_marked) or (self._day_alone(text) if is_marked else None)

    def _at(self, clock: time) -> Dated | None:
        if self.current is None or self.current.moment is None:
            return None
        return Dated(datetime.combine(self.current.moment.date(), clock), has_clock=True)

    def _without_year(self, text: str, *, is_marked: bool) -> Dated | None:
        if self.year is None or not (is_marked or not re.fullmatch(r"\d{1,2}/\d{1,2}", text)):
            return None
        if dotted := _DAY_AND_MONTH.fullmatch(text):
            return self._of_day_and_month(dotted)
        day = read_date(text, order=self.order, year=self._year_of(text, self.year))
        if day is not None:
            return Dated(datetime.combine(day, time()))
        shaped = _MONTH_AND_DAY.fullmatch(text)
        # Another word than a weekday belongs to what the writer says: `1/2 onion` is no date.
        return Dated(None) if shaped and folded(shaped["word"]) in ("", *WEEKDAYS) else None

    def _titled(self, heading: Heading) -> Dated | None:
        title = day_title(heading.text) if self.titles and self.year else None
        if title is None or self.year is None:
            return None
        day = read_date(title.written, order=self.titles, year=self._year_of(title.written, self.year))
        return None if day is None else Dated(datetime.combine(day, time()), rest=title.words)

    def _of_day_and_month(self, found: re.Match[str]) -> Dated | None:
        """Read `7.3.` or `Do 7.3.` under 4.3.2024: a later day, or it is the number of a chapter."""
        if self._last is None or not self._is_dotted:
            return None
        weekdays = {weekday_of(word) for word in (found["before"], found["after"]) if word}
        if None in weekdays:
            return None
        for year in (self._last.year, self._last.year + 1):
            try:
                day = date(year, int(found["month"]), int(found["day"]))
            except ValueError:
                continue
            if timedelta() <= day - self._last <= _HALF_A_YEAR and weekdays <= {day.weekday()}:
                return Dated(datetime.combine(day, time()))
        return None

    def _year_of(self, text: str, year: int) -> int:
        """Return the year that a date without one belongs to: after 12/31 comes 1/1 of the next."""
        if (
            self._last is None
            or (day := read_date(_without_weekday(text), order=self.order or self.titles, year=_LEAP_YEAR))
            is None
        ):
            return year
        ahead = day - self._last.replace(year=_LEAP_YEAR)
        return self._last.year + (ahead < -_HALF_A_YEAR) - (ahead > _HALF_A_YEAR)

    def _day_alone(self, text: str) -> Dated | None:
        """Read `1日（火）` under a month."""
        found = _DAY_ALONE.fullmatch(text)
        if found is None or self.year is None or self.month is None:
            return None
        weekday = WEEKDAYS.get(folded(found["weekday"])) if found["weekday"] else None
        if found["weekday"] and weekday is None:
            return None
        try:
            day = date(self.year, self.month, int(found["day"]))
        except ValueError:
            return Dated(None)
        return Dated(datetime.combine(day, time()) if weekday in (None, day.weekday()) else None)

    def _note_period(self, text: str) -> None:
        if found := _YEAR_ALONE.fullmatch(text):
            self.year, self.month, self._last = int(found["year"]), None, None
        elif (found := _MONTH_ALONE.fullmatch(text)) and 1 <= int(found["month"]) <= 12:
            self.year, self.month, self._last = int(found["year"]), int(found["month"]), None
        elif first := read_date(f"1 {text}"):
            self.year, self.month, self._last = first.year, first.month, None
        elif len(years := _YEAR_WITHIN.findall(text)) == 1:
            self.year, self.month, self._last = int(years[0]), None, None


def is_clock(text: str) -> bool:
    """Tell whether a text is a time of day and nothing else."""
    return read_clock(text) is not None


def _prefixes(text: str) -> Iterator[tuple[str, str]]:
    """Yield beginnings of a heading with what follows each, the longest first."""
    ends = [found.end() for found in _PREFIX_ENDS.finditer(text)][:_MOST_PREFIXES]
    for end in sorted({end for end in ends if 0 < end < len(text)}, reverse=True):
        yield text[:end].strip(" :—–、,"), text[end:].strip(" :—–、,-|")


def _contradicts(text: str) -> bool:
    """Tell whether a text is a date beside which stands the weekday of another."""
    bare = _without_weekday(text)
    return bare != text.strip() and read_time(bare) is not None


def _without_weekday(text: str) -> str:
    bare = _WORD.sub(
        lambda word: "" if folded(word[0]) in WEEKDAYS and word[0] not in "年月日" else word[0], text
    )
    return re.sub(r"[(\[]\s*[)\]]", "", bare).strip(" ,")
