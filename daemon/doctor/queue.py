"""Does the queue move?"""

from collections.abc import Sequence
from typing import Any

from daemon.doctor.finding import Finding, ok, warn
from daemon.duration import ago
from tane.store import checkup, queue_admin, reading
from tane.store.checkup import QueueState
from tane.store.pool import Connection
from tane.store.queue_admin import Pause

PATIENCE_S = 60.0


async def examine_queue(conn: Connection) -> list[Finding]:
    """Look for dead jobs, claims that nobody renews, pauses, and jobs that wait in vain."""
    return [
        judge_dead([dict(row) for row in await reading.count_dead_causes(conn)]),
        *judge_line(await checkup.read_line(conn)),
        judge_pauses(await queue_admin.pauses(conn)),
    ]


def judge_dead(causes: Sequence[dict[str, Any]]) -> Finding:
    """Tell whether jobs failed for good. Pure."""
    if not causes:
        return ok("dead jobs", "none")
    first = causes[0]
    return warn(
        "dead jobs",
        f"{sum(row['n'] for row in causes)}, most of {first['job_type']}: {first['cause']}",
        "`tane dead` lists them; remove the cause, then `tane jobs retry`",
    )


def judge_line(line: QueueState) -> list[Finding]:
    """Tell whether claims are renewed, and whether somebody takes what waits. Pure."""
    found = [ok("claims", f"{line.held} held")]
    if line.abandoned:
        found = [
            warn(
                "claims",
                f"{line.abandoned} have not been renewed for more than a minute",
                "`tane run`: any daemon takes them back",
            )
        ]
    if line.oldest_s is None:
        return [*found, ok("waiting", "nothing waits")]
    said = f"{line.waiting} jobs, the oldest for {ago(line.oldest_s)}"
    if line.oldest_s > PATIENCE_S and line.sessions == 0:
        return [
            *found,
            warn("waiting", f"{said}, and no Tane is connected", "`tane run`, or `systemctl start tane`"),
        ]
    if line.oldest_s > PATIENCE_S and line.held == 0:
        return [
            *found,
            warn("waiting", f"{said}, and none is worked on", "see the findings on models; `tane status`"),
        ]
    return [*found, ok("waiting", said)]


def judge_pauses(pauses: Sequence[Pause]) -> Finding:
    """Tell what is paused. Pure."""
    if not pauses:
        return ok("pauses", "none")
    named = ", ".join(
        "everything" if pause.job_type == queue_admin.EVERYTHING else pause.job_type for pause in pauses
    )
    return warn("pauses", f"paused: {named}", "`tane resume`, or `tane resume TYPE`")
