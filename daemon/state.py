"""USR2: what the daemon is doing, for whoever asks where it is stuck."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import structlog

from daemon.queue.worker import Worker

_ROOT = Path(__file__).parents[1]

log = structlog.get_logger()


async def dump_on(asked: asyncio.Event, worker: Worker | None) -> None:
    """Log the state whenever the event is set; there is no worker while the daemon starts."""
    while True:
        await asked.wait()
        asked.clear()
        log.info("state.dump", **(worker.state() if worker else {"worker": None}), tasks=waiting_tasks())


def waiting_tasks() -> Mapping[str, str]:
    """Return where each task of this event loop waits: the innermost place in our own code. Names and lines only."""
    return {
        task.get_name(): _place(task.get_coro())
        for task in sorted(asyncio.all_tasks(), key=asyncio.Task.get_name)
    }


def _place(waiting: Any) -> str:
    """Follow a coroutine to what it awaits; what lies in libraries tells less than who called them."""
    place = "?"
    while waiting is not None:
        frame = _frame(waiting)
        if frame is not None and Path(frame.f_code.co_filename).is_relative_to(_ROOT):
            path = Path(frame.f_code.co_filename).relative_to(_ROOT)
            if ".venv" not in path.parts and "site-packages" not in path.parts:
                place = f"{path}:{frame.f_lineno} in {frame.f_code.co_name}"
        waiting = (
            getattr(waiting, "cr_await", None)
            or getattr(waiting, "gi_yieldfrom", None)
            or getattr(waiting, "ag_await", None)
        )
    return place


def _frame(waiting: Any) -> FrameType | None:
    return (
        getattr(waiting, "cr_frame", None)
        or getattr(waiting, "gi_frame", None)
        or getattr(waiting, "ag_frame", None)
    )
