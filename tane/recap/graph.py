"""The tag_label_graph: how much a tag speaks for a genre, as earlier recaps and the owner's corrections tell. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from tane.language.spelling import folded
from tane.recap.documents import OTHER, Strategy, Tag

Window: TypeAlias = Literal["7d", "30d"]
WINDOWS: Mapping[Window, int] = {"7d": 7, "30d": 30}
"""In days, by publication."""
MOST_TAGS = 6  # of a document
LEAST_CONFIDENCE = 0.3  # of a tag
LEAST_SUPPORT = 3
CORRECTED = 3  # documents that one with the owner's correction counts for
SURE_STRATEGIES: frozenset[Strategy] = frozenset({"tag_consistency", "llm_tie_break"})
SURE = 0.8  # confidence from which a decision by the words alone is sure
_FLOOR = 0.7  # of a weight, for a tag that everything has

TagEdges: TypeAlias = Mapping[str, Mapping[str, float]]
"""By tag, as `tag_key` spells it: the weight of each genre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A document whose genre is known."""

    genre: str
    tags: tuple[Tag, ...]
    is_corrected: bool
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TagEdge:
    """How much a tag speaks for a genre."""

    genre: str
    tag: str
    weight: float  # 0..1
    sample_size: int
    last_observed_at: datetime


def tag_key(tag: str) -> str:
    """Return the one spelling of a tag."""
    return " ".join(folded(tag).split())


def is_sure(strategy: str, confidence: float) -> bool:
    """Tell whether a decision may teach the graph: one that the graph itself had a part in may not."""
    return strategy in SURE_STRATEGIES or (strategy == "coarse_only" and confidence >= SURE)


def edges(observations: Sequence[Observation]) -> list[TagEdge]:
    """Return the graph of observations, in order of genre and tag.

    weight = mean confidence of the tag * (0.7 + 0.3 idf / greatest idf), idf = ln(N / (documents with the tag + 1) + 1).
    """
    counted = 0
    held: dict[str, int] = defaultdict(int)
    found: dict[tuple[str, str], list[tuple[float, int, datetime]]] = defaultdict(list)
    for one in observations:
        if one.genre == OTHER:
            continue
        times = CORRECTED if one.is_corrected else 1
        counted += times
        for tag, confidence in _tags(one.tags).items():
            held[tag] += times
            found[one.genre, tag].append((confidence, times, one.said_at))
    if not found:
        return []
    rarity = {tag: math.log(counted / (count + 1) + 1) for tag, count in held.items()}
    greatest = max(rarity.values())
    made: list[TagEdge] = []
    for (genre, tag), seen in sorted(found.items()):
        size = sum(times for _, times, _ in seen)
        if size < LEAST_SUPPORT:
            continue
        mean = sum(confidence * times for confidence, times, _ in seen) / size
        made.append(
            TagEdge(
                genre=genre,
                tag=tag,
                weight=min(max(mean * (_FLOOR + (1 - _FLOOR) * rarity[tag] / greatest), 0.0), 1.0),
                sample_size=size,
                last_observed_at=max(at for _, _, at in seen),
            )
        )
    return made


def by_tag(rows: Iterable[tuple[str, str, float]]) -> dict[str, dict[str, float]]:
    """Return (genre, tag, weight) by tag."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for genre, tag, weight in rows:
        found[tag_key(tag)][genre] = weight
    return dict(found)


def boosts(tags: Sequence[Tag], graph: TagEdges) -> dict[str, float]:
    """Return for each genre the sum of weight times confidence over the tags of a document."""
    found: dict[str, float] = defaultdict(float)
    for tag, confidence in _tags(tags).items():
        for genre, weight in graph.get(tag, {}).items():
            found[genre] += weight * confidence
    return {genre: round(boost, 6) for genre, boost in sorted(found.items())}


def _tags(tags: Sequence[Tag]) -> dict[str, float]:
    first = [tag for tag in tags if tag.confidence >= LEAST_CONFIDENCE and tag.tag.strip()][:MOST_TAGS]
    found: dict[str, float] = {}
    for tag in first:
        found[tag_key(tag.tag)] = max(found.get(tag_key(tag.tag), 0.0), tag.confidence)
    return found
