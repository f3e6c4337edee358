"""Search by words and by meaning at once: one list, one row for each sentence."""

import asyncio
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.llm.builtin import BUILTIN, UNLIKE
from tane.llm.model_errors import ModelError
from tane.llm.protocol import Embedded, Purpose
from tane.search import standing_out
from tane.search.query_words import Held, held, share_known
from tane.search.reference_texts import WORDLESS, other_queries
from tane.search.standing_out import Background
from tane.store import reading
from tane.store.pool import Pool, connection
from tane.store.reading import EmbeddingModel, Hit, NearHit
from tane.vectors.scale import SimilarityScale

EMBED_S = 20.0
LEAST_CANDIDATES = 400
STANDS_OUT = 0.995
"""Share of unlike pairs that are less alike than a query and what it finds."""
SAMPLE = 500  # vectors
TURNS, REACH = 10, 8  # of talks among the nearest, and how many before and after each are looked at
_RANK_OFFSET = 60  # of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009)

By = Literal["words", "meaning", "both"]


class TextEmbedder(Protocol):
    """Makes the vectors of queries; see `tane.llm.protocol.Models`."""

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:
        """Embed texts; see `tane.llm.protocol.EmbedDriver`."""
        ...


class MeaningAway(Exception):  # noqa: N818 - reads as the state it reports
    """There can be no search by meaning now; the message says why, without text of the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A sentence that was found, and how: the utterance or the best hit, and other items that say the same."""

    hit: Hit
    by: By
    similarity: float | None
    also: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a search brought; `note` says why there is nothing by meaning."""

    found: list[Found]
    note: str | None = None


async def search(pool: Pool, models: TextEmbedder, query: str, *, limit: int) -> Findings:
    """Search utterances, seeds and clusters; where there is nothing to compare with, by words alone."""
    # Both lists must be longer than what is shown: a hit of both must be known as such.
    candidates = max(LEAST_CANDIDATES, 5 * limit)
    async with connection(pool) as conn:
        by_words = await reading.search_words(conn, query, limit=candidates)
    try:
        by_meaning = await search_meaning(pool, models, query, limit=candidates)
    except MeaningAway as reason:
        return Findings(found=merge(by_words, [], limit=limit), note=f"{reason}: by words only")
    return Findings(found=merge(by_words, by_meaning, limit=limit))


async def search_meaning(pool: Pool, models: TextEmbedder, query: str, *, limit: int) -> list[Hit]:
    """Return what stands out as near to the query, the most outstanding first; nothing if nothing does.

    Raises:
        MeaningAway: there are no vectors, or the model that made them does not answer.
    """
    async with connection(pool) as conn:
        model = await reading.current_model(conn)
    if model is None:
        raise MeaningAway("nothing has a vector yet")
    if not plain(query):
        return []
    vector, *others = await _embed(models, [query, *other_queries(query)], model, purpose="query")
    async with connection(pool) as conn:
        near = await reading.search_meaning(
            conn, vector, model_id=model.model_id, limit=max(LEAST_CANDIDATES, limit)
        )
        # A turn may answer in words that say little without those before it.
        near += await reading.search_around(
            conn, vector, model_id=model.model_id, near=near, turns=TURNS, reach=REACH
        )
        sample = await reading.sample_vectors(conn, model_id=model.model_id, dims=model.dims, most=SAMPLE)
    if not near:
        return []
    words = await asyncio.to_thread(held, query, [one.hit.text for one in near])
    # These are asked for as what is kept: hits are compared with them, and other words may stand before a query.
    nothing = () if share_known(words) else WORDLESS
    wordless = _rows(await _embed(models, nothing, model), like=vector)
    scale = _scale(model)
    if scale is None or len(sample) < standing_out.FEWEST or not others:
        return _nearest(vector, near, wordless, scale)[:limit]
    background = Background(sample=sample, others=_rows(others, like=vector), wordless=wordless, scale=scale)
    return (await asyncio.to_thread(_outstanding, vector, near, words, background))[:limit]


def _outstanding(
    vector: NDArray[np.float32], near: Sequence[NearHit], words: Held, background: Background
) -> list[Hit]:
    found = standing_out.standing(vector, near, words, background)
    shown = found.stand_out()
    return [near[place].hit for place in np.argsort(-found.scores, kind="stable").tolist() if shown[place]]


def _nearest(
    vector: NDArray[np.float32],
    near: Sequence[NearHit],
    wordless: NDArray[np.float32],
    scale: SimilarityScale | None,
) -> list[Hit]:
    """Return the hits of a small store: what is nearer than unlike pairs are, or does not point away if those are not known."""
    least = float((wordless @ vector).max(initial=scale.above(STANDS_OUT) if scale else 0.0))
    ranked = sorted(near, key=lambda one: -(one.hit.similarity or 0.0))
    return [one.hit for one in ranked if (one.hit.similarity or 0.0) > least]


def _rows(vectors: Sequence[NDArray[np.float32]], *, like: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.reshape(np.array(vectors, dtype=np.float32), (-1, len(like)))


async def _embed(
    models: TextEmbedder, texts: Sequence[str], model: EmbeddingModel, *, purpose: Purpose = "document"
) -> list[NDArray[np.float32]]:
    """Return the vectors of texts by the model of the store: always of a query, of texts beside it as far as there are some."""
    if not texts:
        return []
    try:
        async with asyncio.timeout(EMBED_S):
            embedded = await models.embed(texts, purpose=purpose)
    except (ModelError, TimeoutError) as error:
        raise MeaningAway(f"the model server is away ({str(error) or 'no answer in time'})") from None
    if embedded.model.digest != model.digest:  # the store drops `:latest` from names
        raise MeaningAway(f"the vectors here are of {model.name}, not of {embedded.model.name}")
    if purpose == "query" and not isinstance(embedded.vectors[0], np.ndarray):
        raise MeaningAway(f"no vector for this query ({embedded.vectors[0]})")
    return [one for one in embedded.vectors if isinstance(one, np.ndarray)]


def _scale(model: EmbeddingModel) -> SimilarityScale | None:
    """Return the scale of the model, None where it is not known yet."""
    unlike = UNLIKE if model.name == BUILTIN else model.unlike
    return SimilarityScale(unlike) if unlike else None


@dataclass(slots=True)
class _Row:
    """A sentence while hits are gathered."""

    hits: list[Hit] = field(default_factory=list)
    by_words: bool = False
    similarity: float | None = None


def merge(by_words: Sequence[Hit], by_meaning: Sequence[Hit], *, limit: int) -> list[Found]:
    """Merge two ranked lists by the sum of reciprocal ranks; ties keep the order of the words' list.

    Items that say the same make one row: an utterance with the seeds whose words are among its own, and seeds of equal words.
    """
    scores: dict[tuple[str, UUID], float] = {}
    hits: dict[tuple[str, UUID], Hit] = {}
    for ranked in (by_words, by_meaning):
        for rank, hit in enumerate(ranked):
            key = (hit.kind, hit.id)
            hits.setdefault(key, hit)
            scores[key] = scores.get(key, 0.0) + 1.0 / (_RANK_OFFSET + rank)
    words = {(hit.kind, hit.id) for hit in by_words}
    near = {(hit.kind, hit.id): hit.similarity for hit in by_meaning}
    said = {hit.id: plain(hit.text) for hit in hits.values() if hit.kind == "utterance"}
    rows: dict[object, _Row] = {}
    for key in sorted(scores, key=lambda key: -scores[key]):
        row = rows.setdefault(_sentence(hits[key], said), _Row())
        row.hits.append(hits[key])
        row.by_words |= key in words
        similarity = near.get(key)
        if similarity is not None:
            row.similarity = max(similarity, row.similarity or similarity)
    return [_found(row) for row in list(rows.values())[:limit]]


def _found(row: _Row) -> Found:
    by: By = "words" if row.similarity is None else "both" if row.by_words else "meaning"
    first, *others = sorted(
        row.hits, key=lambda hit: hit.kind != "utterance"
    )  # which tells who said it, and when
    return Found(hit=first, by=by, similarity=row.similarity, also=tuple(others))


def _sentence(hit: Hit, said: Mapping[UUID, str]) -> object:
    """Return what items that say the same have in common: an utterance that was found, too, else the words."""
    if hit.kind == "cluster":
        return hit.id
    text = plain(hit.text)
    if hit.utterance_id is not None and text in said.get(hit.utterance_id, ""):
        return hit.utterance_id
    return text or hit.id


def plain(text: str) -> str:
    """Return the letters and digits of a text in their common form: what is left when punctuation and blanks are gone."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
