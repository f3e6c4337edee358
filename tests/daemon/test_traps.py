"""Traps of operating that no other test is named for: schedulers, pools and servers that take the signals.

Of the others, 1 and 2 are in test_logs and tests/system/test_silence, 3 in tests/tane/runs/test_schedule.
"""

import asyncio
import os
import signal
from pathlib import Path

from daemon.signals import Signals
from tane.runs.pool import ProcessPool, WorkerLost
from tane.runs.schedule import daily, ticking
from tane.store.pool import Pool
from tests.system.daemon_process import open_site
from tests.tane.runs import pool_functions
from tests.tane.runs.conftest import House
from tests.tane.runs.steps import HANG
from tests.waiting import until


async def test_4_a_clock_that_stops_takes_no_night_with_it(pool: Pool, dsn: str, tmp_path: Path):
    house = House(pool=pool, dsn=dsn, folder=tmp_path)
    async with house.supervised([HANG]):
        with ticking(lambda: None, daily(at="04:30", zone="UTC")):
            await house.ask()
            await house.until_running("hang")

        assert (await house.last()).status == "running"
        await house.cancel()
        await until(house.has_ended)


async def test_5_a_signal_to_a_worker_ends_the_worker_and_is_not_taken_for_ours(tmp_path: Path):
    compute, trace = ProcessPool(workers=1, threads=1), tmp_path / "pid.json"
    with Signals().installed() as signals:
        working = asyncio.create_task(compute.run(pool_functions.sleep_for_ever, trace))
        await until(trace.exists)
        os.kill(int(trace.read_text()), signal.SIGTERM)
        (lost,) = await asyncio.gather(working, return_exceptions=True)
        await compute.close()

    assert isinstance(lost, WorkerLost)
    assert not signals.stop.is_set()


async def test_6_no_server_of_ours_takes_the_signals_from_the_daemon(tmp_path: Path, dsn: str):
    """The stand-in is served by uvicorn, which would install handlers of its own."""
    async with open_site(folder=tmp_path, dsn=dsn, llm_url="http://127.0.0.1:9") as site:
        daemon = await site.start(settings={"TANE_LLM__STANDIN": "true"})

        daemon.send(signal.SIGTERM)

        assert await daemon.ended() == 0
        assert daemon.events("daemon.stopped")
