"""A night as people and programs are shown it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tane.runs.progress import eta_s
from tane.store import runs
from tane.store.pool import Connection
from tane.store.runs import Run, StepRecord

# Why a clustering found nothing, in words; see `clustering.tree.Reason`.
WHY = {
    "too_few_items": "too few different statements",
    "too_few_candidates": "too few seeds lie close enough together",
    "all_alike": "all seeds are alike",
    "no_structure": "the seeds are spread evenly",
}
# A supervisor beats every 2 s; until then it may only be slow.
SILENT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NightView:
    """The open night, or the last one."""

    run_id: int
    status: str
    trigger: str
    is_forced: bool
    host: str | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    is_cancelling: bool
    is_abandoned: bool  # it has begun, and nobody seems to work on it
    step: str | None
    fraction: float | None
    worked_s: float
    eta_s: float | None
    reason: str | None
    error: dict[str, Any] | None
    steps: tuple[StepRecord, ...]
    found: str | None
    """One line on what it found and what became of yesterday's clusters; None before its clusters are known."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status in ("requested", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """How one night ended, in numbers; those that it did not come to are None."""

    at: datetime
    status: str
    seconds: float | None
    seeds: int | None
    clusters: int | None
    kept: int | None
    new: int | None
    gone: int | None


def view_of(run: Run, steps: Sequence[StepRecord]) -> NightView:
    """Return what a run looks like. Pure."""
    worked_s = sum(step.seconds for step in steps if step.status in ("done", "running"))
    running = [step.step for step in steps if step.status == "running"]
    return NightView(
        run_id=run.run_id,
        status=run.status,
        trigger=run.trigger,
        is_forced=run.is_forced,
        host=run.host,
        requested_at=run.requested_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        is_cancelling=run.is_open and run.cancel_requested_at is not None,
        is_abandoned=run.status == "running" and run.idle_s > SILENT_S,
        step=running[-1] if running and run.is_open else None,
        fraction=run.fraction,
        worked_s=worked_s,
        eta_s=eta_s(worked_s=worked_s, fraction=run.fraction) if run.status == "running" else None,
        reason=run.report.get("reason"),
        error=run.last_error,
        steps=tuple(steps),
        found=found_line({step.step: step.details for step in steps}),
    )


def found_line(details: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Say what a night found, from the details of its steps; None before its clusters are known."""
    clusters = details.get("clusters") or {}
    report = clusters.get("report")
    if report is None:
        return None
    if not report["clusters"]:
        advice = ", ".join(f"{key} = {value:g}" for key, value in sorted(report["advice"].items()))
        because = WHY.get(report["reason"], "no reason given")
        return f"no clusters: {because}" + (f"; would find some with {advice}" if advice else "")
    parts = [
        f"{report['clusters']:,} clusters ({report['top_clusters']:,} themes) hold {report['coverage']:.0%} of {report['items']:,} statements",
        f"{clusters['kept']:,} kept, {clusters['new']:,} new, {clusters['gone']:,} gone",
    ]
    if released := (report.get("thresholds") or {}).get("released"):
        parts.append(f"{released:,.0f} seeds of small clusters that no other takes are in none now")
    if report.get("is_partial"):
        parts.append("stopped at clustering.max_clusters_total")
    moved = (details.get("maps") or {}).get("atlas", {}).get("displacement")
    return "; ".join([*parts, *([f"old points moved {moved:.1%}"] if moved else [])])


def report_of(run: Run, steps: Sequence[StepRecord]) -> NightReport:
    """Return what a night came to. Pure."""
    found = next((step.details for step in steps if step.step == "clusters"), {})
    return NightReport(
        at=run.started_at or run.requested_at,
        status=run.status,
        seconds=run.seconds,
        seeds=run.seeds,
        clusters=(found.get("report") or {}).get("clusters"),
        kept=found.get("kept"),
        new=found.get("new"),
        gone=found.get("gone"),
    )


async def read_reports(conn: Connection, *, limit: int) -> list[NightReport]:
    """Return the last nights that have ended, the newest first."""
    history = await runs.read_history(conn, runs.NIGHTLY, limit=limit + 1)
    ended = [run for run in history if not run.is_open][:limit]
    return [report_of(run, await runs.read_steps(conn, run.run_id)) for run in ended]


async def read_view(conn: Connection) -> NightView | None:
    """Return the open night, or the last one, if there ever was one."""
    history = await runs.read_history(conn, runs.NIGHTLY, limit=1)
    if not history:
        return None
    return view_of(history[0], await runs.read_steps(conn, history[0].run_id))
