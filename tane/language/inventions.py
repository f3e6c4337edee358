"""Clauses of a statement that nothing of its source stands behind. Pure.

A summary has words of its own; a clause that consists of them says something of its own.
"""

import re

from tane.language.quantities import quantities
from tane.language.sentences import clauses
from tane.language.spelling import folded
from tane.language.tokenizer import strange_words

_FEWEST = 2  # words that make a claim
_MOST = 0.6  # share of a clause's words and numbers that may be strange
_JOINTS = re.compile(
    r",? \b(?:and|because|while|whereas|although|though|but|so that|since|after|before|which|who)\b "
)
_COMPOUND = re.compile("[一-龥々]{3,}")
_SHORTEST_HEAD = 2  # kanji at the end that two compounds have in common


def strange_clause(statement: str, source: str) -> str | None:
    """Return a clause most of whose words the source does not have, None if there is none."""
    plain = folded(source)
    for clause in clauses(folded(statement)):
        for piece in _JOINTS.split(clause):
            strange, known = strange_words(piece, plain)
            numbers = sum(1 for _ in quantities(piece))
            if strange >= _FEWEST and strange > _MOST * (strange + known + numbers):
                return piece.strip()
    return None


def strange_compound(statement: str, source: str) -> str | None:
    """Return a compound in kanji with another beginning than the one of the source with the same end, None if there is none.

    That is how a name stands before a title: 大槻隆一容疑者, 大月健二容疑者.
    """
    held: set[str] = set(_COMPOUND.findall(source))
    joined = "".join(held)
    said: list[str] = _COMPOUND.findall(statement)
    for compound in said:
        if compound in source:
            continue
        for length in range(len(compound) - 1, _SHORTEST_HEAD - 1, -1):
            head, begun = compound[-length:], compound[:-length]
            others = [one for one in held if one.endswith(head) and len(one) > length]
            if others and not all(sign in joined for sign in begun):
                return compound
    return None
