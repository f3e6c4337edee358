"""Who does it and to whom: two that have changed sides, and a doer put in the place of another. Pure.

Japanese tells sides by particles, English by the order about the verb. A passive turns both round, so texts of different
voice are not compared.
"""

import re
from dataclasses import replace
from itertools import permutations

from tane.language.alignment import Clause, counterparts, pieces, stems
from tane.language.sentences import sentences
from tane.language.spelling import common_width, folded
from tane.language.stopwords import IRREGULAR
from tane.language.tokenizer import words

_NOUN = r"([一-龥々ァ-ヶーA-Za-z0-9]+)[」』]?(?:さん|氏|選手|社)?"
_DOER = re.compile(_NOUN + r"(?=[がは](?!い))")
_DONE_TO = re.compile(_NOUN + r"(?=を|に(?![はもよ])|から|より|へ)")
_PASSIVE = re.compile(r"れ(?:た|る|て)|\b(?:was|were|been|being|is|are|be) \w+ed\b|\bby\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][a-z]+\b")
_SUBJECT_JA = re.compile(r"^([^、。]{1,30}?)(?<![でにとへ])[はが]")
_DETERMINER = r"(?:the|an?|his|her|its|their|our|my|that|no|two|three|[0-9]+)"
_VERB_EN = (
    rf"(?:(?:will|would|has|have|had|may|might|could|should|must)\b|\w+ed\b|(?:{'|'.join(sorted(IRREGULAR))})\b"
    rf"|(?!(?:of|in|on|at|to|for|from|with|by|into|over|after|before|under|about|through|between|as|than|during|and|or)\b)\w+ (?={_DETERMINER}\b))"
)
_SUBJECT_EN = re.compile(rf"^((?:(?:the|an?|some) )?[\w'.-]+(?: [\w'.-]+){{0,4}}?) (?={_VERB_EN})")
_AGENT_JA = re.compile(r"([一-龥々ァ-ヶー]{2,}(?:さん|氏)?)が(?![、あなで])")
_TOPIC_JA = re.compile(r"^([一-龥々ァ-ヶーA-Za-z0-9]{2,})[はが]")
_AUXILIARY = re.compile(r"^ ?(?:(?:will|has|have|had|is|are|was|were|been|be|would|could|may|might) )+")
_ENDING = 6  # characters behind a stem
_CLOSE = 8  # characters
_FEWEST = 2  # words by which a sentence is known again
_SAME = 0.5  # share of them
_LIKE = 0.8  # share of them where the doer is a stranger, who may be the same one by another name


def changes_sides(statement: str, source: str) -> bool:
    """Tell whether of two in the statement each has the side that the other has in a sentence of the source."""
    for said in sentences(common_width(statement)):
        for held in sentences(common_width(source)):
            if bool(_PASSIVE.search(said)) != bool(_PASSIVE.search(held)):
                continue
            if (
                _has_changed(_sides(said), _sides(held))
                or _is_turned(said, held)
                or _exchanges_topic(said, held)
            ):
                return True
    return False


def _exchanges_topic(said: str, held: str) -> bool:
    """Tell whether the topic of either sentence is a part or an owner in the other, of the same deed."""
    one, other = _TOPIC_JA.match(said), _TOPIC_JA.match(held)
    if not one or not other or one[1] == other[1] or _deed(folded(said)) != _deed(folded(held)):
        return False
    return f"{one[1]}の" in held and f"{other[1]}の" in said


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
    whole = [(one, other) for one in names for other in names if one == other or f"{one} {other}" in plain]
    if any(_turns(places, others, name, pivot) for name in whole for pivot in pivots):
        return True
    return any(
        _runs(places, one, pivot, other) and _runs(others, other, pivot, one)
        for one, other in permutations(names, 2)
        for pivot in pivots
    )


def _turns(places: dict[str, int], others: dict[str, int], name: tuple[str, str], pivot: str) -> bool:
    """Tell whether a name stands right behind the word that it stands right before in the source: "that Ann lent", "lent Ann".

    A name is its first and last word.
    """
    first, last = name
    if not places.keys() >= {first, pivot} or not others.keys() >= {last, pivot}:
        return False
    behind, before = places[first] - places[pivot] - len(pivot), others[pivot] - others[last] - len(last)
    return 0 <= behind <= _ENDING and 1 <= before <= len(", ")


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
    """Tell whether a clause says of one what the source says of another, or of each what the source says of the other."""
    held = pieces(source)
    for piece in pieces(statement):
        doer = _doer(piece.text)
        rest = piece.stems - doer
        if not doer or len(rest) < _FEWEST:
            continue
        same = counterparts(replace(piece, stems=rest), held)
        least = _SAME if _is_met(doer, folded(source)) else _LIKE
        if same and all(_is_of_another(piece, doer, rest, other, least) for other in same):
            return True
    return False


def _is_of_another(
    piece: Clause, doer: frozenset[str], rest: frozenset[str], other: Clause, least: float
) -> bool:
    does = _doer(other.text)
    if not does or doer & does or len(rest & other.stems) < max(_FEWEST, least * len(rest)):
        return False
    if not _is_met(doer, other.sentence):
        return True
    is_same_voice = bool(_PASSIVE.search(piece.text)) == bool(_PASSIVE.search(other.text))
    is_turned = bool(does & rest) and doer <= other.stems and not _is_means(doer, other.text)
    return is_turned and is_same_voice and _deed(piece.text) == _deed(other.text)


def _is_means(doer: frozenset[str], plain: str) -> bool:
    """Tell whether a Japanese text has it as a place or means, which another text may make its topic."""
    return any(re.search(re.escape(stem) + r"[^、。がはを]{0,8}で", plain) is not None for stem in doer)


def _deed(plain: str) -> str:
    """Return the stem of the verb behind the doer; in Japanese, of the last word."""
    match = _SUBJECT_EN.match(plain)
    said = words(_AUXILIARY.sub("", plain[match.end() :]) if match else plain, with_frame=True)
    return said[0 if match else -1].stem if said else ""


def _is_met(doer: frozenset[str], plain: str) -> bool:
    """Tell whether a text has one of these words, or a sign of one in kanji."""
    return any(stem in plain if stem.isascii() else any(sign in plain for sign in stem) for stem in doer)


def _doer(plain: str) -> frozenset[str]:
    if plain.isascii():
        match = None if _PASSIVE.search(plain) else _SUBJECT_EN.match(plain)
        return stems(match[1]) if match else frozenset()
    agents = _AGENT_JA.findall(plain)
    match = _SUBJECT_JA.match(plain)
    return stems(agents[-1]) if agents else stems(match[1]) if match else frozenset()
