"""Waiting until jobs that a recap queued are done, for as long as somebody works them off."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tane.runs.recap.recap_files import Recap
from tane.store import workload
from tane.store.pool import Connection, connection

LOOK_EVERY_S = 1.0
NOBODY_S = 60.0  # without a single job at work: there is no daemon, or its model server is away


async def until_done(
    recap: Recap, count_left: Callable[[Connection], Awaitable[int]], *, asked: int, limit_s: float
) -> tuple[float, str | None]:
    """Wait until no job is left of those asked; return how long it took, and why waiting ended before."""
    if not asked:
        return 0.0, None
    began_s = at_work_s = now_s = time.monotonic()
    why: str | None = None
    while True:
        async with connection(recap.session.pool) as conn:
            left = await count_left(conn)
            if await workload.is_anything_running(conn):
                at_work_s = now_s
        recap.report(1 - left / asked)
        if not left:
            break
        if now_s - began_s > limit_s:
            why = "over_budget"
            break
        if now_s - at_work_s > NOBODY_S:
            why = "nobody_at_work"
            break
        await asyncio.sleep(LOOK_EVERY_S)
        now_s = time.monotonic()
    return now_s - began_s, why
