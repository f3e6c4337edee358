"""Which of its words a text denies, and which of two it puts behind the other (C4). Pure.

A denial is charged to one word: in Japanese to the last one before it, in English to the first one after it. So two
texts can be compared word by word: what matters is that the same word stands once with and once without.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from tane.language.alignment import Clause, pieces
from tane.language.hedging import soft_denials
from tane.language.modality import denials
from tane.language.sentences import sentences
from tane.language.spelling import folded
from tane.language.tokenizer import Word, words

_BREAK = re.compile(
    r"[。．！？!?\n、,;:：.]|\b(?:but|because|if|when|while|so|and|or|which|until|unless)\b|けど|ので|のに"
)
# What is named only to be set aside.
_SET_ASIDE = re.compile(
    r"\b(?:instead of|rather than|as opposed to|anything but)\b|というより|代わりに|かわりに"
)
_LESSER = re.compile(r"\bthan\b|より(?!も?後|も?前|、|。|よ)")
_AT_ONCE = re.compile(
    r"[ぁ-ん言限思訳]{0,8}|[a-z' ]{0,12}"
)  # between two denials of which the second takes back the first
_NEEDS_NOT = ("必要", "要", "義務", "理由")  # 「読む必要はない」 denies the reading
_WHOLE = ("no", "nobody", "none", "neither", "nor", "never")  # deny what the clause says, not the next word
_KEPT = 2  # characters of a run of kanji by which it is known again


def contradicts(statement: Sequence[str], source: Sequence[str]) -> bool:
    """Tell whether a clause of the statement denies a word that the source affirms, or affirms one that it denies.

    A word is compared with the clause that has most in common with the statement's; where two have as much and differ,
    nothing is concluded.
    """
    held = [_signs(folded(clause)) for clause in source]
    return any(True for clause in statement for _ in _turned(_signs(folded(clause)), held))


def contradicts_about(stems: Collection[str], statement: Sequence[str], source: Sequence[str]) -> bool:
    """Tell the same, of words with these stems only (see `tane.language.tokenizer`)."""
    held = [_signs(folded(clause)) for clause in source]
    wanted = {_stem_key(stem) for stem in stems}
    return any(not wanted.isdisjoint(_turned(_signs(folded(clause)), held)) for clause in statement)


def is_denied_alone(statement: str, passage: str) -> bool:
    """Tell whether the statement denies something and the passage nothing."""
    return _denies(statement) and not _denies(passage)


def flips(statement: str, source: str) -> bool:
    """Tell whether a clause denies something where the source denies nothing of it, or affirms what the source denies alone.

    Where one of them has a word of its own that denies without a negation ("avoid", 「見送る」) nothing is concluded.
    """
    held = pieces(source)
    denied = [other for other in held if _denies(other.text)]
    lost = frozenset[str]().union(*(other.stems for other in denied))
    lost -= frozenset[str]().union(*(other.stems for other in held if other not in denied))
    for piece in pieces(statement):
        if _denies(piece.text):
            about = [other for other in held if piece.stems & other.stems]
            if not any(_denies(other.text) or _differs_softly(piece, other) for other in about):
                return True
        elif piece.stems & lost and not soft_denials(piece.text):
            return True
    return False


def _differs_softly(piece: Clause, other: Clause) -> bool:
    return soft_denials(piece.text) != soft_denials(other.text)


def _turned(said: Mapping[str, set[bool]], held: Sequence[Mapping[str, set[bool]]]) -> Iterator[str]:
    """Yield the keys of the words that stand the other way round."""
    likeness = [len(said.keys() & clause.keys()) for clause in held]
    for key, signs in said.items():
        most = max((like for clause, like in zip(held, likeness, strict=True) if key in clause), default=0)
        meant = set[bool]().union(
            *(
                clause[key]
                for clause, like in zip(held, likeness, strict=True)
                if key in clause and like == most
            )
        )
        if meant and signs.isdisjoint(meant):
            yield key


def is_swapped(statement: str, source: str) -> bool:
    """Tell whether two things that a sentence of the source compares or joins have changed places."""
    plain = folded(statement)
    said = words(plain)
    lesser = _lesser(plain, said)
    for sentence in sentences(folded(source)):
        held = words(sentence)
        behind = _lesser(sentence, held)
        greater, ahead = _keys(said) - lesser, _keys(held) - behind
        if lesser & ahead and behind & greater:
            return True
        if _is_swap(_places(said, held)):
            return True
    return False


def _denies(clause: str) -> bool:
    """Tell whether something in the clause is denied, and not at once denied again."""
    plain = folded(clause)
    until = 0
    is_open = False
    for start, end in denials(plain):
        if is_open and _AT_ONCE.fullmatch(plain, until, start):
            is_open = False
        elif is_open:
            return True
        else:
            is_open = True
        until = end
    return is_open


def _signs(plain: str) -> dict[str, set[bool]]:
    """Return for each word whether it stands affirmed, denied, or, where that is not clear, both."""
    found = words(plain, with_frame=True)
    denied, unclear = set[int](), set[int]()
    for place, is_clear in _charged(plain, found):
        denied ^= {place}
        if not is_clear:
            unclear.add(place)
    signs: dict[str, set[bool]] = defaultdict(set)
    for place, word in enumerate(found):
        signs[_key(word)] |= {True, False} if place in unclear else {place not in denied}
    return signs


def _charged(plain: str, found: Sequence[Word]) -> Iterator[tuple[int, bool]]:
    """Yield the place of the word that each denial is charged to, and whether it can mean no other."""
    starts = [word.start for word in found]
    for start, end in denials(plain):
        after = bisect_left(starts, end)
        is_english = plain[start].isascii()
        if is_english and after < len(found) and not _BREAK.search(plain, end, starts[after]):
            for place in range(after, _first_heavy(found, after) + 1):
                yield place, plain[start:end] not in _WHOLE
        elif after and not _BREAK.search(plain, found[after - 1].end, start):
            yield after - 1, not is_english
            yield from _charged_too(plain, found, after - 1, start)
        elif after and plain.find("、", found[after - 1].end, start) == found[after - 1].end:
            yield after - 1, False
    for match in _SET_ASIDE.finditer(plain):
        after = bisect_left(starts, match.end())
        if match.group().isascii() and after < len(found):
            yield after, True
        elif after and not match.group().isascii():
            yield after - 1, True


def _charged_too(plain: str, found: Sequence[Word], place: int, end: int) -> Iterator[tuple[int, bool]]:
    """Yield the word before one that a Japanese denial is charged to, where that one carries little."""
    if place > 0 and found[place].stem in _NEEDS_NOT:
        yield place - 1, True
    elif place > 0 and found[place].is_frame and not _BREAK.search(plain, found[place - 1].end, end):
        yield place - 1, False  # 「情報は入っていない」 is 「情報はない」


def _first_heavy(found: Sequence[Word], after: int) -> int:
    """Return the place of the next word that holds more than a sentence up; if there is none, of the next word."""
    heavy = (place for place in range(after, min(after + 3, len(found))) if not found[place].is_frame)
    return next(heavy, after)


def _lesser(plain: str, found: Sequence[Word]) -> set[str]:
    starts = [word.start for word in found]
    lesser = set()
    for match in _LESSER.finditer(plain):
        after = bisect_left(starts, match.end())
        if match.group().isascii():
            lesser |= {_key(word) for word in found[after : after + 1]}
        else:
            lesser |= {_key(word) for word in found[max(0, after - 1) : after]}
    return lesser


def _places(said: Sequence[Word], held: Sequence[Word]) -> list[int]:
    """Return where the sentence has the statement's words, in the statement's order; each word once on both sides."""
    once = _once(held)
    return [once[key] for key in _once(said) if key in once]


def _once(found: Sequence[Word]) -> dict[str, int]:
    places: dict[str, int] = {}
    repeated = set()
    for place, word in enumerate(found):
        key = _key(word)
        if key in places:
            repeated.add(key)
        places[key] = place
    return {key: place for key, place in places.items() if key not in repeated}


def _is_swap(places: Sequence[int]) -> bool:
    """Tell whether two have changed places about something between them, and all others stand in order."""
    moved = [at for at, (place, due) in enumerate(zip(places, sorted(places), strict=True)) if place != due]
    return len(moved) == 2 and moved[1] - moved[0] >= 2


def _keys(found: Sequence[Word]) -> set[str]:
    return {_key(word) for word in found}


def _key(word: Word) -> str:
    return _stem_key(word.stem)


def _stem_key(stem: str) -> str:
    return stem if stem.isascii() else stem[-_KEPT:]
