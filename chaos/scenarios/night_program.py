"""A daemon that has nights only: the real steps in real processes, looking often, and held where it is to be killed."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daemon import logs
from tane.runs.files import save_json
from tane.runs.night.pipeline import STEPS
from tane.runs.step import Night, Step
from tane.runs.supervisor import Pace, Supervisor
from tane.settings.model import Database, Log, Nightly, Settings
from tane.store.session import open_session

PACE = Pace(poll_s=0.05, beat_s=0.05)
HELD = "held.json"


def held_at(step: Step, place: str) -> Step:
    """Keep a step from beginning its work, or let it do all and keep it from ever saying so."""

    async def stay(night: Night) -> None:
        save_json(night.folder / HELD, place)
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
    steps = [held_at(step, held) for step in STEPS]
    async with open_session(settings.database) as session:
        await Supervisor(settings=settings, session=session, steps=steps, pace=PACE).run()
