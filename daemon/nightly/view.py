"""A night as people and programs are shown it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.nightly.progress import eta_s
from store import nightly
from store.nightly import Run, StepRecord
from store.pool import Connection

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

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status in ("requested", "running")


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
    )


async def read_view(conn: Connection) -> NightView | None:
    """Return the open night, or the last one, if there ever was one."""
    history = await nightly.read_history(conn, limit=1)
    if not history:
        return None
    return view_of(history[0], await nightly.read_steps(conn, history[0].run_id))
