"""The contract between a kind of run and its steps."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, TypeVarTuple

from tane.store.session import Session

Args = TypeVarTuple("Args")
Result = TypeVar("Result")
Options = TypeVar("Options")


class NothingToDo(Exception):  # noqa: N818 - reads as the state it reports
    """A step saw that this run has nothing to do; the run ends as skipped, with this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Compute(Protocol):
    """Where heavy functions run: never in the daemon's own process."""

    async def run(self, function: Callable[[*Args], Result], *args: *Args) -> Result:
        """Call a pure top-level function elsewhere; arrays travel as files, never as arguments.

        Raises:
            WorkerLost: (`tane.runs.pool`) the process that computed was killed; calling again starts a new one.
            Exception: whatever the function raised.
        """
        ...


@dataclass(frozen=True, kw_only=True)  # without slots: a generic alias that is called marks what it makes
class StepContext(Generic[Options]):
    """What a step works with.

    A step may be called again after it was killed at any point, or after it failed, and finds the files
    that it and the steps before it left in `folder`. Whatever it writes to the database, it writes in one
    transaction that ends with `tane.store.runs.fence`: a supervisor that lost the lock changes nothing.
    """

    run_id: int
    epoch: int
    """How often the run was taken up; what `tane.store.runs.fence` compares."""
    is_forced: bool
    folder: Path
    """Of this run; outlives the process. Files are written atomically: see `tane.runs.workspace`."""
    options: Options
    params: Mapping[str, Any]
    """What this run was asked for."""
    session: Session
    compute: Compute
    report: Callable[[float], None]
    """Takes the fraction of the step that is done, 0..1; cheap, may be called often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[Options]):
    """One step of a run."""

    name: str
    run: Callable[[StepContext[Options]], Awaitable[Mapping[str, Any]]]
    """Returns what `nightly_steps.details` shall hold (JSON); raises NothingToDo to end the run as skipped.

    `outcome` and `reason` among the details of the last step are the run's own status: published, partial, failed, skipped.
    """
    weight: float = 1.0
    """Share of the expected time, for the fraction and the time left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind(Generic[Options]):
    """A kind of long run: at most one of each is open in a database (J7)."""

    name: str
    """As `nightly_runs.kind` and its log lines have it."""
    steps: tuple[Step[Options], ...]
    options: Options
    """Plain values that the steps work by."""
    version: int = 1
    """Of the files in a run's folder; a run that another version began is begun anew."""
