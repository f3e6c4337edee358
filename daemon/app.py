"""The composition root: who runs beside whom, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, nullcontext

import structlog

from daemon import maintenance
from daemon.feed_chores import article_chores
from daemon.health.counters import Counters
from daemon.health.notify import Notifier
from daemon.health.observation import observed
from daemon.health.supervision import Supervision
from daemon.loops import Loop, beside
from daemon.maintenance import Chore
from daemon.memory_look import memory_chores
from daemon.model_watch import ModelWatch
from daemon.nights import check_executor
from daemon.queue.breaker import Breaker
from daemon.queue.draining import EX_OK, Drain
from daemon.queue.wakeup import Wakeup
from daemon.queue.worker import Worker
from daemon.resources import PATIENCE_S, Resources, open_resources
from daemon.run_kinds import runs_beside
from daemon.signal_actions import dump_on, reload_on
from daemon.signals import Signals
from tane.settings.model import Settings
from tane.store import embeddings

EX_FAILURE = 1
MODELS_EVERY_S = 60.0

log = structlog.get_logger()


class Stopped(Exception):  # noqa: N818 - reads as the state it reports
    """A signal came before start-up was over."""


async def run(
    settings: Settings,
    *,
    drain: bool = False,
    stop: asyncio.Event | None = None,
    reload: Callable[[], Settings] | None = None,
) -> int:
    """Run the daemon until a signal, `stop`, or with `drain` until nothing is left; return the exit status.

    reload: reads the settings anew; what HUP calls.

    Raises:
        StoreError: the database cannot be opened.
        ConfigError: nightly.executor needs what is not installed.
    """
    check_executor(settings.nightly)
    signals = Signals(stop=stop)
    counters = Counters()
    async with AsyncExitStack() as stack:
        stack.enter_context(signals.installed())
        supervision = Supervision(stack.enter_context(closing(Notifier.from_environment())))
        log.info("daemon.starting", drain=drain)
        try:
            async with (
                _unless(signals.stop),
                supervision.starting(),
                _while_starting(_on_signals(signals, reload, settings, supervision, None)),
            ):
                resources = await open_resources(
                    stack, settings, on_call=counters.count_call, patience_s=0.0 if drain else PATIENCE_S
                )
        except Stopped:
            log.info("daemon.stopped", reason="asked to before it had started")
            return EX_OK
        status = await _serve(resources, signals, supervision, counters, drain=drain, reload=reload)
        log.info("daemon.stopped", status=status)
        return status


async def _serve(
    resources: Resources,
    signals: Signals,
    supervision: Supervision,
    counters: Counters,
    *,
    drain: bool,
    reload: Callable[[], Settings] | None,
) -> int:
    """Let the worker run beside its helpers; one that dies takes the daemon with it, claims given back."""
    jobs = resources.settings.jobs
    watch = ModelWatch(models=resources.models, pool=resources.session.pool)
    wakeup = Wakeup(dsn=resources.session.dsn, poll_s=jobs.poll_s)
    breaker = Breaker(probe=watch.probe, prove=watch.prove, on_recovery=wakeup.set)
    status = EX_OK
    try:
        async with asyncio.TaskGroup() as batches:
            worker = Worker(
                pool=resources.session.pool,
                models=resources.models,
                handlers=resources.handlers,
                together=resources.together,
                breaker=breaker,
                wakeup=wakeup,
                pace=resources.pace,
                tasks=batches,
                on_settled=counters.count_batch,
            )
            worker.is_coresident = bool(resources.is_coresident)
            try:
                async with (
                    observed(
                        resources,
                        worker=worker,
                        wakeup=wakeup,
                        counters=counters,
                        supervision=supervision,
                        has_web=not drain,
                    ) as vitals,
                    beside(
                        {
                            **worker.side_tasks(),
                            **{
                                chore.name: chore.run()
                                for chore in _chores(resources, watch, worker, counters)
                            },
                            **_on_signals(signals, reload, resources.settings, supervision, worker),
                        }
                    ),
                    nullcontext() if drain else runs_beside(resources, signals),
                ):
                    await watch.check(breaker)
                    log.info("daemon.ready", worker=worker.id)
                    status = await _claim_until_over(
                        worker, signals, due_within_s=jobs.backoff_cap_s, drain=drain
                    )
                    vitals.is_stopping = True
                    supervision.say_stopping()
                    log.info("daemon.draining")
                    await worker.finish(within_s=jobs.shutdown_grace_s, hurry=signals.hurry)
            finally:
                await worker.release()
    except ExceptionGroup as group:
        log.critical("daemon.failed", exc_info=group)
        return EX_FAILURE
    if signals.hurry.is_set():
        resources.session.pool.terminate()  # closing politely would wait for a database that is silent
        return EX_FAILURE
    return status


async def _claim_until_over(worker: Worker, signals: Signals, *, due_within_s: float, drain: bool) -> int:
    draining = Drain(worker, due_within_s=due_within_s)
    await worker.run(stop=signals.stop, is_over=draining.is_over if drain else _never)
    if draining.over is None:
        return EX_OK
    if draining.over.status != EX_OK:
        log.error("daemon.cannot_drain", reason=draining.over.reason)
    return draining.over.status


async def _never() -> bool:
    return False


def _on_signals(
    signals: Signals,
    reload: Callable[[], Settings] | None,
    in_force: Settings,
    supervision: Supervision,
    worker: Worker | None,
) -> dict[str, Loop]:
    """Return what answers HUP and USR2; there is no worker while the daemon starts."""
    return {
        "reload": reload_on(signals.reload, reload, in_force=in_force, supervision=supervision),
        "dump": dump_on(signals.dump, worker),
    }


def _chores(resources: Resources, watch: ModelWatch, worker: Worker, counters: Counters) -> list[Chore]:
    session, jobs = resources.session, resources.settings.jobs

    async def prune() -> None:
        await maintenance.prune_jobs(session.pool, done_days=jobs.done_days, dead_days=jobs.dead_days)

    async def index() -> None:
        await embeddings.ensure_indexes(session.dsn)

    async def look_at_residence() -> None:
        if (fits := await resources.models.are_coresident()) is not None:
            worker.is_coresident = fits

    async def look_at_models() -> None:
        await watch.check(worker.breaker)

    async def write_replies() -> None:
        await maintenance.write_replies(session.pool, counters)

    chores = [
        Chore(name="replies", every_s=maintenance.REPLIES_EVERY_S, do=write_replies),
        Chore(name="prune", every_s=maintenance.PRUNE_EVERY_S, do=prune),
        Chore(name="index", every_s=maintenance.INDEX_EVERY_S, do=index),
        Chore(name="vectors", every_s=maintenance.VECTORS_EVERY_S, do=watch.pick_up),
        Chore(name="models", every_s=MODELS_EVERY_S, do=look_at_models, first_after_s=MODELS_EVERY_S),
    ]
    chores += article_chores(session.pool, resources.settings)
    chores += memory_chores(session.pool, resources.settings)
    if resources.is_coresident is None:
        chores.append(Chore(name="residence", every_s=maintenance.RESIDENCE_EVERY_S, do=look_at_residence))
    return chores


@asynccontextmanager
async def _while_starting(loops: Mapping[str, Loop]) -> AsyncIterator[None]:
    """Run loops that never fail while the block runs; its own errors leave as they are, in no group."""
    tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def _unless(event: asyncio.Event) -> AsyncIterator[None]:
    """Leave the block as soon as this event is set.

    Raises:
        Stopped: it was set.
    """
    loop = asyncio.get_running_loop()

    async def watch(scope: asyncio.Timeout) -> None:
        await event.wait()
        scope.reschedule(loop.time())

    try:
        async with asyncio.timeout(None) as scope:
            watching = asyncio.create_task(watch(scope), name="stop during start-up")
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError:
        if not scope.expired():
            raise
        raise Stopped from None
