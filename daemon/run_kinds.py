"""Every kind of long run that a daemon conducts beside its jobs: nights, recaps and mornings."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from daemon.loops import Loop, beside
from daemon.maintenance import Chore
from daemon.nights import night_supervisor
from daemon.recaps import morning_supervisor, morning_watch, recap_supervisor, recap_watch
from daemon.resources import Resources
from daemon.signals import Signals
from tane.llm.model_errors import ModelError
from tane.runs.night.watch import NightWatch
from tane.runs.watch import RunWatch

LOOK_EVERY_S = 60.0
FIRST_LOOK_S = 5.0  # jobs come before runs


@asynccontextmanager
async def runs_beside(resources: Resources, signals: Signals) -> AsyncIterator[None]:
    """Conduct runs beside the day until the first signal to stop; they go on where they were when a daemon is back."""
    settings, session = resources.settings, resources.session

    async def can_write() -> bool:
        try:
            return (await resources.models.inspect()).text is not None
        except ModelError:
            return False

    night = night_supervisor(settings, session)
    recap = recap_supervisor(settings, session, can_write=can_write, embed=resources.models.embed)
    morning = morning_supervisor(settings, session, can_write=can_write)
    night_watch = NightWatch(
        session=session, requests=night.requests, at=settings.nightly.at, zone=settings.timezone
    )
    watches: dict[str, tuple[bool, NightWatch | RunWatch]] = {
        "night": (settings.nightly.enabled, night_watch),
        "recap": (settings.recap.enabled, recap_watch(settings, session, recap)),
        "morning": (settings.morning.enabled, morning_watch(settings, session, morning)),
    }
    loops: dict[str, Loop] = {
        "night": night.run(),
        "recap": recap.run(),
        "morning": morning.run(),
        "night signal": night_watch.ask_on(signals.night),
    }
    async with AsyncExitStack() as clocks:
        for name, (is_enabled, watch) in watches.items():
            if is_enabled:
                due = Chore(
                    name=f"{name} due", every_s=LOOK_EVERY_S, do=watch.look, first_after_s=FIRST_LOOK_S
                )
                loops[f"{name} due"] = due.run()
        # Runs end while jobs still drain: they go on where they were, jobs would be asked for anew.
        async with beside(loops) as tasks, beside({"runs stop": _cancel_on(signals.stop, tasks)}):
            for is_enabled, watch in watches.values():
                if is_enabled:
                    clocks.enter_context(watch.ticking())
            yield


async def _cancel_on(signal: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    await signal.wait()
    for task in tasks:
        task.cancel()
