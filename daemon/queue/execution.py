"""One claimed batch, from load to settled: load -> work -> save, as `handlers.contract` says.

Load and work may be interrupted at any moment; nothing is written until then. What is written, the effects
and the ending of their jobs, is one transaction that begins by locking the rows under their fence.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import structlog

from daemon.queue.batch import AbandonReason, Batch, Interrupted
from daemon.queue.breaker import Breaker
from daemon.queue.job_log import log_batch
from daemon.queue.lanes import MODELS
from daemon.queue.meter import Meter
from daemon.queue.usefulness import Usefulness
from daemon.queue.verdicts import is_infrastructure, judge
from handlers.contract import Finished, Later, Skip
from tane.backoff import Backoff, jitter, retrying
from tane.llm.model_errors import BadReply, ModelTimeout, ModelUnavailable
from tane.llm.protocol import Models
from tane.store import jobs as queue
from tane.store.errors import StoreUnavailable
from tane.store.jobs import Ending, Job, Verdict
from tane.store.pool import Connection, Pool, connection, transaction

AnyFinished: TypeAlias = Finished[Any, Any]
OnSettled: TypeAlias = Callable[[Batch, Sequence[Verdict]], None]
"""Hears of every batch that is over; jobs without a verdict were lost to another claimant."""
Attempt: TypeAlias = "AnyFinished | Verdict"  # a result to be saved, or an ending without one
ThingT = TypeVar("ThingT")
ResultT = TypeVar("ResultT")

# A result may have cost minutes of the model; it is worth waiting for a database that restarts.
SAVE_PATIENCE_S = 600.0
SAVE_BACKOFF = Backoff(base_s=0.5, cap_s=5.0)
# Saves that wait for a lock must not keep heartbeats, claims and upkeep from the database.
RESERVED_CONNECTIONS = 4
log = structlog.get_logger()

_ENDINGS = {AbandonReason.CANCELLED: Ending.CANCELLED, AbandonReason.RELEASED: Ending.RELEASE}


class Executor:
    """Works off batches; everything it needs comes from outside."""

    def __init__(
        self,
        *,
        pool: Pool,
        models: Models,
        breaker: Breaker,
        backoff: Backoff,
        on_settled: OnSettled | None = None,
    ) -> None:
        self._pool = pool
        self._on_settled = on_settled
        self._models = models
        self._breaker = breaker
        self._backoff = backoff
        self._usefulness = Usefulness(breaker)
        self._connections = asyncio.Semaphore(max(1, pool.get_max_size() - RESERVED_CONNECTIONS))

    async def run(self, batch: Batch) -> None:
        """Bring every job of the batch to its end, or find its claim lost.

        Raises:
            StoreUnavailable: the database stayed away too long; the claims are left to their leases.
        """
        meter = Meter(self._models)
        attempts = await self._attempt(batch, meter)
        done = list(batch.settled.values())
        settled = done + await self._record(
            batch,
            [
                attempt
                for attempt in attempts
                if attempt.job.job_id not in batch.settled and not self._is_lost(batch, attempt)
            ],
        )
        batch.replies, batch.unusable = meter.replies, meter.unusable
        log_batch(batch, settled, meter)
        if self._on_settled is not None:
            self._on_settled(batch, settled)

    # ------------------------------------------------------------ load and work

    async def _attempt(self, batch: Batch, meter: Meter) -> list[Attempt]:
        """Load and work under the deadline; one attempt per job."""
        try:
            async with batch.working():
                loaded = await each_alone(lambda jobs: self._load(batch, jobs), batch.jobs)
                ready = [
                    (job, item)
                    for job, item in zip(batch.jobs, loaded, strict=True)
                    if not isinstance(item, Skip | Later | Exception)
                ]
                worked = await each_alone(lambda pairs: self._work(batch, pairs, meter), ready)
        except Interrupted:
            return [self._abandoned(batch, job) for job in batch.jobs]
        self._usefulness.note(batch, meter)
        results = {job.job_id: (item, result) for (job, item), result in zip(ready, worked, strict=True)}
        return [
            self._attempt_of(batch, job, entry, results.get(job.job_id))
            for job, entry in zip(batch.jobs, loaded, strict=True)
        ]

    async def _load(self, batch: Batch, jobs: Sequence[Job]) -> Sequence[Any]:
        async with self._connections, connection(self._pool) as conn:
            return await batch.handler.load(conn, jobs)

    async def _work(self, batch: Batch, pairs: Sequence[tuple[Job, Any]], meter: Meter) -> Sequence[Any]:
        if batch.handler.flow is None:
            worked: Sequence[Any] = await batch.handler.work([item for _, item in pairs], meter)
            return worked
        results: dict[UUID, Any] = dict.fromkeys(batch.settled)
        left = [(job, item) for job, item in pairs if job.job_id not in batch.settled]
        async with aclosing(batch.handler.flow([item for _, item in left], meter)) as flow:
            async for found in flow:
                results |= {left[number][0].job_id: result for number, result in found.items()}
                if any(job.job_id not in results for job, _ in left):
                    early = [(*left[number], result) for number, result in found.items()]
                    await self._save_early(batch, early)
        return [results[job.job_id] for job, _ in pairs]

    async def _save_early(self, batch: Batch, worked: Sequence[tuple[Job, Any, Any]]) -> None:
        """Save what is known while the rest is worked on: the next call may take minutes, or fail."""
        ready = [
            Finished(job=job, item=item, result=result)
            for job, item, result in worked
            if not isinstance(result, Exception) and job.job_id not in batch.abandoned
        ]
        # What cannot be saved now is tried again at the end, and judged there.
        for verdict in await each_alone(lambda some: self._save(batch, some), ready):
            if isinstance(verdict, Verdict):
                batch.settled[verdict.job.job_id] = verdict

    def _attempt_of(self, batch: Batch, job: Job, entry: Any, worked: tuple[Any, Any] | None) -> Attempt:
        if job.job_id in batch.abandoned:
            return self._abandoned(batch, job)
        match entry:
            case Skip(outcome=outcome):
                return Verdict(job=job, ending=Ending.DONE, outcome=outcome)
            case Later(delay_s=delay_s, outcome=outcome):
                return Verdict(job=job, ending=Ending.LATER, outcome=outcome, delay_s=delay_s)
            case Exception():
                return self._judge(batch, job, entry)
        assert worked is not None
        item, result = worked
        if isinstance(result, Exception):
            return self._judge(batch, job, result)
        return Finished(job=job, item=item, result=result)

    def _abandoned(self, batch: Batch, job: Job) -> Verdict:
        """Return the ending of a job that was interrupted; one that nobody abandoned ran out of time."""
        if reason := batch.abandoned.get(job.job_id):
            return Verdict(job=job, ending=_ENDINGS.get(reason, Ending.RELEASE))
        limit = f"no result within {batch.handler.deadline_s:g} s"
        return self._judge(batch, job, ModelTimeout(limit) if batch.lane in MODELS else TimeoutError())

    def _judge(self, batch: Batch, job: Job, error: Exception) -> Verdict:
        if isinstance(error, BadReply):
            error = self._usefulness.judged(batch.lane, error)
        if isinstance(error, ModelUnavailable):
            self._breaker.report(batch.lane, error)
        return judge(error, job, backoff=self._backoff, jitter=jitter())

    @staticmethod
    def _is_lost(batch: Batch, attempt: Attempt) -> bool:
        return batch.abandoned.get(attempt.job.job_id) is AbandonReason.LOST

    # ------------------------------------------------------------ save and settle

    async def _record(self, batch: Batch, attempts: Sequence[Attempt]) -> list[Verdict]:
        """Write results and endings; return those that were written. What is missing was lost."""
        finished = [attempt for attempt in attempts if isinstance(attempt, Finished)]
        saved = await each_alone(lambda some: self._save(batch, some), finished)
        endings = [attempt for attempt in attempts if isinstance(attempt, Verdict)]
        endings += [
            self._judge(batch, attempt.job, verdict)
            for attempt, verdict in zip(finished, saved, strict=True)
            if isinstance(verdict, Exception)
        ]
        done = [verdict for verdict in saved if isinstance(verdict, Verdict)]
        return done + await self._settle(endings)

    async def _save(self, batch: Batch, finished: Sequence[AnyFinished]) -> list[Verdict | None]:
        """Write the results and complete their jobs, both or neither; None for a lost claim."""
        done: dict[UUID, Verdict] = {}

        async def save(conn: Connection) -> list[Verdict | None]:
            held = await queue.hold(conn, [result.job for result in finished])
            kept = [result for result in finished if result.job.job_id in held]
            if kept:
                outcomes = await batch.handler.save(conn, kept)
                for result, outcome in zip(kept, outcomes, strict=True):
                    done[result.job.job_id] = Verdict(job=result.job, ending=Ending.DONE, outcome=outcome)
                await queue.settle(conn, [done[job_id] for job_id in held])
            # A commit whose reply was lost ended these in an earlier round.
            before = [result.job for result in finished if result.job.job_id in done.keys() - held]
            written = held | (await queue.ended_by(conn, before) if before else set())
            return [done[result.job.job_id] if result.job.job_id in written else None for result in finished]

        return await self._patiently(save)

    async def _settle(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """End claims that have no effects. Repeating it is harmless: the fence lets it happen once."""
        if not verdicts:
            return []
        settled: set[UUID] = set()

        async def settle(conn: Connection) -> None:
            settled.update(await queue.settle(conn, verdicts))

        await self._patiently(settle)
        return [verdict for verdict in verdicts if verdict.job.job_id in settled]

    async def _patiently(self, step: Callable[[Connection], Awaitable[ResultT]]) -> ResultT:
        """Run a transaction, again and again while the database is away: the claims may still hold."""

        async def attempt() -> ResultT:
            async with self._connections, transaction(self._pool) as conn:
                return await step(conn)

        return await retrying(
            attempt,
            on=StoreUnavailable,
            backoff=SAVE_BACKOFF,
            patience_s=SAVE_PATIENCE_S,
            log_failure=_log_save_failure,
        )


def _log_save_failure(error: Exception, tries: int) -> None:
    if tries == 1:  # a full disk may leave heartbeats well: then nobody else would say a word
        log.warning("job.save_waits", reason=str(error), patience_s=SAVE_PATIENCE_S)


async def each_alone(
    step: Callable[[Sequence[ThingT]], Awaitable[Sequence[ResultT]]], things: Sequence[ThingT]
) -> Sequence[ResultT | Exception]:
    """Run a step on a batch; if it fails, on its halves, so that one bad row fails alone.

    An outage is nobody's fault: it is everyone's answer at once.
    """
    if not things:
        return []
    try:
        results = _counted(await step(things), things)
    except Exception as error:  # noqa: BLE001 - the supervision point of a job: whatever it raises becomes its verdict
        if len(things) == 1 or is_infrastructure(error):
            return [error] * len(things)
    else:
        return results
    middle = len(things) // 2
    return [*await each_alone(step, things[:middle]), *await each_alone(step, things[middle:])]


def _counted(results: Sequence[ResultT], things: Sequence[object]) -> Sequence[ResultT]:
    if len(results) != len(things):
        raise ValueError("a handler returned another number of entries than it was given")
    return results
