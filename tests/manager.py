"""A service manager in small: a datagram socket that remembers what it was told."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.waiting import until


class Manager:
    """What a service manager hears of one process."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard: list[dict[str, str]] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)

    def environment(self, *, watchdog_s: float | None = None) -> dict[str, str]:
        """Return the variables that a supervised process gets."""
        timed = {} if watchdog_s is None else {"WATCHDOG_USEC": str(int(watchdog_s * 1e6))}
        return {"NOTIFY_SOCKET": self.address, **timed}

    def told(self, name: str) -> list[str]:
        """Return the values of every message of this name, in order."""
        return [message[name] for message in self.heard if name in message]

    async def hears(self, name: str, *, times: int = 1) -> None:
        await until(lambda: len(self.told(name)) >= times, what=lambda: f"{name} in {self.heard}")

    async def misses(self, name: str, *, for_s: float) -> None:
        """Wait for so long a pause between two messages of this name."""
        count, since_s = len(self.told(name)), time.monotonic()

        def is_long_enough() -> bool:
            nonlocal count, since_s
            if len(self.told(name)) != count:
                count, since_s = len(self.told(name)), time.monotonic()
            return time.monotonic() - since_s >= for_s

        await until(is_long_enough, what=f"no {name} for {for_s:g} s")

    async def listen(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            message = (await loop.sock_recv(self._socket, 1 << 16)).decode()
            self.heard.append(dict(line.split("=", 1) for line in message.split("\n")))

    def close(self) -> None:
        self._socket.close()


@asynccontextmanager
async def managing(folder: Path, *, is_abstract: bool = False) -> AsyncIterator[Manager]:
    """Listen at a path, or at a name in the abstract namespace."""
    manager = Manager(f"@tane-test-{os.getpid()}-{folder.name}" if is_abstract else str(folder / "notify"))
    listening = asyncio.create_task(manager.listen())
    try:
        yield manager
    finally:
        listening.cancel()
        await asyncio.wait([listening])
        manager.close()
