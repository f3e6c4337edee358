"""Where a process meets the database, the model server, other processes and the disk; the n-th of these calls gets a fault.

Every call at a border is a point, numbered in the order in which calls are made. A process has one fault: it counts up
to its number, injects the fault into that call and leaves all others alone, except that a server which hangs for a call without a
deadline hangs for all calls from then on.
"""

import asyncio
import contextlib
import os
import selectors
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Real time without an event after which nothing more is to be expected of the database, the disk or a thread.
IDLE_S = 0.15


class VirtualClock:
    """Does not wait: once a fault was injected, time without any event is passed over.

    `time.monotonic` of the process, and with it every event loop, reads this clock. Deadlines of minutes and hours then end in an
    instant, in their order, and what has no deadline never ends.
    """

    def __init__(self) -> None:
        self.is_hurrying = False
        self._ahead_s = 0.0

    def install(self) -> None:
        """Take the place of the system's clock for the rest of the process."""
        real = time.monotonic
        time.monotonic = lambda: real() + self._ahead_s
        kind: Any = selectors.DefaultSelector
        original = kind.select

        def select(selector: Any, timeout: float | None = None) -> Any:
            if not self.is_hurrying or (timeout is not None and timeout <= IDLE_S):
                return original(selector, timeout)
            events = original(selector, IDLE_S)
            if not events and timeout is not None:
                self._ahead_s += timeout - IDLE_S
            return events

        kind.select = select


KINDS = ("fails", "lost", "hangs", "dies")
"""The call is not made and fails; is made and its answer is lost; never answers; the process is killed before it."""
BORDERS = ("database", "model", "child", "file")
LONGEST_HANG_S = 2.0
ROOT = Path(__file__).parents[1]
_OURS = ("clustering", "daemon", "demo", "handlers", "layout", "tane")


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectedFault:
    """What happens to the call of this number, from 1, at these borders; 0 is no fault."""

    kind: str
    number: int
    borders: tuple[str, ...] = BORDERS


class Points:
    """Counts the calls of this process, and injects a fault into one of them."""

    def __init__(self, fault: InjectedFault, record: Path) -> None:
        self.count = 0
        self.is_silent = False
        self._fault = fault
        self._record = record
        self._is_armed = False
        self._lock = threading.Lock()
        self._clock = VirtualClock()
        self._pid = os.getpid()
        self._os_open, self._os_write = os.open, os.write

    def arm(self) -> None:
        """Begin to count."""
        self._clock.install()
        self._is_armed = True

    def disarm(self) -> None:
        """Count no more, and note how many calls there were."""
        self._is_armed = False
        self._note(f"counted {self.count}")

    def meets(self, border: str, call: str) -> bool:
        """Count a call; tell whether it is the one with the fault. Where the process is to die, it dies."""
        if not self._is_armed or border not in self._fault.borders or os.getpid() != self._pid:
            return False
        if self._fault.kind == "hangs" and border == "file":
            return False  # no deadline can end a call of the system's
        with self._lock:
            self.count += 1
            number = self.count
        if number != self._fault.number:
            return False
        self._clock.is_hurrying = True
        self._note(f"injected {border} {call} at {_place()}")
        if self._fault.kind == "dies":
            os.kill(self._pid, signal.SIGKILL)
            time.sleep(60)
        return True

    def inject(self, call: Callable[[], Any], error: Callable[[], BaseException]) -> Any:
        """Do with a call of the system's what the fault says."""
        if self._fault.kind == "lost":
            call()
        raise error()

    async def inject_async(
        self,
        call: Callable[[], Awaitable[Any]],
        error: Callable[[], BaseException],
        *,
        timeout_s: float | None,
        is_shared: bool = False,
    ) -> Any:
        """Do with a call what the fault says; one that hangs is ended by its own deadline, or by its caller's.

        is_shared: where it has no deadline of its own, the whole server is taken to hang.
        """
        if self._fault.kind == "hangs":
            self.is_silent = timeout_s is None and is_shared
            await self.hang(timeout_s)
        if self._fault.kind == "lost":
            await call()
        raise error()

    async def hang(self, timeout_s: float | None) -> None:
        """Never answer; a deadline of the call's own is over when the clock says so, or after a moment of real time."""
        loop = asyncio.get_running_loop()
        over = asyncio.Event()

        def end() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(over.set)

        timer = threading.Timer(LONGEST_HANG_S, end)
        timer.daemon = True
        if timeout_s is not None:
            timer.start()
        try:
            async with asyncio.timeout(timeout_s):
                await over.wait()
        finally:
            timer.cancel()
        raise TimeoutError

    def _note(self, line: str) -> None:
        record = self._os_open(self._record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._os_write(record, f"{line}\n".encode())
        os.close(record)


def _place() -> str:
    """Return file and line of the innermost frame in Tane's own code."""
    frame = sys._getframe()  # noqa: SLF001 - as the interpreter's own documentation has it
    while frame.f_back is not None:
        frame = frame.f_back
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in _OURS:
            return f"{path.relative_to(ROOT)}:{frame.f_lineno}"
    return "?"
