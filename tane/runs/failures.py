"""What is stored and logged of a step that failed: class, cause and place, never anybody's text. Pure."""

import errno
from typing import Any

from tane.errors import describe


class StepFailed(Exception):  # noqa: N818 - reads as the state it reports
    """A step failed as often as it may; the run ends with `error`, and what was published before stays."""

    def __init__(self, step: str, error: dict[str, Any]) -> None:
        super().__init__(step)
        self.error = {"step": step, **error}


def describe_failure(error: BaseException) -> dict[str, Any]:
    """Return what is known of an error, as `tane.errors.describe` words it for jobs, too."""
    described = describe(error)
    if isinstance(error, MemoryError):
        described |= {"cause": "out_of_memory"}
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        described |= {"cause": "disk_full"}
    if notes := getattr(error, "__notes__", None):
        described |= {"at": notes[0]}  # where it happened in the worker
    return described
