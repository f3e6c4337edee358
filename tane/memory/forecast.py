"""When it will be full, by the median of all slopes between samples (Theil 1950, Sen 1968): outliers do not move it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from tane.memory.levels import Fill

FEWEST = 4
LEAST_DAYS = 1.0
"""Growth of less than a day is an import, not a trend."""
FARTHEST_DAYS = 3650.0
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How fast it grows, and in how many days what is full; None: nothing within ten years."""

    bytes_a_day: float
    days: float | None
    what: Literal["budget", "disk"] | None


def forecast(samples: Sequence[tuple[datetime, int]], now: Fill) -> Forecast | None:
    """Return what follows from samples (time, effective bytes) in the order of time; None: too few, or too short a time.

    O(n^2) for n samples; scipy's theilslopes does the same and takes a second to import.
    """
    if len(samples) < FEWEST:
        return None
    days = np.array([(at - samples[0][0]).total_seconds() / _DAY_S for at, _ in samples])
    if days[-1] < LEAST_DAYS:
        return None
    used = np.array([count for _, count in samples], dtype=np.float64)
    one, other = np.triu_indices(len(samples), k=1)
    apart = days[other] - days[one]
    steep = (used[other] - used[one])[apart > 0] / apart[apart > 0]
    slope = float(np.median(steep))
    rooms: list[tuple[int, Literal["budget", "disk"]]] = []
    if now.budget_bytes is not None:
        rooms.append((now.budget_bytes - now.effective_bytes, "budget"))
    if now.disk_free_bytes is not None:
        rooms.append((now.disk_free_bytes - (now.disk_floor_bytes or 0), "disk"))
    if slope <= 0 or not rooms:
        return Forecast(bytes_a_day=slope, days=None, what=None)
    room, what = min(rooms)
    left = max(0.0, room / slope)
    if left > FARTHEST_DAYS:
        return Forecast(bytes_a_day=slope, days=None, what=None)
    return Forecast(bytes_a_day=slope, days=left, what=what)
