"""One call for one utterance: the questions about it that were claimed together are answered by one JSON reply.

Each job keeps its row, its parser and its own `save`. What the reply leaves open is asked for again, at most
twice; what is still open then is asked by the question's single prompt. A model that cannot do this at all is
left alone for a while: its utterances get single prompts from the start.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from handlers.contract import Finished, Handler, Lane, Loaded, Worked, collected
from handlers.job_graph import EXTRACTION_PRIORITY, MEASUREMENT_PRIORITY
from handlers.json_replies import cut_sections, sections
from handlers.model_call import MORE_ROOM, SAMPLES, fitting, windows
from handlers.options import Options
from handlers.prompt_echoes import Echoes
from handlers.utterance import Asked, Question, WindowReply, load_asked, object_schema
from tane.language.offloading import off_loop
from tane.language.spelling import storable
from tane.language.splitting import Piece
from tane.llm.model_errors import BadReply, CutReply, EmptyReply, RequestRefused, TextTooLong
from tane.llm.protocol import Models, Prompt, note_reply
from tane.store.jobs import Job
from tane.store.pool import Connection

Questions: TypeAlias = Mapping[str, Question[Any]]


@dataclass(slots=True)
class Outcome:
    """What the calls about one window have brought so far."""

    results: dict[str, Any] = field(default_factory=dict)
    flawed: dict[str, Any] = field(default_factory=dict)  # usable, but another reply may say more
    flaws: dict[str, int] = field(default_factory=dict)
    room: int = 1
    was_cut: bool = False

    def left(self, job_types: Sequence[str]) -> list[str]:
        """Return what has no good result yet."""
        return [job_type for job_type in job_types if job_type not in self.results]

    def note(self, job_type: str, result: Any, flaws: int) -> None:
        """Keep a result if it is the best so far."""
        if flaws == 0:
            self.results[job_type] = result
            self.flawed.pop(job_type, None)
        elif flaws < self.flaws.get(job_type, flaws + 1):
            self.flawed[job_type], self.flaws[job_type] = result, flaws


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedCall:
    """The calls about one utterance."""

    questions: Questions
    options: Options
    models: Models
    asked: Asked

    async def answer(self, job_types: Sequence[str], *, context_tokens: int) -> dict[str, Any]:
        """Return what could be found out; job types that are missing are to be asked by themselves."""
        text = self.asked.utterance.contents
        first, *others = await off_loop(
            len(text), windows, text, self._render_of(job_types), context_tokens=context_tokens
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
        """Ask about one window, and again for what the reply left open.

        After a reply that was cut off, what takes a word or a number is asked before the lists, which took its room:
        servers write the fields in an order of their own.
        """
        outcome = Outcome()
        for sample in range(SAMPLES):
            left = outcome.left(job_types)
            if not left:
                break
            short = [name for name in left if self.questions[name].windowed is None]
            groups = [short, [name for name in left if name not in short]] if outcome.was_cut else [left]
            try:
                for group in groups:
                    if group:
                        await self._try(part, group, outcome, sample=sample)
            except TextTooLong:
                if not outcome.results:
                    raise
                break
            except RequestRefused:
                break  # the server knows no schemas, or this one is too long for it
        return outcome.flawed | outcome.results

    async def _try(self, part: Piece, left: Sequence[str], outcome: Outcome, *, sample: int) -> None:
        prompt = replace(self._render_of(left)(part.text), room=outcome.room)
        fields = {
            name: schema
            for job_type in left
            for name, schema in self.questions[job_type].fields(self.asked).items()
        }
        try:
            reply = await self.models.chat(prompt, schema=object_schema(fields), sample=sample)
            if not reply.text.strip():
                raise EmptyReply("the reply is empty")
            read = await off_loop(len(reply.text), lambda: sections(storable(reply.text)))
            model = reply.model
        except CutReply as error:
            outcome.was_cut = True
            outcome.room = MORE_ROOM if error.at_limit else outcome.room
            try:
                said = storable(error.text)
                read, model = await off_loop(len(said), cut_sections, said), error.model
            except BadReply:
                note_reply(self.models, is_usable=False)
                return
        except BadReply:
            note_reply(self.models, is_usable=False)
            return
        echoes = await off_loop(len(part.text), Echoes, prompt.wording, part.text)
        told = WindowReply(asked=self.asked, part=part, sections=read, echoes=echoes, model=model, version="")
        # Statements are looked for in the whole part.
        found = [await off_loop(len(part.text), self._note, job_type, told, outcome) for job_type in left]
        note_reply(self.models, is_usable=any(found))

    def _note(self, job_type: str, told: WindowReply, outcome: Outcome) -> bool:
        """Keep what a reply says to one question, if it says anything usable."""
        question = self.questions[job_type]
        try:
            result = question.read(replace(told, version=self.options.prompts.fused_version(job_type)))
        except BadReply:
            return False
        is_cut = told.sections.unfinished in question.fields(self.asked)
        outcome.note(job_type, result, question.flaws(result) + is_cut)
        return result is not None

    def _render_of(self, job_types: Sequence[str]) -> Callable[[str], Prompt]:
        def render(contents: str) -> Prompt:
            return self.options.prompts.render_fused(
                job_types, contents=contents, allowed=self.asked.roles, before=self.asked.shown_before
            )

        return render


JOB_TYPE = "utterance"  # in logs: the name of a call that answers several job types
DEADLINE_S = 3600.0  # a text of many windows is asked window by window
FAILURES = 3  # utterances in a row without one usable reply: the model cannot do it
PAUSE = 100  # utterances that are asked by single prompts then, before the next try


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
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


def handler(questions: Sequence[Question[Any]], options: Options) -> Handler[OpenQuestion, Any] | None:
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
) -> Sequence[Loaded[OpenQuestion]]:
    with_roles = any(job.job_type == "utterance_role" for job in jobs)
    loaded = await load_asked(conn, jobs, options=options, with_roles=with_roles)
    return [_entry(questions[job.job_type], found) for job, found in zip(jobs, loaded, strict=True)]


def _entry(question: Question[Any], loaded: Loaded[Asked]) -> Loaded[OpenQuestion]:
    admitted = question.admit(loaded) if isinstance(loaded, Asked) else loaded
    if isinstance(admitted, Asked):
        return OpenQuestion(job_type=question.handler.job_type, asked=admitted)
    return admitted


async def _flow(
    questions: Questions, options: Options, trust: Trust, items: Sequence[OpenQuestion], models: Models
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
    questions: Questions, conn: Connection, finished: Sequence[Finished[OpenQuestion, Any]]
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
