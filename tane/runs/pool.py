"""Where runs compute: processes of their own, started when first needed and gone with the run."""

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Protocol

from tane.errors import TaneError
from tane.runs import pool_process
from tane.runs.step import Args, Compute, Result

JOIN_S = 5.0
_THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
)


class WorkerLost(TaneError):  # noqa: N818 - reads as the state it reports
    """A process that computed was killed, mostly for want of memory. The step is tried once more, in a new one."""

    cause = "worker_lost"


class ComputePool(Compute, Protocol):
    """Compute with what a supervisor needs besides: the memory it took, and an end."""

    def take_peak_mib(self) -> float | None:
        """Return the most memory a worker has taken since the last call, if any has worked."""
        ...

    async def close(self) -> None:
        """End at once, whatever is still being computed."""
        ...


class Peak:
    """The highest of some measurements."""

    def __init__(self) -> None:
        self._mib: float | None = None

    def add(self, mib: float) -> None:
        """Take a measurement."""
        self._mib = mib if self._mib is None else max(self._mib, mib)

    def take(self) -> float | None:
        """Return the highest, and begin again."""
        mib, self._mib = self._mib, None
        return mib


class ProcessPool(ComputePool):
    """Computes in spawned processes: a forked one would inherit the daemon's sockets and signal handling."""

    def __init__(self, *, workers: int, threads: int) -> None:
        self._workers = workers
        self._threads = threads
        self._context = _Context()
        self._executor: Executor | None = None
        self._peak = Peak()
        self._under_way = 0  # calls that compute, whether or not somebody still waits for them

    async def run(self, function: Callable[[*Args], Result], *args: *Args) -> Result:
        """Call a function in a worker. See `Compute.run`."""
        try:
            with _limited(self._threads):  # workers inherit the environment, and start at the first call
                future = self._open().submit(pool_process.measured, function, args)
            self._under_way += 1
            future.add_done_callback(self._ended)
            result, mib = await asyncio.wrap_future(future)
        except BrokenProcessPool:
            await self.close()
            raise WorkerLost("a process that computed was killed (out of memory?)") from None
        self._peak.add(mib)
        answer: Result = result
        return answer

    def _ended(self, _: object) -> None:
        self._under_way -= 1

    def take_peak_mib(self) -> float | None:
        """Return the most memory a worker has taken since the last call, if any has worked."""
        return self._peak.take()

    async def close(self) -> None:
        """End the workers, by force if they are at work; the next call would start new ones."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        ending = asyncio.ensure_future(asyncio.to_thread(executor.shutdown, wait=True, cancel_futures=True))
        if not self._under_way:
            # A worker that ends by itself gives back what its libraries hold; a killed one makes Python complain.
            await asyncio.wait([ending], timeout=JOIN_S)
        self._context.kill()
        await ending
        await asyncio.to_thread(self._context.join)

    def _open(self) -> Executor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                max_workers=self._workers,
                mp_context=self._context,
                initializer=pool_process.begin,
                initargs=(os.getpid(),),
            )
        return self._executor


class _Context(SpawnContext):
    """Remembers the processes that a pool starts through it: the pool itself cannot end work in progress."""

    def __init__(self) -> None:
        self._started: list[SpawnProcess] = []

    def Process(self, *arguments: Any, **options: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        process = get_context("spawn").Process(*arguments, **options)
        self._started.append(process)
        return process

    def kill(self) -> None:
        for process in self._started:
            if process.pid is not None:
                process.kill()

    def join(self) -> None:
        for process in self._started:
            if process.pid is not None:  # else it never came to life
                process.join(JOIN_S)
        self._started.clear()


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _limited(threads: int) -> Iterator[None]:
    """Set the limits of numeric libraries for processes that start inside the block; they read them on import."""
    before = {name: os.environ.get(name) for name in _THREAD_LIMITS}
    os.environ.update(dict.fromkeys(_THREAD_LIMITS, str(threads)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
