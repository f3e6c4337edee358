"""Where a statement comes from: its supporting span in the source, and how far the source says it (C4). Pure.

That two texts are alike proves nothing: "one should" and "one should not" are as alike as texts can be. So the
words in common give a share, and every figure, name, denial or doubt that is not the source's own takes it down.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tane.language.antonyms import is_reversed
from tane.language.exchanges import is_exchanged
from tane.language.figures import figures
from tane.language.hedging import Hedge, blanked, hedges, is_shared
from tane.language.modality import modality
from tane.language.names import unknown_names
from tane.language.negation import contradicts, is_denied_alone, is_swapped
from tane.language.sentences import Span, clause_spans, clauses
from tane.language.spelling import folded
from tane.language.stopwords import GRAMMAR
from tane.language.tokenizer import novelty, parts, script_runs

LOW = 0.35  # below it a statement is taken for one that its source does not say
_DENIED, _INVENTED_FIGURE, _INVENTED_NAME, _INVENTED, _HARDENED = 0.1, 0.15, 0.2, 0.25, 0.3
_MOST_NOVEL = 0.4  # share of a statement's words that may be its own
_REMAINS = 0.65  # share of the support that must be left without what the source does not stand by
_LONG = 1_000  # characters of a source, of which only the passage is compared word by word
_TOUCHED = 0.4  # share of a clause, or of the statement, that makes the clause part of its support
_LIGHT = 0.25  # weight of endings and particles against that of the words that carry the matter
_CEILINGS = {
    Hedge.DOUBT: 0.3,
    Hedge.CONDITION: 0.3,
    Hedge.WISH: 0.3,
    Hedge.DISOWNED: 0.2,
    Hedge.DENIAL: 0.1,
}

_CHUNK = re.compile(r".[\uff9e\uff9f\u0300-\u036f\u3099\u309a]*", re.DOTALL)
_STEM = 5
_SAYS = re.compile(r"(?<![はもにをの])[、,\s]*$")  # what ends otherwise is a part of a clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """`span` is a range of the source's code points, None when nothing of the statement stands there."""

    span: tuple[int, int] | None
    grounding: float  # 0..1


def support(body: str, source: str, *, offset: int = 0) -> Support:
    """Return the support of a statement in a part of a text that begins at `offset`.

    The span is the statement itself where it is quoted, else the clauses that hold its words.
    """
    weights = _units(body)
    parts = [(start, end, _units(source[start:end])) for start, end in clause_spans(source)]
    quoted = _quoted(body, source)
    touched = _touched(weights, parts, quoted)
    if not weights or not touched:
        return Support(span=_moved(quoted, offset), grounding=0.0)
    share = containment(body, source)
    return Support(
        span=_moved(quoted or _trimmed(source, touched), offset),
        grounding=min(share, _ceiling(body, source, touched, [(start, end) for start, end, _ in parts])),
    )


def containment(body: str, source: str) -> float:
    """Return the share of the statement's words, or pieces of words, that the source holds, 0..1."""
    weights, there = _units(body), _units(source)
    total = sum(weights.values())
    return sum(weight for unit, weight in weights.items() if unit in there) / total if total else 0.0


def _ceiling(body: str, source: str, touched: Sequence[Span], held: Sequence[Span]) -> float:
    """Return the most that a statement can be grounded which says this of those clauses of its source."""
    passage = " ".join(source[start:end] for start, end in touched)
    # What denies it may follow without one of its words: 「そうは思えない」.
    beyond = next((end for _, end in held if end > touched[-1][1]), touched[-1][1])
    around = source[touched[0][0] : beyond]
    limits = [1.0]
    parts = clauses(body)
    hedged = hedges(source, held)
    # What the source disowns may be denied in its name, and repeated as disowned.
    voices = [blanked(source, hedged[Hedge.DISOWNED])]
    if is_shared(body, Hedge.DISOWNED):
        voices.append(source)
    if (
        all(contradicts(parts, [voice[start:end] for start, end in held]) for voice in voices)
        or is_denied_alone(body, around)
        or is_swapped(body, source)
        or is_reversed(body, passage)
    ):
        limits.append(_DENIED)
    if figures(body) - figures(source):
        limits.append(_INVENTED_FIGURE)
    if unknown_names(body, source):
        limits.append(_INVENTED_NAME)
    if novelty(body, source) > _MOST_NOVEL or is_exchanged(body, source if len(source) <= _LONG else passage):
        limits.append(_INVENTED)
    said = modality(body)
    if (said.is_demanded and not any(modality(source[start:end]).is_demanded for start, end in touched)) or (
        said.is_universal and not modality(source).is_universal
    ):
        limits.append(_HARDENED)
    limits.extend(_CEILINGS[hedge] for hedge in _dropped(body, parts, source, hedged))
    return min(limits)


def dropped_hedges(body: str, source: str) -> set[Hedge]:
    """Return the reservations under which the source says this and the statement does not."""
    return set(_dropped(body, clauses(body), source, hedges(source, clause_spans(source))))


def _dropped(
    body: str, parts: Sequence[str], source: str, hedged: Mapping[Hedge, Sequence[Span]]
) -> Iterator[Hedge]:
    for hedge, ranges in hedged.items():
        rest = blanked(source, ranges)
        # A clause is denied by itself; a doubt or a condition is the whole statement's.
        for part in filter(_SAYS.search, parts) if hedge is Hedge.DENIAL else [body]:
            if not is_shared(part, hedge) and _needs(part, source, rest):
                yield hedge


def _needs(part: str, source: str, rest: str) -> bool:
    """Tell whether too much of the support is lost when the source says the rest alone."""
    return containment(part, rest) < _REMAINS * containment(part, source)


def _touched(
    weights: dict[str, float],
    clauses: list[tuple[int, int, dict[str, float]]],
    quoted: tuple[int, int] | None,
) -> list[tuple[int, int]]:
    """Return the clauses a statement speaks of: those that share enough with it, one side or the other."""
    if quoted is not None:
        return [(start, end) for start, end, _ in clauses if start < quoted[1] and quoted[0] < end]
    total = sum(weights.values())
    found = []
    for start, end, units in clauses:
        common = sum(weight for unit, weight in units.items() if unit in weights)
        if common and common >= _TOUCHED * min(total, sum(units.values())):
            found.append((start, end))
    return found


def _quoted(body: str, source: str) -> tuple[int, int] | None:
    """Return where the source says the very words, whatever their spelling."""
    letters, places = _letters(source)
    words, _ = _letters(body)
    at = letters.find(words) if words else -1
    return None if at < 0 else (places[at][0], places[at + len(words) - 1][1])


def _letters(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the letters and digits of a text in one spelling, and where each stands."""
    letters, places = [], []
    for chunk in _CHUNK.finditer(text):
        for letter in folded(chunk.group()):
            if letter.isalnum():
                letters.append(letter)
                places.append(chunk.span())
    return "".join(letters), places


def _units(text: str) -> dict[str, float]:
    """Return what a text consists of, each with its weight: words in Latin letters, pairs of characters."""
    units: dict[str, float] = {}
    for unit, weight in _weighed(folded(text)):
        units[unit] = max(weight, units.get(unit, 0.0))
    return units


def _weighed(text: str) -> Iterator[tuple[str, float]]:
    for run in script_runs(text):
        for part in parts(run):
            if run.script == "latin":
                yield part.text[:_STEM], _LIGHT if part.text in GRAMMAR else 1.0
            elif run.script != "hiragana":
                yield from ((pair, 1.0) for pair in _pairs(run.text))
            elif len(run.text) > 1:
                yield from ((pair, _LIGHT) for pair in _pairs(run.text))


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    yield from (run[place : place + 2] for place in range(len(run) - 1))


def _trimmed(source: str, touched: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the range from the first clause to the last, without what surrounds its words."""
    words = [place for place in range(touched[0][0], touched[-1][1]) if source[place].isalnum()]
    return (words[0], words[-1] + 1) if words else None


def _moved(span: tuple[int, int] | None, offset: int) -> tuple[int, int] | None:
    return None if span is None else (span[0] + offset, span[1] + offset)
