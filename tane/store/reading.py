"""Reads for people: search, one item with its surroundings, and what a summary counts."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("reading")
_ITEMS = {
    "utterance": _SQL["read_utterance"],
    "seed": _SQL["read_seed"],
    "cluster": _SQL["read_cluster"],
}

JOBS = 20  # what is asked about one utterance, and some of it again

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An utterance, seed or cluster that a search found; a cluster's `at` is when it was made."""

    kind: str
    id: UUID
    text: str
    speaker: str | None
    at: datetime
    utterance_id: UUID | None = None  # itself, or where a seed was said first
    similarity: float | None = None  # None for a hit by words
    title: str | None = None  # of an article
    host: str | None = None  # of an article


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHead:
    """What an utterance that is an article has besides its words."""

    id: UUID
    title: str | None
    publisher: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearHit:
    """A hit by meaning with its vector, and its utterance's place in a conversation."""

    hit: Hit
    vector: NDArray[np.float32]
    conversation_id: UUID | None
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingModel:
    """The model whose vectors are searched."""

    model_id: int
    name: str
    digest: str
    dims: int
    unlike: tuple[
        float, ...
    ] = ()  # cosines of unlike pairs, see tane.vectors.scale; () where they are not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """An item and everything that hangs on it; lists that do not apply to its kind are empty."""

    kind: str
    id: UUID
    item: Row
    splits: list[Row] = field(default_factory=list)
    seeds: list[Row] = field(default_factory=list)
    sources: list[Row] = field(default_factory=list)
    neighbours: list[Row] = field(default_factory=list)
    clusters: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    jobs: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is."""

    utterances: int
    seeds: int
    embeddings: int
    edges: int
    points: int
    clusters: int
    articles: int = 0


def words_of(query: str) -> list[str]:
    """Return ILIKE patterns, one a word, with the wildcards in the words escaped.

    What no text of a database can hold is looked for as an import stores it: NUL dropped, half a surrogate pair
    (an argument that is not UTF-8) as U+FFFD.
    """
    storable = query.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    words = unicodedata.normalize("NFKC", storable).split()
    escaped = (word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words)
    return [f"%{word}%" for word in escaped]


MOST_ALIKE = 10  # ids that begin as a prefix does: enough to say that it is too short


def prefix_range(prefix: str) -> tuple[UUID, UUID] | None:
    """Return the first and last id that begin with these hexadecimal digits, or None if none can."""
    digits = prefix.strip().lower().replace("-", "")
    if not 1 <= len(digits) <= 32 or set(digits) - set("0123456789abcdef"):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))


async def search_words(conn: Connection, query: str, *, limit: int) -> list[Hit]:
    """Return what contains every word of the query, newest first; substrings count, so Japanese works."""
    patterns = words_of(query)
    if not patterns:
        return []
    return [Hit(**row) for row in await conn.fetch(_SQL["search_words"], patterns, limit)]


async def search_meaning(
    conn: Connection, vector: NDArray[np.float32], *, model_id: int, limit: int
) -> list[NearHit]:
    """Return what lies nearest to a unit vector of shape (d,), by cosine similarity."""
    return [_near(dict(row)) for row in await conn.fetch(_SQL["search_meaning"], vector, model_id, limit)]


async def search_around(
    conn: Connection,
    vector: NDArray[np.float32],
    *,
    model_id: int,
    near: Sequence[NearHit],
    turns: int,
    reach: int,
) -> list[NearHit]:
    """Return the turns around the first so many turns among hits, up to `reach` before and after each, without the hits."""
    places = [
        (one.conversation_id, one.position)
        for one in near
        if one.conversation_id and one.position is not None
    ][:turns]
    talks, positions = [talk for talk, _ in places], [position for _, position in places]
    known = [one.hit.id for one in near if one.hit.kind == "utterance"]
    rows = await conn.fetch(_SQL["search_around"], vector, model_id, talks, positions, reach, known)
    return [_near(dict(row)) for row in rows]


def _near(values: dict[str, Any]) -> NearHit:
    apart = {name: values.pop(name) for name in ("vector", "conversation_id", "position")}
    return NearHit(hit=Hit(**values), **apart)


async def sample_vectors(conn: Connection, *, model_id: int, dims: int, most: int) -> NDArray[np.float32]:
    """Return the vectors of at most so many utterances and seeds, (n, d), always the same ones of the same store."""
    rows = await conn.fetch(_SQL["sample_vectors"], model_id, dims, most)
    return np.stack([row["vector"] for row in rows]) if rows else np.empty((0, dims), dtype=np.float32)


async def current_model(conn: Connection) -> EmbeddingModel | None:
    """Return the model whose vectors are searched; None before the first vector."""
    row = await conn.fetchrow(_SQL["current_model"])
    if row is None:
        return None
    return EmbeddingModel(
        model_id=row["model_id"],
        name=row["model_name"],
        digest=row["digest"],
        dims=row["dims"],
        unlike=tuple(row["unlike"] or ()),
    )


async def find_items(conn: Connection, prefix: str, *, limit: int = 10) -> list[tuple[str, UUID]]:
    """Return (kind, id) of the utterances, seeds and clusters whose id begins like this."""
    ends = prefix_range(prefix)
    if ends is None:
        return []
    return [(row["kind"], row["id"]) for row in await conn.fetch(_SQL["find_items"], *ends, limit)]


async def read_articles(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, ArticleHead]:
    """Return the articles among these utterances."""
    return {row["id"]: ArticleHead(**row) for row in await conn.fetch(_SQL["read_articles"], list(ids))}


async def read_item(conn: Connection, kind: str, item_id: UUID, *, limit: int = 10) -> Detail:
    """Return an item with at most `limit` neighbours and members; all questions about an utterance are jobs."""

    async def rows(statement: str, *arguments: Any) -> list[Row]:
        return [dict(row) for row in await conn.fetch(statement, *arguments)]

    (found,) = await rows(_ITEMS[kind], item_id)
    return Detail(
        kind=kind,
        id=item_id,
        item=found,
        splits=await rows(_SQL["read_splits"], item_id) if kind == "utterance" else [],
        seeds=await rows(_SQL["read_seeds_of"], item_id) if kind == "utterance" else [],
        sources=await rows(_SQL["read_sources_of"], item_id) if kind == "seed" else [],
        neighbours=await rows(_SQL["read_neighbours"], kind, item_id, limit),
        clusters=await rows(_SQL["read_clusters_of"], kind, item_id),
        members=await rows(_SQL["read_members"], item_id, limit) if kind == "cluster" else [],
        jobs=await rows(_SQL["read_jobs_of"], kind, item_id, max(limit, JOBS)),
    )


async def count_items(conn: Connection) -> Counts:
    """Count what is visible: deleted, rejected and archived rows left out."""
    row = await conn.fetchrow(_SQL["count_items"])
    assert row is not None
    return Counts(**row)


async def count_roles(conn: Connection) -> dict[str, int]:
    """Return how many utterances have each role, most first."""
    return {row["name"]: row["n"] for row in await conn.fetch(_SQL["count_roles"])}


async def sample_seeds(conn: Connection, *, limit: int) -> list[Row]:
    """Return well grounded seeds with the utterance they come from, spread over kinds and conversations."""
    return [dict(row) for row in await conn.fetch(_SQL["sample_seeds"], limit)]


async def count_kinds(conn: Connection) -> dict[str, int]:
    """Return how many seeds there are of each kind that has any."""
    return {row["kind"]: row["n"] for row in await conn.fetch(_SQL["count_kinds"])}


async def count_scores(conn: Connection) -> dict[str, int]:
    """Return how many utterances have each of the five scores."""
    row = await conn.fetchrow(_SQL["count_scores"])
    assert row is not None
    return dict(row)


async def highest_scores(conn: Connection, *, limit: int) -> list[Row]:
    """Return (score, value, id, contents) of the utterances with the highest scores, `limit` of each score."""
    return [dict(row) for row in await conn.fetch(_SQL["highest_scores"], limit)]


async def best_connected_seed(conn: Connection) -> UUID | None:
    """Return the seed with the strongest edges to other seeds, or None if there is no such edge."""
    found: UUID | None = await conn.fetchval(_SQL["best_connected_seed"])
    return found


async def labelled_themes(conn: Connection) -> list[tuple[str, UUID]]:
    """Return (label, top cluster) of each clustered utterance that came with a theme in its metadata."""
    return [(row["label"], row["theme_id"]) for row in await conn.fetch(_SQL["labelled_themes"])]


async def read_map(conn: Connection) -> Row:
    """Return clusters, top_clusters, coverage (None before the first night) and layouts."""
    row = await conn.fetchrow(_SQL["read_map"])
    assert row is not None
    return dict(row)


async def largest_clusters(conn: Connection, *, limit: int, members: int) -> list[Row]:
    """Return (id, title, overview, category, seeds, depth, bodies) of the largest clusters of the top level."""
    return [dict(row) for row in await conn.fetch(_SQL["largest_clusters"], limit, members)]


async def find_jobs(conn: Connection, prefix: str) -> list[UUID]:
    """Return the ids of jobs that begin like this."""
    ends = prefix_range(prefix)
    if ends is None:
        return []
    return [row["id"] for row in await conn.fetch(_SQL["find_jobs"], *ends, MOST_ALIKE)]


async def count_dead_causes(conn: Connection) -> list[Row]:
    """Return (job_type, cause, n) of the dead jobs, most first."""
    return [dict(row) for row in await conn.fetch(_SQL["count_dead_causes"])]


async def read_clock(conn: Connection) -> datetime:
    """Return the database's time; no other clock is compared with its rows."""
    now: datetime = await conn.fetchval(_SQL["read_clock"])
    return now
