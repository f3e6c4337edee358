"""A section of a recap: what the model is shown, the form of its reply, and what a bullet is. Pure.

The model cites numbers only; links, dates and names of sources are rendered from the rows that have these numbers.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tane.language.spelling import has_cjk
from tane.recap.representatives import CLUSTER_TOKENS, shared
from tane.token_estimate import estimate_tokens

MOST_BULLETS = 7
LONGEST_BULLET = 600  # characters
LONGEST_NAME = 80  # of a section, or a publisher, as the model is shown it
LANGUAGES = {"ja": "日本語", "en": "English"}
"""Languages that a bullet can be checked in, as a prompt calls them."""
_JAPANESE_SHARE = 0.3  # of a text's letters from which it counts as Japanese: names and terms stay Latin

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "bullets": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "cites": {"type": "array", "items": {"type": "integer", "minimum": 1}},
                },
                "required": ["text", "cites"],
            },
        },
    },
    "required": ["title", "bullets"],
}

_MARKS = re.compile(r"\s*[\[(（【]\s*E?\d+(?:\s*[,、，;・]?\s*E?\d+)*\s*[\])）】]")
_NUMBERED = re.compile(r"\[\s*E?\s*(\d+)\s*\]", re.IGNORECASE)
_TAGS = str.maketrans({"<": "＜", ">": "＞"})
_NUMBER = re.compile(r"\d{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitableSentence:
    """A sentence of a section's evidence, as its row has it."""

    number: int
    text: str
    said_at: datetime
    publisher: str | None = None  # of talk, the speaker
    cluster: int = 0
    size: int = 1  # documents of its cluster
    is_central: bool = False
    story_id: UUID | None = None
    is_leading: bool = False  # of one of the stories that the page leads with


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBullet:
    """A bullet as the model wrote it."""

    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDraft:
    """A reply of the model, read."""

    title: str
    bullets: tuple[DraftBullet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """What a section says, and where it is from."""

    text: str
    cites: tuple[int, ...]
    story_id: UUID | None = None
    is_verified: bool = True
    is_degraded: bool = False  # a sentence of the evidence, in the place of the model's words
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """A bullet that is asked for anew, and why."""

    bullet: DraftBullet
    reason: str
    detail: str = ""  # the words that are the fault


def language_of(texts: Iterable[str]) -> str:
    """Return the language that most of these texts are in, ja or en."""
    japanese = [has_cjk(text) and _cjk_share(text) >= _JAPANESE_SHARE for text in texts]
    return "ja" if 2 * sum(japanese) >= len(japanese) else "en"


def _cjk_share(text: str) -> float:
    letters = [one for one in text if one.isalpha()]
    return sum(map(has_cjk, letters)) / max(len(letters), 1)


def opinion_material(text: str, cited: Iterable[CitableSentence]) -> str:
    """Return what a model is shown that is asked whether these sentences say so."""
    shown = [f"[E{one.number}] {' '.join(one.text.translate(_TAGS).split())}" for one in cited]
    return "\n".join([*shown, f"<statement>{' '.join(text.translate(_TAGS).split())}</statement>"])


def material(
    name: str,
    window: tuple[date, date],
    evidence: Sequence[CitableSentence],
    *,
    faults: Sequence[Faulty] = (),
) -> str:
    """Return what the model is shown: the clusters, each with its numbered sentences; at the end, bullets to be written anew.

    What stands there was written by others, so nothing of it can look like the marks that structure it.
    """
    lines = [f'<section name="{_attribute(name)}" from="{window[0]}" to="{window[1]}">']
    for cluster, sentences in by_cluster(evidence).items():
        lines.append(f"<cluster id={cluster + 1} documents={sentences[0].size}>")
        lines += [_line(one) for one in sentences]
        lines.append("</cluster>")
    lines.append("</section>")
    lines += [
        f'<rejected cites="{", ".join(map(str, one.bullet.cites))}" reason="{_attribute(f"{one.reason} {one.detail}")}">'
        f"{_plain(one.bullet.text)}</rejected>"
        for one in faults
    ]
    return "\n".join(lines)


def by_cluster(evidence: Iterable[CitableSentence]) -> dict[int, list[CitableSentence]]:
    """Return the sentences of each cluster, in their order."""
    found: dict[int, list[CitableSentence]] = defaultdict(list)
    for one in evidence:
        found[one.cluster].append(one)
    return dict(found)


def within(evidence: Sequence[CitableSentence], budget_tokens: int) -> tuple[CitableSentence, ...]:
    """Return the evidence that fits as it is shown, shared among clusters as `representatives.choose` shares it."""
    clusters = [
        sorted(sentences, key=lambda one: not one.is_central) for sentences in by_cluster(evidence).values()
    ]
    counts = shared(
        [
            [
                estimate_tokens(f"{_line(one)}\n") + (0 if place else CLUSTER_TOKENS)
                for place, one in enumerate(sentences)
            ]
            for sentences in clusters
        ],
        [sentences[0].size for sentences in clusters],
        budget_tokens,
    )
    kept = {
        one.number for sentences, count in zip(clusters, counts, strict=True) for one in sentences[:count]
    }
    return tuple(one for one in evidence if one.number in kept)


def _line(one: CitableSentence) -> str:
    source = f", {_attribute(one.publisher)}" if one.publisher else ""
    return f"[E{one.number}] ({one.said_at.date()}{source}) {_plain(one.text)}"


def _plain(text: str) -> str:
    """Return a text on one line, without anything that looks like a tag or a number to cite."""
    visible = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in text)
    return _NUMBERED.sub(r"(\1)", " ".join(visible.split())).translate(_TAGS)


def _attribute(text: str) -> str:
    return _plain(text).replace('"', "'")[:LONGEST_NAME].strip()


def draft(value: Mapping[str, Any]) -> SectionDraft:
    """Read the JSON object of a reply; what of it is no bullet is passed over. Total."""
    title = value.get("title")
    entries = value.get("bullets")
    bullets = [_bullet(entry) for entry in entries] if isinstance(entries, list) else []
    return SectionDraft(
        title=_plain(title) if isinstance(title, str) else "",
        bullets=tuple(one for one in bullets if one is not None)[:MOST_BULLETS],
    )


def _bullet(entry: object) -> DraftBullet | None:
    if isinstance(entry, str):
        entry = {"text": entry}
    if not isinstance(entry, Mapping) or not isinstance(text := entry.get("text"), str):
        return None
    marks = [mark.group() for mark in _MARKS.finditer(text) if "E" in mark.group() or "[" in mark.group()]
    for mark in marks:
        text = text.replace(mark, "")
    text = " ".join(text.split())
    numbers = [*_numbers(entry.get("cites")), *(number for mark in marks for number in _numbers(mark))]
    return DraftBullet(text=text, cites=tuple(dict.fromkeys(numbers))) if text else None


def _numbers(value: object) -> Iterator[int]:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield value
    elif isinstance(value, str):
        yield from (int(number) for number in _NUMBER.findall(unicodedata.normalize("NFKC", value)))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _numbers(one)
