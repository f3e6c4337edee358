"""What the daemon does on HUP, which reads the configuration again, and on USR2, which tells where it is stuck."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import structlog

from daemon import logs
from daemon.health.supervision import Supervision
from daemon.queue.worker import Worker
from tane.settings.model import ConfigError, Settings
from tane.settings.sources import flatten

AT_ONCE = "log."
_ROOT = Path(__file__).parents[1]

log = structlog.get_logger()


async def reload_on(
    asked: asyncio.Event,
    reload: Callable[[], Settings] | None,
    *,
    in_force: Settings,
    supervision: Supervision,
) -> None:
    """Read the settings anew whenever the event is set; a wrong file changes nothing.

    in_force: the settings that the daemon started with.
    """
    while True:
        await asked.wait()
        asked.clear()
        with supervision.reloading():
            in_force = _reloaded(reload, in_force)


def changed(before: Settings, after: Settings) -> list[str]:
    """Return the keys whose values differ. Pure."""
    old, new = (dict(flatten(settings.model_dump())) for settings in (before, after))
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _reloaded(reload: Callable[[], Settings] | None, in_force: Settings) -> Settings:
    if reload is None:
        log.warning("config.rejected", reason="these settings did not come from a file")
        return in_force
    try:
        found = reload()
    except ConfigError as error:
        log.error("config.rejected", reason=logs.OurWords(error))  # noqa: TRY400 - the message says it all
        return in_force
    differing = changed(in_force, found)
    logs.configure(found.log)
    log.info(
        "config.reloaded",
        changed=[key for key in differing if key.startswith(AT_ONCE)],
        at_next_start=[key for key in differing if not key.startswith(AT_ONCE)],
    )
    # What waits for a restart is named again by the next HUP: it still does.
    return in_force.model_copy(update={"log": found.log})


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
