"""Row `recap-scale`: from the request to the first `recap_section` job, at 2,000 and 20,000 documents whose vectors exist.

The recap runs as the daemon conducts it, with a process pool of its own; the window is a week. To reach: 30 s and 4 minutes, at
most 1 GiB at the peak. Ratio is that of the larger to its limit.

    RECAP_DOCUMENTS=2000 python -m bench recap-scale     only these
"""

import asyncio
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.measure import Measure
from bench.recap_store import UNTIL, fill_news
from bench.throwaway import throwaway_server
from daemon.recaps import recap_supervisor
from tane.runs.recap.steps import STEPS
from tane.settings.model import Database, Nightly, Settings
from tane.store import migrate, runs
from tane.store.pool import close_pool, connection, open_pool
from tane.store.session import Session

LIMITS_S = {2_000: 30.0, 20_000: 240.0}
WINDOW = {"window_start": "2026-06-04T00:00:00+00:00", "window_end": UNTIL.isoformat()}
LOOK_EVERY_S = 0.05


async def _can_write() -> bool:
    return True


def measure() -> Measure:
    only = os.environ.get("RECAP_DOCUMENTS")
    sizes = [int(one) for one in only.split(",")] if only else list(LIMITS_S)
    found = {count: asyncio.run(_recap_of(count)) for count in sizes}
    last = sizes[-1]
    limit = LIMITS_S.get(last, LIMITS_S[20_000])
    return Measure(
        name="recap-scale",
        ours=found[last]["seconds"],
        peer=limit,
        ratio=found[last]["seconds"] / limit,
        unit="s",
        details={str(count): facts for count, facts in found.items()},
    )


async def _recap_of(count: int) -> dict[str, Any]:
    with throwaway_server() as (server, folder), tempfile.TemporaryDirectory() as state:
        dsn = server.dsn()
        await migrate.migrate(dsn)
        await fill_news(dsn, count)
        pool = await open_pool(dsn, size=6)
        settings = Settings(
            timezone="UTC", database=Database(data_dir=folder), nightly=Nightly(state_dir=Path(state))
        )
        try:
            return await _timed(Session(pool=pool, dsn=dsn), settings)
        finally:
            await close_pool(pool)


async def _timed(session: Session, settings: Settings) -> dict[str, Any]:
    supervisor = recap_supervisor(settings, session, can_write=_can_write)
    async with connection(session.pool) as conn:
        asked = await runs.request(conn, runs.RECAP, "command", params=WINDOW)
    assert asked is not None
    began_s = time.monotonic()
    conducting = asyncio.create_task(supervisor.turn())
    lag = asyncio.create_task(_most_lag_s())
    try:
        while True:
            async with connection(session.pool) as conn:
                if await conn.fetchval("SELECT count(*) FROM worker_jobs WHERE job_type = 'recap_section'"):
                    break
            if conducting.done():
                raise RuntimeError(f"the recap ended as {conducting.result()} before its first section")
            await asyncio.sleep(LOOK_EVERY_S)
        seconds = time.monotonic() - began_s
        async with connection(session.pool) as conn:
            steps = {one.step: one for one in await runs.read_steps(conn, asked.run_id)}
    finally:
        conducting.cancel()
        lag.cancel()
        await asyncio.wait([conducting, lag])
    return {
        "seconds": round(seconds, 2),
        "most_event_loop_lag_ms": round(1000 * most_lag[0], 1),
        "peak_mib": round(max(step.peak_mib or 0 for step in steps.values())),
        "own_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "steps": {step.name: round(steps[step.name].seconds, 2) for step in STEPS if step.name in steps},
        "stories": steps["stories"].details.get("stories"),
        "of_several": steps["stories"].details.get("several"),
    }


most_lag = [0.0]


async def _most_lag_s() -> None:
    most_lag[0] = 0.0
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.01)
        most_lag[0] = max(most_lag[0], time.monotonic() - before - 0.01)
