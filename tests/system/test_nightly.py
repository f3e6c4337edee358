"""Nights of real processes: asked for by signal, killed in the middle, and taken up again."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tane.store import runs
from tane.store.pool import Pool, connection
from tests import warm
from tests.system import night_program
from tests.system.daemon_process import ROOT, Site
from tests.waiting import until
from tests.warm import LoggedProcess

Start = Callable[[str], Awaitable[LoggedProcess]]


@pytest.fixture
async def conducting(dsn: str, tmp_path: Path) -> AsyncIterator[Start]:
    started: list[LoggedProcess] = []

    async def start(second: str) -> LoggedProcess:
        log = tmp_path / f"{len(started)}.log"
        process = await warm.start(night_program.main, dsn, str(tmp_path), second, log=log, folder=ROOT)
        started.append(LoggedProcess(process, log))
        return started[-1]

    yield start
    for each in started:
        await each.kill()


async def ask(pool: Pool) -> None:
    async with connection(pool) as conn:
        await runs.request(conn, runs.NIGHTLY, "command")


async def statuses(pool: Pool) -> list[str]:
    return [row["status"] for row in await pool.fetch("SELECT status FROM nightly_runs ORDER BY run_id")]


async def attempts(pool: Pool) -> dict[str, int]:
    return {
        row["step"]: row["attempts"] for row in await pool.fetch("SELECT step, attempts FROM nightly_steps")
    }


def is_gone(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


class TestAKilledSupervisor:
    async def test_leaves_a_night_that_goes_on_where_it_was(
        self, conducting: Start, pool: Pool, tmp_path: Path
    ):
        await ask(pool)
        killed = await conducting("hang")
        traces = tmp_path / "nightly"
        await until(lambda: bool(list(traces.glob("*/hanging.json"))), what=killed.log)
        (trace,) = traces.glob("*/hanging.json")
        worker = int(trace.read_text())

        await killed.kill()
        await until(lambda: is_gone(worker), what="its worker is gone")
        between = await statuses(pool)
        second = await conducting("double")
        await until(lambda: _is(pool, ["published"]), what=second.log)

        assert between == ["running"]
        assert await attempts(pool) == {"write": 1, "second": 2, "publish": 1}
        assert "nightly.resumed" in second.log()
        await until(
            lambda: not list(traces.iterdir()), what="its folder is swept, after its end is written down"
        )


async def _is(pool: Pool, expected: list[str]) -> bool:
    return await statuses(pool) == expected


class TestTheDaemon:
    async def test_has_a_night_on_usr1_and_goes_on_by_day(self, site: Site, pool: Pool):
        daemon = await site.start()

        daemon.send(signal.SIGUSR1)

        await daemon.logged("nightly.requested")
        await daemon.logged("nightly.skipped")  # there is nothing to make a map of
        assert await statuses(pool) == ["skipped"]
        daemon.send(signal.SIGUSR2)
        dump = await daemon.logged("state.dump")
        assert {"night", "night signal", "night due"} <= set(dump["tasks"])
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0

    async def test_that_drains_leaves_nights_to_others(self, site: Site, pool: Pool):
        await ask(pool)

        daemon = await site.start("run", "--drain")

        assert await daemon.ended() == 0
        assert await statuses(pool) == ["requested"]

    async def test_refuses_to_start_with_an_executor_nobody_knows(self, site: Site):
        daemon = await site.start(settings={"TANE_NIGHTLY__EXECUTOR": "dask//wrong"}, is_ready=False)

        assert await daemon.ended() == 78
