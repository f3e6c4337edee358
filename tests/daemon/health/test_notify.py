"""Messages to the service manager, through a real socket."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from daemon.health.notify import Notifier
from tests.manager import Manager, managing
from tests.tables import every


@pytest.mark.parametrize("is_abstract", [False, True])
async def test_a_message_arrives_as_lines(tmp_path: Path, is_abstract: bool):
    async with managing(tmp_path, is_abstract=is_abstract) as manager:
        with closing(Notifier.from_environment(manager.environment())) as notifier:
            assert notifier.send("READY=1", "STATUS=two\nlines")
        await manager.hears("READY")

    assert manager.heard == [{"READY": "1", "STATUS": "two lines"}]


async def test_the_variables_are_taken_out_of_the_environment(tmp_path: Path):
    async with managing(tmp_path) as manager:
        environment = {
            **manager.environment(watchdog_s=30), "WATCHDOG_PID": str(os.getpid()), "HOME": "/",
        }  # fmt: skip

        with closing(Notifier.from_environment(environment)) as notifier:
            assert notifier.is_heard
            assert notifier.watchdog_s == 30

    assert environment == {"HOME": "/"}


def test_without_a_manager_nothing_is_sent_and_nobody_complains():
    notifier = Notifier.from_environment({})

    assert not notifier.is_heard
    assert not notifier.send("READY=1")


def test_a_manager_that_went_away_is_nobodys_failure(tmp_path: Path):
    with closing(Notifier(str(tmp_path / "gone"))) as notifier:
        assert not notifier.send("READY=1")


async def test_a_manager_that_does_not_read_holds_nobody_up(tmp_path: Path):
    deaf = Manager(str(tmp_path / "deaf"))
    try:
        with closing(Notifier(deaf.address)) as notifier:
            sent = [notifier.send("STATUS=" + "x" * 1000) for _ in range(10_000)]
    finally:
        deaf.close()

    assert sent[0]
    assert not sent[-1]


HEARD = {"NOTIFY_SOCKET": "/run/none", "WATCHDOG_USEC": "5000000"}


@every(
    "environment",
    [
        {**HEARD, "WATCHDOG_PID": "1"},
        {**HEARD, "WATCHDOG_USEC": "soon"},
        {**HEARD, "WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "5000000"},
    ],
    ids=["another process's", "no number", "off", "without a socket"],
)
def test_a_watchdog_that_is_not_for_us_is_not_fed(environment: dict[str, str]):
    with closing(Notifier.from_environment(dict(environment))) as notifier:
        assert notifier.watchdog_s is None
