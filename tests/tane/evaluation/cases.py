"""LabelledUtterance utterances and answers, in few words."""

from collections.abc import Mapping, Sequence

from tane.evaluation.answers import Case, FoundSeed, ModelAnswer
from tane.evaluation.labels import GoldSeed, LabelledUtterance
from tane.store.domain import EXTRACTION_JOBS, ROLE_JOB, SEED_KINDS, Score, SeedKind

Bands = Mapping[Score, tuple[float, float]]


def labelled(
    place: str = "talk:1", text: str = "text", *, role: str | None = None, bands: Bands | None = None,
    seeds: Sequence[tuple[SeedKind, str]] | None = None, trap: str | None = None, conversation: str | None = None,
    speaker: str | None = None,
) -> LabelledUtterance:  # fmt: skip
    gold = None if seeds is None else tuple(GoldSeed(kind=kind, text=words) for kind, words in seeds)
    return LabelledUtterance(
        place=place, text=text, role=role, bands=bands or {}, seeds=gold, trap=trap, conversation=conversation,
        speaker=speaker,
    )  # fmt: skip


def said(
    *, role: str | None = None, scores: Mapping[Score, float | None] | None = None,
    seeds: Mapping[SeedKind, Sequence[str | FoundSeed]] | None = None, dead: Sequence[str] = (),
) -> ModelAnswer:  # fmt: skip
    """An answer to every question but the dead ones; a plain body is well grounded."""
    made = {
        kind: tuple(one if isinstance(one, FoundSeed) else FoundSeed(body=one, grounding=1.0) for one in (seeds or {}).get(kind, ()))
        for kind in SEED_KINDS
        if EXTRACTION_JOBS[kind] not in dead
    }  # fmt: skip
    answered = {ROLE_JOB, *(scores or {}), *(EXTRACTION_JOBS[kind] for kind in made)}
    return ModelAnswer(
        role=role, scores=scores or {}, seeds=made, answered=frozenset(answered - set(dead)),
        causes=dict.fromkeys(dead, "bad_reply"),
    )  # fmt: skip


def case(gold: LabelledUtterance, answer: ModelAnswer, other: ModelAnswer | None = None) -> Case:
    return Case(gold=gold, answer=answer, other=other)
