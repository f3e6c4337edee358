"""Tells the heads of a log's own messages from lines of the same look that somebody pasted into a message.

A phone writes all heads of one export alike: the same marks, years of as many digits. A few heads of another form that
stand alone are words; many on end are another log, joined to this one. A line of the log's own form without a name is
the program's, and lies in its place in time; one that does not is a note of somebody's, `14/05/2024, 10:00 - dentist`.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

from tane.importing.chronology import DateOrder
from tane.importing.dates import WrittenDate, date_order
from tane.importing.whatsapp_heads import Head, head_of

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

    def hear(self, head: Head) -> None:
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
