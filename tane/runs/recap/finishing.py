"""Step `finish`: what was stored, what failed, and how the run ends."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from tane.recap.outcome import SectionStatus, outcome_of
from tane.runs.recap.workspace import Recap
from tane.store import runs, stories
from tane.store.pool import connection, transaction
from tane.store.reading import read_clock

KEPT_DAYS = 90


async def finish(recap: Recap) -> Mapping[str, Any]:
    """Count the sections, note the told facts, close quiet stories, and remove recaps of long ago."""
    async with connection(recap.session.pool) as conn:
        states = await stories.section_states(conn, recap.run_id)
        degraded = {
            step.step: step.details["degraded"]
            for step in await runs.read_steps(conn, recap.run_id)
            if step.details.get("degraded")
        }
        now = await read_clock(conn)
    outcome, reason = outcome_of(
        (cast("SectionStatus", one.status) for one in states), has_degraded_steps=bool(degraded)
    )
    async with transaction(recap.session.pool) as conn:
        if outcome in ("published", "partial"):
            await stories.tell_facts(conn, recap.run_id)
        closed = await stories.close_stories(
            conn, before=now - timedelta(seconds=recap.options.closed_after_s)
        )
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
