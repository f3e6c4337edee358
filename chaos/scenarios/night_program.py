"""A daemon that has nights only: the real steps in real processes, looking often, and held where it is to be killed."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daemon import logs
from daemon.nights import night_supervisor
from tane.runs.night.steps import STEPS
from tane.runs.night.workspace import Night, NightOptions
from tane.runs.step import Step
from tane.runs.supervisor import Intervals
from tane.runs.workspace import Json
from tane.settings.model import Database, Log, Nightly, Settings
from tane.store.session import open_session

INTERVALS = Intervals(poll_s=0.05, beat_s=0.05)
HELD = "held"


def held_at(step: Step[NightOptions], place: str) -> Step[NightOptions]:
    """Keep a step from beginning its work, or let it do all and keep it from ever saying so."""

    async def stay(night: Night) -> None:
        Json[str](night.folder / HELD).save(place)
        await asyncio.Event().wait()

    async def run(night: Night) -> Mapping[str, Any]:
        if place == before(step.name):
            await stay(night)
        details = await step.run(night)
        if place == step.name:
            await stay(night)
        return details

    return Step(name=step.name, run=run, weight=step.weight)


def before(step: str) -> str:
    """Name the place where a step has been begun, and has done nothing."""
    return f"before {step}"


def main() -> None:
    """Conduct one night; the parent kills this process in the step that it names."""
    dsn, folder, state, held = sys.argv[1:]
    asyncio.run(conduct(dsn, Path(folder), Path(state), held))


async def conduct(dsn: str, folder: Path, state: Path, held: str) -> None:
    """Conduct a night that stops in the step `held`, if that is one."""
    settings = Settings(
        database=Database.model_validate({"url": dsn, "data_dir": folder, "pool_size": 4}),
        nightly=Nightly(threads=1, state_dir=state),
        log=Log(format="json"),
    )
    logs.configure(settings.log)
    steps = tuple(held_at(step, held) for step in STEPS)
    async with open_session(settings.database) as session:
        await night_supervisor(settings, session, steps=steps, intervals=INTERVALS).run()
