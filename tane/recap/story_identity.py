"""Which of a run's stories are those of earlier runs, what is new in each, and where it stands in the recap. Pure.

A story goes on under its id where it shares units with an earlier one, or, where it shares none, where its centroid is
nearer to that one's than to any other's and than unlike pairs are. What was told once is told again only with a new fact.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log2
from typing import Literal, TypeAlias
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from tane.recap.facts import facts_of, news_of
from tane.recap.stories import Story, Unit
from tane.vectors.arrays import Floats, Units
from tane.vectors.directions import mean_direction
from tane.vectors.scale import SimilarityScale

CLOSED_AFTER = timedelta(hours=96)
LEADING, FURTHER = 3, 7
LEAST_SHARED = 0.3  # of the members of the smaller that two runs both know: below, another story
_NAMESPACE = UUID("6a4e39f1-6b3f-5c0f-9d0e-2f5a1c7d8e90")
_LEAST_RANK = 0.999  # share of unlike pairs that are less alike than two centroids of one story
_FRESH_HOURS = 24.0  # in which freshness falls to 1/e

StoryState: TypeAlias = Literal["new", "continued", "quiet", "closed"]
StoryPlace: TypeAlias = Literal["leading", "further", "folded", "counted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierStory:
    """A story as the store knows it from earlier runs."""

    story_id: UUID
    members: frozenset[UUID]  # utterances
    centroid: Floats | None  # (d,), of the same model as the run's vectors, else None
    last_said_at: datetime
    told_facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedStory:
    """A story with its identity, as it stands in this run."""

    story_id: UUID
    row: int | None  # in the run's stories; None of one that the run saw nothing of
    state: StoryState
    added: int  # documents that were not known
    facts: frozenset[str]  # all that its units say
    new_facts: frozenset[str]  # of these, what no recap has told
    last_said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedStory:
    """Where a story stands in the recap."""

    story: TrackedStory
    place: StoryPlace
    rank: int  # from 1
    score: float
    documents: int
    publishers: int  # or speakers


def track(
    stories: Sequence[Story],
    units: Sequence[Unit],
    vectors: Units,
    earlier: Sequence[EarlierStory],
    *,
    now: datetime,
    scale: SimilarityScale | None = None,
    closed_after: timedelta = CLOSED_AFTER,
) -> list[TrackedStory]:
    """Return the run's stories with their ids and states, then earlier ones that it saw nothing of, by their ids.

    A story is `continued` with documents that bring a fact, `quiet` where nothing is new, `closed` when nothing was said of it for
    `closed_after`; a closed one opens again when it goes on. O(stories · earlier · d).
    """
    firsts = [min(units[member].said_at for member in story.members) for story in stories]
    is_reached = np.array(
        [[first - one.last_said_at < closed_after for one in earlier] for first in firsts], dtype=bool
    )
    now_at = [centroid(story, vectors) for story in stories]
    matched = _matches(stories, units, earlier, _near(now_at, earlier, is_reached, scale))
    taken = {one.story_id for one in earlier}
    found = []
    for row, story in enumerate(stories):
        before = earlier[matched[row]] if row in matched else None
        members = [units[member] for member in story.members]
        said = max(unit.said_at for unit in members)
        if before:
            said = max(said, before.last_said_at)
        parts = [earlier[place] for place, _, _ in _shared(story, units, earlier)]
        if before and before not in parts:
            parts.append(before)
        added, news = _added(members, parts)
        state: StoryState = "new"
        if before or (parts and not news):
            state = "continued" if news else "quiet"
            if not news and now - said >= closed_after:
                state = "closed"
        story_id = before.story_id if before else _new_id(story, units, taken)
        taken.add(story_id)
        found.append(
            TrackedStory(
                story_id=story_id, row=row, state=state, added=added, new_facts=news,
                facts=frozenset[str]().union(*map(facts_of, members)),
                last_said_at=said,
            )
        )  # fmt: skip
    return found + [
        TrackedStory(
            story_id=one.story_id, row=None, state="closed" if now - one.last_said_at >= closed_after else "quiet",
            added=0, facts=frozenset(), new_facts=frozenset(), last_said_at=one.last_said_at,
        )
        for place, one in sorted(enumerate(earlier), key=lambda item: str(item[1].story_id))
        if place not in matched.values()
    ]  # fmt: skip


def placed(
    tracked: Sequence[TrackedStory], stories: Sequence[Story], units: Sequence[Unit], *, now: datetime
) -> list[PlacedStory]:
    """Return the stories of a run in the order in which a recap tells them; those without anything new last, `counted`.

    Twice the publishers are worth as much as wholly new facts, or as having been said just now. A story of one document
    is folded under its genre.
    """
    rows = []
    for one in tracked:
        members = [units[member] for member in stories[one.row].members] if one.row is not None else []
        documents = len({unit.document_id for unit in members})
        publishers = len({unit.publisher for unit in members})
        novelty = len(one.new_facts) / len(one.facts) if one.facts else float(one.state == "new")
        age = max((now - one.last_said_at).total_seconds() / 3600, 0.0)
        score = round(log2(1 + publishers) + novelty + exp(-age / _FRESH_HOURS), 6) if members else 0.0
        rows.append((one.state in ("new", "continued"), documents > 1, score, documents, publishers, one))
    rows.sort(key=lambda row: (not row[0], not row[1], -row[2], -row[3], str(row[5].story_id)))
    found = []
    for rank, (is_told, is_grouped, score, documents, publishers, one) in enumerate(rows, start=1):
        place: StoryPlace = "folded"
        if not is_told:
            place = "counted"
        elif is_grouped and rank <= LEADING + FURTHER:
            place = "leading" if rank <= LEADING else "further"
        found.append(
            PlacedStory(
                story=one, place=place, rank=rank, score=score, documents=documents, publishers=publishers
            )
        )
    return found


def _added(members: Sequence[Unit], earlier: Sequence[EarlierStory]) -> tuple[int, frozenset[str]]:
    """Return how many documents none of these earlier stories has, and the facts that they bring, judged by all before."""
    told = frozenset[str]().union(*(one.told_facts for one in earlier))
    ids = frozenset[UUID]().union(*(one.members for one in earlier))
    known = [unit for unit in members if unit.utterance_id in ids]
    documents: set[UUID] = set()
    news: set[str] = set()
    for unit in members:
        if unit.utterance_id in ids:
            continue
        news |= news_of(unit, told, known)
        known.append(unit)
        documents.add(unit.document_id)
    return len(documents), frozenset(news)


def centroid(story: Story, vectors: Units) -> Floats:
    """Return float64 (d,): the mean direction of a story's core."""
    return mean_direction(vectors[np.asarray(story.core)])


def _matches(
    stories: Sequence[Story],
    units: Sequence[Unit],
    earlier: Sequence[EarlierStory],
    near: Iterable[tuple[float, int, int]],
) -> Mapping[int, int]:
    """Return the place among earlier stories of each story that goes on, one to one: by members first, then by centroids."""
    by_members = [
        (-shared, -count, row, place)
        for row, story in enumerate(stories)
        for place, shared, count in _shared(story, units, earlier)
        if shared >= LEAST_SHARED
    ]
    matched: dict[int, int] = {}
    for _, _, row, place in sorted(by_members):
        if row not in matched and place not in matched.values():
            matched[row] = place
    for _, row, place in sorted(near):
        if row not in matched and place not in matched.values():
            matched[row] = place
    return matched


def _shared(
    story: Story, units: Sequence[Unit], earlier: Sequence[EarlierStory]
) -> list[tuple[int, float, int]]:
    members = {units[member].utterance_id for member in story.members}
    found = []
    for place, one in enumerate(earlier):
        common = len(members & one.members)
        if common:
            found.append((place, common / min(len(members), len(one.members)), common))
    return found


def _near(
    centroids: Sequence[Floats],
    earlier: Sequence[EarlierStory],
    is_reached: NDArray[np.bool_],
    scale: SimilarityScale | None,
) -> list[tuple[float, int, int]]:
    """Return pairs that are each other's nearest by centroid, of those in reach of each other's time (stories, earlier)."""
    known = [place for place, one in enumerate(earlier) if one.centroid is not None]
    if not known or not centroids or scale is None:
        return []
    before = np.stack([np.asarray(earlier[place].centroid, dtype=np.float64) for place in known])
    now = np.stack(centroids)
    if before.shape[1] != now.shape[1]:
        return []
    cosines = np.where(is_reached[:, known], now @ before.T, -np.inf)
    least = scale.above(_LEAST_RANK)
    best_earlier, best_now = cosines.argmax(axis=1), cosines.argmax(axis=0)
    return [
        (-float(cosines[row, column]), row, known[column])
        for row, column in enumerate(best_earlier)
        if best_now[column] == row and cosines[row, column] > least
    ]


def _new_id(story: Story, units: Sequence[Unit], taken: Collection[UUID]) -> UUID:
    """Return an id that follows from the members, so that a step which runs again gives the same."""
    words = " ".join(sorted(str(units[member].utterance_id) for member in story.members))
    story_id = uuid5(_NAMESPACE, words)
    while story_id in taken:  # the same members were a story of their own before
        story_id = uuid5(_NAMESPACE, str(story_id))
    return story_id
