"""Asks about a labelled utterance exactly as the worker does: through the handlers' own `work`, without a database."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from daemon.queue.meter import Meter
from handlers import all_handlers, together
from handlers.contract import Handler
from handlers.extraction import Harvest
from handlers.fused_questions import OpenQuestion
from handlers.job_graph import extraction_jobs
from handlers.options import Options
from handlers.short_replies import RoleReply
from handlers.utterance import LONGEST_TURN_CHARS, Asked
from tane.errors import describe
from tane.evaluation.answers import CallCost, FoundSeed, ModelAnswer
from tane.evaluation.labels import LabelledUtterance
from tane.llm.protocol import Models
from tane.store.domain import EXTRACTION_JOBS, ROLE_JOB, SCORES, SEED_KINDS
from tane.store.utterances import EarlierTurn, Utterance

QUESTIONS: Mapping[str, frozenset[str]] = {
    "role": frozenset({ROLE_JOB}),
    "scores": frozenset(SCORES),
    "seeds": frozenset(EXTRACTION_JOBS[kind] for kind in SEED_KINDS),
    **{score: frozenset({score}) for score in SCORES},
    **{kind: frozenset({EXTRACTION_JOBS[kind]}) for kind in SEED_KINDS},
}
ALL_QUESTIONS = frozenset().union(*QUESTIONS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledQuestions:
    """A labelled utterance as handlers take it, and the questions that an import would queue for it."""

    gold: LabelledUtterance
    asked: Asked
    job_types: tuple[str, ...]
    passed_over: frozenset[str]  # extractions that it is too short for, or whose speaker is not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOfAsking:
    """One way of asking: everything in one call, or each question by itself."""

    is_fused: bool
    single: Mapping[str, Handler[Any, Any]]
    fused: Handler[Any, Any] | None

    @classmethod
    def of(cls, options: Options, *, fuse: bool) -> "WayOfAsking | None":
        """Return a way; None when the prompts know no single call for everything."""
        chosen = replace(options, fuse=fuse)
        fused = together(chosen)
        if fuse and fused is None:
            return None
        single = {handler.job_type: handler for handler in all_handlers(chosen)}
        return cls(is_fused=fuse, single=single, fused=fused)

    async def answer(self, item: LabelledQuestions, models: Models) -> ModelAnswer:
        """Ask all questions about one utterance; a failure of one does not affect the others."""
        meter = Meter(models)
        results = await (
            self._worked(
                self.fused, item.job_types, [OpenQuestion(job_type=one, asked=item.asked) for one in item.job_types], meter
            )
            if self.fused is not None and item.job_types
            else self._one_by_one(item, meter)
        )  # fmt: skip
        return _answer(item, results, meter)

    async def _one_by_one(self, item: LabelledQuestions, models: Models) -> dict[str, Any]:
        results: dict[str, Any] = {}
        for job_type in item.job_types:
            results |= await self._worked(self.single[job_type], [job_type], [item.asked], models)
        return results

    @staticmethod
    async def _worked(
        handler: Handler[Any, Any], job_types: Sequence[str], items: Sequence[Any], models: Models
    ) -> dict[str, Any]:
        try:
            return dict(zip(job_types, await handler.work(items, models), strict=True))
        except Exception as error:  # noqa: BLE001 - raised, it concerns all items, as in the worker
            return dict.fromkeys(job_types, error)


def items_of(
    files: Sequence[Sequence[LabelledUtterance]], chosen: Sequence[LabelledUtterance], *, options: Options,
    job_types: frozenset[str], roles: Sequence[str],
) -> list[LabelledQuestions]:  # fmt: skip
    """Return the chosen utterances with the turns before them in their file and conversation."""
    before: dict[str, tuple[EarlierTurn, ...]] = {}
    for file in files:
        before |= _turns_before(file, options.context_turns)
    ids = {role: uuid5(NAMESPACE_URL, role) for role in roles} if ROLE_JOB in job_types else {}
    return [_item(gold, before[gold.place], ids, options, job_types) for gold in chosen]


def _turns_before(file: Sequence[LabelledUtterance], turns: int) -> dict[str, tuple[EarlierTurn, ...]]:
    """Return by place what was said before, the nearest last; an utterance without a conversation has none."""
    before: dict[str, tuple[EarlierTurn, ...]] = {}
    said: dict[str | None, tuple[EarlierTurn, ...]] = {}
    for one in file:
        past = said.get(one.conversation, ())
        before[one.place] = past
        if one.conversation is not None and turns:
            turn = EarlierTurn(speaker=one.speaker, contents=one.text[-LONGEST_TURN_CHARS:])
            said[one.conversation] = (*past, turn)[-turns:]
    return before


def _item(
    gold: LabelledUtterance, before: tuple[EarlierTurn, ...], roles: Mapping[str, UUID], options: Options, job_types: frozenset[str]
) -> LabelledQuestions:  # fmt: skip
    utterance_id = uuid5(NAMESPACE_URL, gold.place)
    # The roles that are excluded are not looked at: what a label is given for is asked.
    jobs = extraction_jobs(utterance_id, gold.text, gold.speaker, options=replace(options, enabled=job_types))
    wanted = [ROLE_JOB, *SCORES]
    seeds = [EXTRACTION_JOBS[kind] for kind in SEED_KINDS if EXTRACTION_JOBS[kind] in job_types]
    taken = [job.job_type for job in jobs]
    return LabelledQuestions(
        gold=gold,
        asked=Asked(
            utterance=Utterance(
                utterance_id=utterance_id,
                contents=gold.text,
                content_hash=hashlib.sha256(gold.text.encode()).digest(),
                speaker=gold.speaker,
                is_deleted=False,
                asked=frozenset(),
            ),
            before=before,
            roles=roles,
        ),
        job_types=(*(one for one in wanted if one in job_types), *taken),
        passed_over=frozenset(seeds) - set(taken),
    )


def _answer(item: LabelledQuestions, results: Mapping[str, Any], meter: Meter) -> ModelAnswer:
    """Sort results by what they are; an extraction that is not asked finds nothing."""
    role = results.get(ROLE_JOB)
    good = {job_type for job_type, result in results.items() if not isinstance(result, Exception)}
    return ModelAnswer(
        role=role.name if isinstance(role, RoleReply) else None,
        scores={score: results[score] for score in SCORES if score in good},
        seeds={
            kind: _made(results.get(EXTRACTION_JOBS[kind]))
            for kind in SEED_KINDS
            if EXTRACTION_JOBS[kind] in good | item.passed_over
        },
        answered=frozenset(good) | item.passed_over,
        causes={
            job_type: describe(result)["cause"]
            for job_type, result in results.items()
            if isinstance(result, Exception)
        },
        cost=CallCost(
            calls=meter.calls,
            prompt_tokens=meter.prompt_tokens,
            reply_tokens=meter.reply_tokens,
            seconds=meter.seconds,
        ),
    )


def _made(harvest: Harvest | None) -> tuple[FoundSeed, ...]:
    seeds = () if harvest is None else harvest.seeds
    return tuple(FoundSeed(body=seed.body, grounding=seed.grounding) for seed in seeds)
