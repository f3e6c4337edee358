"""Reads the lines of LINE's log that hold nothing but a day: `2026/08/03(月)`, `2026.08.03 Monday`, `ศ. 28/11/2568`."""

import re
from dataclasses import replace

from tane.importing.dates import NUMBERS, ORDERS, WrittenDate, written_date
from tane.importing.day_words import WEEKDAY_OF, folded

_DAY = re.compile(rf"(?P<before>\D{{0,24}}?)(?P<date>{NUMBERS})(?P<after>\D{{0,24}})")
_BRACKETED = re.compile(r"\s*[(（][^\d()（）]{1,12}[)）]\s*")
_WEEKDAYS_GROUP = re.compile(r"[\s,，()（）]+")
_ENDS = re.compile(r"^\s?[日일号號]")  # of a date in numbers
_FILLERS = frozenset(("ngày", "วัน", "วันที่", "de"))


def day_of(line: str) -> WrittenDate | None:
    """Return the day of a line that holds nothing else but its weekday."""
    found = _DAY.fullmatch(line.strip())
    if found is None or not (len(found["first"]) == 4 or len(found["third"]) == 4 or found["era"]):
        return None
    before, after = found["before"], _ENDS.sub("", found["after"])
    words = [
        word for side in (before, after) for part in _WEEKDAYS_GROUP.split(side) if (word := folded(part))
    ]
    words = [word for word in words if word not in _FILLERS]
    weekday = next((WEEKDAY_OF[word] for word in (*words, "".join(words)) if word in WEEKDAY_OF), None)
    if words and weekday is None and not (not before.strip() and _BRACKETED.fullmatch(after)):
        return None
    if len(words) > 1 and "".join(words) not in WEEKDAY_OF:
        return None
    date = replace(written_date(found, beside=before + after), weekday=weekday)
    return date if any(date.on(order) for order in ORDERS) else None
