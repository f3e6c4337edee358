"""Utterances that are easy to get wrong: how many gave what they must not."""

from collections.abc import Sequence
from dataclasses import dataclass

from tane.evaluation.answers import Case, Made
from tane.evaluation.matching import contradicts


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapFigures:
    """The traps of one kind: `caught` utterances of `n` gave a mistake, `unmarked` of them one that bears no mark.

    A mistake is any seed where nothing may be extracted, and elsewhere a seed that turns a gold text round.
    """

    n: int
    caught: int
    unmarked: int


def trap_figures(cases: Sequence[Case]) -> dict[str, TrapFigures]:
    """Return the figures by kind of trap, in alphabetical order."""
    found: dict[str, list[list[Made]]] = {}
    for case in cases:
        if case.gold.trap is not None and case.compared_kinds():
            found.setdefault(case.gold.trap, []).append(mistakes(case))
    return {
        trap: TrapFigures(
            n=len(utterances),
            caught=sum(bool(seeds) for seeds in utterances),
            unmarked=sum(any(not seed.is_doubted for seed in seeds) for seeds in utterances),
        )
        for trap, utterances in sorted(found.items())
    }


def mistakes(case: Case) -> list[Made]:
    """Return the seeds that this utterance must not give."""
    made = [seed for kind in case.compared_kinds() for seed in case.answer.seeds[kind]]
    golds = case.gold.seeds or ()
    return [seed for seed in made if not golds or any(contradicts(seed.body, gold.text) for gold in golds)]
