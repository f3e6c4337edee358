"""The night's own processes: their manners, their memory and their end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tane.runs.failures import describe_failure
from tane.runs.pool import ProcessPool, WorkerLost
from tests.tane.runs import pool_functions
from tests.waiting import until

ROOT = Path(__file__).parents[3]
# A daemon in small: it computes, and is killed while it does.
PROGRAM = """
import asyncio, sys
from pathlib import Path
from tane.runs.pool import ProcessPool
from tests.tane.runs.pool_functions import sleep_for_ever

async def compute():
    await ProcessPool(workers=1, threads=1).run(sleep_for_ever, Path(sys.argv[1]))

if __name__ == "__main__":
    asyncio.run(compute())
"""


@pytest.fixture
async def compute() -> AsyncIterator[ProcessPool]:
    opened = ProcessPool(workers=1, threads=1)
    yield opened
    await opened.close()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


class TestAWorker:
    async def test_lets_the_day_go_first_and_the_daemon_s_signals_pass(self, compute: ProcessPool):
        found = await compute.run(pool_functions.manners)

        assert found == {
            "pid": found["pid"],
            "nice": min(19, os.nice(0) + 10),
            "threads": ["1", "1"],
            "ignored": True,
            "term": True,
            "heavy": [],
        }
        assert found["pid"] != os.getpid()

    async def test_leaves_the_daemon_s_own_environment_as_it_was(
        self, compute: ProcessPool, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("OMP_NUM_THREADS", "7")
        monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)

        await compute.run(pool_functions.manners)

        assert os.environ["OMP_NUM_THREADS"] == "7"
        assert "NUMBA_NUM_THREADS" not in os.environ

    async def test_lives_as_long_as_the_night_so_that_compiled_code_is_paid_once(self, compute: ProcessPool):
        first = await compute.run(pool_functions.manners)
        second = await compute.run(pool_functions.manners)

        assert first["pid"] == second["pid"]

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak cannot be reset")
    async def test_measures_the_memory_of_each_step_by_itself(self, compute: ProcessPool):
        await compute.run(pool_functions.manners)
        idle = compute.take_peak_mib()
        await compute.run(pool_functions.fill, 64)
        full = compute.take_peak_mib()
        await compute.run(pool_functions.manners)
        after = compute.take_peak_mib()

        assert idle is not None
        assert full is not None
        assert after is not None
        assert full > idle + 60
        assert after < idle + 30
        assert compute.take_peak_mib() is None

    async def test_brings_back_errors_with_their_place_and_without_their_words(self, compute: ProcessPool):
        with pytest.raises(KeyError) as raised:
            await compute.run(pool_functions.raise_key_error)

        described = describe_failure(raised.value)
        assert described["class"] == "KeyError"
        assert described["message"] == ""
        assert described["at"].startswith("tests/tane/runs/pool_functions.py:")

    async def test_that_is_killed_is_lost_and_the_next_call_has_another(
        self, compute: ProcessPool, tmp_path: Path
    ):
        with pytest.raises(WorkerLost):
            await compute.run(pool_functions.die_once, tmp_path / "trace")

        assert await compute.run(pool_functions.die_once, tmp_path / "trace") == "alive"

    async def test_dies_with_a_daemon_that_is_killed(self, tmp_path: Path):
        trace = tmp_path / "pid.json"
        daemon = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, str(trace), cwd=ROOT)
        await until(trace.exists)
        pid = int(trace.read_text())

        daemon.send_signal(signal.SIGKILL)
        await daemon.wait()

        await until(lambda: not is_alive(pid), what="the worker is gone")


class TestClosing:
    async def test_ends_work_in_progress(self, compute: ProcessPool, tmp_path: Path):
        trace = tmp_path / "pid.json"
        working = asyncio.create_task(compute.run(pool_functions.sleep_for_ever, trace))
        await until(trace.exists)
        working.cancel()

        await compute.close()

        assert not is_alive(int(trace.read_text()))

    async def test_twice_or_unused_does_no_harm(self, compute: ProcessPool):
        await compute.close()
        await compute.run(pool_functions.manners)
        await compute.close()
        await compute.close()
