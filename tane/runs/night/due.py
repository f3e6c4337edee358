"""When a night is due. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_AT_SEEDS = 50


def has_doubled(now: int, before: int | None) -> bool:
    """Tell whether there are twice the seeds of the last night, and enough for a map at all.

    now: active seeds; before: of the last run that ended, None if there was none. A night that failed counts:
    it is tried again by the clock, not every minute.
    """
    return now >= max(FIRST_AT_SEEDS, 2 * (before or 0))


def last_scheduled(now: datetime, *, at: str, zone: str) -> datetime:
    """Return the last moment up to `now` (aware) at which the clock of `zone` showed `at` (HH:MM)."""
    local = now.astimezone(ZoneInfo(zone))
    scheduled = datetime.combine(local.date(), time.fromisoformat(at), tzinfo=local.tzinfo)
    if scheduled.timestamp() > now.timestamp():  # local times of one zone compare by the clock on the wall
        scheduled = datetime.combine(
            local.date() - timedelta(days=1), time.fromisoformat(at), tzinfo=local.tzinfo
        )
    return scheduled
