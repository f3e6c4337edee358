"""Step `finish`: what was stored, what failed, and how the run ends."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from tane.recap.outcome import SectionStatus, outcome_of
from tane.recap.story_identity import CLOSED_AFTER
from tane.runs.recap.genre_learning import note_distribution
from tane.runs.recap.recap_files import Recap, RecapFiles
from tane.store import runs, stories
from tane.store.pool import connection, transaction

KEPT_DAYS = 90


async def finish(recap: Recap) -> Mapping[str, Any]:
    """Count the sections, note the told facts, close quiet stories, and remove recaps of long ago."""
    plan = await asyncio.to_thread(RecapFiles(recap.folder).plan.load)
    async with connection(recap.session.pool) as conn:
        states = await stories.section_states(conn, recap.run_id)
        degraded = {
            step.step: step.details["degraded"]
            for step in await runs.read_steps(conn, recap.run_id)
            if step.details.get("degraded")
        }
    outcome, reason = outcome_of(
        (cast("SectionStatus", one.status) for one in states), has_degraded_steps=bool(degraded)
    )
    async with transaction(recap.session.pool) as conn:
        if outcome in ("published", "partial"):
            await stories.tell_facts(conn, recap.run_id)
            await note_distribution(conn, recap.run_id)
        closed = await stories.close_stories(conn, recap.run_id, before=plan.until - CLOSED_AFTER)
        pruned = await stories.prune_runs(conn, days=KEPT_DAYS)
        await runs.fence(conn, recap.run_id, recap.epoch)
    counts = Counter(one.status for one in states)
    return {
        "outcome": outcome,
        "stored": counts["stored"],
        "failed": counts["failed"] + counts["waiting"],
        "skipped": counts["skipped"],
        "no_evidence": counts["no_evidence"],
        "degraded_sections": sum(one.is_degraded for one in states),
        "degraded_steps": degraded,
        "stories_closed": closed,
        "runs_removed": pruned,
        **({"reason": reason} if reason else {}),
    }
