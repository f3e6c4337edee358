"""Processes that begin where others would still be importing: each is forked from a server that has loaded the program.

A daemon that tests start costs a second of processor time before its first line; forked, a few milliseconds. It is a
process of its own all the same: it has its own memory, descriptors and environment, and dies by its own signals.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from multiprocessing import resource_tracker
from pathlib import Path

LOADED = (
    "tane.cli",
    "daemon.app",
    "tane.runs.night.steps",
    "handlers",
    "tests.tane.runs.steps",
    "chaos.programs",
)

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(list(LOADED))


class WarmProcess:
    """A forked process, with the part of `asyncio.subprocess.Process` that tests need."""

    def __init__(self, process: multiprocessing.context.ForkServerProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, or minus the signal that ended it; None while it lives."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait for its end, and return its status."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            while (status := self.returncode) is None:
                await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        return status


async def start(
    main: Callable[[], None],
    *arguments: str,
    log: Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> WarmProcess:
    """Start a process that calls `main`, with these arguments as its command line's and all it says in `log`."""
    process = _CONTEXT.Process(
        target=_begin, args=(main, arguments, log, folder, dict(os.environ) | dict(environment or {}))
    )

    def launch() -> None:
        log.write_bytes(b"")  # it may be looked for before the first line
        process.start()  # the first one waits for the server

    await asyncio.to_thread(launch)
    return WarmProcess(process)


def _begin(
    main: Callable[[], None],
    arguments: tuple[str, ...],
    log: Path,
    folder: Path,
    environment: Mapping[str, str],
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, number in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(descriptor, number)
    os.close(output)
    os.close(nothing)
    sys.argv = [sys.argv[0], *arguments]
    # A tracker of its own, as a process has that was started: it tidies up after a kill, and its complaints are logged.
    vars(resource_tracker._resource_tracker).update(_fd=None, _pid=None)
    main()


class LoggedProcess:
    """A process that writes its log to a file."""

    def __init__(self, process: WarmProcess, log: Path) -> None:
        self._process = process
        self._log = log

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
