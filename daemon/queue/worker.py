"""The claim loop: as many jobs as there are free slots, never more, and who looks after them meanwhile."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import structlog

from daemon.queue.batch import AbandonReason, Batch
from daemon.queue.breaker import Breaker
from daemon.queue.execution import SAVE_PATIENCE_S, Executor, OnSettled
from daemon.queue.lanes import ALL, LaneTurn, next_turn
from daemon.queue.leases import Leases
from daemon.queue.wakeup import Wakeup
from handlers.contract import Handler, Lane
from tane.backoff import Backoff
from tane.llm.protocol import Models
from tane.store import jobs as queue
from tane.store import workload
from tane.store.errors import Conflict, StoreUnavailable
from tane.store.jobs import Job
from tane.store.pool import Connection, Pool, connection

CLAIM_TIMEOUT_S = 10.0
LOOK_FOR_SUSPECTS_S = 1.0
RELEASE_S = 2.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much is done at once, and for how long a claim is believed."""

    slots: Mapping[Lane, int]  # batches in flight per lane
    lease_s: float
    backoff: Backoff
    slice_s: float

    @classmethod
    def of(cls, *, parallel: int, lease_s: float, backoff: Backoff, slice_s: float) -> "Pace":
        """Return the pace for a model server with this many slots.

        The driver lets one call more through than the server has slots; as many jobs again may load and save.
        """
        slots = {Lane.TEXT: 2 * (parallel + 1), Lane.EMBED: 2, Lane.LOCAL: 2}
        return cls(slots=slots, lease_s=lease_s, backoff=backoff, slice_s=slice_s)


class Worker:
    """Claims jobs and runs each batch in a task of its own, inside the task group it is given."""

    def __init__(
        self,
        *,
        pool: Pool,
        models: Models,
        handlers: Sequence[Handler[Any, Any]],
        together: Handler[Any, Any] | None = None,
        breaker: Breaker,
        wakeup: Wakeup,
        pace: Pace,
        tasks: asyncio.TaskGroup,
        on_settled: OnSettled | None = None,
    ) -> None:
        self.id = uuid4()
        self.batches: dict[Batch, asyncio.Task[None]] = {}
        self.is_coresident = False
        """Whether both models fit the host at once; until that is known they take turns."""
        self.breaker = breaker
        self.claims: Counter[str] = Counter()
        """How often the queue was read, by what came of it: jobs, empty, conflict or unavailable."""
        self.has_claimed = asyncio.Event()
        """Set when the queue has been read for the first time."""
        self._pool = pool
        self._handlers = {handler.job_type: handler for handler in handlers}
        # We end work at the handler's own deadline. This one is for a process that hangs.
        self._together = together
        self._together_types = together.answers if together else frozenset[str]()
        self._deadlines_s = {
            handler.job_type: self._deadline_s(handler) + SAVE_PATIENCE_S for handler in handlers
        }
        self._wakeup = wakeup
        self._pace = pace
        self._tasks = tasks
        self._turn = LaneTurn(since_s=time.monotonic())
        self._claimed_s = time.monotonic()
        self._suspect_is_at_work = (
            False  # what is at work may bring the process down, and is to be alone with that
        )
        self._suspect_waits = False  # until nothing is at work
        self._next_look_s = -math.inf
        self._executor = Executor(
            pool=pool, models=models, breaker=breaker, backoff=pace.backoff, on_settled=on_settled
        )
        self.leases = Leases(
            pool=pool,
            worker=self.id,
            batches=self.batches,
            known_types=tuple(self._handlers),
            lease_s=pace.lease_s,
            backoff=pace.backoff,
        )

    def __repr__(self) -> str:
        return f"<Worker {self.id} {sorted(map(repr, self.batches))} {self._turn.lane.value}>"

    @property
    def idle_s(self) -> float:
        """Time since the queue was last read successfully, or every place was found taken."""
        return time.monotonic() - self._claimed_s

    @property
    def slots(self) -> Mapping[Lane, int]:
        """How many batches each lane may work on at once."""
        return self._pace.slots

    def busy(self) -> Mapping[Lane, int]:
        """Return how many batches each lane works on."""
        counted = Counter(batch.lane for batch in self.batches)
        return {lane: counted[lane] for lane in self._pace.slots}

    def state(self) -> dict[str, Any]:
        """Return what an operator asks when nothing seems to happen."""
        return {
            "worker": self.id,
            "batches": [repr(batch) for batch in self.batches],
            "idle_s": round(self.idle_s, 1),
            "leases": repr(self.leases),
            "breaker": repr(self.breaker),
            "wakeup": repr(self._wakeup),
            "turn": None if self.is_coresident else self._turn.lane.value,
            "connections": f"{self._pool.get_size() - self._pool.get_idle_size()} of {self._pool.get_max_size()} busy",
        }

    def side_tasks(self) -> dict[str, Coroutine[Any, Any, None]]:
        """Return the loops that must run beside this worker, by name."""
        return {
            "heartbeat": self.leases.run_heartbeat(),
            "upkeep": self.leases.run_upkeep(),
            "listener": self._wakeup.run(),
            "breaker": self.breaker.run(),
        }

    async def run(self, *, stop: asyncio.Event, is_over: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        """Claim until `stop` is set, or until `is_over` says so when there is nothing to claim."""
        with self._wakeup.on(stop):
            while not stop.is_set():
                if await self.turn() or self.batches or not await is_over():
                    await self._wakeup.wait()
                else:
                    return

    async def turn(self) -> int:
        """Claim until the slots are full or the queue is empty; return how many jobs were started."""
        started = 0
        while jobs := await self._claim():
            started += len(jobs)
        return started

    async def finish(self, *, within_s: float, hurry: asyncio.Event) -> None:
        """Wait for what is in flight; release what is not done in time, or at once when `hurry` is set."""
        deadline_s = time.monotonic() + within_s
        if self.batches:
            log.info("daemon.waiting", batches=[repr(batch) for batch in self.batches], grace_s=within_s)
        with self._wakeup.on(hurry):
            while self.batches and not hurry.is_set() and (left_s := deadline_s - time.monotonic()) > 0:
                await self._wakeup.wait(at_most_s=left_s)
        await self.release()

    async def release(self) -> None:
        """Give all claims back uncharged; what cannot be written within 2 s is left to its lease."""
        for batch in self.batches:
            batch.interrupt(AbandonReason.RELEASED)
        running = tuple(self.batches.values())
        if running and (late := (await asyncio.wait(running, timeout=RELEASE_S))[1]):
            log.warning("claims.left", batches=[task.get_name() for task in late])
            for task in late:
                task.cancel()

    async def find_unfinished(self, *, due_within_s: float) -> frozenset[Lane]:
        """Return the lanes that still have work, here or elsewhere."""
        async with connection(self._pool) as conn:
            types = await workload.find_unfinished_types(
                conn, tuple(self._handlers), due_within_s=due_within_s
            )
        return frozenset(self._handlers[job_type].lane for job_type in types)

    # ------------------------------------------------------------ claiming

    async def _claim(self) -> list[Job]:
        """Claim once, start the batches, and return their jobs."""
        try:
            async with self.leases.claiming:
                slots = await self._slots()
                if not slots:
                    if self.leases.is_connected:
                        self._claimed_s = time.monotonic()
                    return []
                async with connection(self._pool) as conn, asyncio.timeout(CLAIM_TIMEOUT_S):
                    jobs = await self._take(conn, slots)
                self._claimed_s = time.monotonic()
                self.claims["jobs" if jobs else "empty"] += 1
                self.has_claimed.set()
                self._start(jobs)
                return jobs
        except Conflict:
            self.claims["conflict"] += 1
            return []
        except StoreUnavailable as error:
            self.claims["unavailable"] += 1
            log.debug("claim.failed", reason=str(error))  # heartbeats say it aloud, once
            return []

    async def _take(self, conn: Connection, slots: Mapping[str, int]) -> list[Job]:
        """Claim what is free; a suspect only when nothing else is at work here, and nothing beside it.

        A busy worker looks for suspects once in a while: they come when a lease has run out, not with every claim.
        """
        if is_due := self._suspect_waits or time.monotonic() >= self._next_look_s:
            suspects = await self._take_suspect(conn, slots)
            if suspects or self._suspect_waits:
                return suspects
        jobs = await queue.claim(
            conn,
            slots=slots,
            worker=self.id,
            lease_s=self._pace.lease_s,
            deadlines_s=self._deadlines_s,
            together=self._together_types,
        )
        return jobs if jobs or is_due else await self._take_suspect(conn, slots)

    async def _take_suspect(self, conn: Connection, slots: Mapping[str, int]) -> list[Job]:
        """Claim one suspect, unless something is at work here: then it waits, and nothing else is claimed."""
        self._next_look_s = time.monotonic() + LOOK_FOR_SUSPECTS_S
        found = await queue.has_suspect(conn, list(slots))
        self._suspect_waits = found and bool(self.batches)
        if not found or self._suspect_waits:
            return []
        deadlines_s = {job_type: self._deadlines_s[job_type] for job_type in slots}
        suspects = await queue.claim_suspect(
            conn, worker=self.id, lease_s=self._pace.lease_s, deadlines_s=deadlines_s
        )
        self._suspect_is_at_work = bool(suspects)
        return suspects

    async def _slots(self) -> dict[str, int]:
        """Return the free places per job type, for the lanes that may claim."""
        if not self.leases.is_connected:
            return {}
        if self._suspect_is_at_work and self.batches:
            return {}
        self._suspect_is_at_work = False
        busy = Counter(batch.lane for batch in self.batches)
        lanes = await self._open_lanes(busy) - self.breaker.blocked
        of_type = Counter(batch.handler.job_type for batch in self.batches)

        def free(handler: Handler[Any, Any]) -> int:
            in_lane = self._pace.slots[handler.lane] - busy[handler.lane]
            if handler.most_at_once is None:
                return in_lane
            return min(in_lane, handler.most_at_once - of_type[handler.job_type])

        return {
            handler.job_type: places * handler.batch_size
            for handler in self._handlers.values()
            if handler.lane in lanes and (places := free(handler)) > 0
        }

    async def _open_lanes(self, busy: Mapping[Lane, int]) -> frozenset[Lane]:
        if self.is_coresident or Lane.EMBED not in self.breaker.on_server:
            return ALL
        async with connection(self._pool) as conn:
            types = await workload.find_claimable_types(conn, tuple(self._handlers))
        lanes = [self._handlers[job_type].lane for job_type in types]
        self._turn = next_turn(
            self._turn,
            in_flight=busy,
            waiting=Counter(lane for lane in lanes if lane not in self.breaker.blocked),
            now_s=time.monotonic(),
            slice_s=self._pace.slice_s,
        )
        return self._turn.open

    def _start(self, jobs: Sequence[Job]) -> None:
        for batch in self._batches_of(jobs):
            self.batches[batch] = self._tasks.create_task(self._run(batch), name=repr(batch))

    def _batches_of(self, jobs: Sequence[Job]) -> list[Batch]:
        """Return claimed jobs as they are worked off: of one type, or of one target when its jobs go together."""
        if not jobs:
            return []
        if jobs[0].job_type in self._together_types:
            by_target: dict[UUID, list[Job]] = {}
            for job in jobs:
                by_target.setdefault(job.target_id, []).append(job)
            return [Batch(self._handler_of(some), some) for some in by_target.values()]
        handler, size = self._handlers[jobs[0].job_type], self._handlers[jobs[0].job_type].batch_size
        return [Batch(handler, jobs[start : start + size]) for start in range(0, len(jobs), size)]

    def _handler_of(self, jobs: Sequence[Job]) -> Handler[Any, Any]:
        if len(jobs) > 1 and self._together:
            return self._together
        return self._handlers[jobs[0].job_type]

    def _deadline_s(self, handler: Handler[Any, Any]) -> float:
        if self._together is None or handler.job_type not in self._together.answers:
            return handler.deadline_s
        return max(handler.deadline_s, self._together.deadline_s)

    async def _run(self, batch: Batch) -> None:
        try:
            await self._executor.run(batch)
        except StoreUnavailable as error:
            # The next heartbeat that gets through releases these jobs, uncharged.
            log.warning(
                "job.not_saved", kind=batch.handler.job_type, count=len(batch.jobs), reason=str(error)
            )
        finally:
            del self.batches[batch]
            self._wakeup.set()
