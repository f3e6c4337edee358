"""Tells where a message of WhatsApp's log begins: with its time, in the manner of the phone's language.

`[03.08.26, 21:14:05] `, `8/3/26, 9:14 PM - `, `3.08.26 г., 21:14 ч. - `, `2026/8/3 下午9:14 - `: three
numbers, a clock, words beside it, and an end. What the words mean is told elsewhere.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from tane.importing.chronology import weekday_of
from tane.importing.clocks import DIGITS, MARKS, Clock, part_of_the_day, read_clock
from tane.importing.dates import NUMBERS, WrittenDate, written_date

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
    clock: Clock
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
