"""A claimed batch while this process works on it, and what befalls its jobs meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any
from uuid import UUID

from handlers.contract import Handler, Lane
from tane.store.jobs import Job, Verdict


class AbandonReason(StrEnum):
    """Why a job is not to be finished here."""

    LOST = "lost"  # the claim is somebody else's by now
    CANCELLED = "cancelled"  # its owner asked for that
    RELEASED = "released"  # we shut down


class Interrupted(Exception):  # noqa: N818 - reads as the state it reports
    """Work ended before its result: every job of the batch was abandoned, or the deadline passed."""


class Batch:
    """Jobs of one type, claimed together, worked on by one task."""

    def __init__(self, handler: Handler[Any, Any], jobs: Sequence[Job]) -> None:
        self.handler = handler
        self.jobs = tuple(jobs)
        self.is_saving = False  # load and work are over; what exists now waits to be written
        self.abandoned: dict[UUID, AbandonReason] = {}
        self.settled: dict[UUID, Verdict] = {}
        """Jobs that were done while others of the batch were still worked on."""
        self.replies = 0  # of models that were read
        self.unusable = 0  # of these
        self.started_s = time.monotonic()
        self._scope: asyncio.Timeout | None = None

    def __repr__(self) -> str:
        phase = "saving" if self.is_saving else "working"
        return f"<Batch {self.handler.job_type} x{len(self.jobs)} {phase} {self.age_s:.1f}s>"

    @property
    def age_s(self) -> float:
        """Time since it was claimed."""
        return time.monotonic() - self.started_s

    @property
    def lane(self) -> Lane:
        """The lane whose slot it fills."""
        return self.handler.lane

    @property
    def open_jobs(self) -> tuple[Job, ...]:
        """The jobs whose claims still matter."""
        return tuple(job for job in self.jobs if job.job_id not in self.settled)

    def interrupt(self, reason: AbandonReason, job_ids: Iterable[UUID] | None = None) -> None:
        """Abandon these jobs, or all; work stops when no job is left to work for.

        A result that waits to be saved is kept: the fence decides whether it still counts.
        """
        if self.is_saving:
            return
        for job_id in (job.job_id for job in self.jobs) if job_ids is None else job_ids:
            self.abandoned.setdefault(job_id, reason)
        if all(job.job_id in self.abandoned for job in self.open_jobs):
            self._stop_working()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Limit load and work to the handler's deadline.

        Raises:
            Interrupted: the deadline passed, or `interrupt` left nothing to do.
        """
        try:
            async with asyncio.timeout(self.handler.deadline_s) as scope:
                self._scope = scope
                if len(self.abandoned) == len(self.jobs):
                    self._stop_working()
                yield
        except TimeoutError:
            if not scope.expired():
                raise
            raise Interrupted from None
        finally:
            self._scope = None
            self.is_saving = True

    def _stop_working(self) -> None:
        # Ending the time limit, and not cancelling the task, leaves the task free to settle the jobs.
        if self._scope is not None and not self._scope.expired():
            self._scope.reschedule(asyncio.get_running_loop().time())
