"""HUP: the configuration is read again; what can change at once does, and the rest is named."""

import asyncio
from collections.abc import Callable

import structlog

from daemon import logs
from daemon.health.supervision import Supervision
from tane.settings.model import ConfigError, Settings
from tane.settings.sources import flatten

AT_ONCE = "log."

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
