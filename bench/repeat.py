"""Row `repeat`: ten daily recaps over the gold of `bench/story_gold.py`: what is told again without a new fact, and what is not told.

Each day's run reads the items of the seven days before it, as the recap does, finds stories and knows those of earlier runs. An item that brings a
fact counts as told if the run that reads it first tells its story; a story that is told although none of the items that are new to it
brings a fact counts as repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from bench.measure import Measure
from bench.story_gold import HALVES, StoryItem, gold, vectors
from tane.recap.stories import find_stories
from tane.recap.story_identity import EarlierStory, centroid, track
from tane.vectors.arrays import Units
from tane.vectors.scale import SimilarityScale

WINDOW = timedelta(days=7)
HELD, SHOWN = "held", "builtin"


@dataclass(slots=True, kw_only=True)
class RepeatCounts:
    """Over all runs."""

    told: int = 0  # stories
    repeated: int = 0
    news: int = 0  # items that bring a fact
    shown: int = 0
    repeats: list[str] = field(default_factory=list)  # events


def measure() -> Measure:
    tables = {}
    for half in HALVES:
        items = gold(half)
        tables[half] = {model: daily(items, units, scale) for model, (units, scale) in vectors(items).items()}
    held = tables[HELD][SHOWN]
    return Measure(
        name="repeat",
        ours=held.shown / held.news,
        peer=0.95,
        ratio=held.shown / held.news / 0.95,
        unit="share of new facts that are told, held-out half, by the built-in encoder",
        details={
            half: {
                model: {
                    "told": one.told,
                    "repeated": one.repeated,
                    "news_told": f"{one.shown} of {one.news}",
                    "repeats": one.repeats,
                }
                for model, one in models.items()
            }
            for half, models in tables.items()
        },
    )


def daily(items: Sequence[StoryItem], units: Units, scale: SimilarityScale | None) -> RepeatCounts:
    """Run a recap at the end of each day and count."""
    counts = RepeatCounts()
    earlier: dict[UUID, EarlierStory] = {}
    read: set[UUID] = set()
    for until in _evenings(items):
        rows = [row for row, item in enumerate(items) if until - WINDOW <= item.unit.said_at < until]
        chosen = [items[row] for row in rows]
        within = units[np.asarray(rows)]
        said = [item.unit for item in chosen]
        stories = find_stories(said, within, scale)
        for one in track(stories, said, within, list(earlier.values()), now=until, scale=scale):
            if one.row is None:
                continue
            members = [chosen[row] for row in stories[one.row].members]
            fresh = [item for item in members if item.unit.utterance_id not in read]
            is_told = one.state in ("new", "continued")
            news = sum(item.brings_news for item in fresh)
            counts.told += is_told
            counts.news += news
            counts.shown += news if is_told else 0
            if is_told and not news:
                counts.repeated += 1
                counts.repeats.append(f"{until:%d} {members[0].event}")
            before = earlier.get(one.story_id)
            earlier[one.story_id] = EarlierStory(
                story_id=one.story_id,
                members=frozenset(item.unit.utterance_id for item in members)
                | (before.members if before else frozenset()),
                centroid=centroid(stories[one.row], within),
                last_said_at=one.last_said_at,
                told_facts=(one.facts if is_told else frozenset())
                | (before.told_facts if before else frozenset()),
            )
        read |= {unit.utterance_id for unit in said}
    return counts


def _evenings(items: Sequence[StoryItem]) -> list[datetime]:
    first, last = min(item.unit.said_at for item in items), max(item.unit.said_at for item in items)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    return [midnight + timedelta(days=day + 1) for day in range((last - midnight).days + 1)]
