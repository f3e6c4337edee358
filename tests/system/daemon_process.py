"""The real daemon as a child process: started with short leases, watched through its log and the database."""

import asyncio
import json
import os
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from demo.standin import EMBED_MODEL, TEXT_MODEL
from tane.cli import main
from tests import warm
from tests.waiting import DEADLINE_S, until
from tests.warm import WarmProcess

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-some-length"
LEASE_S = 2.0  # a busy machine may hold a process up for a second
SETTINGS = {
    "TANE_LLM__TEXT_MODEL": TEXT_MODEL,
    "TANE_LLM__EMBED_MODEL": EMBED_MODEL,
    "TANE_LLM__CORESIDENT": "true",
    "TANE_JOBS__LEASE_S": str(LEASE_S),
    "TANE_JOBS__POLL_S": "0.2",
    "TANE_JOBS__BACKOFF_BASE_S": "0.01",
    "TANE_WEB__PORT": "0",
    "TANE_WEB__TOKEN": TOKEN,
    "TANE_LOG__FORMAT": "json",
    "TANE_LOG__LEVEL": "debug",
}


class Daemon:
    """A running `tane run`."""

    def __init__(self, process: asyncio.subprocess.Process | WarmProcess, log: Path) -> None:
        self.process = process
        self._log = log
        self._read = 0  # bytes of the log that are in `_events`
        self._events: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    @property
    def worker(self) -> UUID:
        """The name under which it claims; it must have been ready."""
        return UUID(self.events("daemon.ready")[0]["worker"])

    def log(self) -> str:
        """Return all that it has said so far."""
        return self._log.read_text(encoding="utf-8")

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of this event that it has logged so far."""
        with self._log.open("rb") as file:
            file.seek(self._read)
            said = file.read()
        whole = said[: said.rfind(b"\n") + 1]  # the last line may still be written
        self._read += len(whole)
        for line in whole.splitlines():
            if line.startswith(b"{") and line.endswith(b"}"):
                event = json.loads(line)
                self._events[event["event"]].append(event)
        return self._events[name]

    async def logged(self, name: str) -> dict[str, Any]:
        """Wait until it has logged this event, and return its first line."""
        await until(lambda: bool(self.events(name)), what=lambda: f"{name} in\n{self._log.read_text()}")
        return self.events(name)[0]

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def ended(self, *, within_s: float = DEADLINE_S) -> int:
        """Wait for its end and return its exit status."""
        async with asyncio.timeout(within_s):
            return await self.process.wait()

    async def kill(self) -> None:
        self.send(signal.SIGKILL)
        await self.ended()


class Site:
    """Where daemons of one test run: the same database, the same model server."""

    def __init__(self, *, folder: Path, dsn: str, llm_url: str, is_cold: bool = False) -> None:
        self._folder = folder
        self._is_cold = is_cold
        self.settings = {
            **SETTINGS,
            "TANE_DATABASE__URL": dsn,
            "TANE_LLM__URL": llm_url,
            "TANE_NIGHTLY__STATE_DIR": str(folder / "nightly"),
        }
        self._daemons: list[Daemon] = []

    async def start(
        self, *arguments: str, settings: Mapping[str, str] | None = None, is_ready: bool = True
    ) -> Daemon:
        """Start a daemon; with `is_ready` return when it claims."""
        log = self._folder / f"daemon-{len(self._daemons)}.log"
        begin = _start_cold if self._is_cold else _start_warm
        daemon = Daemon(await begin(arguments or ("run",), log, {**self.settings, **(settings or {})}), log)
        self._daemons.append(daemon)
        if is_ready:
            await daemon.logged("daemon.ready")
        return daemon

    async def close(self) -> None:
        for daemon in self._daemons:
            if daemon.process.returncode is None:
                await daemon.kill()


async def _start_warm(arguments: tuple[str, ...], log: Path, settings: Mapping[str, str]) -> WarmProcess:
    return await warm.start(main, *arguments, log=log, folder=ROOT, environment=settings)


async def _start_cold(
    arguments: tuple[str, ...], log: Path, settings: Mapping[str, str]
) -> asyncio.subprocess.Process:
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "daemon"),
            *arguments,
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=output,
            env={**os.environ, **settings},
        )


@asynccontextmanager
async def open_site(*, folder: Path, dsn: str, llm_url: str, is_cold: bool = False) -> AsyncIterator[Site]:
    """Open one; with `is_cold` its daemons begin by importing themselves, as the owner's do."""
    site = Site(folder=folder, dsn=dsn, llm_url=llm_url, is_cold=is_cold)
    try:
        yield site
    finally:
        await site.close()
