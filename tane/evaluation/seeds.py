"""How well seeds are found, and whether the mark of grounding tells the good ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tane.evaluation.answers import Case
from tane.evaluation.bootstrap import Figure, estimated
from tane.evaluation.labels import GoldSeed
from tane.evaluation.matching import are_same, matched
from tane.evaluation.statistics import Codes, ratio
from tane.store.domain import SEED_KINDS, SeedKind

RECALL_ONLY: tuple[SeedKind, ...] = ("premise",)  # one found elsewhere is not for that reason wrong

Counts = NDArray[np.int64]  # shape (utterances, 3): matched, made, gold


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedFigures:
    """Seeds of one kind, or of all but premises; precision and F1 are None where they say nothing."""

    n: int  # utterances
    gold: int
    made: int
    matched: int
    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundingFigures:
    """Seeds but premises by their mark and by whether they are a gold text of their utterance, of whatever kind.

    Precision: of the seeds marked as said by their source, the share that is gold. Recall: of the seeds that are
    gold, the share so marked.
    """

    trusted_gold: int
    trusted_other: int
    doubted_gold: int
    doubted_other: int
    precision: Figure
    recall: Figure


def seed_figures(cases: Sequence[Case], kinds: Sequence[SeedKind]) -> SeedFigures:
    """Compare the seeds of these kinds, each kind within itself and one to one within an utterance."""
    compared = [(case, [kind for kind in case.compared_kinds() if kind in kinds]) for case in cases]
    rows = [_counted(case, mine) for case, mine in compared if mine]
    counts = np.array(rows, dtype=np.int64).reshape(-1, 3)
    hits, made, gold = (int(total) for total in counts.sum(axis=0))
    is_partial = any(kind in RECALL_ONLY for kind in kinds)
    return SeedFigures(
        n=len(counts),
        gold=gold,
        made=made,
        matched=hits,
        precision=Figure(value=None) if is_partial else _share(counts, 0, 1),
        recall=_share(counts, 0, 2),
        f1=Figure(value=None) if is_partial else estimated(len(counts), lambda places: _f1(counts[places])),
    )


def measurable(cases: Sequence[Case]) -> list[SeedKind]:
    """Return the kinds of which at least one utterance can be compared."""
    there = {kind for case in cases for kind in case.compared_kinds()}
    return [kind for kind in SEED_KINDS if kind in there]


def grounding_figures(cases: Sequence[Case]) -> GroundingFigures:
    """Compare the mark of every seed that was made with its being a gold text; several may be the same one."""
    rows = [_marked(case) for case in cases if case.compared_kinds()]
    counts = np.array(rows, dtype=np.int64).reshape(-1, 4)
    trusted_gold, trusted_other, doubted_gold, doubted_other = (int(total) for total in counts.sum(axis=0))
    sums = np.stack([counts[:, 0], counts[:, 0] + counts[:, 1], counts[:, 0] + counts[:, 2]], axis=1)
    return GroundingFigures(
        trusted_gold=trusted_gold,
        trusted_other=trusted_other,
        doubted_gold=doubted_gold,
        doubted_other=doubted_other,
        precision=_share(sums, 0, 1),
        recall=_share(sums, 0, 2),
    )


def _counted(case: Case, kinds: Sequence[SeedKind]) -> tuple[int, int, int]:
    bodies = {kind: case.bodies(kind) for kind in kinds}
    golds = {kind: case.golds(kind) for kind in kinds}
    hits = sum(len(matched(bodies[kind], golds[kind])) for kind in kinds)
    return hits, sum(map(len, bodies.values())), sum(map(len, golds.values()))


def _marked(case: Case) -> tuple[int, int, int, int]:
    """Count seeds: trusted and gold, trusted only, doubted though gold, doubted only; premises are left out."""
    golds: Sequence[GoldSeed] = case.gold.seeds or ()
    counts = [0, 0, 0, 0]
    for kind in case.compared_kinds():
        for seed in case.answer.seeds[kind] if kind not in RECALL_ONLY else ():
            is_gold = any(are_same(seed.body, gold.text) for gold in golds)
            counts[2 * seed.is_doubted + (not is_gold)] += 1
    return counts[0], counts[1], counts[2], counts[3]


def _share(counts: Counts, part: int, whole: int) -> Figure:
    def share(places: Codes) -> float | None:
        totals = counts[places].sum(axis=0)
        return ratio(int(totals[part]), int(totals[whole]))

    return estimated(len(counts), share)


def _f1(counts: Counts) -> float | None:
    hits, made, gold = (int(total) for total in counts.sum(axis=0))
    return ratio(2 * hits, made + gold)
