"""Loops that run beside something for as long as it lasts."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import structlog

from tane.errors import describe

Loop: TypeAlias = Coroutine[Any, Any, None]

log = structlog.get_logger()


@asynccontextmanager
async def beside(loops: Mapping[str, Loop]) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """Run loops by their names while the block runs; the first of them to fail ends it."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_watched(name, loop), name=name) for name, loop in loops.items()]
        yield tasks
        for task in tasks:
            task.cancel()


async def _watched(name: str, loop: Loop) -> None:
    """Say which loop died, before its death ends the daemon."""
    try:
        await loop
    except Exception as error:
        log.critical("daemon.task_died", task=name, **describe(error))
        raise
