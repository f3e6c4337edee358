"""A night on a real Dask cluster of two workers on this machine."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest

from tane.runs.dask_pool import DaskPool
from tane.runs.pool import WorkerLost
from tane.settings.model import Nightly
from tests.tane.runs import pool_functions
from tests.tane.runs.conftest import House
from tests.waiting import until

pytestmark = [
    pytest.mark.skipif(find_spec("distributed") is None, reason="the extra tane[dask] is not installed"),
    pytest.mark.filterwarnings("default"),  # other people's warnings are not ours to fail for
]
ROOT = Path(__file__).parents[3]
QUIET = ["--no-dashboard", "--host", "127.0.0.1"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers of one thread each, each a process under a nanny."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    program = [sys.executable, "-m", "distributed.cli.dask_scheduler", *QUIET, "--port", "0"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), *QUIET]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))
        for command in (
            [*program, "--scheduler-file", str(file)],
            [*worker, "--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)],
        ):
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
            stack.callback(_end, process)
            if command[2] == "distributed.cli.dask_scheduler":
                asyncio.run(until(file.exists, what="the scheduler", deadline_s=60))
        yield _address(file)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _address(file: Path) -> str:
    import json

    return str(json.loads(file.read_text())["address"]).replace("tcp://", "dask://")


@pytest.fixture
async def compute(cluster: str) -> AsyncIterator[DaskPool]:
    opened = DaskPool(cluster)
    yield opened
    await opened.close()


class TestACluster:
    async def test_computes_elsewhere_on_both_workers_at_once(self, compute: DaskPool, tmp_path: Path):
        pids = await asyncio.gather(
            compute.run(pool_functions.meet, tmp_path / "a", tmp_path / "b"),
            compute.run(pool_functions.meet, tmp_path / "b", tmp_path / "a"),
        )

        assert len({*pids, os.getpid()}) == 3
        peak_mib = compute.take_peak_mib()
        assert peak_mib is not None
        assert peak_mib > 5

    async def test_computes_anew_what_it_was_asked_before(self, compute: DaskPool, tmp_path: Path):
        path = tmp_path / "number.json"
        path.write_text("21")
        first = await compute.run(pool_functions.double, path)
        path.write_text("4")

        assert (first, await compute.run(pool_functions.double, path)) == (42, 8)

    async def test_brings_back_errors(self, compute: DaskPool):
        with pytest.raises(KeyError):
            await compute.run(pool_functions.raise_key_error)

    async def test_conducts_a_night(self, cluster: str, house: House):
        house.settings = house.settings.model_copy(
            update={"nightly": Nightly(executor=cluster, state_dir=house.state)}
        )
        await house.ask()

        assert await house.supervisor().turn() == "published"
        assert (await house.steps())["double"].details == {"doubled": 42}

    async def test_that_is_cancelled_is_left_at_once(self, compute: DaskPool, tmp_path: Path):
        await compute.run(pool_functions.manners)
        working = asyncio.create_task(compute.run(pool_functions.meet, tmp_path / "a", tmp_path / "never"))
        await until((tmp_path / "a").exists)
        working.cancel()

        await asyncio.wait([working])
        await compute.close()
        (tmp_path / "never").touch()

        assert working.cancelled()


async def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tane.runs.dask_pool.CONNECT_S", 0.2)

    with pytest.raises(WorkerLost, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        await DaskPool("dask://127.0.0.1:9").run(pool_functions.manners)
