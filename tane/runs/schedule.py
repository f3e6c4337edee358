"""The clock: asks for a night once a day, and does nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from zoneinfo import ZoneInfo

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

# A machine that slept through the time still wants its night when it wakes up; APScheduler allows one second.
GRACE_S = 6 * 3600
JOB = "night"


def night_scheduler(ask: Callable[[], None], *, at: str, zone: str) -> AsyncIOScheduler:
    """Return a scheduler with one job: `ask` every day at `at` (HH:MM) in `zone`; not yet started.

    The zone is explicit, because APScheduler would take the machine's own.
    """
    tz = ZoneInfo(zone)
    scheduler = AsyncIOScheduler(
        jobstores={"default": MemoryJobStore()}, executors={"default": AsyncIOExecutor()}, timezone=tz
    )
    moment = time.fromisoformat(at)

    async def strike() -> None:  # a plain function would be called in a thread
        ask()

    scheduler.add_job(
        strike,
        CronTrigger(hour=moment.hour, minute=moment.minute, timezone=tz),
        id=JOB,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=GRACE_S,
    )
    return scheduler


@contextmanager
def ticking(scheduler: AsyncIOScheduler) -> Iterator[None]:
    """Let a scheduler run inside the block."""
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
