"""Tells where a message of a WhatsApp log begins: with its time, as the language of the phone writes it.

`[03.08.26, 21:14:05] `, `8/3/26, 9:14 PM - `, `3.08.26 г., 21:14 ч. - `, `2026/8/3 下午9:14 - `: three
numbers, a clock, words beside it, and an end.

Lines of the same look may be pasted into a message. A phone writes all headers of one export alike: the same marks, years of as
many digits. A few headers of another form that stand alone are part of a message; many in a row are another log, joined to this
one. A header of the log's own form without a name is a note of the program if its time is in order; if not, it is a note that
somebody wrote, `14/05/2024, 10:00 - dentist`.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby

from tane.importing.chat_times import (
    DIGITS,
    MARKS,
    NUMBERS,
    WrittenClock,
    WrittenDate,
    date_order,
    part_of_the_day,
    read_clock,
    written_date,
)
from tane.importing.chronology import DateOrder, weekday_of

_WEEKDAY = r"(?:(?P<weekday>[^\W\d_]{1,15}\.?),?\s)?"
_WHEN = rf"{_WEEKDAY}(?P<date>{NUMBERS})(?P<before>[^\d:\[\]\n]{{1,24}}?)(?P<clock>{DIGITS})(?!\d)(?P<after>[^\d:\[\]\n]{{0,24}}?)"
_BLANK = rf"[\s{MARKS}]"
_HEADS = tuple(
    re.compile(form.replace("WHEN", _WHEN) + r"(?P<rest>.*)")
    for form in (
        rf"\[{_BLANK}{{0,4}}WHEN{_BLANK}{{0,4}}\]\s?",
        rf"WHEN(?:{_BLANK}{{0,3}}\s{_BLANK}{{0,3}}|(?<=\.))[\-–—]{_BLANK}{{0,3}}\s",
        rf"WHEN{_BLANK}{{0,3}}:\s",
    )
)
_MARKS = re.compile(f"[{MARKS}]+")
_SEPARATORS = re.compile(rf"^[\s.,،、日일{MARKS}]+")
_FIRST = re.compile(r"(?:[^\W\d_]{1,15}\.?,?\s)?(?:\d|[RHS]\d|令和|平成|昭和)|\[")
_PARTED = re.compile(r"[./\-／年년]")
_WITHIN = re.compile(r"[(\[（]([^\W\d_]{1,12})\.?[)\]）]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The beginning of a message: when it was sent, and what follows on its line."""

    date: WrittenDate
    clock: WrittenClock
    written: str  # date and time as the file has them
    rest: str
    form: tuple[
        int, int, int, str
    ]  # marks that end it, digits that its first and last number may have, what parts them

    @property
    def is_bracketed(self) -> bool:
        """Tell whether it is written as iOS does."""
        return self.form[0] == 0


@lru_cache(maxsize=8)  # a line is asked twice: whether it begins a message, and which
def head_of(line: str) -> Head | None:
    """Return when a message was sent and the rest of its first line, or None if none begins here."""
    marks = _MARKS.match(line)
    bare = line[marks.end() :] if marks else line
    if not _FIRST.match(bare):
        return None
    number, found = next(
        ((n, found) for n, form in enumerate(_HEADS) if (found := form.fullmatch(bare))), (0, None)
    )
    if found is None:
        return None
    before, after = found["before"], found["after"]
    beside = _WITHIN.search(before)
    word = found["weekday"] or (beside[1] if beside else "")
    weekday = weekday_of(word) if word else None
    if found["weekday"] and weekday is None:
        return None
    clock = read_clock(before, found["clock"], after)
    if clock.hour > 23 or clock.minute > 59 or clock.second > 59:
        return None
    # A part of the day belongs to the time; a comma and `at` do not.
    part = _SEPARATORS.sub("", before) if part_of_the_day(before)[0] else ""
    return Head(
        date=replace(written_date(found, beside=before + after), weekday=weekday),
        clock=clock,
        written=f"{found['date']} {part}{found['clock']}{after.rstrip()}",
        rest=found["rest"],
        form=(
            number,
            max(2, len(found["first"])),
            max(2, len(found["third"])),
            _PARTED.findall(found["date"])[0],
        ),
    )


def is_head(line: str) -> bool:
    """Tell whether a message begins with this line."""
    return head_of(line) is not None


Form = tuple[int, int, int, str]
_LONGEST_PASTE = 20  # heads on end, if the log goes on in its own form
_LONGEST_LAST = 2  # if it does not
_SAID = re.compile(r".{1,80}?:(?:\s|$)")


@dataclass(slots=True)
class Forms:
    """The forms of a log's heads, in their order."""

    _known: dict[Form, int] = field(default_factory=dict)
    _heard: bytearray = field(default_factory=bytearray)  # of each head the number of its form
    _pasted: set[int] = field(default_factory=set)
    _dates: list[WrittenDate] = field(default_factory=list)
    _unnamed: list[tuple[int, list[WrittenDate]]] = field(default_factory=list)  # with the dates beside them
    _last: Head | None = None

    def note(self, head: Head) -> None:
        """Take note of the next line that looks like a head."""
        if not self._dates or self._dates[-1] != head.date:
            self._dates.append(head.date)
        if self._unnamed and len(self._unnamed[-1][1]) == 2:
            self._unnamed[-1][1].append(head.date)
        if self._last and _SAID.match(self._last.rest) and not _SAID.match(head.rest):
            self._unnamed.append((len(self._heard), [self._last.date, head.date]))
        self._heard.append(self._known.setdefault(head.form, len(self._known)))
        self._last = head

    def decide(self) -> None:
        """Find the heads that are none: those of another form than most, in short runs, and those out of their time."""
        if order := date_order(self._dates):
            self._pasted.update(number for number, dates in self._unnamed if _is_out_of_time(dates, order))
        if len(self._known) < 2:
            return
        own = Counter(self._heard).most_common(1)[0][0]
        at = 0
        for is_own, run in groupby(self._heard, key=lambda form: form == own):
            length = len(list(run))
            limit = _LONGEST_PASTE if at + length < len(self._heard) else _LONGEST_LAST
            if not is_own and at > 0 and length <= limit:
                self._pasted.update(range(at, at + length))
            at += length

    def begins(self) -> Callable[[str], bool]:
        """Return what tells, line by line from the first, whether a message begins."""
        number = -1

        def begins(line: str) -> bool:
            nonlocal number
            if head_of(line) is None:
                return False
            number += 1
            return number not in self._pasted

        return begins


def _is_out_of_time(dates: list[WrittenDate], order: DateOrder) -> bool:
    """Tell whether the second of three days lies before the first or after the third."""
    days = [date.on(order) for date in dates]
    before, own, *after = days
    if before is None or own is None or not after or after[0] is None:
        return False
    return not before <= own <= after[0] and before <= after[0]
