"""tane web as a process of its own: it says where it is, reads, and ends with Ctrl-C."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from tane.web.server import listen
from tests.tane.cli.conftest import Tane
from tests.tane.web.http import ask, bearer

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_prints_its_address_answers_and_ends_when_asked(tane: Tane, number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "daemon", "web", "--port", "0", cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()

    token = tane("web", "--print-token").stdout.strip()
    shown = bearer(url)
    ready, page, strange = await asyncio.gather(ask(url, "/readyz"), ask(url, "/"), ask(url, "/api/v1/today"))
    health, none, maps, today = await asyncio.gather(
        *(ask(url, path, headers=shown) for path in ("/healthz", "/none", "/api/v1/maps", "/api/v1/today"))
    )
    entered = await ask(url, f"/?token={token}")
    cookie = {"Cookie": entered.headers["set-cookie"].partition(";")[0]}
    by_cookie = await ask(url, "/api/v1/maps", headers=cookie)
    process.send_signal(number)
    _, said = await asyncio.wait_for(process.communicate(), 20)

    assert (ready.status, ready.body, none.status) == (200, "ok\n", 404)
    assert shown == {"Authorization": f"Bearer {token}"}
    assert (strange.status, entered.status, by_cookie.body) == (401, 303, maps.body)
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


def test_the_token_is_made_once_for_the_account_alone_and_told_to_programs(
    tane: Tane, tmp_path: Path
) -> None:
    first, again = (tane("web", "--print-token").stdout.strip() for _ in range(2))
    kept = tmp_path / "data" / "web-token"

    assert len(first) >= 40
    assert first == again == kept.read_text().strip()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert tane("web", "--print-url").stdout == f"http://127.0.0.1:8420/?token={first}\n"
    assert tane("web", "--print-url", "--port", "81").stdout == f"http://127.0.0.1:81/?token={first}\n"


def test_a_token_of_the_owner_s_own_wins(tane: Tane, tmp_path: Path) -> None:
    assert (
        tane("--set", "web.token=a-token-of-my-own", "web", "--print-token").stdout == "a-token-of-my-own\n"
    )
    assert not (tmp_path / "data").exists()


def test_a_token_that_is_none_or_cannot_be_kept_is_told(tane: Tane, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "web-token").write_text("short\n")
    assert "holds no token: delete it" in tane("web", "--print-token", status=78).stderr

    (tmp_path / "file").touch()
    said = tane("--set", f"database.data_dir={tmp_path / 'file'}", "web", "--print-token", status=1).stderr
    assert "web-token cannot be used (Not a directory)" in said


def test_without_a_token_is_a_choice_that_is_named(tane: Tane) -> None:
    asked = ("--set", "web.without_token=true", "web")

    assert "web.without_token is set" in tane(*asked, "--print-token", status=1).stderr
    assert tane(*asked, "--print-url").stdout == "http://127.0.0.1:8420/\n"
    assert "not both" in tane("--set", "web.token=a-token-of-my-own", *asked, status=78).stderr
