"""Clauses of a statement that nothing of its source stands behind. Pure.

A summary has words of its own; a clause that consists of them says something of its own.
"""

import re

from tane.language.quantities import quantities
from tane.language.sentences import clauses
from tane.language.spelling import folded, letters
from tane.language.tokenizer import strange_words, words

_FEWEST = 2  # words that make a claim
_MOST = 0.55  # share of a clause's words and numbers that may be strange
_JOINTS = re.compile(
    r",? \b(?:and|because|while|whereas|although|though|but|so that|since|after|before|which|who)\b "
)
_COMPOUND = re.compile("[一-龥々]{3,}")
_QUOTED = re.compile(r"「([^「」\n]{2,})」|『([^『』\n]{2,})』|[\"“]([^\"“”\n]{2,})[\"”]")
_DEED = re.compile(
    r"(?<![一-龥々])([一-龥々]{2})(?:した|された|しており|されており)(?=[。、」とよう]|$)|\b(?:has|have|had) (?:been )?([a-z]+ed)\b"
)
_PLANNED = re.compile(r"\b(?:will|would|to|may|might|not|cannot|yet) (?:be )?([a-z]+)")
_PAST = re.compile(r"\b[a-z]+ed\b")
_IN_A_NUMBER = re.compile(r"(?<=[0-9])[.,](?=[0-9])")
_SHORTEST_HEAD = 2  # kanji at the end that two compounds have in common


def strange_clause(statement: str, source: str) -> str | None:
    """Return a clause most of whose words the source does not have, None if there is none."""
    plain = folded(source)
    for clause in clauses(_IN_A_NUMBER.sub("", folded(statement))):
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
    said: list[str] = _COMPOUND.findall(statement)
    for compound in said:
        if compound in source:
            continue
        for length in range(len(compound) - 1, _SHORTEST_HEAD - 1, -1):
            head, begun = compound[-length:], compound[:-length]
            others = [one for one in held if one.endswith(head) and len(one) > length]
            if others and not all(sign in source for sign in begun):
                return compound
    return None


def strange_deed(statement: str, source: str) -> str | None:
    """Return what is said to have been done and is not in the source: 承認した, "has approved"."""
    known = {word.stem for word in words(folded(source), with_frame=True)}
    plain = folded(source)
    to_come = _to_come(plain)
    for match in _DEED.finditer(folded(statement)):
        done = match[1] or match[2]
        if done.isascii():
            stems = {word.stem for word in words(done)}
            if not stems <= known or stems <= to_come:
                return match.group()
        elif not any(sign in plain for sign in done):
            return match.group()
    return None


def strange_quotation(statement: str, source: str) -> str | None:
    """Return what the statement has between quotation marks and the source has nowhere, None if there is nothing."""
    held = letters(source)
    quoted = (next(filter(None, match.groups())) for match in _QUOTED.finditer(statement))
    return next((one for one in quoted if letters(one) not in held), None)


def _to_come(plain: str) -> set[str]:
    """Return the stems of what a folded English text says is still to be done, and of nothing that it says was done."""
    planned = {word.stem for match in _PLANNED.finditer(plain) for word in words(match[1])}
    done = {word.stem for match in _PAST.finditer(plain) for word in words(match.group())}
    return planned - done
