"""Search by words and by meaning at once, merged into one list."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from daemon.model_server import kept_in, model_server
from tane.llm.model_errors import ModelError
from tane.settings.model import Llm
from tane.store import reading
from tane.store.pool import Pool, connection
from tane.store.reading import Hit

EMBED_S = 20.0
LEAST_CANDIDATES = 200
_RANK_OFFSET = 60  # of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A hit and how it was found."""

    hit: Hit
    by: str  # words, meaning or both
    similarity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a search brought; `note` says why there is nothing by meaning."""

    found: list[Found]
    note: str | None = None


async def search(pool: Pool, llm: Llm, query: str, *, limit: int) -> Findings:
    """Search utterances, seeds and clusters; without a model server by words alone."""
    # Both lists must be longer than what is shown: a hit of both must be known as such.
    candidates = max(LEAST_CANDIDATES, 5 * limit)
    async with connection(pool) as conn:
        by_words = await reading.search_words(conn, query, limit=candidates)
        model = await reading.current_model(conn)
    if model is None:
        return Findings(
            found=merge(by_words, [], limit=limit), note="nothing has a vector yet: by words only"
        )
    try:
        async with model_server(llm, kept=kept_in(pool)) as models:
            embedded = await asyncio.wait_for(models.embed([query]), EMBED_S)
    except (ModelError, TimeoutError) as error:
        note = f"the model server is away ({str(error) or 'no answer in time'}): by words only"
        return Findings(found=merge(by_words, [], limit=limit), note=note)
    vector = embedded.vectors[0]
    if embedded.model.digest != model.digest:  # the store drops `:latest` from names
        note = f"the vectors here are of {model.name}, not of {embedded.model.name}: by words only"
        return Findings(found=merge(by_words, [], limit=limit), note=note)
    if not isinstance(vector, np.ndarray):
        return Findings(
            found=merge(by_words, [], limit=limit), note=f"no vector for this query ({vector}): by words only"
        )
    async with connection(pool) as conn:
        by_meaning = await reading.search_meaning(conn, vector, model_id=model.model_id, limit=candidates)
    return Findings(found=merge(by_words, by_meaning, limit=limit))


def merge(by_words: Sequence[Hit], by_meaning: Sequence[Hit], *, limit: int) -> list[Found]:
    """Merge two ranked lists by the sum of reciprocal ranks; ties keep the order of the words' list.

    What points away from the query (a similarity of 0 or less) is no hit by meaning.
    """
    by_meaning = [hit for hit in by_meaning if (hit.similarity or 0.0) > 0.0]
    scores: dict[tuple[str, UUID], float] = {}
    hits: dict[tuple[str, UUID], Hit] = {}
    for ranked in (by_words, by_meaning):
        for rank, hit in enumerate(ranked):
            key = (hit.kind, hit.id)
            hits.setdefault(key, hit)
            scores[key] = scores.get(key, 0.0) + 1.0 / (_RANK_OFFSET + rank)
    words = {(hit.kind, hit.id) for hit in by_words}
    near = {(hit.kind, hit.id): hit.similarity for hit in by_meaning}
    ordered = sorted(scores, key=lambda key: -scores[key])[:limit]
    return [
        Found(
            hit=hits[key],
            by="both" if key in words and key in near else "words" if key in words else "meaning",
            similarity=near.get(key),
        )
        for key in ordered
    ]
