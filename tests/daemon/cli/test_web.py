"""tane web as a process of its own: it says where it is, reads, and ends with Ctrl-C."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from tests.daemon.cli.conftest import Tane
from tests.web.http import ask
from web.server import listen

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_prints_its_address_answers_and_ends_when_asked(tane: Tane, number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "daemon", "web", "--port", "0", cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()

    ready, health, none = await asyncio.gather(ask(url, "/readyz"), ask(url, "/healthz"), ask(url, "/none"))
    page, maps, today = await asyncio.gather(
        ask(url, "/"), ask(url, "/api/v1/maps"), ask(url, "/api/v1/today")
    )
    process.send_signal(number)
    _, said = await asyncio.wait_for(process.communicate(), 20)

    assert (ready.status, ready.body, none.status) == (200, "ok\n", 404)
    assert json.loads(health.body)["process"] is None
    assert "/page/page.js" in page.body
    assert json.loads(maps.body) == {"items": [], "next_offset": None}
    assert json.loads(today.body)["open_questions"] == []
    assert process.returncode == 0
    assert b"Traceback" not in said


def test_a_port_that_is_taken_is_one_clear_message(tane: Tane) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])

        result = tane("web", "--port", port, status=1)

    assert result.stdout == ""
    assert f"port {port} cannot be used" in result.stderr
