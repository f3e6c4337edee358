"""The image, as far as it can be judged without building it; and the wheel inside it, which is built."""

import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.test_architecture import ROOMS

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile, continued lines joined and comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(name, rest) for name, rest in re.findall(r"^([A-Z]+) (.*)$", joined, re.MULTILINE)]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    begin = max(n for n, (name, _) in enumerate(found) if name == "FROM")
    return found[begin:]


class TestTheDockerfile:
    def test_the_base_is_pinned_and_the_same_for_every_stage(self):
        bases = [rest for name, rest in instructions() if name == "FROM"]

        assert len(bases) == 3
        assert all(base.startswith("${BASE}") for base in bases)
        assert re.search(
            r"^ARG BASE=python:3\.\d+-slim-\w+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
        )

    def test_nothing_is_fetched_but_by_the_lock(self):
        orders = [rest for name, rest in instructions() if name == "RUN"]
        installs = [part.strip() for order in orders for part in order.split("&&") if "pip install" in part]

        assert [name for name, _ in instructions() if name == "ADD"] == []
        assert not re.search(r"https?://(?!127\.0\.0\.1)", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
        assert installs
        assert all("--require-hashes" in install or "--no-index" in install for install in installs)
        assert not [order for order in orders if re.search(r"\b(curl|wget|apt|apt-get)\b", order)]

    def test_it_runs_as_somebody_without_rights(self):
        users = [rest for name, rest in last_stage() if name == "USER"]

        assert users == ["999:999"]
        after = [name for name, _ in last_stage()][[name for name, _ in last_stage()].index("USER") :]
        assert "RUN" not in after

    def test_it_is_signalled_asked_and_started_without_a_shell(self):
        found = dict(last_stage())

        assert found["STOPSIGNAL"] == "SIGTERM"
        assert (found["ENTRYPOINT"], found["CMD"]) == ('["tane"]', '["run"]')
        assert "/livez" in found["HEALTHCHECK"]
        assert 'CMD ["python"' in found["HEALTHCHECK"]

    @pytest.mark.parametrize(("status", "is_healthy"), [(200, True), (503, False)], ids=["well", "ill"])
    def test_its_health_is_what_livez_says_at_whichever_port(self, status: int, is_healthy: bool):
        command = json.loads(dict(last_stage())["HEALTHCHECK"].partition("CMD ")[2])
        with answering(status) as (port, asked):
            done = subprocess.run(
                [sys.executable, *command[1:]],
                env={**os.environ, "TANE_WEB__PORT": str(port)}, capture_output=True, timeout=30, check=False,
            )  # fmt: skip

        assert asked == ["/livez"]
        assert (done.returncode == 0) is is_healthy

    def test_what_must_be_kept_is_on_volumes_that_the_account_owns(self):
        found = last_stage()
        volumes = re.findall(r'"([^"]+)"', dict(found)["VOLUME"])
        owned = next(rest for name, rest in found if name == "RUN")

        assert volumes == ["/var/lib/tane", "/var/cache/tane"]
        assert all(volume in owned for volume in volumes)

    def test_what_is_copied_is_let_through(self):
        let_through = {line[1:] for line in ignored() if line.startswith("!")}

        assert "*" in ignored()
        assert {
            "requirements.lock",
            "requirements-build.lock",
            "pyproject.toml",
            "README.md",
            "LICENSE",
        } <= let_through
        assert set(rooms()) | {"demo"} <= let_through


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"])
def test_the_locks_name_versions_and_hashes_and_no_address(lock: str):
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^(\S+)==\S+", text, re.MULTILINE)

    assert "://" not in text
    assert len(pinned) > 5
    assert len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) == len(pinned)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        yield wheel.namelist()


class TestTheWheel:
    def test_holds_every_room_with_all_that_its_code_reads(self, names: list[str]):
        for room in (*rooms(), "demo"):
            kept = [
                path
                for path in (ROOT / room).rglob("*")
                if path.is_file() and "__pycache__" not in path.parts and not is_source_of_the_page(path)
            ]
            absent = {str(path.relative_to(ROOT)) for path in kept} - set(names)
            assert absent == set(), room

    def test_holds_the_command_and_neither_tests_nor_benchmarks(self, names: list[str]):
        tops = {name.split("/")[0] for name in names}

        assert any(fnmatch(name, "tane-*.dist-info/entry_points.txt") for name in names)
        assert {"tane/web/page/dist/page.js", "tane/web/page/dist/licences.txt"} <= set(names)
        assert {"tests", "bench", "chaos", "deploy", "docs"} & tops == set()


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[str]]]:
    """A server that answers one request with this status; its port, and the paths that were asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep standard error clean."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        server.timeout = 20  # nobody may ask
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield server.server_port, asked
        thread.join()


def is_source_of_the_page(path: Path) -> bool:
    """What the page is built of; the wheel holds what came of it."""
    page = ROOT / "tane" / "web" / "page"
    inside = path.relative_to(page).parts if path.is_relative_to(page) else ()
    return inside[:1] in {("src",), ("node_modules",), (".npmrc",)} or (
        len(inside) == 1 and path.suffix == ".json"
    )


def rooms() -> list[str]:
    return [room for room in ROOMS if (ROOT / room).is_dir()]


def ignored() -> list[str]:
    return (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
