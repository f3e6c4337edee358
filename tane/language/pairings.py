"""Things that have changed partners: of a source in which rice was left over and wheat fell short, wheat left over and rice short. Pure.

No word of such a statement is strange and none is denied, so that only which of them stand together tells it.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from tane.language.alignment import piece_texts, stems
from tane.language.antonyms import polar_words
from tane.language.quantities import quantities
from tane.language.sentences import sentences
from tane.language.spelling import folded

_WAY = re.compile(
    r"([一-龥ァ-ヶー0-9a-z]{1,12})から([一-龥ァ-ヶー0-9a-z]{1,12})(?=[にへまと])|\bfrom (?:the |a )?([a-z0-9$£€.%]+) to (?:the |a )?([a-z0-9$£€.%]+)"
)
_FEWEST_SHARED = 2  # words by which a clause is known again


def is_crossed(statement: str, source: str) -> bool:
    """Tell whether two clauses of the statement have exchanged what stands together in two clauses of the source.

    That is, one holds two things that never stand together in the source, the other holds two such things, and each of the
    first stands there with one of the second.
    """
    said = _clauses(statement)
    return _is_crossed(said, _clauses(source)) or _is_crossed(
        said, [frozenset().union(*_clauses(sentence)) for sentence in sentences(source)]
    )


def _is_crossed(said: Sequence[frozenset[str]], held: Sequence[frozenset[str]]) -> bool:
    homes: dict[str, set[int]] = defaultdict(set)
    for place, clause in enumerate(held):
        for thing in clause:
            homes[thing].add(place)
    parted = [
        [(homes[p], homes[q]) for p, q in combinations(clause, 2) if homes[p].isdisjoint(homes[q])]
        for clause in ([thing for thing in clause if thing in homes] for clause in said)
    ]
    return any(
        (p & s and q & r) or (p & r and q & s)
        for one, other in combinations(parted, 2)
        for p, q in one
        for r, s in other
    )


def is_misfigured(statement: str, source: str) -> bool:
    """Tell whether a clause of the statement has a figure of another clause than the one it speaks of.

    It speaks of the clause with which it shares most words; that one has another figure of the same kind, which it has not.
    """
    held = [(stems(piece), _figures(piece)) for piece in piece_texts(source)]
    for piece in piece_texts(statement):
        mine, figures = stems(piece), _figures(piece)
        for unit, values in figures.items():
            with_unit = [(len(mine & said), others[unit]) for said, others in held if unit in others]
            shared = max((common for common, _ in with_unit), default=0)
            nearest = [others for common, others in with_unit if common == shared]
            if shared >= _FEWEST_SHARED and not any(values & others for others in nearest):
                return True
    return False


def _figures(piece: str) -> dict[str, set[object]]:
    """Return the figures of a clause by their unit."""
    found: dict[str, set[object]] = defaultdict(set)
    for one in quantities(piece):
        if one.unit:
            found[one.unit].add(one.value)
            if one.unit == "percent" and isinstance(one.value, Fraction):
                found[one.unit].add(Fraction(round(one.value)))  # 33 % of a third
    return dict(found)


def is_redirected(statement: str, source: str) -> bool:
    """Tell whether the statement has the way from one thing to another the other way round."""
    ways = {(match[1] or match[3], match[2] or match[4]) for match in _WAY.finditer(folded(source))}
    said = {(match[1] or match[3], match[2] or match[4]) for match in _WAY.finditer(folded(statement))}
    return any((end, start) in ways and (start, end) not in ways for start, end in said)


def _clauses(text: str) -> list[frozenset[str]]:
    """Return what stands in each clause: its words by their stems, pairs of kanji, its numbers, and words that have an opposite."""
    return [
        stems(piece, with_frame=True) | {f"#{one.value}" for one in quantities(piece)} | polar_words(piece)
        for piece in piece_texts(text)
    ]
