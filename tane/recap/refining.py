"""The refining pass: which of the candidates of the coarse pass it is, by tags, neighbours and, of two that tie, a model. Pure.

The order of decisions: no tags, the coarse result stands (what no centroid reached is looked for among its neighbours first); a tag that is a
genre's very name; a boost by tags that leads clearly; a tie; else the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import xxhash

from tane.recap.coarse import CoarseResult, GenreCandidate
from tane.recap.documents import OTHER, GenreDecision, Strategy, Tag
from tane.recap.graph import TagEdges, boosts, tag_key
from tane.recap.taxonomy import Taxonomy

BUCKETS = 100
EXPANDED = 0.3  # boost from which a genre becomes a candidate that the coarse pass did not see
NAMED = 0.6  # confidence of a tag that is a genre's name
LEADING, LEAST_BOOST, LEAST_CONFIDENCE = 0.15, 0.1, 0.15  # of a candidate that the graph decides for
TIED = 0.05  # distance of the first two
OWN, BOOSTED = 0.6, 0.4  # shares of the confidence of what the graph decided
MOST_WORDS = 10
WEIGHTS = {"keywords": 0.2, "confidence": 0.4, "boost": 0.2, "tags": 0.2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrefined:
    """A document after the coarse pass."""

    document_id: UUID
    tags: tuple[Tag, ...]
    coarse: CoarseResult
    neighbours: str | None = None
    """The genre that label spreading found for it."""
    edges: int = 0
    """Of the similarity graph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refined:
    """A decision, and the candidates of a tie that a model may break."""

    decision: GenreDecision
    tied: tuple[str, ...] = ()


def bucket(document_id: UUID) -> int:
    """Return the rollout bucket of a document, 0..99: the same in every run."""
    return xxhash.xxh64_intdigest(document_id.bytes) % BUCKETS


def is_rolled_out(document_id: UUID, percent: int) -> bool:
    """Tell whether the refining pass looks at a document."""
    return bucket(document_id) < percent


class Refiner:
    """Decides genres by a taxonomy and the graph of its tags."""

    def __init__(self, taxonomy: Taxonomy, graph: TagEdges, *, rollout_percent: int) -> None:
        self._graph = graph
        self._percent = rollout_percent
        self._genres = {
            name: genre.genre
            for genre in taxonomy.genres
            for name in (tag_key(genre.genre), tag_key(genre.name_ja), tag_key(genre.name_en))
        }
        self._known = set(taxonomy.names)

    def decide(self, one: Unrefined) -> Refined:
        """Return the genre of a document, and by which strategy it was found."""
        candidates = one.coarse.candidates
        if not is_rolled_out(one.document_id, self._percent):
            return Refined(decision=_decision(one, candidates[0], "coarse_only", {"refined": False}))
        found = boosts(one.tags, self._graph)
        reached = one.coarse.is_near or one.coarse.is_by_words
        if not one.tags:
            return Refined(decision=self._untagged(one, reached=reached))
        if not reached:
            candidates = self._of_neighbours(one)
        candidates = (*candidates, *self._expanded(found, candidates))
        context = {"boosts": found}
        if not candidates:
            return Refined(decision=_other(one, context))
        if named := self._named(one.tags, candidates):
            reasons = {"tag_confidence": named[1]}
            return Refined(decision=_decision(one, named[0], "tag_consistency", reasons, context))
        return self._ranked(one, candidates, found, is_spread=not reached and one.neighbours is not None)

    def _untagged(self, one: Unrefined, *, reached: bool) -> GenreDecision:
        if reached:
            reasons = {"by_words": True} if one.coarse.is_by_words else {}
            return _decision(one, one.coarse.candidates[0], "coarse_only", reasons)
        spread = self._of_neighbours(one)
        return _decision(one, spread[0], "label_spreading") if spread else _other(one, {})

    def _of_neighbours(self, one: Unrefined) -> tuple[GenreCandidate, ...]:
        if one.neighbours is None:
            return ()
        known = [candidate for candidate in one.coarse.candidates if candidate.genre == one.neighbours]
        return (
            known[0] if known else GenreCandidate(genre=one.neighbours, score=0.0, confidence=0.0, keyword_support=0.0),
        )  # fmt: skip

    def _expanded(
        self, found: Mapping[str, float], candidates: Sequence[GenreCandidate]
    ) -> list[GenreCandidate]:
        """Return genres that the tags alone speak for."""
        known = {candidate.genre for candidate in candidates}
        return [
            GenreCandidate(genre=genre, score=0.0, confidence=min(boost, 1.0), keyword_support=0.0)
            for genre, boost in found.items()
            if boost >= EXPANDED and genre in self._known - known
        ]

    def _named(
        self, tags: Sequence[Tag], candidates: Sequence[GenreCandidate]
    ) -> tuple[GenreCandidate, float] | None:
        """Return the one candidate whose name is a tag, with the tag's confidence; None if there are several or none."""
        sure = {
            self._genres[tag_key(tag.tag)]: tag.confidence
            for tag in tags
            if tag.confidence >= NAMED and tag_key(tag.tag) in self._genres
        }
        met = [candidate for candidate in candidates if candidate.genre in sure]
        return (met[0], sure[met[0].genre]) if len(met) == 1 else None

    def _ranked(
        self,
        one: Unrefined,
        candidates: Sequence[GenreCandidate],
        found: Mapping[str, float],
        *,
        is_spread: bool,
    ) -> Refined:
        def rank(candidate: GenreCandidate) -> float:
            return candidate.confidence + found.get(candidate.genre, 0.0)

        ranked = sorted(candidates, key=lambda one: (-rank(one), one.genre))
        first = ranked[0]
        boost = found.get(first.genre, 0.0)
        margin = rank(first) - rank(ranked[1]) if len(ranked) > 1 else rank(first)
        reasons: dict[str, Any] = {"margin": round(margin, 4), "boost": round(boost, 4)}
        context = {"boosts": dict(found)}
        if margin >= LEADING and boost >= LEAST_BOOST and first.confidence >= LEAST_CONFIDENCE:
            sure = min(OWN * first.confidence + BOOSTED * boost, 1.0)
            return Refined(
                decision=_decision(one, replace(first, confidence=sure), "graph_boost", reasons, context)
            )
        if len(ranked) > 1 and margin < TIED:
            weighed = self._weighted(ranked, one.tags, found)
            winner = max(weighed, key=lambda candidate: (weighed[candidate], candidate.genre))
            reasons["weighted"] = {candidate.genre: round(score, 4) for candidate, score in weighed.items()}
            tied = tuple(
                candidate.genre
                for candidate in ranked
                if rank(first) - rank(candidate) < TIED and rank(candidate) >= LEAST_CONFIDENCE
            )
            decision = _decision(
                one, replace(winner, confidence=min(weighed[winner], 1.0)), "weighted_score", reasons, context
            )
            return Refined(decision=decision, tied=tied if len(tied) > 1 else ())
        strategy: Strategy = "graph_boost" if boost > 0 else "label_spreading" if is_spread else "coarse_only"
        return Refined(decision=_decision(one, first, strategy, reasons, context))

    def _weighted(
        self, candidates: Sequence[GenreCandidate], tags: Sequence[Tag], found: Mapping[str, float]
    ) -> dict[GenreCandidate, float]:
        named = {self._genres.get(tag_key(tag.tag)): tag.confidence for tag in tags}
        return {
            one: WEIGHTS["keywords"] * min(max(one.keyword_support, 0.0) / MOST_WORDS, 1.0)
            + WEIGHTS["confidence"] * one.confidence
            + WEIGHTS["boost"] * min(found.get(one.genre, 0.0), 1.0)
            + WEIGHTS["tags"] * named.get(one.genre, 0.0)
            for one in candidates
        }


def unrefined(one: Unrefined) -> GenreDecision:
    """Return the decision of the coarse pass alone, for a run without the refining pass."""
    return _decision(one, one.coarse.candidates[0], "coarse_only", {"refined": False})


def broken(decision: GenreDecision, genre: str, confidence: float) -> GenreDecision:
    """Return a tie as a model broke it."""
    return replace(decision, genre=genre, strategy="llm_tie_break", confidence=confidence)


def _decision(
    one: Unrefined,
    chosen: GenreCandidate,
    strategy: Strategy,
    reasons: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> GenreDecision:
    graph = dict(context or {})
    return GenreDecision(
        document_id=one.document_id,
        genre=chosen.genre,
        strategy=strategy,
        confidence=round(min(max(chosen.confidence, 0.0), 1.0), 4),
        candidates=tuple(asdict(candidate) for candidate in one.coarse.candidates),
        reasons={"near": one.coarse.is_near, "bucket": bucket(one.document_id), **(reasons or {})},
        tag_profile={
            "tags": [{"tag": tag.tag, "confidence": tag.confidence} for tag in one.tags],
            "feature_profile": {
                **asdict(one.coarse.profile),
                "tag_overlap": sum(boost > 0 for boost in graph.get("boosts", {}).values()),
            },
        },
        graph_context={**graph, "edges": one.edges, "neighbours": one.neighbours},
    )


def _other(one: Unrefined, context: Mapping[str, Any]) -> GenreDecision:
    nobody = GenreCandidate(genre=OTHER, score=0.0, confidence=0.0, keyword_support=0.0)
    return _decision(one, nobody, "fallback_other", {}, context)
