"""Whether one call for everything says the same as a call for each question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tane.evaluation.answers import Case, ModelAnswer
from tane.evaluation.figures import codes
from tane.evaluation.statements import matched
from tane.evaluation.statistics import accuracy, kappa, ratio, spearman
from tane.store.domain import EXTRACTION_JOBS, ROLE_JOB, SCORES, SEED_KINDS, Score, SeedKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAgreement:
    """Roles of `n` utterances."""

    n: int
    equal: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAgreement:
    """One score of `n` utterances to which both ways gave a number."""

    n: int
    mean_difference: float | None  # absolute
    spearman: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedAgreement:
    """Seeds of both ways, matched one to one within kind and utterance; `share` is 2 * common / all."""

    configured: int
    other: int
    common: int
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far both ways agree, over the utterances that were asked both ways; labels play no part."""

    n: int
    role: RoleAgreement
    scores: dict[str, ScoreAgreement]
    seeds: SeedAgreement
    kinds: dict[str, SeedAgreement]


def agreement(cases: Sequence[Case]) -> Agreement:
    """Compare the two ways of asking."""
    pairs = [(case.answer, case.other) for case in cases if case.other is not None]
    kinds = {kind: _seeds(pairs, [kind]) for kind in SEED_KINDS}
    return Agreement(
        n=len(pairs),
        role=_role(_both(pairs, ROLE_JOB)),
        scores={score: found for score in SCORES if (found := _score(_both(pairs, score), score)).n},
        seeds=_seeds(pairs, SEED_KINDS),
        kinds={kind: found for kind, found in kinds.items() if found.configured or found.other},
    )


def _both(
    pairs: Sequence[tuple[ModelAnswer, ModelAnswer]], job_type: str
) -> list[tuple[ModelAnswer, ModelAnswer]]:
    return [pair for pair in pairs if all(job_type in answer.answered for answer in pair)]


def _role(pairs: Sequence[tuple[ModelAnswer, ModelAnswer]]) -> RoleAgreement:
    names = sorted({answer.role for pair in pairs for answer in pair if answer.role is not None})
    one = codes([first.role for first, _ in pairs], names)
    other = codes([second.role for _, second in pairs], names)
    return RoleAgreement(n=len(pairs), equal=accuracy(one, other), kappa=kappa(one, other))


def _score(pairs: Sequence[tuple[ModelAnswer, ModelAnswer]], score: Score) -> ScoreAgreement:
    values = [(first.scores.get(score), second.scores.get(score)) for first, second in pairs]
    known = np.array([pair for pair in values if None not in pair], dtype=np.float64).reshape(-1, 2)
    return ScoreAgreement(
        n=len(known),
        mean_difference=float(np.abs(known[:, 0] - known[:, 1]).mean()) if len(known) else None,
        spearman=spearman(known[:, 0], known[:, 1]),
    )


def _seeds(pairs: Sequence[tuple[ModelAnswer, ModelAnswer]], kinds: Sequence[SeedKind]) -> SeedAgreement:
    configured = other = common = 0
    for kind in kinds:
        for first, second in _both(pairs, EXTRACTION_JOBS[kind]):
            one = [seed.body for seed in first.seeds.get(kind, ())]
            two = [seed.body for seed in second.seeds.get(kind, ())]
            configured, other = configured + len(one), other + len(two)
            common += len(matched(one, two))
    return SeedAgreement(
        configured=configured, other=other, common=common, share=ratio(2 * common, configured + other)
    )
