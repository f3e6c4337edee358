"""All figures of one evaluation, for people and programs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tane.evaluation.agreement import Agreement, agreement
from tane.evaluation.answers import CallCost, Case
from tane.evaluation.figures import (
    RECALL_ONLY,
    GroundingFigures,
    RoleFigures,
    ScoreFigures,
    SeedFigures,
    TrapFigures,
    grounding_figures,
    measurable,
    role_figures,
    score_figures,
    seed_figures,
    trap_figures,
)
from tane.evaluation.runner import EvaluationRun, LabelledItem
from tane.store.domain import SCORES


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSetup:
    """The settings of the measurement: the model, the prompts and the labels."""

    source: str  # "demo", or the file
    model: str
    prompts: str
    fused: bool
    context_turns: int
    roles: tuple[str, ...]
    roles_from: str  # "labels" or "default"
    evidence: bool  # False for the stand-in: its figures say nothing about quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The cost of one way of asking, and per utterance."""

    total: CallCost
    calls_per_utterance: float | None
    prompt_tokens_per_utterance: float | None
    reply_tokens_per_utterance: float | None
    seconds_per_utterance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """What is known when the asking ended; a part is None when no label or no answer is there for it."""

    asking: EvaluationSetup
    labelled: int  # utterances with a label of a question that was asked
    planned: int
    done: int
    stopped: str | None
    elapsed_s: float
    role: RoleFigures | None
    scores: dict[str, ScoreFigures]
    seeds: SeedFigures | None  # all kinds but premises
    kinds: dict[str, SeedFigures]
    grounding: GroundingFigures | None
    traps: dict[str, TrapFigures]
    passed_over: int  # utterances that extraction passes over by the settings: they find nothing
    failed: int  # utterances with a question that failed
    causes: dict[str, dict[str, int]]  # job type -> cause -> number
    configured: Spent
    other: Spent | None
    other_failed: int
    agreement: Agreement | None

    def as_json(self) -> dict[str, Any]:
        """Return everything for programs; `evidence` stands in front."""
        return {"evidence": self.asking.evidence} | asdict(self)


def reported(
    asking: EvaluationSetup, run: EvaluationRun, items: Sequence[LabelledItem], *, labelled: int
) -> EvaluationReport:
    """Compute all figures of what is known; the order in which utterances ended plays no part."""
    order = {item.gold.place: place for place, item in enumerate(items)}
    cases = sorted(run.cases, key=lambda case: order[case.gold.place])
    passed_over = {item.gold.place for item in items if item.passed_over}
    role = role_figures(cases)
    kinds = measurable(cases)
    whole = [kind for kind in kinds if kind not in RECALL_ONLY]
    scores = {score: score_figures(cases, score) for score in SCORES}
    both = [case for case in cases if case.other is not None]
    return EvaluationReport(
        asking=asking,
        labelled=labelled,
        planned=run.planned,
        done=len(cases),
        stopped=run.stopped,
        elapsed_s=round(run.seconds, 3),
        role=role if role.n else None,
        scores={score: found for score, found in scores.items() if found.n or found.unread},
        seeds=seed_figures(cases, whole) if whole else None,
        kinds={kind: seed_figures(cases, [kind]) for kind in kinds},
        grounding=grounding_figures(cases) if kinds else None,
        traps=trap_figures(cases),
        passed_over=sum(case.gold.place in passed_over for case in cases),
        failed=sum(bool(case.answer.causes) for case in cases),
        causes=_causes(cases),
        configured=spent([case.answer.cost for case in cases]),
        other=spent([case.other.cost for case in both if case.other]) if both else None,
        other_failed=sum(bool(case.other.causes) for case in both if case.other),
        agreement=agreement(both) if both else None,
    )


def spent(costs: Sequence[CallCost]) -> Spent:
    """Add up what utterances cost."""
    total, count = CallCost.total(costs), len(costs)
    return Spent(
        total=total,
        calls_per_utterance=total.calls / count if count else None,
        prompt_tokens_per_utterance=total.prompt_tokens / count if count else None,
        reply_tokens_per_utterance=total.reply_tokens / count if count else None,
        seconds_per_utterance=total.seconds / count if count else None,
    )


def _causes(cases: Sequence[Case]) -> dict[str, dict[str, int]]:
    """Count the causes of failed questions, asked the configured way."""
    counts: dict[str, Counter[str]] = {}
    for case in cases:
        for job_type, cause in case.answer.causes.items():
            counts.setdefault(job_type, Counter())[cause] += 1
    return {job_type: dict(sorted(count.items())) for job_type, count in sorted(counts.items())}
