"""This process: whether it claims, how busy it is, and what it costs."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from daemon.queue.wakeup import Wakeup
from daemon.queue.worker import Worker
from tane.store.pool import Pool

POLLS = 3
"""So many times the pause between two looks at the queue may pass before something is wrong."""
LAG_EVERY_S = 0.5
LAGS = 120  # a minute of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A running daemon, as it sees itself."""

    version: str
    pid: int
    uptime_s: float
    has_claimed: bool  # the queue was read at least once
    is_stopping: bool
    idle_s: float  # since the queue was read, or every place was found taken
    poll_s: float
    slots: Mapping[str, int]  # lane -> batches it may work on at once
    busy: Mapping[str, int]  # lane -> batches it works on
    jobs: int
    is_connected: bool
    is_listening: bool
    blocked: tuple[str, ...]  # lanes that wait for their model
    missing: tuple[str, ...]  # models the server does not have
    down_for_s: float
    connections: int
    connections_busy: int
    loop_lag_s: float  # at worst in the last minute
    resident_bytes: int | None
    unfit: tuple[str, ...] = ()  # lanes whose model answers nothing usable

    @property
    def is_claiming(self) -> bool:
        """Whether the queue is really being read; a daemon that drains does what it should, too."""
        return self.is_stopping or (self.has_claimed and self.idle_s < POLLS * self.poll_s)


class Vitals:
    """Measures the process and its worker."""

    def __init__(self, *, worker: Worker, wakeup: Wakeup, pool: Pool, poll_s: float) -> None:
        self._worker = worker
        self._wakeup = wakeup
        self._pool = pool
        self._poll_s = poll_s
        self._started_s = time.monotonic()
        self.is_stopping = False
        self._lags_s: deque[float] = deque([0.0], maxlen=LAGS)

    async def watch_lag(self) -> None:
        """Measure how late the event loop wakes a sleeper."""
        while True:
            asleep_s = time.monotonic()
            await asyncio.sleep(LAG_EVERY_S)
            self._lags_s.append(time.monotonic() - asleep_s - LAG_EVERY_S)

    def measure(self) -> Process:
        """Look now; from memory, without waiting for anybody."""
        worker, breaker = self._worker, self._worker.breaker
        return Process(
            version=version("tane"),
            pid=os.getpid(),
            uptime_s=time.monotonic() - self._started_s,
            has_claimed=worker.has_claimed.is_set(),
            is_stopping=self.is_stopping,
            idle_s=worker.idle_s,
            poll_s=self._poll_s,
            slots={lane.value: number for lane, number in worker.slots.items()},
            busy={lane.value: number for lane, number in worker.busy().items()},
            jobs=sum(len(batch.jobs) for batch in worker.batches),
            is_connected=worker.leases.is_connected,
            is_listening=self._wakeup.is_listening,
            blocked=tuple(sorted(lane.value for lane in breaker.blocked)),
            missing=tuple(sorted(set(breaker.missing.values()))),
            unfit=tuple(sorted(lane.value for lane in breaker.unfit)),
            down_for_s=breaker.down_for_s,
            connections=self._pool.get_size(),
            connections_busy=self._pool.get_size() - self._pool.get_idle_size(),
            loop_lag_s=max(0.0, *self._lags_s),
            resident_bytes=resident_bytes(),
        )


def resident_bytes() -> int | None:
    """Return the memory this process holds; None where the system does not tell in /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
