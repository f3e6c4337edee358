"""What recaps and mornings are handed: plain values out of the settings, and the clocks that ask for them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from daemon.nights import pool_of
from tane.llm.builtin import UNLIKE
from tane.llm.protocol import Embedded
from tane.runs import schedule
from tane.runs.morning import edition
from tane.runs.pool import ComputePool
from tane.runs.recap.recap_files import FILES_VERSION, RecapOptions
from tane.runs.recap.steps import STEPS
from tane.runs.step import RunKind, Step
from tane.runs.supervisor import DEFAULT_INTERVALS, Intervals, Supervisor
from tane.runs.watch import RunWatch
from tane.settings.model import Settings
from tane.store.runs import MORNING, RECAP
from tane.store.session import Session

Embed = Callable[[Sequence[str]], Awaitable[Embedded]]

MATERIAL_SHARE = 0.6  # of the text model's context: the rest is prompt, thinking and reply


def recap_supervisor(
    settings: Settings,
    session: Session,
    *,
    can_write: Callable[[], Awaitable[bool]],
    embed: Embed | None = None,
    steps: tuple[Step[RecapOptions], ...] = STEPS,
    intervals: Intervals = DEFAULT_INTERVALS,
    open_pool: Callable[[], ComputePool] | None = None,
) -> Supervisor:
    """Return who conducts recaps."""
    options = recap_options(settings, can_write=can_write, embed=embed)
    return Supervisor(
        RunKind(name=RECAP, steps=steps, options=options, version=FILES_VERSION),
        session=session,
        state=settings.runs_dir,
        open_pool=open_pool or partial(pool_of, settings.nightly),
        intervals=intervals,
    )


def morning_supervisor(
    settings: Settings,
    session: Session,
    *,
    can_write: Callable[[], Awaitable[bool]],
    intervals: Intervals = DEFAULT_INTERVALS,
    open_pool: Callable[[], ComputePool] | None = None,
) -> Supervisor:
    """Return who conducts mornings."""
    options = replace(recap_options(settings, can_write=can_write), days=1.0)
    return Supervisor(
        RunKind(name=MORNING, steps=edition.STEPS, options=options, version=FILES_VERSION),
        session=session,
        state=settings.runs_dir,
        open_pool=open_pool or partial(pool_of, settings.nightly),
        intervals=intervals,
    )


async def cannot_write() -> bool:
    """Tell that nobody works off jobs, so that a run makes do without the text model."""
    return False


def recap_options(
    settings: Settings, *, can_write: Callable[[], Awaitable[bool]], embed: Embed | None = None
) -> RecapOptions:
    """Return the recap's share of the settings."""
    recap = settings.recap
    return RecapOptions(
        zone=settings.timezone,
        days=recap.days,
        sources=recap.sources,
        mode=recap.mode,
        language="" if recap.language == "auto" else recap.language,
        most_documents=recap.most_documents,
        per_genre=recap.per_genre,
        min_documents=recap.min_documents,
        budget_s=60 * recap.budget_minutes,
        refine=recap.refine,
        refine_rollout_percent=recap.refine_rollout_percent,
        material_tokens=int(MATERIAL_SHARE * settings.llm.context_tokens),
        passed_over=tuple(settings.extract.speakers_exclude),
        builtin_unlike=UNLIKE,
        letter=settings.morning.letter,
        can_write=can_write,
        embed=embed,
        refresh_graph=recap.refresh_graph,
    )


def recap_watch(settings: Settings, session: Session, supervisor: Supervisor) -> RunWatch:
    """Return what asks for recaps at their time."""
    recap = settings.recap
    trigger = schedule.weekly(weekday=recap.weekday, at=recap.at, zone=settings.timezone)
    return RunWatch(RECAP, session=session, requests=supervisor.requests, trigger=trigger)


def morning_watch(settings: Settings, session: Session, supervisor: Supervisor) -> RunWatch:
    """Return what asks for mornings at their time."""
    trigger = schedule.daily(at=settings.morning.at, zone=settings.timezone)
    return RunWatch(MORNING, session=session, requests=supervisor.requests, trigger=trigger)
