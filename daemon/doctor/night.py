"""Did the last night come to its end?"""

from collections.abc import Sequence
from datetime import datetime

from daemon.doctor.finding import Finding, fail, ok, warn
from daemon.duration import ago
from tane.runs.night.view import SILENT_S
from tane.runs.night.watch import FIRST_AT
from tane.store import runs
from tane.store.pool import Connection
from tane.store.runs import Run

CHECK = "night"
LATE_S = 26 * 3600.0
UNHEARD_S = 600.0
_RUN = "`tane nightly run`"


async def examine_night(conn: Connection, *, is_enabled: bool, now: datetime) -> Finding:
    """Look at the last nights."""
    seeds, _ = await runs.count_statements(conn)
    return judge_nights(
        await runs.read_history(conn, runs.NIGHTLY, limit=1), seeds=seeds, is_enabled=is_enabled, now=now
    )


def judge_nights(runs: Sequence[Run], *, seeds: int, is_enabled: bool, now: datetime) -> Finding:
    """Judge the last night. Pure.

    runs: the newest first; now: by the database's clock.
    """
    if not is_enabled:
        return ok(CHECK, "off (nightly.enabled)")
    if not runs:
        return _first(seeds)
    return _open(runs[0]) if runs[0].is_open else _ended(runs[0], now)


def _first(seeds: int) -> Finding:
    if seeds < FIRST_AT:
        return ok(CHECK, f"none yet: {seeds} seeds are too few for a map")
    return warn(
        CHECK, f"none yet, though there are {seeds} seeds", f"`tane run` has one by itself; or {_RUN}"
    )


def _ended(run: Run, now: datetime) -> Finding:
    age_s = (now - run.requested_at).total_seconds()
    if run.status == "failed":
        return fail(CHECK, f"the last failed{_cause(run)}", f"`tane nightly status` tells more; then {_RUN}")
    if run.status == "partial":
        return warn(
            CHECK,
            f"the last is partial{_cause(run)}",
            "there is a new map; `tane nightly status` tells what failed after it",
        )
    if age_s > LATE_S:
        return warn(CHECK, f"the last was {ago(age_s)} ago", f"is `tane run` up at nightly.at? {_RUN}")
    return ok(CHECK, f"{run.status}, {ago(age_s)} ago")


def _open(run: Run) -> Finding:
    if run.status == "running" and run.idle_s > SILENT_S:
        return warn(
            CHECK,
            f"nobody has worked on it for {ago(run.idle_s)}",
            "`tane run` goes on with it, on the same host",
        )
    if run.status == "requested" and run.idle_s > UNHEARD_S:
        return warn(CHECK, f"asked for {ago(run.idle_s)} ago, and nobody began", "`tane run`")
    return ok(CHECK, f"{run.status}, {(run.fraction or 0):.0%} done")


def _cause(run: Run) -> str:
    error = run.last_error or {}
    told = [str(error[key]) for key in ("step", "cause", "class") if error.get(key)]
    return f": {', '.join(told)}" if told else ""
