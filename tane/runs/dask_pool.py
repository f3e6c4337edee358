"""Computing on a Dask cluster, for those who outgrow one machine."""

import asyncio
import importlib
from collections.abc import Callable
from typing import Any

from tane.runs import pool_process
from tane.runs.pool import ComputePool, Peak, WorkerLost
from tane.runs.step import Args, Result

CONNECT_S = 10.0
CLOSE_S = 5.0
# By name, because the library is not there to be imported for everybody.
_LOST = ("KilledWorker", "CommClosedError", "FutureCancelledError", "FuturesCancelledError")


class DaskPool(ComputePool):
    """Computes on the workers of one scheduler; they must see the run's folder at the same path."""

    def __init__(self, address: str) -> None:
        self._address = address.replace("dask://", "tcp://", 1)
        self._client: Any = None
        self._peak = Peak()

    async def run(self, function: Callable[[*Args], Result], *args: *Args) -> Result:
        """Call a function on a worker. See `Compute.run`."""
        try:
            if self._client is None:
                self._client = await asyncio.to_thread(self._connect)
            # pure: by default Dask gives the old result for the same arguments; our files change beneath them.
            future = self._client.get_executor(pure=False).submit(pool_process.measured, function, args)
            result, mib = await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise await self._lost() from None  # a client that loses its scheduler cancels the futures
        except Exception as error:
            if type(error).__name__ in _LOST:
                raise await self._lost() from None
            raise
        self._peak.add(mib)
        answer: Result = result
        return answer

    def take_peak_mib(self) -> float | None:
        """Return the most memory a worker process has taken since the last call, if any has worked."""
        return self._peak.take()

    async def close(self) -> None:
        """Leave the cluster; what runs there is forgotten, though its thread may go on for a while."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.close, CLOSE_S)

    def _connect(self) -> Any:
        distributed = importlib.import_module("distributed")
        try:
            return distributed.Client(self._address, timeout=CONNECT_S, set_as_default=False)
        except OSError:  # a TimeoutError is one
            raise WorkerLost(f"no Dask scheduler answers at {self._address}") from None

    async def _lost(self) -> WorkerLost:
        await self.close()
        return WorkerLost("a worker of the Dask cluster, or its scheduler, was lost")
