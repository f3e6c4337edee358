"""The contract between the night and its steps."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, TypeVarTuple

from tane.settings.model import Settings
from tane.store.session import Session

Args = TypeVarTuple("Args")
Result = TypeVar("Result")


class NothingToDo(Exception):  # noqa: N818 - reads as the state it reports
    """A step saw that this night has nothing to do; the run ends as skipped, with this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Compute(Protocol):
    """Where heavy functions run: never in the daemon's own process."""

    async def run(self, function: Callable[[*Args], Result], *args: *Args) -> Result:
        """Call a pure top-level function elsewhere; arrays travel as paths, never as arguments.

        Raises:
            WorkerLost: (`tane.runs.pool`) the process that computed was killed; calling again starts a new one.
            Exception: whatever the function raised.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a step works with.

    A step may be called again after it was killed at any point, or after it failed, and finds the files
    that it and the steps before it left in `folder`. Whatever it writes to the database, it writes in one
    transaction that ends with `store.nightly.fence`: a supervisor that lost the lock changes nothing.
    """

    run_id: int
    is_forced: bool
    folder: Path
    """Of this run; outlives the process. Files are written atomically: see `tane.runs.files`."""
    settings: Settings
    session: Session
    compute: Compute
    report: Callable[[float], None]
    """Takes the fraction of the step that is done, 0..1; cheap, may be called often."""
    epoch: int = 1
    """How often the run was taken up; what `store.nightly.fence` compares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the night."""

    name: str
    run: Callable[[Night], Awaitable[Mapping[str, Any]]]
    """Returns what `nightly_steps.details` shall hold (JSON); raises NothingToDo to end the run as skipped."""
    weight: float = 1.0
    """Share of the expected time, for the fraction and the time left."""
