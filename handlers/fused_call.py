"""The calls about one utterance that put several questions at once, window by window."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from handlers.context_window import windows
from handlers.model_call import MORE_ROOM, SAMPLES
from handlers.options import Options
from handlers.prompt_echoes import Echoes
from handlers.question import Question, Told
from handlers.structured import cut_sections, sections
from handlers.utterance import Asked
from tane.language.offloading import off_loop
from tane.language.spelling import storable
from tane.language.splitting import Piece
from tane.llm.errors import BadReply, CutReply, EmptyReply, RequestRefused, TextTooLong
from tane.llm.protocol import Models, Prompt, note_reply

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
        schema = {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        }
        try:
            reply = await self.models.chat(prompt, schema=schema, sample=sample)
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
        told = Told(asked=self.asked, part=part, sections=read, echoes=echoes, model=model, version="")
        # Statements are looked for in the whole part.
        found = [await off_loop(len(part.text), self._note, job_type, told, outcome) for job_type in left]
        note_reply(self.models, is_usable=any(found))

    def _note(self, job_type: str, told: Told, outcome: Outcome) -> bool:
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
