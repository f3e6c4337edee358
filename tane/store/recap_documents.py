"""What a recap reads, and what became of each document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("recap_documents")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentModel:
    """Whose vectors are read."""

    model_id: int
    digest: str
    dims: int
    unlike: tuple[float, ...]  # its scale, see tane.vectors.scale; () where it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """An article of the window."""

    utterance_id: UUID
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTalk:
    """What one conversation said on one day."""

    conversation: UUID
    day: date
    said_at: datetime
    utterances: tuple[UUID, ...]  # in the order in which they were said


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRow:
    """A split of an utterance, with what is known of the utterance."""

    utterance_id: UUID
    char_start: int
    contents: str
    vector: NDArray[np.float32] | None
    speaker: str | None
    said_at: datetime
    title: str | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """What an article has beside its text."""

    utterance_id: UUID
    title: str | None
    url: str | None
    host: str | None
    lang: str | None
    raw_hash: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopCluster:
    """A theme of the map."""

    cluster_id: UUID
    title: str | None
    attach_sim: float
    centroid: NDArray[np.float32]


async def read_model(conn: Connection) -> CurrentModel | None:
    """Return whose vectors are in use; None before the first vector."""
    row = await conn.fetchrow(_SQL["read_model"])
    if row is None:
        return None
    return CurrentModel(
        model_id=row["model_id"], digest=row["digest"], dims=row["dims"], unlike=tuple(row["unlike"] or ())
    )


async def list_articles(
    conn: Connection, since: datetime, until: datetime, *, limit: int
) -> list[ListedArticle]:
    """Return the articles of a window, the newest first."""
    return [ListedArticle(**row) for row in await conn.fetch(_SQL["list_articles"], since, until, limit)]


async def list_talk(
    conn: Connection, since: datetime, until: datetime, *, zone: str, passed_over: Sequence[str], limit: int
) -> list[ListedTalk]:
    """Return the owner's talk of a window by conversation and day, the newest first."""
    rows = await conn.fetch(_SQL["list_talk"], since, until, zone, list(passed_over), limit)
    return [
        ListedTalk(
            conversation=row["conversation"],
            day=row["day"],
            said_at=row["said_at"],
            utterances=tuple(row["utterances"]),
        )
        for row in rows
    ]


async def count_window(
    conn: Connection, since: datetime, until: datetime, *, zone: str, passed_over: Sequence[str]
) -> tuple[int, int]:
    """Return how many articles and how many documents of talk a window holds."""
    row = await conn.fetchrow(_SQL["count_window"], since, until, zone, list(passed_over))
    assert row is not None
    return row["articles"], row["talk"]


async def read_passages(conn: Connection, utterances: Sequence[UUID], model_id: int) -> list[PassageRow]:
    """Return the splits of utterances in order, with their vectors."""
    return [PassageRow(**row) for row in await conn.fetch(_SQL["read_passages"], list(utterances), model_id)]


async def read_articles(conn: Connection, utterances: Sequence[UUID]) -> dict[UUID, ArticleRow]:
    """Return what the articles among these have beside their text."""
    rows = await conn.fetch(_SQL["read_articles"], list(utterances))
    return {row["utterance_id"]: ArticleRow(**row) for row in rows}


async def read_tags(conn: Connection, utterances: Sequence[UUID]) -> dict[UUID, list[tuple[str, float]]]:
    """Return the tags of articles with their confidence, the surest first."""
    found: dict[UUID, list[tuple[str, float]]] = {}
    for row in await conn.fetch(_SQL["read_tags"], list(utterances)):
        found.setdefault(row["utterance_id"], []).append((row["tag"], row["confidence"]))
    return found


async def clear_documents(conn: Connection, run_id: int) -> None:
    """Forget what an earlier attempt fetched."""
    await conn.execute(_SQL["clear_documents"], run_id)


async def insert_documents(conn: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what was fetched: document_id, kind, utterance_id, publisher, lang, said_at, raw_hash (hexadecimal)."""
    await conn.execute(_SQL["insert_documents"], run_id, list(rows))


async def describe_documents(conn: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write language, characters and tokens of documents."""
    await conn.execute(_SQL["describe_documents"], run_id, list(rows))


async def drop_documents(
    conn: Connection, run_id: int, stage: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write what a stage leaves out, and why; what it left out before is taken back first."""
    await conn.execute(_SQL["undrop_documents"], run_id, stage)
    await conn.execute(_SQL["drop_documents"], run_id, stage, list(rows))


async def promote_documents(conn: Connection, run_id: int, documents: Sequence[UUID]) -> None:
    """Note that documents which a genre's limit left out are read because of their story."""
    await conn.execute(_SQL["promote_documents"], run_id, list(documents))


async def score_documents(conn: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write genre, score and further details of documents."""
    await conn.execute(_SQL["score_documents"], run_id, list(rows))


async def insert_decisions(conn: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write how the genre of each document was decided; once more, they are replaced."""
    await conn.execute(_SQL["insert_decisions"], run_id, list(rows))


async def read_top_clusters(conn: Connection, model_id: int) -> list[TopCluster]:
    """Return the themes of the map that have a centroid of this model."""
    rows = await conn.fetch(_SQL["read_top_clusters"], model_id)
    return [
        TopCluster(
            cluster_id=row["cluster_id"],
            title=row["cluster_title"],
            attach_sim=row["attach_sim"],
            centroid=row["vector"],
        )
        for row in rows
    ]


async def newest_config(conn: Connection) -> dict[str, Any]:
    """Return the newest row of each type of override."""
    return {row["config_type"]: row["config_payload"] for row in await conn.fetch(_SQL["newest_config"])}


async def read_feeds(conn: Connection, until: datetime) -> dict[str, bool]:
    """Return the feeds by name, and whether each could not be read in the day before a window ends."""
    return {row["name"]: row["is_failing"] for row in await conn.fetch(_SQL["failing_feeds"], until)}


async def set_params(conn: Connection, run_id: int, params: Mapping[str, Any]) -> None:
    """Add to what a run works by."""
    await conn.execute(_SQL["set_params"], run_id, dict(params))
