"""One run under one supervisor: step after step, while it is watched that the run stays ours."""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from tane.runs import workspace
from tane.runs.failures import StepFailed, describe_failure
from tane.runs.pool import ComputePool
from tane.runs.progress import Progress, eta_s
from tane.runs.step import NothingToDo, RunKind, Step, StepContext
from tane.store import runs
from tane.store.errors import DISK_FULL, RunLost, StoreUnavailable
from tane.store.pool import connection
from tane.store.run_lock import RunLock
from tane.store.runs import Run
from tane.store.session import Session

TRIES = 2
# A step in which the daemon itself dies is not tried for ever.
MOST_ATTEMPTS = 5
STOP_S = 5.0

log = structlog.get_logger()


class CancelAsked(Exception):  # noqa: N818 - reads as the state it reports
    """Somebody cancelled the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """How a run ends."""

    status: str
    reason: str | None = None
    error: dict[str, Any] | None = None


@dataclass(kw_only=True)
class Conductor:
    """Conducts one run that was taken up under the lock of its kind."""

    kind: RunKind[Any]
    run: Run
    folder: Path
    session: Session
    compute: ComputePool
    lock: RunLock
    beat_s: float
    excused: Counter[str] = field(default_factory=Counter)
    """Attempts of each step that ended because the database was away; they do not count against it."""
    progress: Progress = field(init=False)
    _reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.progress = Progress(self.kind.steps)

    async def conduct(self) -> str:
        """Work off what is left of the run, record how it ended, and return its status.

        Raises:
            RunLost, StoreUnavailable: the run is not ours any more, or nobody can tell; it stays as it is.
        """
        started_s = time.monotonic()
        try:
            verdict = await self._judged()
        finally:
            await self.compute.close()
        seconds = time.monotonic() - started_s
        report = {"seconds": round(seconds, 3), "steps": self._reports}
        if verdict.reason:
            report["reason"] = verdict.reason
        async with connection(self.session.pool) as conn:
            status = await runs.finish(
                conn,
                self.run.run_id,
                self.run.epoch,
                status=verdict.status,
                report=report,
                error=verdict.error,
            )
        self._log_end(status, verdict, seconds)
        return status

    async def _judged(self) -> RunOutcome:
        try:
            await self._work_watched()
        except CancelAsked:
            return RunOutcome(status="cancelled")
        except NothingToDo as found:
            return RunOutcome(status="skipped", reason=found.reason)
        except StepFailed as failed:
            return RunOutcome(status="failed", error=failed.error)
        last = self._reports.get(self.kind.steps[-1].name, {})
        return RunOutcome(status=last.get("outcome", "published"), reason=last.get("reason"))

    def _log_end(self, status: str, verdict: RunOutcome, seconds: float) -> None:
        fields: dict[str, Any] = {"run_id": self.run.run_id, "seconds": round(seconds, 3)}
        if status == "published":
            log.info(f"{self.kind.name}.published", **fields)
        elif status == "skipped":
            log.info(f"{self.kind.name}.skipped", **fields, reason=verdict.reason or "nothing_published")
        elif verdict.error is not None:
            log.error(f"{self.kind.name}.failed", **fields, is_published=status == "partial", **verdict.error)
        elif status == "partial":
            log.warning(f"{self.kind.name}.partial", **fields, reason=verdict.reason)
        elif status == "failed":
            log.error(f"{self.kind.name}.failed", **fields, cause=verdict.reason)
        else:
            log.warning(f"{self.kind.name}.cancelled", **fields, is_published=status == "partial")

    # ------------------------------------------------------------ watching

    async def _work_watched(self) -> None:
        """Run the steps until they end or the run stops being ours, whatever comes first."""
        working = _started(self._work_off(), f"{self.kind.name} steps")
        watching = [
            _started(self._beat(), f"{self.kind.name} heartbeat"),
            _started(self.lock.wait_lost(probe_every_s=self.beat_s), f"{self.kind.name} lock"),
        ]
        tasks = [working, *watching]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            # What the steps wait for is abandoned; one that cannot be interrupted is not waited for.
            await asyncio.wait(tasks, timeout=STOP_S)
        # A step that was fenced off may know less than the heartbeat about why.
        for task in [*watching, working]:
            if task in done:
                await task

    async def _beat(self) -> None:
        """Show that we live, and watch for a cancellation; only the lock decides what an outage means."""
        while True:
            with suppress(StoreUnavailable):
                await self._beat_once()
            await asyncio.sleep(self.beat_s)

    async def _beat_once(self) -> None:
        async with connection(self.session.pool) as conn:
            is_cancelled = await runs.beat(
                conn,
                self.run.run_id,
                self.run.epoch,
                fraction=self.progress.fraction,
                step=self.progress.step,
                step_fraction=self.progress.step_fraction,
            )
        if is_cancelled:
            raise CancelAsked

    # ------------------------------------------------------------ steps

    async def _work_off(self) -> None:
        async with connection(self.session.pool) as conn:
            records = await runs.read_steps(conn, self.run.run_id)
        done = {record.step: record for record in records if record.status == "done"}
        context = StepContext(
            run_id=self.run.run_id,
            epoch=self.run.epoch,
            is_forced=self.run.is_forced,
            folder=self.folder,
            options=self.kind.options,
            params=self.run.params,
            session=self.session,
            compute=self.compute,
            report=self.progress.report,
        )
        for ordinal, step in enumerate(self.kind.steps):
            if record := done.get(step.name):
                self._keep(step, record.seconds, record.peak_mib, record.details)
                continue
            try:
                await self._beat_once()  # between steps a cancellation holds at once
                await self._try_step(ordinal, step, context)
            except RunLost:
                await self._beat_once()  # tells a cancellation from a loss
                raise

    async def _try_step(self, ordinal: int, step: Step[Any], context: StepContext[Any]) -> None:
        """Do a step; once more if it fails."""
        for is_last in (*[False] * (TRIES - 1), True):
            try:
                await self._do_step(ordinal, step, context)
            except (NothingToDo, RunLost, StoreUnavailable, StepFailed):
                raise
            except Exception as error:
                described = describe_failure(error)
                log.warning(
                    f"{self.kind.name}.step_failed",
                    run_id=self.run.run_id,
                    step=step.name,
                    is_last=is_last,
                    **described,
                )
                if is_last:
                    raise StepFailed(step.name, described) from error
            else:
                return

    async def _do_step(self, ordinal: int, step: Step[Any], context: StepContext[Any]) -> None:
        run_id, epoch = self.run.run_id, self.run.epoch
        async with connection(self.session.pool) as conn:
            attempts = await runs.begin_step(conn, run_id, epoch, step=step.name, ordinal=ordinal)
        if attempts - self.excused[step.name] > MOST_ATTEMPTS:
            raise StepFailed(step.name, {"class": "StepFailed", "cause": "never_ends", "attempts": attempts})
        self.progress.begin(step.name)
        self.compute.take_peak_mib()
        started_s = time.monotonic()
        status, details = "failed", {}
        try:
            await asyncio.to_thread(workspace.make, self.folder, version=self.kind.version)
            details = dict(await step.run(context))
            status = "done"
        except NothingToDo as found:
            status, details = "skipped", {"reason": found.reason}
            raise
        except StoreUnavailable as error:
            # Connections that ran out, or a server that restarts, say nothing against the step; a full disk does.
            self.excused[step.name] += error.sqlstate != DISK_FULL
            raise
        except RunLost:
            raise
        except Exception as error:
            details = describe_failure(error)
            raise
        finally:
            seconds, peak_mib = time.monotonic() - started_s, self.compute.take_peak_mib()
            # A step that was interrupted stays `running`, and is done again.
            if status != "failed" or details:
                async with connection(self.session.pool) as conn:
                    await runs.end_step(
                        conn,
                        run_id,
                        epoch,
                        step=step.name,
                        status=status,
                        seconds=seconds,
                        peak_mib=peak_mib,
                        details=details,
                    )
        self._keep(step, seconds, peak_mib, details)
        log.info(
            f"{self.kind.name}.step_done", run_id=run_id, step=step.name, attempts=attempts, seconds=round(seconds, 3),
            peak_mib=peak_mib and round(peak_mib, 1), **self._prospect(),
        )  # fmt: skip

    def _prospect(self) -> dict[str, float | None]:
        """Return how far the run is and how long it will still take, as `tane nightly status` shows it."""
        worked_s = sum(report["seconds"] for report in self._reports.values())
        fraction = self.progress.fraction
        left_s = eta_s(worked_s=worked_s, fraction=fraction)
        return {"fraction": round(fraction, 3), "eta_s": None if left_s is None else round(left_s, 1)}

    def _keep(
        self, step: Step[Any], seconds: float, peak_mib: float | None, details: Mapping[str, Any]
    ) -> None:
        self.progress.end(step.name)
        self._reports[step.name] = {**details, "seconds": round(seconds, 3), "peak_mib": peak_mib}


def _started(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    return asyncio.create_task(work, name=name)
