"""What is stored and logged of a step that failed: class, cause and place, never anybody's text. Pure."""

import errno
from typing import Any

from daemon.queue.verdicts import describe
from tane.runs.pool import WorkerLost


class StepFailed(Exception):  # noqa: N818 - reads as the state it reports
    """A step failed as often as it may; the run ends with `error`, and yesterday's map stays."""

    def __init__(self, step: str, error: dict[str, Any]) -> None:
        super().__init__(step)
        self.error = {"step": step, **error}


def describe_failure(error: BaseException) -> dict[str, Any]:
    """Return what is known of an error, as `daemon.queue.verdicts.describe` words it for jobs."""
    described = describe(error)
    if isinstance(error, WorkerLost):
        described |= {"cause": "worker_lost", "message": str(error)}
    elif isinstance(error, MemoryError):
        described |= {"cause": "out_of_memory"}
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        described |= {"cause": "disk_full"}
    if notes := getattr(error, "__notes__", None):
        described |= {"at": notes[0]}  # where it happened in the worker
    return described
