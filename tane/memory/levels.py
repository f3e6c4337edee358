"""How full it is: four levels, entered and left at different shares, and only when two samples in a row agree. Pure."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

MemoryLevel: TypeAlias = Literal["normal", "warning", "critical", "emergency"]
LEVELS: tuple[MemoryLevel, ...] = ("normal", "warning", "critical", "emergency")
ENTERED_AT = (0.0, 0.80, 0.90, 0.95)
"""Shares of the budget (document 003)."""
LEFT_AT = (0.0, 0.75, 0.85, 0.90)
LEAST_FREE_BYTES = 2_000_000_000
LEAST_FREE_SHARE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """How much is used, and of how much; what is unknown or unlimited is None."""

    effective_bytes: int
    budget_bytes: int | None = None
    disk_free_bytes: int | None = None
    disk_bytes: int | None = None

    @property
    def usage(self) -> float | None:
        """The share of the budget that is used."""
        return None if self.budget_bytes is None else self.effective_bytes / self.budget_bytes

    @property
    def disk_floor_bytes(self) -> int | None:
        """What should always be free on the disk."""
        return (
            None
            if self.disk_bytes is None
            else max(LEAST_FREE_BYTES, int(LEAST_FREE_SHARE * self.disk_bytes))
        )

    @property
    def is_on_floor(self) -> bool:
        """Whether less is free on the disk than should be."""
        floor = self.disk_floor_bytes
        return floor is not None and self.disk_free_bytes is not None and self.disk_free_bytes < floor


def next_level(former: MemoryLevel, before: Fill, now: Fill) -> MemoryLevel:
    """Return the level after two samples: higher if both reach it, lower if both are below where it is left."""
    reached = min(_highest(before, ENTERED_AT), _highest(now, ENTERED_AT))
    held = max(_highest(before, LEFT_AT), _highest(now, LEFT_AT))
    return LEVELS[max(reached, min(held, LEVELS.index(former)))]


def threshold_of(level: MemoryLevel) -> float:
    """Return the share of the budget at which a level is entered."""
    return ENTERED_AT[LEVELS.index(level)]


def _highest(fill: Fill, shares: tuple[float, ...]) -> int:
    if fill.is_on_floor:
        return len(LEVELS) - 1
    usage = fill.usage or 0.0
    return max(number for number, share in enumerate(shares) if usage >= share)
