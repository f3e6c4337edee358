"""Signals become events. Handlers do nothing else, and they are installed before anything is opened."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from daemon.early_signals import let_through

EXIT_AT_ONCE = 130


class Signals:
    """What the outside asked for.

    TERM and INT: `stop` the first time, `hurry` the second time; the third time ends the process at once.
    HUP sets `reload`, USR1 sets `night`, USR2 sets `dump`.
    """

    def __init__(self, *, stop: asyncio.Event | None = None) -> None:
        self.stop = stop or asyncio.Event()
        self.hurry = asyncio.Event()
        self.reload = asyncio.Event()
        self.night = asyncio.Event()
        self.dump = asyncio.Event()
        self._terminations = 0

    @contextmanager
    def installed(self) -> Iterator["Signals"]:
        """Listen to signals inside the block; the default actions come back after it."""
        loop = asyncio.get_running_loop()
        actions = {
            signal.SIGTERM: self.terminate,
            signal.SIGINT: self.terminate,
            signal.SIGHUP: self.reload.set,
            signal.SIGUSR1: self.night.set,
            signal.SIGUSR2: self.dump.set,
        }
        for number, action in actions.items():
            loop.add_signal_handler(number, action)
        let_through()
        try:
            yield self
        finally:
            for number in actions:
                loop.remove_signal_handler(number)

    def terminate(self) -> None:
        """React to TERM or INT."""
        self._terminations += 1
        if self._terminations == 1:
            self.stop.set()
        elif self._terminations == 2:
            self.hurry.set()
        else:
            _exit_at_once()


def _exit_at_once() -> NoReturn:
    os._exit(EXIT_AT_ONCE)
