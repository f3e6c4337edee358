"""One call for one utterance: the questions about it that were claimed together are answered by one JSON reply.

Each job keeps its row, its parser and its own `save`. What the reply leaves open is asked for again, at most
twice; what is still open then is asked by the question's single prompt. A model that cannot do this at all is
left alone for a while: its utterances get single prompts from the start.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from handlers.asking import SAMPLES
from handlers.chain import EXTRACTION_PRIORITY, MEASUREMENT_PRIORITY
from handlers.contract import Finished, Handler, Lane, Loaded, Worked
from handlers.offloading import off_loop
from handlers.options import Options
from handlers.parsing import clean
from handlers.question import Question, Told
from handlers.splitting import Piece
from handlers.structured import sections
from handlers.utterance import Asked, load_asked
from handlers.windows import windows
from llm.errors import BadReply, RequestRefused
from llm.protocol import Models, Prompt
from store.jobs import Job
from store.pool import Connection

JOB_TYPE = "utterance"  # in logs: the name of a call that answers several job types
DEADLINE_S = 3600.0  # a text of many windows is asked window by window
FAILURES = 3  # utterances in a row without one usable reply: the model cannot do it
PAUSE = 100  # utterances that are asked by single prompts then, before the next try

Questions: TypeAlias = Mapping[str, Question[Any]]


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


@dataclass(slots=True)
class Outcome:
    """What the calls about one utterance have brought so far."""

    results: dict[str, Any] = field(default_factory=dict)
    flawed: dict[str, Any] = field(default_factory=dict)  # usable, but another reply may say more

    def left(self, job_types: Sequence[str]) -> list[str]:
        """Return what has no good result yet."""
        return [job_type for job_type in job_types if job_type not in self.results]


def handler(questions: Sequence[Question[Any]], options: Options) -> Handler[Entry, Any] | None:
    """Return the handler of jobs that were claimed together; None when each is to be a call of its own."""
    if not options.fuse or options.prompts.fused is None:
        return None
    by_type = {question.handler.job_type: question for question in questions}
    return Handler(
        job_type=JOB_TYPE,
        lane=Lane.TEXT,
        targets=frozenset({"utterance"}),
        priority=min(EXTRACTION_PRIORITY, MEASUREMENT_PRIORITY),
        deadline_s=DEADLINE_S,
        load=partial(_load, by_type, options),
        work=partial(_work, by_type, options, Trust()),
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


async def _work(
    questions: Questions, options: Options, trust: Trust, items: Sequence[Entry], models: Models
) -> Sequence[Worked[Any]]:
    by_utterance: dict[UUID, list[Entry]] = {}
    for item in items:
        by_utterance.setdefault(item.asked.utterance.utterance_id, []).append(item)
    answered: dict[tuple[UUID, str], Worked[Any]] = {}
    for utterance_id, entries in by_utterance.items():
        results = await _answer(questions, options, trust, entries, models)
        answered |= {(utterance_id, job_type): result for job_type, result in results.items()}
    return [answered[item.asked.utterance.utterance_id, item.job_type] for item in items]


async def _answer(
    questions: Questions, options: Options, trust: Trust, entries: Sequence[Entry], models: Models
) -> dict[str, Worked[Any]]:
    """Answer all questions about one utterance."""
    asked = {entry.job_type: entry.asked for entry in entries}
    # Always in one order: the prompt's beginning is the same for all utterances, and the server's cache serves it.
    together = [name for name, one in questions.items() if name in asked and one.fields(asked[name])]
    results: dict[str, Any] = {}
    if len(together) > 1 and trust.is_worth_trying():
        # The entry that knows the roles stands for all.
        widest = max((asked[job_type] for job_type in together), key=lambda item: len(item.roles))
        fused = _Fused(questions=questions, options=options, models=models, asked=widest)
        results = await fused.answer(together)
        trust.report(is_good=bool(results))
    singly = [job_type for job_type in asked if job_type not in results]
    worked = await asyncio.gather(
        *(questions[job_type].handler.work([asked[job_type]], models) for job_type in singly)
    )
    return results | {job_type: one for job_type, (one,) in zip(singly, worked, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fused:
    """The calls about one utterance."""

    questions: Questions
    options: Options
    models: Models
    asked: Asked

    async def answer(self, job_types: Sequence[str]) -> dict[str, Any]:
        """Return what could be found out; job types that are missing are to be asked by themselves."""
        text = self.asked.utterance.contents
        render = self._render_of(job_types)
        first, *others = await off_loop(
            len(text), windows, text, render, context_tokens=self.options.context_tokens
        )
        results = await self._ask(first, job_types)
        for part in others:
            windowed = {job_type: self.questions[job_type].windowed for job_type in results}
            open_ones = {
                job_type: one
                for job_type, one in windowed.items()
                if one and not one.is_full(results[job_type])
            }
            if not open_ones:
                break
            more = await self._ask(part, list(open_ones))
            for job_type, one in open_ones.items():
                if job_type in more:
                    results[job_type] = one.merge([results[job_type], more[job_type]])
                else:  # this window cannot be read this way: the single prompt begins anew
                    del results[job_type]
        return results

    async def _ask(self, part: Piece, job_types: Sequence[str]) -> dict[str, Any]:
        """Ask about one window, and again for what the reply left open."""
        outcome = Outcome()
        for sample in range(SAMPLES):
            left = outcome.left(job_types)
            if not left:
                break
            try:
                await self._try(part, left, outcome, sample=sample)
            except BadReply:
                continue
            except RequestRefused:
                break  # the server knows no schemas, or this one is too long for it
        return outcome.flawed | outcome.results

    async def _try(self, part: Piece, left: Sequence[str], outcome: Outcome, *, sample: int) -> None:
        prompt = self._render_of(left)(part.text)
        fields = {
            name: schema
            for job_type in left
            for name, schema in self.questions[job_type].fields(self.asked).items()
        }
        schema = {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        }
        reply = await self.models.chat(prompt, schema=schema, sample=sample)
        read = await off_loop(len(reply.text), lambda: sections(clean(reply.text)))
        for job_type in left:
            version = self.options.prompts.fused_version(job_type)
            told = Told(asked=self.asked, part=part, sections=read, model=reply.model, version=version)
            # Statements are looked for in the whole part.
            await off_loop(len(part.text), self._note, self.questions[job_type], told, outcome)

    @staticmethod
    def _note(question: Question[Any], told: Told, outcome: Outcome) -> None:
        job_type = question.handler.job_type
        try:
            result = question.read(told)
        except BadReply:
            return
        flaws = question.flaws(result)
        if flaws == 0:
            outcome.results[job_type] = result
            outcome.flawed.pop(job_type, None)
        elif job_type not in outcome.flawed or flaws < question.flaws(outcome.flawed[job_type]):
            outcome.flawed[job_type] = result

    def _render_of(self, job_types: Sequence[str]) -> Callable[[str], Prompt]:
        def render(contents: str) -> Prompt:
            return self.options.prompts.render_fused(
                job_types, contents=contents, allowed=self.asked.roles, before=self.asked.shown_before
            )

        return render


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
