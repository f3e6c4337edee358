"""Whether a bullet says what the sentences say that it cites. Pure.

A bullet is let through when nothing speaks against it: its citations exist; its figures, dates, names and quotations stand in
the sentences it cites, taken together; so does the source that it names; no clause changes what the clause says that it
speaks of; it is written in the language that was asked for; and it repeats neither itself nor another bullet. Of
what it has words of its own for, the rules are unsure: it is not let through either, but somebody who reads it may.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tane.language.antonyms import is_reversed
from tane.language.attributions import strange_speaker
from tane.language.doers import changes_sides, has_other_doer
from tane.language.exchanges import is_exchanged
from tane.language.inventions import strange_clause, strange_compound, strange_quotation, strange_thing
from tane.language.names import unknown_names
from tane.language.negation import contradicts, flips
from tane.language.pairings import is_crossed, is_misfigured, is_redirected
from tane.language.quantities import quantities, strange_quantities
from tane.language.scope import changes_scope
from tane.language.sentences import clauses, sentences
from tane.language.spelling import folded, has_cjk, letters
from tane.language.standing import changes_standing
from tane.language.tokenizer import script_runs
from tane.recap.section import CitableSentence, DraftBullet

Reason: TypeAlias = Literal[
    "no_citation",
    "unknown_citation",
    "figure",
    "name",
    "source",
    "contradicted",
    "language",
    "unsupported",
    "repetition",
]
_SAME = 0.8  # share of the character trigrams of the shorter of two bullets that makes them one
_RUN = 20  # characters that no bullet says four times
_MOST_RUNS = 4
_WEEKDAYS = "月火水木金土日"
_LANGUAGE_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletVerdict:
    """Why a bullet is not let through; `detail` holds the words that are at fault, and is for the model alone."""

    reason: Reason | None = None
    detail: str = ""
    is_unsure: bool = False  # words alone do not tell it: it may be said in other ones

    @property
    def is_verified(self) -> bool:
        """Whether nothing speaks against it."""
        return self.reason is None


def check(
    bullet: DraftBullet,
    evidence: Mapping[int, CitableSentence],
    *,
    language: str,
    others: Iterable[str] = (),
) -> BulletVerdict:
    """Judge a bullet by the evidence of its section, by number; `others` are bullets that were let through before it."""
    if (fault := _citation_fault(bullet, evidence)) is not None:
        return fault
    unsure = None
    for fault in _faults(bullet, [evidence[number] for number in bullet.cites], language, others):
        if fault is not None and not fault.is_unsure:
            return fault
        unsure = unsure or fault
    return unsure or BulletVerdict()


def _faults(
    bullet: DraftBullet, cited: Sequence[CitableSentence], language: str, others: Iterable[str]
) -> Iterator[BulletVerdict | None]:
    """Yield what each rule says, in their order."""
    texts = [one.text for one in cited]
    publishers = [one.publisher for one in cited if one.publisher]
    union = "\n".join(texts)
    known = "\n".join([*texts, *publishers])
    yield strange_words(bullet.text, known, dates="\n".join(map(_date, cited)))
    if (speaker := strange_speaker(bullet.text, texts, publishers=publishers)) is not None:
        yield BulletVerdict(reason="source", detail=speaker)
    own = own_words(bullet.text, texts)
    if contradiction(own, union):
        yield BulletVerdict(reason="contradicted")
    if not is_in(bullet.text, language, union):
        yield BulletVerdict(reason="language")
    if repeats(bullet.text, others):
        yield BulletVerdict(reason="repetition")
    if is_at_odds(own, texts):
        yield BulletVerdict(reason="contradicted", is_unsure=True)
    if (strange := strange_clause(own, known) or strange_thing(own, known)) is not None:
        yield BulletVerdict(reason="unsupported", detail=strange, is_unsure=True)


def _date(one: CitableSentence) -> str:
    """Return the date of a sentence that names no day itself: what was said today was said on that day."""
    if any(found.unit in ("day", "weekday") for found in quantities(one.text)):
        return ""
    said = one.said_at
    return f"{said.year}年{said.month}月{said.day}日{_WEEKDAYS[said.weekday()]}曜"


def _citation_fault(bullet: DraftBullet, evidence: Mapping[int, CitableSentence]) -> BulletVerdict | None:
    if not bullet.cites:
        return BulletVerdict(reason="no_citation")
    unknown = [number for number in bullet.cites if number not in evidence]
    return BulletVerdict(reason="unknown_citation", detail=", ".join(map(str, unknown))) if unknown else None


def strange_words(text: str, source: str, *, dates: str = "") -> BulletVerdict | None:
    """Return what is wrong with a text that holds a figure, a date or a name that its source has not."""
    if figures := strange_quantities(text, source, dates=dates):
        return BulletVerdict(reason="figure", detail=", ".join(figures))
    names = unknown_names(text, source)
    names |= {name for name in (strange_compound(text, source), strange_quotation(text, source)) if name}
    return BulletVerdict(reason="name", detail=", ".join(sorted(names))) if names else None


def own_words(text: str, sources: Sequence[str]) -> str:
    """Return a text without the sentences that its sources have word for word."""
    quoted = {letters(sentence) for source in sources for sentence in sentences(source)}
    return "".join(sentence for sentence in sentences(text) if letters(sentence) not in quoted)


def contradiction(text: str, source: str) -> bool:
    """Tell whether a text denies, mixes up or hardens what its source says, told from clauses that speak of the same."""
    return (
        contradicts(clauses(text), clauses(source))
        or changes_standing(text, source)
        or changes_scope(text, source)
        or is_crossed(text, source)
        or is_misfigured(text, source)
        or changes_sides(text, source)
        or has_other_doer(text, source)
        or is_redirected(text, source)
    )


def is_at_odds(text: str, sources: Sequence[str]) -> bool:
    """Tell whether a text has a denial, a contrary or a word of its own where its sources have none: or says the same so."""
    union = "\n".join(sources)
    return (
        flips(text, union)
        or is_reversed(text, union)
        or any(
            is_exchanged(sentence, source, in_summary=True)
            for sentence in sentences(text)
            for source in sources
        )
    )


def is_in(text: str, language: str, source: str) -> bool:
    """Tell whether a text is in a language; words that the source has the same way are not counted."""
    known = folded(source)
    runs = [run.text for run in script_runs(folded(text)) if run.script != "latin" or run.text not in known]
    said = [one for one in "".join(runs) if one.isalpha()]
    if language not in ("ja", "en") or not said:
        return True
    japanese = sum(map(has_cjk, said)) / len(said)
    return (japanese if language == "ja" else 1 - japanese) >= _LANGUAGE_SHARE


def repeats(text: str, others: Iterable[str]) -> bool:
    """Tell whether a text says one thing again and again, or what another one says already."""
    plain = letters(text)
    runs = Counter(plain[place : place + _RUN] for place in range(len(plain) - _RUN + 1))
    if runs and max(runs.values()) >= _MOST_RUNS:
        return True
    mine = _trigrams(plain)
    return any(_are_one(mine, _trigrams(letters(other))) for other in others)


def _trigrams(plain: str) -> frozenset[str]:
    return frozenset(plain[place : place + 3] for place in range(len(plain) - 2)) or frozenset({plain})


def _are_one(one: Collection[str], other: Collection[str]) -> bool:
    return len({*one} & {*other}) >= _SAME * min(len(one), len(other))
