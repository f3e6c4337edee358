"""Step `summary`: one job a section, the largest first; each saves what it wrote at once.

The step only queues and waits. What no model writes in time, or at all, is made of the cited sentences themselves.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from tane.recap.outcome import sections_within
from tane.runs.recap.extractive import store_extractive
from tane.runs.recap.recap_files import Recap, RecapFiles
from tane.runs.recap.waiting import until_done
from tane.store import jobs, runs, stories
from tane.store.jobs import NewJob
from tane.store.pool import Connection, connection, transaction
from tane.store.stories import WaitingSection

JOB_TYPE = "recap_section"
PRIORITY = 15  # of the largest section: behind names and vectors, which an owner waits for
LAST_PRIORITY = 19  # before what an import asks of thousands of utterances
GRACE = 1.5  # times the budget, after which what has not begun is not waited for

log = structlog.get_logger()


async def write_sections(recap: Recap) -> Mapping[str, Any]:
    """Have the sections written, as many as fit the time; the others are extractive."""
    files = RecapFiles(recap.folder)
    plan = await asyncio.to_thread(files.plan.load)
    async with connection(recap.session.pool) as conn:
        waiting = await stories.waiting_sections(conn, recap.run_id)
        states = await stories.section_states(conn, recap.run_id)
        seconds = await stories.section_seconds(conn)
    fitting, expected_s = sections_within(plan.budget_s, seconds, count=len(waiting))
    can_write = bool(waiting) and await recap.options.can_write()
    asked = waiting[:fitting] if can_write else []
    if asked:
        log.info("recap.sections_planned", sections=len(asked), expected_s=round(expected_s, 1))
        await _queue(recap, asked)
    if len(asked) < len(waiting):
        reason = "over_budget" if can_write else "no_model"
        await _make_extractive(recap, waiting[len(asked) :], reason)
    waited_s, patience = await _until_written(recap, len(asked), limit_s=GRACE * plan.budget_s)
    async with connection(recap.session.pool) as conn:
        left = await stories.waiting_sections(conn, recap.run_id)
    await _make_extractive(recap, left, patience or "model_failed")
    # Of the whole run: an attempt that was killed may have written some.
    async with connection(recap.session.pool) as conn:
        ever_asked = await stories.count_asked(conn, recap.run_id)
        reasons = await stories.unworded_sections(conn, recap.run_id)
    degraded = sorted(set(reasons.values()) - {"no_model"})
    return {
        "sections": sum(one.status in ("waiting", "stored", "failed") for one in states),
        "asked": ever_asked,
        "expected_s": round(expected_s, 1) if asked else 0.0,
        "waited_s": round(waited_s, 1),
        "extractive": len(reasons),
        **({"degraded": ", ".join(degraded)} if degraded else {}),
    }


async def _queue(recap: Recap, sections: list[WaitingSection]) -> None:
    """Queue what has no job yet: after a crash those that wait or run already do."""
    async with transaction(recap.session.pool) as conn:
        await jobs.enqueue(conn, [_job(one) for one in sections if not one.has_job])
        await runs.fence(conn, recap.run_id, recap.epoch)


def _job(section: WaitingSection) -> NewJob:
    return NewJob(
        job_type=JOB_TYPE,
        target_type=JOB_TYPE,
        target_id=section.response_id,
        priority=min(PRIORITY + section.rank, LAST_PRIORITY),
    )


async def _make_extractive(recap: Recap, sections: list[WaitingSection], reason: str) -> None:
    """Store sections made of their central sentences; a job that has yet to begin is taken back."""
    for one in sections:
        async with transaction(recap.session.pool) as conn:
            await stories.cancel_sections(conn, [one.response_id])
            await store_extractive(conn, one.response_id, reason)
            await runs.fence(conn, recap.run_id, recap.epoch)


async def _until_written(recap: Recap, asked: int, *, limit_s: float) -> tuple[float, str | None]:
    """Wait until no job of a section is left; return how long it took, and why waiting ended before."""

    async def count_left(conn: Connection) -> int:
        return sum(one.has_job for one in await stories.waiting_sections(conn, recap.run_id))

    return await until_done(recap, count_left, asked=asked, limit_s=limit_s)
