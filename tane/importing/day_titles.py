"""Tells whether a text names its days by lines such as `4/5 花見`: a month, a day, and words. Pure.

One such line may as well be half an onion. Only a text in which they stand after blank lines and run forward means days.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from tane.importing.chronology import DateOrder
from tane.importing.written_dates import read_date

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
