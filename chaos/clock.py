"""A clock that does not wait: once something was spoilt, time without any event is passed over.

Deadlines of minutes and hours then end in an instant, in their order, and what has none never ends.
"""

import selectors
import time
from typing import Any

# Real time without an event after which nothing more is to be expected of the database, the disk or a thread.
IDLE_S = 0.15


class Clock:
    """Of one process; `time.monotonic`, and with it every event loop, goes by it."""

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
