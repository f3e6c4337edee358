"""Since when something is new, as people write it: a date, a time, or how long ago."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tane.importing.times import parse_time

_AGO = re.compile(r"(\d{1,4})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def since_when(text: str, *, zone: str, now: datetime) -> datetime | None:
    """Return the moment, or None for what cannot be read; `36h`, `7d` and `2w` count back from now."""
    ago = _AGO.fullmatch(text.strip().lower())
    if ago is not None:
        return now - int(ago[1]) * _UNITS[ago[2]]
    return parse_time(text, zone=ZoneInfo(zone))
