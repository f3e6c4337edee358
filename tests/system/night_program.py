"""A daemon in small, for tests that kill it: a supervisor with small steps, run as a process of its own."""

import asyncio
import sys
from pathlib import Path

from daemon import logs
from daemon.nights import night_supervisor
from tane.runs.step import Step
from tane.runs.supervisor import Intervals
from tane.settings.model import Database, Log, Nightly, Settings
from tane.store.session import open_session
from tests.tane.runs.steps import DOUBLE, HANG, PUBLISH, WRITE

# What stands for the second step: one that never ends, or one that does.
SECOND = {"hang": Step(name="second", run=HANG.run), "double": Step(name="second", run=DOUBLE.run)}


def main() -> None:
    dsn, folder, second = sys.argv[1:]
    asyncio.run(conduct(dsn, Path(folder), second))


async def conduct(dsn: str, folder: Path, second: str) -> None:
    settings = Settings(
        database=Database.model_validate({"url": dsn, "data_dir": folder, "pool_size": 4}),
        nightly=Nightly(threads=1),
        log=Log(format="json"),
    )
    logs.configure(settings.log)
    async with open_session(settings.database) as session:
        steps = (WRITE, SECOND[second], PUBLISH)
        await night_supervisor(
            settings, session, steps=steps, intervals=Intervals(poll_s=0.05, beat_s=0.05)
        ).run()
