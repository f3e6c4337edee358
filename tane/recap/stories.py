"""Stories: which units speak of one matter, an event rather than a topic. Pure.

Vectors say what is of one kind; particulars say what is the same. Two fires have near-equal vectors, but other names, figures and
days; a Japanese and an English report of one fire share the figures, the days and the sound of names. A changed figure is
a new fact of the same story. Only units within a sliding window are compared, so a story may last longer than the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import numpy as np

from tane.recap.linkage import CoreLinkage, Pair
from tane.recap.overlap import SharedParticulars
from tane.recap.particulars import Particulars, particulars
from tane.recap.unlikeness import unlikeness
from tane.recap.window import neighbours
from tane.vectors.arrays import Floats, Integers, Units
from tane.vectors.scale import SimilarityScale

WINDOW_HOURS = 96.0
MOST_DOCUMENTS = 80
"""Documents above which a story is told in parts."""
MOST_READ = 1_000
"""Characters of a unit whose particulars are compared."""
_NEIGHBOURS = 48
_GATE = 0.95  # share of unlike pairs that are less alike than two of one story
_SURE_NATS = float(np.log(1e6))  # one pair in a million is as much alike by chance
_WHOLE_SHARE = 0.5  # reports of one event by two publishers have half of their particulars in common
_LEAST_LINK = 0.33


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is put into stories: a document, or a passage of one; its vector is a row of its own."""

    document_id: UUID
    utterance_id: UUID
    title: str | None
    text: str
    lang: str
    publisher: str  # of talk, the speaker where he is known
    said_at: datetime
    is_talk: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """Rows of units about one matter."""

    members: tuple[int, ...]  # in the order of time
    core: tuple[int, ...]  # those most alike to all others, a part of the members


def find_stories(units: Sequence[Unit], vectors: Units, scale: SimilarityScale | None) -> list[Story]:
    """Return the stories of units, the first said first; each unit is in one, alone where it has no other.

    vectors: (n, d) float32 of length one. scale: the model's; measured from the units' own pairs where there is none.
    O(n · units of a window · d); equal for every order of the units.
    """
    order = _canonical(units)
    if not order:
        return []
    ordered = [units[row] for row in order]
    rows = vectors[np.asarray(order)]
    hours = np.array([unit.said_at.timestamp() / 3600 for unit in ordered])
    evidence = StoryEvidence(ordered, rows, hours, scale)
    linkage = CoreLinkage(evidence.links(), hours, evidence.of_groups, window=WINDOW_HOURS, least=_LEAST_LINK)
    return [
        Story(
            members=tuple(order[node] for node in group),
            core=tuple(order[node] for node in linkage.core(group)),
        )
        for group in linkage.join(_given(ordered))
    ]


def divided(story: Story, units: Sequence[Unit], *, most: int = MOST_DOCUMENTS) -> list[Story]:
    """Return a story in parts of at most so many documents, cut where most time passed between two of them.

    Of one with fewer, itself. The story keeps one identity; its parts are for a model that reads only so much.
    """
    documents = {units[row].document_id for row in story.members}
    if len(documents) <= most or len(story.members) < 2:
        return [story]
    rows = story.members
    third = max(1, len(rows) // 3)
    gaps = {
        place: (units[rows[place]].said_at - units[rows[place - 1]].said_at).total_seconds()
        for place in range(third, len(rows) - third + 1)
        if place < len(rows)
    }
    cut = max(gaps, key=lambda place: (gaps[place], -abs(2 * place - len(rows))))
    return [
        part
        for members in (rows[:cut], rows[cut:])
        for part in divided(
            Story(members, tuple(row for row in story.core if row in members) or members[:1]),
            units,
            most=most,
        )
    ]


@lru_cache(maxsize=50_000)
def read(unit: Unit) -> Particulars:
    """Return the particulars of a unit, with its title unless that is the whole conversation's; an article says first what matters."""
    text = unit.text[:MOST_READ]
    return particulars(text if unit.is_talk or not unit.title else f"{unit.title}\n{text}", unit.said_at)


def _canonical(units: Sequence[Unit]) -> list[int]:
    """Return rows by time, then by what they say: an order that does not depend on theirs."""

    def key(row: int) -> tuple[float, str, str, str]:
        unit = units[row]
        return unit.said_at.timestamp(), str(unit.document_id), unit.text, str(unit.utterance_id)

    return sorted(range(len(units)), key=key)


def _given(units: Sequence[Unit]) -> list[list[int]]:
    """Return what belongs together before anything is compared: passages of one article, and the very same text."""
    groups: dict[tuple[str, str], list[int]] = {}
    for row, unit in enumerate(units):
        if not unit.is_talk:
            groups.setdefault(("document", str(unit.document_id)), []).append(row)
    return [group for group in groups.values() if len(group) > 1]


class StoryEvidence:
    """How sure it is that units, in the order of time, are of one matter: by their vectors and by their particulars."""

    def __init__(
        self, units: Sequence[Unit], rows: Units, hours: Floats, scale: SimilarityScale | None
    ) -> None:
        self._rows, self._hours = rows, hours
        self._languages: Integers = np.unique([unit.lang for unit in units], return_inverse=True)[1].astype(
            np.int64
        )
        self._unlike = unlikeness(rows, self._languages, scale)
        self._particulars = SharedParticulars(
            [read(unit) for unit in units],
            self._languages,
            [None if unit.is_talk else unit.publisher for unit in units],
        )

    def links(self) -> dict[Pair, float]:
        """Return near pairs with how sure they are, 0..1; below 0 where they cannot be of one matter."""
        one, other, cosines = neighbours(
            self._rows, self._languages, self._hours, window=WINDOW_HOURS, count=_NEIGHBOURS
        )
        nats = self._unlike.nats(
            cosines + self._unlike.across * (self._languages[one] != self._languages[other])
        )
        is_near = nats >= -np.log1p(-_GATE)
        one, other, nats = one[is_near], other[is_near], nats[is_near]
        shares, vetoes = self._particulars.compare(one, other)
        values = _sure(nats, shares)
        values[vetoes] = -_LEAST_LINK
        return dict(zip(zip(one.tolist(), other.tolist(), strict=True), values.tolist(), strict=True))

    def of_groups(self, ones: Sequence[int], others: Sequence[int]) -> float:
        """Return how sure two groups are: the mean cosine of their pairs, and what each group shares as a whole."""
        first, second = np.asarray(ones), np.asarray(others)
        cosine = float(self._rows[first].mean(axis=0) @ self._rows[second].mean(axis=0))
        strange = float(np.mean(self._languages[first][:, None] != self._languages[second][None, :]))
        nats = self._unlike.nats(np.array([cosine + self._unlike.across * strange]))
        return float(_sure(nats, np.array([self._particulars.of_groups(ones, others)]))[0])


def _sure(nats: Floats, shares: Floats) -> Floats:
    sure: Floats = np.sqrt(np.minimum(1.0, nats / _SURE_NATS) * np.minimum(1.0, shares / _WHOLE_SHARE))
    return sure
