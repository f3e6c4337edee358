"""The contract of a job: load -> work -> save, always for a batch of jobs of one type.

`load` reads, `work` asks the models and never touches the database, `save` writes. The worker runs
`save` and the fenced completion of the jobs in one transaction: both happen or neither.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from tane.errors import TaneError
from tane.llm.protocol import Models
from tane.store.jobs import Job
from tane.store.pool import Connection

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


class Lane(StrEnum):
    """Which model a job needs; lanes share the model server or take turns on it."""

    TEXT = "text"
    EMBED = "embed"
    LOCAL = "local"  # no model at all


class JobError(TaneError):
    """A job cannot be done and never will: wrong target, missing target. The job is dead at once.

    `cause` is a short stable word for `last_error`; no message may hold text of the user.
    """

    def __init__(self, cause: str, message: str = "") -> None:
        super().__init__(message or cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to do for this job; it ends as done with this outcome (`current`, `no_text`, `no_roles` ...)."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Later:
    """The job came too early; it is scheduled again without costing an attempt (D5)."""

    delay_s: float
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Generic[ItemT, ResultT]):
    """A job whose work is done and is about to be saved."""

    job: Job
    item: ItemT
    result: ResultT


Loaded: TypeAlias = ItemT | Skip | Later | JobError
Worked: TypeAlias = ResultT | Exception


Flow: TypeAlias = Callable[[Sequence[ItemT], Models], AsyncGenerator[Mapping[int, "Worked[ResultT]"], None]]


def collected(
    flow: "Flow[ItemT, ResultT]",
) -> Callable[[Sequence[ItemT], Models], Awaitable[Sequence["Worked[ResultT]"]]]:
    """Return the `work` that waits for all results of a flow."""

    async def work(items: Sequence[ItemT], models: Models) -> Sequence[Worked[ResultT]]:
        results: dict[int, Worked[ResultT]] = {}
        async for found in flow(items, models):
            results |= found
        return [results[number] for number in range(len(items))]

    return work


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler(Generic[ItemT, ResultT]):
    """What the worker must know of a job type.

    load: one entry per job, in order.
    work: one entry per item, in order; an exception in an entry concerns that job alone, a raised one all.
    save: one outcome per finished job, in order (`done`, `no_match`, `requeued` ...).
    """

    job_type: str
    lane: Lane
    targets: frozenset[str]
    priority: int
    deadline_s: float
    load: Callable[[Connection, Sequence[Job]], Awaitable[Sequence["Loaded[ItemT]"]]]
    work: Callable[[Sequence[ItemT], Models], Awaitable[Sequence["Worked[ResultT]"]]]
    save: Callable[[Connection, Sequence[Finished[ItemT, ResultT]]], Awaitable[Sequence[str]]]
    batch_size: int = 1
    most_at_once: int | None = None
    """Batches that a worker has of this type at a time, where that is less than its lane allows: so many calls a crash may cost."""
    flow: "Flow[ItemT, ResultT] | None" = None
    """The same as `work`, giving results by the number of their item as they come: each is saved at once."""
    answers: frozenset[str] = frozenset()
    """Job types whose jobs on one target this handler takes together; empty for one that takes its own type."""
