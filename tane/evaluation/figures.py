"""How well roles, scores and seeds are told, whether the mark of grounding tells the good seeds, and how traps end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tane.evaluation.answers import Case, FoundSeed
from tane.evaluation.labels import GoldSeed
from tane.evaluation.statements import are_same, contradicts, matched
from tane.evaluation.statistics import Codes, Figure, accuracy, estimated, label_f1, macro_f1, ratio, spearman
from tane.store.domain import SEED_KINDS, Score, SeedKind
from tane.store.migrate import migrations

_NAME = re.compile(r"^\s*\('([^']+)'", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """One role: how often it is the label, how often the answer, how often both."""

    labelled: int
    told: int
    hits: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFigures:
    """The figures of `n` utterances; `unnamed` of them were given no role of the list, which counts as wrong."""

    n: int
    unnamed: int
    macro_f1: Figure  # over the roles that occur as labels
    accuracy: Figure
    roles: dict[str, RoleRow]


def role_figures(cases: Sequence[Case]) -> RoleFigures:
    """Compare the roles of the utterances that have both label and answer."""
    both = [case for case in cases if case.has_role]
    names = sorted({name for case in both for name in (case.gold.role, case.answer.role) if name})
    gold = codes([case.gold.role for case in both], names)
    told = codes([case.answer.role for case in both], names)
    return RoleFigures(
        n=len(both),
        unnamed=int(np.count_nonzero(told < 0)),
        macro_f1=estimated(len(both), lambda places: macro_f1(gold[places], told[places])),
        accuracy=estimated(len(both), lambda places: accuracy(gold[places], told[places])),
        roles={name: _row(gold, told, label) for label, name in enumerate(names)},
    )


def codes(roles: Sequence[str | None], names: Sequence[str]) -> Codes:
    """Return the place of each role in the list of names, -1 for none."""
    places = {name: place for place, name in enumerate(names)}
    return np.array([-1 if role is None else places[role] for role in roles], dtype=np.int64)


def shipped_roles() -> list[str]:
    """Return the roles of a fresh database, in its order."""
    shipped = next(migration for migration in migrations() if migration.name == "0003_roles")
    return _NAME.findall(shipped.sql)


def _row(gold: Codes, told: Codes, label: int) -> RoleRow:
    labelled, answers = int(np.count_nonzero(gold == label)), int(np.count_nonzero(told == label))
    hits = int(np.count_nonzero((gold == label) & (told == label)))
    return RoleRow(
        labelled=labelled,
        told=answers,
        hits=hits,
        precision=ratio(hits, answers),
        recall=ratio(hits, labelled),
        f1=label_f1(gold, told, label),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFigures:
    """The figures of one score over `n` answers; `unread` more gave no number on the scale."""

    n: int
    unread: int
    spearman: Figure  # between the answer and the middle of its band
    in_band: Figure  # share of the answers within their band, both ends included


def score_figures(cases: Sequence[Case], score: Score) -> ScoreFigures:
    """Compare one score of the utterances that have both band and answer."""
    both = [case for case in cases if case.has(score)]
    pairs = [
        (value, case.gold.bands[score])
        for case in both
        if (value := case.answer.scores.get(score)) is not None
    ]
    told = np.array([value for value, _ in pairs], dtype=np.float64)
    bands = np.array([band for _, band in pairs], dtype=np.float64).reshape(-1, 2)
    middles = bands.mean(axis=1)
    hits = (bands[:, 0] <= told) & (told <= bands[:, 1])
    return ScoreFigures(
        n=len(pairs),
        unread=len(both) - len(pairs),
        spearman=estimated(len(pairs), lambda places: spearman(told[places], middles[places])),
        in_band=estimated(len(pairs), lambda places: ratio(int(hits[places].sum()), len(places))),
    )


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
    found: dict[str, list[list[FoundSeed]]] = {}
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


def mistakes(case: Case) -> list[FoundSeed]:
    """Return the seeds that this utterance must not give."""
    made = [seed for kind in case.compared_kinds() for seed in case.answer.seeds[kind]]
    golds = case.gold.seeds or ()
    return [seed for seed in made if not golds or any(contradicts(seed.body, gold.text) for gold in golds)]
