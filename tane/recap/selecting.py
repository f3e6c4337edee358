"""Which documents of a genre are read closely: the best by confidence, freshness and tags, publishers in turns. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from tane.recap.documents import Drop
from tane.vectors.arrays import Units
from tane.vectors.directions import mean_direction

CONFIDENCE, FRESHNESS, OVERLAP = 0.5, 0.3, 0.2
"""Shares of the score. Where no document of the run has tags, the first two fill it (5 to 3)."""
DECAY = 0.005  # of freshness, per hour
MOST_TAGS = 5  # shared with the genre, above which more say no more
DEVIATIONS = 2.5  # median absolute deviations below the median, from where a document is an outlier
FEWEST_JUDGED = 5  # documents of a genre, below which none is an outlier
SAME_S = 1e-6  # of deviation: a genre whose documents are all alike has no outliers


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionCandidate:
    """A document of a genre, as far as choosing needs it."""

    document_id: UUID
    publisher: str
    said_at: datetime
    confidence: float  # 0..1
    tag_overlap: int = 0  # tags that it shares with its genre
    row: int | None = None  # of its vector; None where it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is kept of a genre, best first, and what is not."""

    kept: tuple[UUID, ...]
    drops: tuple[Drop, ...]
    scores: dict[UUID, float]
    is_outlier_filter_skipped: bool = False
    """No vectors, so that the best by score stand in for those that belong together."""


def score(candidate: SelectionCandidate, *, now: datetime, has_tags: bool) -> float:
    """Return the score of a document, 0..1."""
    hours = max((now - candidate.said_at).total_seconds(), 0.0) / 3600.0
    fresh = float(np.exp(-DECAY * hours))
    if not has_tags:
        return (CONFIDENCE * candidate.confidence + FRESHNESS * fresh) / (CONFIDENCE + FRESHNESS)
    shared = min(candidate.tag_overlap / MOST_TAGS, 1.0)
    return CONFIDENCE * candidate.confidence + FRESHNESS * fresh + OVERLAP * shared


def select(
    candidates: Sequence[SelectionCandidate],
    vectors: Units | None,
    *,
    now: datetime,
    most: int,
    fewest: int,
    has_tags: bool,
) -> Selection:
    """Choose among the documents of one genre.

    vectors: (n, d) of length one, for `SelectionCandidate.row`. most: kept at the end. fewest: outliers are not dropped below it.
    """
    scores = {one.document_id: round(score(one, now=now, has_tags=has_tags), 6) for one in candidates}
    ranked = sorted(candidates, key=lambda one: (-scores[one.document_id], one.document_id))
    rows = [one.row for one in ranked if one.row is not None]
    is_skipped = vectors is None or len(rows) < len(ranked)
    outliers: dict[UUID, float] = {}
    if vectors is not None and not is_skipped and len(ranked) >= FEWEST_JUDGED:
        outliers = _outliers(ranked, vectors, fewest=fewest)
    inner = [one for one in ranked if one.document_id not in outliers]
    kept = list(_in_turns(inner, most))
    chosen = {one.document_id for one in kept}
    drops = [
        Drop(document_id=document, stage="select", reason="outlier", similarity=round(similarity, 4))
        for document, similarity in outliers.items()
    ]
    drops += [
        Drop(document_id=one.document_id, stage="select", reason="over_limit")
        for one in inner
        if one.document_id not in chosen
    ]
    return Selection(
        kept=tuple(one.document_id for one in kept),
        drops=tuple(drops),
        scores=scores,
        is_outlier_filter_skipped=is_skipped,
    )


def _outliers(ranked: Sequence[SelectionCandidate], vectors: Units, *, fewest: int) -> dict[UUID, float]:
    """Return what lies far below the usual similarity to the middle of the genre, the furthest first, `fewest` left."""
    units = vectors[[one.row for one in ranked if one.row is not None]]
    middle = mean_direction(units)
    length = float(np.linalg.norm(middle))
    if length == 0:
        return {}
    similarity = units @ (middle / length)
    median = float(np.median(similarity))
    deviation = float(np.median(np.abs(similarity - median)))
    if deviation < SAME_S:
        return {}
    far = [
        number
        for number in np.argsort(similarity, kind="stable")
        if similarity[number] < median - DEVIATIONS * deviation
    ]
    most = max(len(ranked) - fewest, 0)
    return {ranked[number].document_id: float(similarity[number]) for number in far[:most]}


def _in_turns(ranked: Sequence[SelectionCandidate], most: int) -> Iterator[SelectionCandidate]:
    """Yield the best of each publisher in turns, publishers in the order of their best."""
    queues: dict[str, list[SelectionCandidate]] = defaultdict(list)
    for one in ranked:
        queues[one.publisher].append(one)
    given = 0
    while queues and given < most:
        for publisher in list(queues):
            if given == most:
                return
            yield queues[publisher].pop(0)
            given += 1
            if not queues[publisher]:
                del queues[publisher]
