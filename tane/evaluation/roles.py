"""How well roles are told, and the roles that ship."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tane.evaluation.answers import Case
from tane.evaluation.bootstrap import Figure, estimated
from tane.evaluation.statistics import Codes, accuracy, label_f1, macro_f1, ratio
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
