"""What a log or column tells as a whole about its times: whether day or month stands first, and which of two equal hours is meant.

A reader of a log passes over it twice: first `date_order` of all its dates (`numeric_date` takes one apart, with its
weekday), then `date_of` for each, which is None where the weekday contradicts it. It need not care for the changes of
clocks: what it yields goes through `in_running_order` (see `inputs.READERS`). Pure, but for the year that it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias

from tane.importing.calendar_words import WEEKDAYS, folded
from tane.importing.records import ImportRecord, Row

DateOrder: TypeAlias = Literal["ymd", "dmy", "mdy"]

_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
_STEPS = 3
_CENTURY = 69
_OLDEST_YEAR = 1900
_REMEMBERED = 10_000  # conversations whose last time is known

# A step back that is smaller is two messages that crossed, not the second of two equal hours.
_CROSSED = timedelta(minutes=1)
_NUMERIC = re.compile(
    r"(?P<before>[^\W\d][^\d/]{0,20}?)?[\s,]*"
    r"(?P<first>\d{1,4})\s?(?P<mark>[./\-])\s?(?P<second>\d{1,2})\s?(?P=mark)\s?(?P<third>\d{1,4})\.?"
    r"[\s,]*(?:[(\[（](?P<within>[^()（）\d]{1,20})[)\]）]|(?P<after>[^\W\d][^\d/:]{0,20}))?"
)


@dataclass(frozen=True, slots=True)
class NumericDate:
    """A date in three numbers, in the order in which they are written, and its weekday (Monday is 0) if it stands there."""

    first: str
    second: str
    third: str
    weekday: int | None = None
    has_dots: bool = False


def weekday_of(word: str) -> int | None:
    """Return which day of the week a word names, from 0 for Monday; None if it names none, or not certainly one."""
    return WEEKDAYS.get(folded(word))


def numeric_date(text: str) -> NumericDate | None:
    """Take apart `03/08/2026`, `Mon, 08/03/2026` or `3.8.26 (Mo)`; None for anything else."""
    found = _NUMERIC.fullmatch(text.strip())
    if found is None or {len(found["first"]), len(found["third"])} & {3}:
        return None
    words = [word for word in (found["before"], found["within"], found["after"]) if word]
    weekdays = [weekday_of(word) for word in words]
    if None in weekdays or len(words) > 1:
        return None
    return NumericDate(
        found["first"],
        found["second"],
        found["third"],
        weekday=weekdays[0] if weekdays else None,
        has_dots=found["mark"] == ".",
    )


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """Which orders the dates of a whole log or column leave open, and whether the one that is left is proven."""

    open: frozenset[DateOrder] = frozenset()
    is_proven: bool = False  # by weekdays, or days that no other order allows
    has_dots: bool = False  # and nothing speaks against the day first

    @property
    def order(self) -> DateOrder | None:
        """The order, or None; dates with dots are day first unless something speaks against it, see `has_dots`."""
        if len(self.open) == 1:
            return next(iter(self.open))
        return "dmy" if self.has_dots else None


def date_order(dates: Iterable[NumericDate], *, is_log: bool = True) -> DateOrder | None:
    """Return the order that the dates of a whole log, or column of a table, allow; None if it stays open."""
    return order_evidence(dates, is_log=is_log).order


def order_evidence(
    dates: Iterable[NumericDate], *, is_log: bool = True, years: range | None = None
) -> OrderEvidence:
    """Tell the order of dates by weekdays, else by days that do not exist, else by the time running forward.

    A table, which may be in any order, must run forward or backward without an exception. A year of two digits is one
    of `years`, without them none that has not come. Where the years could be the days as well, those that change less are the
    years; unless the other reading is both more usual and more recent, which is open.
    """
    years = years or range(_OLDEST_YEAR, latest_year() + 1)
    courses = {order: _Course(years) for order in _ORDERS}
    has_dots = False
    count = 0
    for one in dates:
        if len(one.first) == 4:
            return OrderEvidence(frozenset(("ymd",)), is_proven=True)
        count += 1
        has_dots = has_dots or one.has_dots
        for order, course in courses.items():
            course.add(one, order)
    if not count:
        return OrderEvidence()
    faults = {order: course.faults(is_log=is_log) for order, course in courses.items()}
    by_day: DateOrder = "dmy" if faults["dmy"] <= faults["mdy"] else "mdy"
    year, best = courses["ymd"], courses[by_day]
    is_usual = year.latest <= best.latest
    if faults["ymd"] < faults[by_day]:
        is_certain = faults["ymd"][:2] < faults[by_day][:2]
        by_course = is_log or year.is_orderly() or (not year.leaps and best.leaps > 1)
        if is_usual:
            by_course = faults[by_day][2] - faults["ymd"][2] >= _STEPS
        found: set[DateOrder] = {"ymd"} if is_certain or by_course else {"ymd", by_day}
    elif faults["ymd"] == faults[by_day] and year.drift < best.drift:
        found = {"ymd", by_day} if is_usual or not (is_log or year.is_orderly()) else {"ymd"}
    else:
        is_open = faults["dmy"] == faults["mdy"]
        is_by_course_only = faults["dmy"][:2] == faults["mdy"][:2]
        is_open = is_open or (not is_log and is_by_course_only and not best.is_orderly())
        found = {"dmy", "mdy"} if is_open else {by_day}
        if faults["ymd"] == faults[by_day] and year.drift == best.drift and not is_usual:
            found.add("ymd")
    proofs = {order: fault[:2] for order, fault in faults.items()}
    is_proven = len(found) == 1 and all(
        proofs[one] > min(proofs.values()) for one in _ORDERS if one not in found
    )
    speaks_against_dots = "ymd" in found and year.drift < best.drift
    return OrderEvidence(frozenset(found), is_proven=is_proven, has_dots=has_dots and not speaks_against_dots)


def latest_year() -> int:
    """Return the last year that a date of the past may have; clocks may run a little fast."""
    return datetime.now(UTC).year + 1


def full_year(written: str) -> int:
    """Return a year of which two digits may be written: 69 to 99 are of the last century, as in POSIX."""
    year = int(written)
    return year if len(written) > 2 else year + (1900 if year >= _CENTURY else 2000)


def date_of(written: NumericDate, order: DateOrder) -> date | None:
    """Return the date; None if there is no such day, or the weekday beside it is another one's."""
    try:
        found = date(*_sorted(written, order))
    except ValueError:
        return None
    return found if written.weekday in (None, found.weekday()) else None


def _sorted(written: NumericDate, order: DateOrder) -> tuple[int, int, int]:
    """Return year, month and day; a date whose year is written in full at the front is never in another order."""
    if order == "ymd" or len(written.first) == 4:
        year, month, day = written.first, written.second, written.third
    else:
        first, second, year = written.first, written.second, written.third
        day, month = (first, second) if order == "dmy" else (second, first)
    return full_year(year), int(month), int(day)


class _Course:
    """What speaks against one order, date by date."""

    def __init__(self, years: range) -> None:
        self._years = years  # that two digits may mean
        self._misfits = self._impossible = self._forward = self._backward = 0
        self.leaps = 0  # over a year or more
        self._last: date | None = None
        self.drift = 0  # of the years, from date to date
        self.latest = 0  # year

    def add(self, written: NumericDate, order: DateOrder) -> None:
        try:
            found = date(*_sorted(written, order))
        except ValueError:
            found = None
        is_short = len(written.first if order == "ymd" else written.third) <= 2
        if found is None or (is_short and found.year not in self._years):
            self._impossible += 1
            self._misfits += written.weekday is not None
            return
        self._misfits += written.weekday not in (None, found.weekday())
        if self._last is not None:
            self._forward += found > self._last
            self._backward += found < self._last
            step = abs(found.year - self._last.year)
            self.leaps += step > 1
            self.drift += step
        self._last = found
        self.latest = max(self.latest, found.year)

    def faults(self, *, is_log: bool) -> tuple[int, int, int]:
        back = self._backward if is_log else min(self._forward, self._backward)
        return self._misfits, self._impossible, back + self.leaps

    def is_orderly(self) -> bool:
        """Tell whether so many dates in a row would hardly run one way by chance."""
        return self._forward + self._backward >= _STEPS and not min(self._forward, self._backward)


class RunningClock:
    """Makes moments of local times that come one after the other, and so knows which of two equal hours is meant.

    When clocks are put back, the same local time comes twice: the earlier one is meant unless that would be a step back
    in a log that runs forward. A time that no clock showed, because clocks were put forward, counts as if they had not
    been: 02:30 is 03:30. A log may also run backward; the first steps decide.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._last: datetime | None = None
        self.forward = 0
        self.backward = 0

    def moment(self, local: datetime) -> datetime:
        """Return the next time of the log in UTC; one that names its zone is no question."""
        if local.tzinfo is not None:
            return self.note(local.astimezone(UTC))
        early, late = (local.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if late <= early or self._last is None:  # one only, or one that no clock showed
            return self.note(early)
        if self.backward > self.forward:
            return self.note(late if late <= self._last + _CROSSED else early)
        return self.note(early if early > self._last - _CROSSED else late)

    def note(self, moment: datetime) -> datetime:
        """Take a moment that is certain for the last one, and return it."""
        if self._last is not None:
            self.forward += moment > self._last
            self.backward += moment < self._last
        self._last = moment
        return moment


def in_running_order(rows: Iterable[Row], zone: tzinfo) -> Iterator[Row]:
    """Yield rows, those of a repeated hour with the moment that the order of the log gives them.

    Where the whole runs in no order, each conversation may.
    """
    whole = RunningClock(zone)
    parts: dict[str | None, RunningClock] = {}
    for row in rows:
        if not isinstance(row, ImportRecord) or row.uttered_at is None:
            yield row
            continue
        if row.conversation not in parts:
            if len(parts) == _REMEMBERED:
                parts.clear()
            parts[row.conversation] = RunningClock(zone)
        part = parts[row.conversation]
        leading, other = (whole, part) if _is_steady(whole) else (part, whole)
        moment = row.uttered_at
        if row.has_local_time and is_repeated(moment, zone):
            moment = leading.moment(moment.astimezone(zone).replace(tzinfo=None, fold=0))
        else:
            leading.note(moment)
        if other is not leading:
            other.note(moment)
        yield row if moment == row.uttered_at else replace(row, uttered_at=moment)


def _is_steady(clock: RunningClock) -> bool:
    return not clock.forward or not clock.backward


def is_repeated(moment: datetime, zone: tzinfo) -> bool:
    """Tell whether a clock of this zone showed the same time an hour before or after, too."""
    local = moment.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
