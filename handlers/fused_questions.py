"""One call for one utterance: the questions about it that were claimed together are answered by one JSON reply.

Each job keeps its row, its parser and its own `save`. What the reply leaves open is asked for again, at most
twice; what is still open then is asked by the question's single prompt. A model that cannot do this at all is
left alone for a while: its utterances get single prompts from the start.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from handlers.contract import Finished, Handler, Lane, Loaded, Worked, collected
from handlers.fused_call import FusedCall, Questions
from handlers.job_graph import EXTRACTION_PRIORITY, MEASUREMENT_PRIORITY
from handlers.model_call import fitting
from handlers.options import Options
from handlers.question import Question
from handlers.utterance import Asked, load_asked
from tane.llm.errors import TextTooLong
from tane.llm.protocol import Models
from tane.store.jobs import Job
from tane.store.pool import Connection

JOB_TYPE = "utterance"  # in logs: the name of a call that answers several job types
DEADLINE_S = 3600.0  # a text of many windows is asked window by window
FAILURES = 3  # utterances in a row without one usable reply: the model cannot do it
PAUSE = 100  # utterances that are asked by single prompts then, before the next try


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One of the questions that are asked together."""

    job_type: str
    asked: Asked


@dataclass(slots=True)
class Trust:
    """Whether the model is worth asking everything at once; it lives as long as the process."""

    failures: int = 0
    pause: int = 0

    def is_worth_trying(self) -> bool:
        """Tell it for the next utterance."""
        if self.pause:
            self.pause -= 1
            return False
        return True

    def report(self, *, is_good: bool) -> None:
        """Take note of an utterance that was tried."""
        self.failures = 0 if is_good else self.failures + 1
        if self.failures >= FAILURES:
            self.failures, self.pause = 0, PAUSE


def handler(questions: Sequence[Question[Any]], options: Options) -> Handler[Entry, Any] | None:
    """Return the handler of jobs that were claimed together; None when each is to be a call of its own."""
    if not options.fuse or options.prompts.fused is None:
        return None
    by_type = {question.handler.job_type: question for question in questions}
    flow = partial(_flow, by_type, options, Trust())
    return Handler(
        job_type=JOB_TYPE,
        lane=Lane.TEXT,
        targets=frozenset({"utterance"}),
        priority=min(EXTRACTION_PRIORITY, MEASUREMENT_PRIORITY),
        deadline_s=DEADLINE_S,
        load=partial(_load, by_type, options),
        work=collected(flow),
        flow=flow,
        save=partial(_save, by_type),
        answers=frozenset(by_type),
    )


async def _load(
    questions: Questions, options: Options, conn: Connection, jobs: Sequence[Job]
) -> Sequence[Loaded[Entry]]:
    with_roles = any(job.job_type == "utterance_role" for job in jobs)
    loaded = await load_asked(conn, jobs, options=options, with_roles=with_roles)
    return [_entry(questions[job.job_type], found) for job, found in zip(jobs, loaded, strict=True)]


def _entry(question: Question[Any], loaded: Loaded[Asked]) -> Loaded[Entry]:
    admitted = question.admit(loaded) if isinstance(loaded, Asked) else loaded
    if isinstance(admitted, Asked):
        return Entry(job_type=question.handler.job_type, asked=admitted)
    return admitted


async def _flow(
    questions: Questions, options: Options, trust: Trust, items: Sequence[Entry], models: Models
) -> AsyncGenerator[Mapping[int, Worked[Any]], None]:
    """Yield what is found out about each entry, by its number, as soon as it is."""
    by_utterance: dict[UUID, dict[str, int]] = {}
    for number, item in enumerate(items):
        by_utterance.setdefault(item.asked.utterance.utterance_id, {})[item.job_type] = number
    for numbers in by_utterance.values():
        asked = {job_type: items[number].asked for job_type, number in numbers.items()}
        async with aclosing(_answer(questions, options, trust, asked, models)) as answers:
            async for found in answers:
                yield {numbers[job_type]: result for job_type, result in found.items()}


async def _answer(
    questions: Questions, options: Options, trust: Trust, asked: Mapping[str, Asked], models: Models
) -> AsyncGenerator[Mapping[str, Worked[Any]], None]:
    """Answer all questions about one utterance: together, then each that is left by itself."""
    # Always in one order: the prompt's beginning is the same for all utterances, and the server's cache serves it.
    together = [name for name, one in questions.items() if name in asked and one.fields(asked[name])]
    results: dict[str, Any] = {}
    if len(together) > 1 and trust.is_worth_trying():
        # The entry that knows the roles stands for all.
        widest = max((asked[job_type] for job_type in together), key=lambda item: len(item.roles))
        fused = FusedCall(questions=questions, options=options, models=models, asked=widest)
        results = await _together(fused, together, options)
        trust.report(is_good=bool(results))
        if results:
            yield results

    async def singly(job_type: str) -> tuple[str, Worked[Any]]:
        (result,) = await questions[job_type].handler.work([asked[job_type]], models)
        return job_type, result

    tasks = [asyncio.create_task(singly(job_type)) for job_type in asked if job_type not in results]
    try:
        for finished in asyncio.as_completed(tasks):
            job_type, result = await finished
            yield {job_type: result}
    finally:  # an outage of one is an outage of all
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _together(fused: FusedCall, job_types: Sequence[str], options: Options) -> dict[str, Any]:
    try:
        return await fitting(
            fused.models,
            options.context_tokens,
            lambda room: fused.answer(job_types, context_tokens=room),
        )
    except TextTooLong:
        return {}  # a single prompt is shorter


async def _save(
    questions: Questions, conn: Connection, finished: Sequence[Finished[Entry, Any]]
) -> Sequence[str]:
    """Let each job type write its own results."""
    outcomes: dict[UUID, str] = {}
    for job_type, question in questions.items():
        mine = [
            Finished(job=entry.job, item=entry.item.asked, result=entry.result)
            for entry in finished
            if entry.item.job_type == job_type
        ]
        if mine:
            saved = await question.handler.save(conn, mine)
            outcomes |= {entry.job.job_id: outcome for entry, outcome in zip(mine, saved, strict=True)}
    return [outcomes[entry.job.job_id] for entry in finished]
