"""A patient that is well, for each test to make ill in one way."""

import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from daemon.doctor.examination import examine, host_clock
from daemon.doctor.finding import Finding
from demo.standin import EMBED_MODEL, TEXT_MODEL
from demo.standin.__main__ import config, listening
from demo.standin.server import StandinServer

VERSION = "0.12.6"


class Findings:
    """What the doctor found."""

    def __init__(self, found: list[Finding]) -> None:
        self.all = found

    def __getitem__(self, check: str) -> Finding:
        """Return the worst finding of a check."""
        of_it = [finding for finding in self.all if finding.check == check]
        assert of_it, f"{check} was not looked at: {[finding.check for finding in self.all]}"
        return next((finding for finding in of_it if finding.state == "fail"), of_it[0])

    def __contains__(self, check: str) -> bool:
        return any(finding.check == check for finding in self.all)

    @property
    def ill(self) -> list[str]:
        return [finding.check for finding in self.all if finding.state != "ok"]


Diagnose = Callable[..., Awaitable[Findings]]


class PassingForOllama(StandinServer):
    """A stand-in that does not say so, and may have room for one model only."""

    room = 2
    owner = "library"

    async def _version(self, _request: Request) -> Response:
        return JSONResponse({"version": VERSION})

    async def _ps(self, _request: Request) -> Response:
        return JSONResponse({"models": self._catalogue.resident()[: self.room]})


@contextlib.contextmanager
def serving(server: StandinServer) -> Iterator[str]:
    listener = listening("127.0.0.1", 0)
    uvicorn_server = uvicorn.Server(config(server))
    thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        uvicorn_server.should_exit = True
        thread.join(timeout=10)
        listener.close()


@pytest.fixture(scope="session")
def ollama() -> Iterator[str]:
    """The address of a model server with both models."""
    with serving(PassingForOllama()) as url:
        yield url


@pytest.fixture
def diagnose(tmp_path: Path, dsn: str, ollama: str, monkeypatch: pytest.MonkeyPatch) -> Diagnose:
    """Return a way to examine a Tane that is well, except for the settings that are given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    monkeypatch.delenv("OLLAMA_NUM_PARALLEL", raising=False)
    well = {
        "database.url": dsn,
        "llm.url": ollama,
        "llm.text_model": TEXT_MODEL,
        "llm.embed_model": EMBED_MODEL,
        "nightly.state_dir": str(tmp_path / "nightly"),
    }

    async def run(
        given: dict[str, str | None] | None = None,
        *,
        file: Path | None = None,
        clock: Callable[[], datetime] = host_clock,
    ) -> Findings:
        settings = {name: value for name, value in {**well, **(given or {})}.items() if value is not None}
        return Findings([finding async for finding in examine(file, settings, clock=clock)])

    return run
