"""Recaps and mornings that a clock asks for, and whether the last good one is too long ago. Pure."""

from tane.settings.model import Settings
from tane.store.runs import MORNING, RECAP

DAY_S = 86_400.0
LATE_S = DAY_S
"""How much longer than its interval one may be away: a machine that slept has it when it wakes up."""


def intervals_s(settings: Settings) -> dict[str, float]:
    """Return how far apart runs of each kind are, for those that a clock asks for."""
    every: dict[str, float] = {}
    if settings.recap.enabled:
        every[RECAP] = DAY_S if settings.recap.weekday == "daily" else 7 * DAY_S
    if settings.morning.enabled:
        every[MORNING] = DAY_S
    return every


def is_late(age_s: float, every_s: float) -> bool:
    """Tell whether the last good one is so old that the next should have been."""
    return age_s > every_s + LATE_S
