"""Clauses of a statement that nothing of its source stands behind. Pure.

A summary has words of its own; a clause that consists of them says something of its own.
"""

import re

from tane.language.quantities import quantities
from tane.language.sentences import clauses
from tane.language.spelling import folded, letters
from tane.language.stopwords import FRAME, GENERAL
from tane.language.tokenizer import strange_words, strangeness, words

_FEWEST = 2  # words that make a claim
_MOST = 0.55  # share of a clause's words and numbers that may be strange
_JOINTS = re.compile(
    r",? \b(?:and|because|while|whereas|although|though|but|so that|since|after|before|which|who)\b "
)
_COMPOUND = re.compile("[一-龥々]{3,}")
_QUOTED = re.compile(r"「([^「」\n]{2,})」|『([^『』\n]{2,})』|[\"“]([^\"“”\n]{2,})[\"”]")
_THING = re.compile(r"([一-龥々ァ-ヶー]+)(?:が(?!あ|な|出)|を)|([一-龥々ァ-ヶー]+)が?の(?:調べ|調査|発表|話)")
_COUNT = re.compile(r"約?[0-9一二三四五六七八九十百千万億]+[一-龥割%]?")
_IN_A_NUMBER = re.compile(r"(?<=[0-9])[.,](?=[0-9])")
_SHORTEST_HEAD = 2  # kanji at the end that two compounds have in common


def strange_clause(statement: str, source: str) -> str | None:
    """Return a clause most of whose words the source does not have, None if there is none."""
    plain = folded(source)
    for clause in clauses(_IN_A_NUMBER.sub("", folded(statement))):
        for piece in _JOINTS.split(clause):
            strange, known = strange_words(piece, plain)
            numbers = sum(1 for _ in quantities(piece))
            is_claim = strange >= _FEWEST or (strange and not known and not numbers)
            if is_claim and strange > _MOST * (strange + known + numbers):
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


def strange_thing(statement: str, source: str) -> str | None:
    """Return a Japanese noun of which something is said, or to which it is done, and that the source does not have; None if there is none.

    It may be another word for the same; nothing in the words tells it from another thing.
    """
    plain = folded(source)
    known = {word.stem for word in words(plain, with_frame=True)}
    for match in _THING.finditer(_COUNT.sub("", folded(statement))):
        noun = match[1] or match[2]
        if noun not in FRAME | GENERAL and strangeness(noun, known, plain) > _MOST:
            return noun
    return None


def strange_quotation(statement: str, source: str) -> str | None:
    """Return what the statement has between quotation marks and the source has nowhere, None if there is nothing."""
    held = letters(source)
    quoted = (next(filter(None, match.groups())) for match in _QUOTED.finditer(statement))
    return next((one for one in quoted if letters(one) not in held), None)
