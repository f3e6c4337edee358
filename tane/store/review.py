"""The owner's decisions: which seeds hold, how they are worded, and what clusters are called (C3, C9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tane.store.pool import Connection
from tane.store.reading import words_of
from tane.store.sql import load

_SQL = load("review")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedSeed:
    """A seed as its owner judges it, with the earliest utterance it comes from."""

    id: UUID
    kind: str
    status: str
    body: str
    grounding: float | None
    source_changed: bool
    at: datetime
    utterance_id: UUID | None
    source: str | None
    speaker: str | None
    span_start: int | None
    span_end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCluster:
    """A living cluster with its words and whose they are."""

    id: UUID
    parent_id: UUID | None
    depth: int
    title: str | None
    overview: str | None
    category: str | None
    overview_source: str | None
    is_pinned: bool
    is_stale: bool
    seeds: int


async def list_seeds(
    conn: Connection, *, kind: str | None = None, status: str | None = None, text: str = "", limit: int
) -> list[ReviewedSeed]:
    """Return seeds of a kind and status whose words contain all of `text`, the newest first."""
    rows = await conn.fetch(_SQL["list_seeds"], kind, status, words_of(text), limit)
    return [ReviewedSeed(**row) for row in rows]


async def accept_seeds(conn: Connection, ids: Sequence[UUID]) -> None:
    """Let seeds stand, whatever extraction finds later; rejected ones come back."""
    await conn.execute(_SQL["accept_seeds"], ids)


async def reject_seeds(conn: Connection, ids: Sequence[UUID]) -> None:
    """Hide seeds; they stay stored, so that they do not come back (C3)."""
    await conn.execute(_SQL["reject_seeds"], ids)


async def edit_seed(conn: Connection, seed_id: UUID, body: str) -> None:
    """Word a seed anew; a trigger queues its new vector, and its link says that it was edited (C9)."""
    await conn.execute(_SQL["edit_seed"], seed_id, body)
    await conn.execute(_SQL["mark_edited"], seed_id)


async def list_clusters(conn: Connection, *, text: str = "", limit: int) -> list[NamedCluster]:
    """Return living clusters whose words contain all of `text`, from the top of the tree, the largest first."""
    rows = await conn.fetch(_SQL["list_clusters"], words_of(text), limit)
    return [NamedCluster(**row) for row in rows]


async def rename_cluster(conn: Connection, cluster_id: UUID, title: str, overview: str | None) -> None:
    """Give a cluster the owner's title, and overview if there is one, and keep the model from both."""
    await conn.execute(_SQL["rename_cluster"], cluster_id, title, overview)
    await conn.execute(_SQL["embed_words"], cluster_id)


async def pin_clusters(conn: Connection, ids: Sequence[UUID]) -> None:
    """Keep the words of clusters as they are."""
    await conn.execute(_SQL["pin_clusters"], ids)


async def unpin_clusters(conn: Connection, ids: Sequence[UUID]) -> None:
    """Give the words of clusters back to the model, and ask it for new ones."""
    await conn.execute(_SQL["unpin_clusters"], ids)
    await describe_anew(conn, ids)


async def describe_anew(conn: Connection, ids: Sequence[UUID]) -> None:
    """Queue new descriptions of the clusters that live."""
    await conn.execute(_SQL["describe_anew"], ids)
