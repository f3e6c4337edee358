"""Chores beside the jobs: what is done every now and then, and may fail without harm."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from daemon.health.counters import Counters
from tane.backoff import jitter
from tane.llm.model_errors import ModelError
from tane.store import health, queue_admin
from tane.store.errors import StoreError, StoreUnavailable
from tane.store.pool import Pool, connection

PRUNE_EVERY_S = 3600.0
VECTORS_EVERY_S = 86_400.0  # a text that no model can embed is tried once a day
REPLIES_EVERY_S = 30.0
PRUNE_LIMIT = 1000
INDEX_EVERY_S = 60.0
RESIDENCE_EVERY_S = 15.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something to be done again and again."""

    name: str
    every_s: float
    do: Callable[[], Awaitable[None]]
    first_after_s: float = 0.0
    retry_s: float | None = None  # after a failure; None: as ever

    async def turn(self) -> bool:
        """Do it once, and tell whether it went well; a failure is logged, the next turn tries again."""
        try:
            await self.do()
        except (StoreUnavailable, ModelError) as error:
            log.debug("chore.postponed", chore=self.name, reason=str(error))
        except StoreError as error:
            log.warning("chore.failed", chore=self.name, reason=str(error))
        else:
            return True
        return False

    def pause_s(self, *, went_well: bool) -> float:
        """Return how long to wait after a turn."""
        return self.every_s if went_well or self.retry_s is None else self.retry_s

    async def run(self) -> None:
        """Do it every `every_s` seconds, a little out of step with other daemons."""
        await asyncio.sleep(self.first_after_s)
        while True:
            went_well = await self.turn()
            await asyncio.sleep(self.pause_s(went_well=went_well) * (0.9 + 0.2 * jitter()))


async def write_replies(pool: Pool, counters: Counters) -> None:
    """Write down how many replies of the text model were read, for `tane status` and the page."""
    counted = counters.untold_replies()
    if not counted.replies:
        return
    async with connection(pool) as conn:
        await health.add_replies(conn, counted)
    counters.tell_replies(counted)
    if counted.unusable:
        log.info("replies.unusable", unusable=counted.unusable, replies=counted.replies)


async def prune_jobs(pool: Pool, *, done_days: int, dead_days: int) -> int:
    """Delete jobs that ended too long ago to be of use (A10), in short transactions; return how many."""
    deleted = 0
    while True:
        async with connection(pool) as conn:
            batch = await queue_admin.prune(conn, done_days=done_days, dead_days=dead_days, limit=PRUNE_LIMIT)
        deleted += batch
        if batch < PRUNE_LIMIT:
            break
    if deleted:
        log.info("jobs.pruned", count=deleted)
    return deleted
