"""How old are the last good recap and the last good morning?"""

from collections.abc import Mapping

from daemon.doctor.finding import Finding, fail, ok, warn
from daemon.duration import ago
from daemon.health.lateness import LATE_S, is_late
from tane.store import health
from tane.store.health import LastEdition
from tane.store.pool import Connection


async def examine_editions(conn: Connection, every_s: Mapping[str, float]) -> list[Finding]:
    """Look at the last runs of these kinds; every_s: how far apart they are to be."""
    found: list[Finding] = []
    for last in await health.read_last_editions(conn, list(every_s)):
        apart_s = every_s[last.kind]
        is_due = last.age_s is None and await health.has_documents(conn, older_than_s=apart_s + LATE_S)
        if finding := judge_edition(last, apart_s, is_due=is_due):
            found.append(finding)
    return found


def judge_edition(last: LastEdition, every_s: float, *, is_due: bool) -> Finding | None:
    """Judge the last run of a kind; None where there was none and nothing is missed. Pure.

    is_due: documents have been there for longer than one is apart from the next.
    """
    kind, run = last.kind, f"`tane {last.kind} run --wait`"
    when = f"is `tane run` up at {kind}.at? {run}"
    if last.age_s is None:
        if last.status == "failed":
            return fail(kind, "there is no good one yet, and the last failed", f"{run} tells why")
        return warn(kind, "there is none yet, though there are documents", when) if is_due else None
    told = f"the last good one is {ago(last.age_s)} old"
    if last.status == "failed":
        return warn(kind, f"{told}, and the last failed", f"{run} tells why")
    return warn(kind, told, when) if is_late(last.age_s, every_s) else ok(kind, told)
