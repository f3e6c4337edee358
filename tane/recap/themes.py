"""Genres that are themes of the owner's map: a document belongs to the nearest that reaches it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from tane.recap.documents import OTHER, GenreDecision
from tane.vectors.arrays import Floats, Units
from tane.vectors.scale import SimilarityScale

MOST_CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSet:
    """The themes of a map: centroids (k, d) of length one, and (k,) the least cosine at which each takes an item."""

    ids: tuple[UUID, ...]
    centroids: Units
    attach: Floats


def decide(
    documents: Sequence[UUID],
    vectors: Units,
    themes: ThemeSet,
    scale: SimilarityScale | None,
) -> list[GenreDecision]:
    """Return the theme of each document: the nearest, if it takes items from as far away; else `other`.

    vectors: (n, d) of length one, zero for a document without any. Confidence is the share of unlike pairs that are less alike.
    """
    if not themes.ids:
        return [_other(document, "no_map") for document in documents]
    similarity = vectors @ np.asarray(themes.centroids).T
    has_vector = np.asarray(np.any(vectors, axis=1))
    decisions: list[GenreDecision] = []
    for row, document in enumerate(documents):
        if not has_vector[row]:
            decisions.append(_other(document, "no_vector"))
            continue
        order = np.argsort(-similarity[row], kind="stable")[:MOST_CANDIDATES]
        candidates = tuple(
            {
                "genre": str(themes.ids[number]),
                "score": round(float(similarity[row, number]), 4),
                "attach": round(float(themes.attach[number]), 4),
            }
            for number in order
        )
        nearest = int(order[0])
        if similarity[row, nearest] < themes.attach[nearest]:
            decisions.append(_other(document, "beyond_reach", candidates))
            continue
        sure = (
            scale.share_below(float(similarity[row, nearest])) if scale else float(similarity[row, nearest])
        )
        decisions.append(
            GenreDecision(
                document_id=document,
                genre=str(themes.ids[nearest]),
                strategy="map_cluster",
                confidence=round(min(max(sure, 0.0), 1.0), 4),
                candidates=candidates,
            )
        )
    return decisions


def _other(document: UUID, reason: str, candidates: tuple[dict[str, object], ...] = ()) -> GenreDecision:
    return GenreDecision(
        document_id=document,
        genre=OTHER,
        strategy="fallback_other",
        confidence=0.0,
        candidates=candidates,
        reasons={"reason": reason},
    )
