"""Statements of the import: a whole batch of utterances and splits at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("imports")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedUtterance:
    """An utterance as it is to be stored; (source, external_id) says whether it is known."""

    utterance_id: UUID
    external_id: str
    contents: str
    conversation_id: UUID | None = None
    speaker: str | None = None
    uttered_at: datetime | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSplit:
    """A piece of an utterance: contents[char_start:char_end] of it."""

    split_id: UUID
    utterance_id: UUID
    ordinal: int
    char_start: int
    char_end: int
    contents: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSource:
    """Where utterances come from, and what is known of it."""

    source_id: UUID
    kind: str
    origin: str | None  # the file that it was last imported from, if that was noted
    has_utterances: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What utterances to be imported have in common with those of their source."""

    known: int  # how many of their ids the source has
    reworded: int  # how many of these have other words
    reassigned: int  # how many have the same words and another speaker
    former: str | None = None  # if just one is known: its words as they are stored,
    latter: str | None = None  # and as they would be


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of an utterance that was not stored in just this way already."""

    utterance_id: UUID
    index: int  # in the batch
    is_new: bool
    is_reworded: bool  # it was there with other words, deleted or not
    has_new_words: bool  # to be split and asked; False when only metadata changed, or it is deleted


async def ensure_source(
    conn: Connection, source_id: UUID, name: str, *, kind: str = "import"
) -> ImportSource:
    """Return the source of this name; a new one gets the id `source_id` and this kind."""
    row = await conn.fetchrow(_SQL["ensure_source"], source_id, name, kind)
    assert row is not None
    return ImportSource(**row)


async def lock_source(conn: Connection, source_id: UUID) -> None:
    """Let no other import store into this source until the transaction ends."""
    await conn.execute(_SQL["lock_source"], source_id)


async def remember_origin(conn: Connection, source_id: UUID, origin: str) -> None:
    """Note the file that a source is imported from."""
    await conn.execute(_SQL["remember_origin"], source_id, origin)


async def find_source_from(conn: Connection, origin: str, *, besides: UUID) -> str | None:
    """Return the name of another source that was last imported from this file."""
    found: str | None = await conn.fetchval(_SQL["find_source_from"], origin, besides)
    return found


async def count_overlap(conn: Connection, source_id: UUID, batch: Sequence[ImportedUtterance]) -> Overlap:
    """Return what utterances to be imported have in common with those of their source."""
    row = await conn.fetchrow(
        _SQL["count_overlap"], source_id, [item.external_id for item in batch],
        [item.contents for item in batch], [item.speaker for item in batch],
    )  # fmt: skip
    assert row is not None
    return Overlap(**row)


async def save_utterances(
    conn: Connection, source_id: UUID, batch: Sequence[ImportedUtterance]
) -> list[Written]:
    """Insert the new and update the changed utterances of a batch in which no external_id occurs twice.

    Unchanged ones are neither written nor returned. Splits of changed ones have been removed (A7).
    """
    rows = await conn.fetch(
        _SQL["save_utterances"], source_id,
        [item.utterance_id for item in batch], [item.external_id for item in batch],
        [item.conversation_id for item in batch], [item.speaker for item in batch],
        [item.uttered_at for item in batch], [item.contents for item in batch],
        [dict(item.metadata) for item in batch],
    )  # fmt: skip
    return [
        Written(
            utterance_id=row["utterance_id"],
            index=row["ordinal"] - 1,
            is_new=row["is_new"],
            is_reworded=row["is_reworded"],
            has_new_words=row["has_new_words"],
        )
        for row in rows
    ]


async def save_splits(conn: Connection, splits: Sequence[ImportedSplit]) -> set[UUID]:
    """Store splits and return the ids of those that were not there."""
    rows = await conn.fetch(
        _SQL["save_splits"],
        [split.split_id for split in splits], [split.utterance_id for split in splits],
        [split.ordinal for split in splits], [split.char_start for split in splits],
        [split.char_end for split in splits], [split.contents for split in splits],
    )  # fmt: skip
    return {row["utterance_split_id"] for row in rows}


async def transaction_began(conn: Connection) -> datetime:
    """Return the time that this transaction's rows bear."""
    began: datetime = await conn.fetchval(_SQL["transaction_began"])
    return began


async def count_queued(conn: Connection, target_ids: Sequence[UUID]) -> dict[str, int]:
    """Return how many jobs per type this transaction has queued for these targets."""
    rows = await conn.fetch(_SQL["count_queued"], target_ids)
    return {row["job_type"]: row["n"] for row in rows}
