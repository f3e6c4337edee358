"""The answers of the models about one labelled utterance. Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tane.evaluation.labels import LabelledUtterance
from tane.language.grounding import LOW
from tane.store.domain import EXTRACTION_JOBS, ROLE_JOB, Score, SeedKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSeed:
    """A seed that would have been stored."""

    body: str
    grounding: float

    @property
    def is_doubted(self) -> bool:
        """Whether it is marked as something that its source does not say."""
        return self.grounding < LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCost:
    """What the calls about utterances took; a call that failed counts without tokens and seconds."""

    calls: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0
    seconds: float = 0.0  # that the model was at work

    @staticmethod
    def total(costs: "Sequence[CallCost]") -> "CallCost":
        """Return the sum."""
        return CallCost(
            calls=sum(cost.calls for cost in costs),
            prompt_tokens=sum(cost.prompt_tokens for cost in costs),
            reply_tokens=sum(cost.reply_tokens for cost in costs),
            seconds=sum(cost.seconds for cost in costs),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """The answers about one utterance; a question that failed has a cause and no answer."""

    role: str | None = None  # None also when no role of the list was named
    scores: Mapping[Score, float | None] = field(default_factory=dict)  # None: no number on the scale
    seeds: Mapping[SeedKind, tuple[FoundSeed, ...]] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()  # job types
    causes: Mapping[str, str] = field(default_factory=dict)  # by job type
    cost: CallCost = field(default_factory=CallCost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An utterance, its labels, and what was said about it: in the configured way, and perhaps in the other."""

    gold: LabelledUtterance
    answer: ModelAnswer
    other: ModelAnswer | None = None

    def has(self, job_type: str) -> bool:
        """Tell whether label and answer of a question are both there."""
        return self.gold.knows(job_type) and job_type in self.answer.answered

    @property
    def has_role(self) -> bool:
        """Whether the role can be compared."""
        return self.has(ROLE_JOB)

    def golds(self, kind: SeedKind) -> list[str]:
        """Return the gold texts of a kind."""
        return [seed.text for seed in self.gold.seeds or () if seed.kind == kind]

    def bodies(self, kind: SeedKind) -> list[str]:
        """Return the seeds of a kind that were made."""
        return [seed.body for seed in self.answer.seeds.get(kind, ())]

    def compared_kinds(self) -> list[SeedKind]:
        """Return the kinds of seeds that can be compared."""
        return [kind for kind in self.answer.seeds if self.has(EXTRACTION_JOBS[kind])]
