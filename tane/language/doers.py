"""Who does it and to whom: two that have changed sides, and a doer put in the place of another. Pure.

Japanese tells sides by particles, English by the order about the verb. A passive turns both round, so texts of different
voice are not compared.
"""

import re
from collections.abc import Iterator
from itertools import permutations

from tane.language.sentences import sentences
from tane.language.spelling import common_width, folded
from tane.language.tokenizer import words

_NOUN = r"([一-龥々ァ-ヶーA-Za-z0-9]+)[」』]?(?:さん|氏|選手|社)?"
_DOER = re.compile(_NOUN + r"(?=[がは](?!い))")
_DONE_TO = re.compile(_NOUN + r"(?=を|に(?![はもよ])|から|より|へ)")
_PASSIVE = re.compile(r"れ(?:た|る|て)|\b(?:was|were|been|being|is|are|be) \w+ed\b|\bby\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][a-z]+\b")
_SUBJECT_JA = re.compile(r"^([^、。]{1,30}?)[はが](?=[^。]*)")
_SUBJECT_EN = re.compile(
    r"^((?:the |a |an )?[\w' -]{1,40}?) (?=\w+(?:ed|es|s)\b|will\b|has\b|have\b|had\b|is\b|are\b|was\b|were\b)"
)
_CLOSE = 8  # characters
_FEWEST = 3  # words by which a sentence is known again
_SAME = 0.8  # share of them


def changes_sides(statement: str, source: str) -> bool:
    """Tell whether of two in the statement each has the side that the other has in a sentence of the source."""
    for said in sentences(common_width(statement)):
        for held in sentences(common_width(source)):
            if bool(_PASSIVE.search(said)) != bool(_PASSIVE.search(held)):
                continue
            if _has_changed(_sides(said), _sides(held)) or _is_turned(said, held):
                return True
    return False


def _sides(sentence: str) -> tuple[set[str], set[str]]:
    return set(_DOER.findall(sentence)), set(_DONE_TO.findall(sentence))


def _has_changed(said: tuple[set[str], set[str]], held: tuple[set[str], set[str]]) -> bool:
    doers, done_to = said[0] - said[1], said[1] - said[0]
    return bool(doers & (held[1] - held[0])) and bool(done_to & (held[0] - held[1]))


def _is_turned(said: str, held: str) -> bool:
    """Tell whether two names stand on the other sides of a word that both sentences have."""
    plain, source = folded(said), folded(held)
    names = [name.casefold() for name in dict.fromkeys(_NAME.findall(said)) if name in held]
    pivots = {word.stem for word in words(plain)} & {word.stem for word in words(source)} - set(names)
    places, others = _places(plain), _places(source)
    return any(
        _runs(places, one, pivot, other) and _runs(others, other, pivot, one)
        for one, other in permutations(names, 2)
        for pivot in pivots
    )


def _runs(places: dict[str, int], first: str, pivot: str, last: str) -> bool:
    """Tell whether the three stand in this order, the pivot close behind the first as a verb is."""
    if not places.keys() >= {first, pivot, last}:
        return False
    gap = places[pivot] - places[first] - len(first)
    return 0 < gap <= _CLOSE and places[pivot] < places[last]


def _places(plain: str) -> dict[str, int]:
    """Return where each word begins that stands there once, by its stem and by itself."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for word in words(plain):
        for key in {word.stem, plain[word.start : word.end]}:
            if key in found:
                twice.add(key)
            found[key] = word.start
    return {key: place for key, place in found.items() if key not in twice}


def has_other_doer(statement: str, source: str) -> bool:
    """Tell whether a sentence says of one what the source says of another, whom it does not name."""
    held = [(folded(sentence), _stems(sentence), _doer(sentence)) for sentence in sentences(source)]
    for sentence in sentences(statement):
        doer = _doer(sentence)
        rest = _stems(sentence) - doer
        if not doer or len(rest) < _FEWEST:
            continue
        for plain, known, other in held:
            is_of_it = len(rest & known) >= _SAME * len(rest)
            if is_of_it and other and not _is_met(doer, plain) and not other & (rest | doer):
                return True
    return False


def _is_met(doer: frozenset[str], plain: str) -> bool:
    """Tell whether a text has one of these words, or a sign of one in kanji."""
    return any(stem in plain if stem.isascii() else any(sign in plain for sign in stem) for stem in doer)


def _doer(sentence: str) -> frozenset[str]:
    plain = folded(sentence).strip()
    match = _SUBJECT_JA.match(plain) or _SUBJECT_EN.match(plain)
    return _stems(match[1]) if match else frozenset()


def _stems(text: str) -> frozenset[str]:
    return frozenset(_each(text))


def _each(text: str) -> Iterator[str]:
    for word in words(folded(text)):
        yield word.stem
