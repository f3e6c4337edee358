"""What tells one event from another of its kind: names, figures with their unit, days, outcomes. Pure.

Each is a key that two languages share where that is possible: a figure in digits and one unit, a day of the calendar, a
name by its consonants, an outcome by one word of English. Two fires have near-equal vectors; their particulars differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tane.language.spelling import common_width, has_cjk
from tane.language.tokenizer import words
from tane.recap.event_dates import dates
from tane.recap.event_outcomes import outcomes
from tane.recap.proper_names import names
from tane.recap.quantities import quantities


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """Keys of one text. Names of another script and words of another language are not comparable."""

    names: frozenset[str]
    figures: frozenset[str]
    dates: frozenset[str]
    outcomes: frozenset[str]
    words: frozenset[str]


def particulars(text: str, said_at: datetime) -> Particulars:
    """Return the particulars of a text that was said then; O(characters)."""
    plain = common_width(text)
    days, rest = dates(plain, said_at)
    figures, rest = quantities(rest)
    return Particulars(
        names=names(rest),
        figures=figures,
        dates=days,
        outcomes=outcomes(rest),
        words=frozenset(_words(rest)),
    )


def _words(plain: str) -> Iterator[str]:
    """Yield stems; of kanji, pairs of signs, for a compound is written longer and shorter."""
    for word in words(plain.casefold()):
        if not has_cjk(word.stem) or "ァ" <= word.stem[0] <= "ヺ" or len(word.stem) <= 2:
            yield word.stem
        else:
            yield from (word.stem[place : place + 2] for place in range(len(word.stem) - 1))
