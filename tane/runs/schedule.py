"""The clock: asks for a run once a day, and does nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from tane.store.runs import APART_S

# A machine that slept through the time still wants its run when it wakes up; APScheduler allows one second.
GRACE_S = 6 * 3600
# A week and a day on which clocks change.
LOOKED_BACK = timedelta(days=8)


def daily(*, at: str, zone: str) -> CronTrigger:
    """Return the trigger of every day at `at` (HH:MM) in `zone`, which APScheduler would take from the machine."""
    moment = time.fromisoformat(at)
    return CronTrigger(hour=moment.hour, minute=moment.minute, timezone=ZoneInfo(zone))


def weekly(*, weekday: str, at: str, zone: str) -> CronTrigger:
    """Return the trigger of one day of every week at `at` in `zone`; of every day where the weekday is "daily"."""
    if weekday == "daily":
        return daily(at=at, zone=zone)
    moment = time.fromisoformat(at)
    return CronTrigger(
        day_of_week=weekday[:3], hour=moment.hour, minute=moment.minute, timezone=ZoneInfo(zone)
    )


def last_time(trigger: CronTrigger, now: datetime) -> datetime:
    """Return when a daily or weekly trigger fired last, up to `now` (aware).

    A time that the clocks show twice, an hour apart, counts when it comes first: one run is enough.
    """
    end_s = now.timestamp()
    last = moment = _next(trigger, now - LOOKED_BACK)
    while moment.timestamp() <= end_s:
        if moment.timestamp() - last.timestamp() >= APART_S:
            last = moment
        moment = _next(trigger, moment + timedelta(seconds=1))
    return last


def _next(trigger: CronTrigger, after: datetime) -> datetime:
    fires: datetime = trigger.get_next_fire_time(None, after)
    return fires.astimezone(UTC)


@contextmanager
def ticking(ask: Callable[[], None], trigger: CronTrigger) -> Iterator[AsyncIOScheduler]:
    """Ask whenever the trigger fires inside the block."""
    scheduler = AsyncIOScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": AsyncIOExecutor()},
        timezone=trigger.timezone,
    )

    async def strike() -> None:  # a plain function would be called in a thread
        ask()

    scheduler.add_job(strike, trigger, coalesce=True, max_instances=1, misfire_grace_time=GRACE_S)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)
