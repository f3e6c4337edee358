"""Asks about one utterance after the other until all are done, somebody interrupts, or the model server is gone."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from tane.evaluation.answers import Case, ModelAnswer
from tane.evaluation.labels import LabelledUtterance
from tane.llm.protocol import Models

OUTAGES = 3  # utterances in a row that failed because of the model server: it is taken to be down for good
GOLDEN_RATIO = (5**0.5 - 1) / 2
OUTAGE_CAUSES = frozenset({"model_missing", "model_unavailable", "model_timeout", "model_crashed"})
INTERRUPTED, MISSING, UNAVAILABLE = "interrupted", "model_missing", "model_unavailable"


class LabelledItem(Protocol):
    """A labelled utterance with all that is needed to ask about it."""

    @property
    def gold(self) -> LabelledUtterance:
        """What is right."""
        ...

    @property
    def passed_over(self) -> frozenset[str]:
        """What is not asked of it."""
        ...


ItemT = TypeVar("ItemT", bound=LabelledItem)
ItemT_contra = TypeVar("ItemT_contra", bound=LabelledItem, contravariant=True)


class CallMode(Protocol[ItemT_contra]):
    """One way of asking."""

    async def answer(self, item: ItemT_contra, models: Models) -> ModelAnswer:
        """Ask all questions about one utterance."""
        ...


@dataclass(slots=True)
class EvaluationRun:
    """What is known so far."""

    planned: int
    cases: list[Case] = field(default_factory=list)  # in the order in which they ended
    stopped: str | None = None  # why it ended before its time
    seconds: float = 0.0
    outages: int = 0


async def run_all(
    items: Sequence[ItemT],
    ways: Sequence[CallMode[ItemT]],
    models: Models,
    *,
    parallel: int,
    on_case: Callable[[EvaluationRun], None] = lambda _: None,
) -> EvaluationRun:
    """Ask about all items, `parallel` at once, each in every way; the first way is the configured one.

    They are asked in a scattered order, always the same: an early end has seen something of everything. A cancellation is taken as "enough": it ends the asking, and what is known is returned.
    """
    run = EvaluationRun(planned=len(items))
    waiting = iter(scattered(items))
    started_s = time.monotonic()
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(parallel, len(items))):
                group.create_task(_drain(waiting, ways, models, run, on_case))
    except asyncio.CancelledError:
        run.stopped = INTERRUPTED
        task = asyncio.current_task()
        assert task is not None
        task.uncancel()
    run.seconds = time.monotonic() - started_s
    return run


def scattered(items: Sequence[ItemT]) -> list[ItemT]:
    """Return the items so that every beginning of the list is spread over the whole (golden ratio sequence)."""
    order = sorted(range(len(items)), key=lambda place: place * GOLDEN_RATIO % 1.0)
    return [items[place] for place in order]


async def _drain(
    waiting: Iterator[ItemT], ways: Sequence[CallMode[ItemT]], models: Models, run: EvaluationRun, on_case: Callable[[EvaluationRun], None]
) -> None:  # fmt: skip
    for item in waiting:
        answers = [await way.answer(item, models) for way in ways]
        _judge(run, answers)
        if run.stopped is not None and not answers[0].answered:
            return
        run.cases.append(
            Case(gold=item.gold, answer=answers[0], other=answers[1] if len(answers) > 1 else None)
        )
        on_case(run)
        if run.stopped is not None:
            return


def _judge(run: EvaluationRun, answers: Sequence[ModelAnswer]) -> None:
    """Take note of a model server that does not answer."""
    causes = {cause for answer in answers for cause in answer.causes.values()}
    if MISSING in causes:
        run.stopped = MISSING
    is_outage = bool(causes) and causes <= OUTAGE_CAUSES and not any(answer.answered for answer in answers)
    run.outages = run.outages + 1 if is_outage else 0
    if run.outages >= OUTAGES:
        run.stopped = run.stopped or UNAVAILABLE
