import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from daemon.signals import Signals
from tests.waiting import until


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


class TestSignals:
    async def test_the_first_term_asks_to_stop_and_the_second_to_hurry(self):
        with Signals().installed() as signals:
            send(signal.SIGTERM)
            await until(signals.stop.is_set)
            was_in_a_hurry = signals.hurry.is_set()
            send(signal.SIGINT)
            await until(signals.hurry.is_set)

        assert not was_in_a_hurry

    async def test_hup_asks_for_a_reload_and_usr2_for_a_dump(self):
        with Signals().installed() as signals:
            send(signal.SIGHUP)
            send(signal.SIGUSR2)

            await until(lambda: signals.reload.is_set() and signals.dump.is_set())

        assert not signals.stop.is_set()

    async def test_usr1_asks_for_a_night(self):
        with Signals().installed() as signals:
            send(signal.SIGUSR1)

            await until(signals.night.is_set)

        assert not signals.stop.is_set()

    async def test_the_third_ends_the_process_at_once(self):
        script = "from daemon.signals import Signals\nsignals = Signals()\nfor _ in range(3): signals.terminate()\n"

        process = await asyncio.create_subprocess_exec(sys.executable, "-c", script)

        assert await process.wait() == 130


@pytest.mark.parametrize(
    "words",
    [
        "daemon standin --port 0",
        "demo.standin --port 0",
        "daemon status --watch --json",
        "daemon web --port 0",
    ],
)
async def test_ctrl_c_ends_a_command_whose_shell_has_it_ignored(words: str, dsn: str, tmp_path: Path) -> None:
    """As in a job of the background, or under nohup; then HUP is meant to be ignored, and stays so."""
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", f"trap '' INT HUP; exec {sys.executable} -m {words}",
        cwd=Path(__file__).parents[2], env={**os.environ, "TANE_DATABASE__URL": dsn, "TANE_DATABASE__DATA_DIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30)
    process.send_signal(signal.SIGHUP)
    if "--watch" in words:
        assert await asyncio.wait_for(process.stdout.readline(), 30)  # it goes on
    assert process.returncode is None

    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 30)

    assert process.returncode == 0
