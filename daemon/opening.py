"""Opens what the daemon needs, and waits for a database that comes up later than Tane."""

import asyncio
from contextlib import AsyncExitStack
from itertools import count

import structlog

from daemon.parts import Parts, opened_parts
from tane.backoff import Backoff, jitter
from tane.llm.calls import OnCall
from tane.settings.model import Settings
from tane.store.errors import StoreUnavailable

PATIENCE_S = 120.0
"""Longer than a machine takes to start both; and service managers give up on who fails sooner, again and again."""
_TRIES = Backoff(base_s=0.5, cap_s=10.0)

log = structlog.get_logger()


async def open_parts(
    stack: AsyncExitStack, settings: Settings, *, on_call: OnCall, patience_s: float
) -> Parts:
    """Open everything into the stack; an external database that is away is tried again for so long.

    Raises:
        StoreUnavailable: it did not come, or the embedded server does not start.
    """
    loop = asyncio.get_running_loop()
    give_up_s = loop.time() + (patience_s if settings.database.url is not None else 0.0)
    for tries in count(1):
        try:
            return await stack.enter_async_context(opened_parts(settings, on_call=on_call))
        except StoreUnavailable as error:
            delay_s = _TRIES.delay_s(tries, jitter=jitter())
            if loop.time() + delay_s > give_up_s:
                raise
            log.warning(
                "db.awaited",
                reason=str(error),
                remedy="start PostgreSQL, or correct database.url",
                tries=tries,
            )
            await asyncio.sleep(delay_s)
    raise AssertionError("unreachable")
