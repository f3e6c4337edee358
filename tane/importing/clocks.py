"""Reads clocks as the programs of other people's phones write them: `9:14 p. m.`, `下午9:14`, `21.14`, `٩:١٤ م`.

Digits may be of any script. A part of the day stands before or after the digits; one that is not known leaves the
time unread, for the hour would be wrong by twelve.
"""

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache

from tane.importing.day_words import HOURS_OF, folded

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
class Clock:
    """A time of day as it is written."""

    hour: int
    minute: int
    second: int
    hours: frozenset[int] | None  # of its part of the day, None: it names none
    is_word_unknown: bool  # beside it stands a word of which nobody knows whether it is a part of the day

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


def read_clock(before: str, digits: str, after: str) -> Clock:
    """Read a clock and what stands on both sides of it."""
    numbers = [int(number) for number in re.findall(r"\d+", digits)]
    (earlier, is_odd_before), (later, is_odd_after) = part_of_the_day(before), part_of_the_day(after)
    is_odd = is_odd_before or is_odd_after
    hour, minute, second = (*numbers, 0)[:3]
    hours = None if is_odd else earlier or later
    return Clock(hour=hour, minute=minute, second=second, hours=hours, is_word_unknown=is_odd)


@lru_cache(maxsize=1024)
def part_of_the_day(words: str) -> tuple[frozenset[int] | None, bool]:
    """Return the hours of the part of the day that is named among these words, and whether some are unknown."""
    found = None
    tokens = [word for written in _BREAKS.split(words) if (word := folded(written))]
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
class Habits:
    """How the clocks of a log are written, told from all of them."""

    clocks: int = 0
    unknown: int = 0
    counts_to_24: bool = False

    def note(self, clock: Clock) -> None:
        """Take note of one clock."""
        self.clocks += 1
        self.unknown += clock.is_word_unknown
        self.counts_to_24 = self.counts_to_24 or clock.shows_24_hours

    def time(self, clock: Clock) -> time | None:
        """Return a time as hours of the day, or None if its half of the day is not known."""
        if clock.hours is not None and self.unknown * _UNKNOWN > self.clocks:
            return None
        return clock.time(counts_to_24=self.counts_to_24)
