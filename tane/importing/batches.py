"""Gathers records into batches that fit one transaction and bounded memory, and stores one batch.

A batch is stored whole or not at all: utterances, their splits and their jobs.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tane.importing.identity import Identities, Identity, split_id_of
from tane.importing.records import ImportRecord, Omitted, OmittedKind, Reject, Row
from tane.language.offloading import off_loop
from tane.language.splitting import Piece, split
from tane.recap.cleaning import CLEANING_VERSION
from tane.store.articles import StoredArticle, save_articles
from tane.store.imports import (
    ImportedSplit,
    ImportedUtterance,
    Overlap,
    count_overlap,
    count_queued,
    lock_source,
    save_splits,
    save_utterances,
    transaction_began,
)
from tane.store.jobs import NewJob, enqueue
from tane.store.pool import Connection

BATCH_RECORDS = 500
BATCH_CHARS = 2_000_000
MAX_SPLITS = 10_000
NO_OVERLAP = Overlap(known=0, reworded=0, reassigned=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlan:
    """How texts are cut and which jobs follow; the import itself knows no job."""

    split_max_tokens: int
    for_utterance: Callable[[UUID, str, str | None, Sequence[UUID]], list[NewJob]]
    """Of an utterance with these words, this speaker and the splits that are new."""
    for_article: Callable[[UUID, str, str | None, Sequence[UUID]], list[NewJob]]
    """The same of an article."""
    for_new_words: Callable[[Connection, Mapping[UUID, datetime]], Awaitable[list[NewJob]]]
    """Of known utterances, each with the time since when it has new words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedRecord:
    """A record and who it is."""

    record: ImportRecord
    identity: Identity


@dataclass(slots=True, kw_only=True)
class RecordBatch:
    """Rows in the order of their file; rejected ones beside those that can be stored."""

    items: list[IdentifiedRecord] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    omitted: Counter[OmittedKind] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedBatch:
    """What became of the items of a batch."""

    added: int
    updated: int
    unchanged: int
    reworded: int  # of the updated ones
    queued: Counter[str]


class Unforeseen(Exception):  # noqa: N818 - reads as the state it reports
    """Another import has stored other words under these ids since this one looked. Look again."""


def gather(rows: Iterable[Row], identities: Identities, *, split_max_tokens: int) -> Iterator[RecordBatch]:
    """Yield batches of at most 500 rows and about 2 million characters; the last may be empty of items."""
    batch, chars = RecordBatch(), 0
    for row in rows:
        if isinstance(row, Omitted):
            batch.omitted[row.kind] += 1
            continue
        judged = _judge(row, identities, split_max_tokens)
        if isinstance(judged, Reject):
            batch.rejects.append(judged)
        else:
            batch.items.append(judged)
            chars += len(judged.record.text)
        if len(batch.items) + len(batch.rejects) >= BATCH_RECORDS or chars >= BATCH_CHARS:
            yield batch
            batch, chars = RecordBatch(), 0
    yield batch


def _judge(
    row: ImportRecord | Reject, identities: Identities, split_max_tokens: int
) -> IdentifiedRecord | Reject:
    if isinstance(row, Reject):
        return row
    # Only a text of so many characters can have so many pieces.
    if len(row.text) > MAX_SPLITS and len(split(row.text, max_tokens=split_max_tokens)) > MAX_SPLITS:
        return Reject(line=row.line, reason=f"more than {MAX_SPLITS:,} splits")
    identity = identities.of(row)
    if identity.occurrence > 1:
        return Reject(line=row.line, reason="an id that an earlier line has")
    return IdentifiedRecord(record=row, identity=identity)


async def overlap_of(conn: Connection, source_id: UUID, items: Sequence[IdentifiedRecord]) -> Overlap:
    """Return what those items that bring ids of their own have in common with their source.

    The id of any other is made of its words, which therefore never change.
    """
    own = [_utterance(item) for item in items if item.record.external_id is not None]
    return await count_overlap(conn, source_id, own) if own else NO_OVERLAP


async def save(
    conn: Connection,
    source_id: UUID,
    items: Sequence[IdentifiedRecord],
    *,
    may_reword: int | None,
    plan: JobPlan,
) -> SavedBatch:
    """Store the items, cut those that are new or have new words, and queue their jobs.

    Must run in a transaction of its own: what was queued is told from its start.

    Raises:
        Unforeseen: more than `may_reword` known utterances get other words; the transaction must be rolled back.
    """
    await lock_source(conn, source_id)
    written = await save_utterances(conn, source_id, [_utterance(item) for item in items])
    if articles := [article for item in items if (article := _article(item))]:
        await save_articles(conn, source_id, articles, cleaning_version=CLEANING_VERSION, origin="feed")
    renewed = sum(row.is_reworded for row in written)
    if may_reword is not None and renewed > may_reword:
        raise Unforeseen
    cut: dict[UUID, list[ImportedSplit]] = {}
    for row in written:
        if row.has_new_words:
            text = items[row.index].record.text
            pieces = await off_loop(len(text), split, text, max_tokens=plan.split_max_tokens)
            cut[row.utterance_id] = _splits(row.utterance_id, pieces)
    stored = await save_splits(conn, [part for parts in cut.values() for part in parts])
    jobs: list[NewJob] = []
    for row in written:
        if row.has_new_words:
            record = items[row.index].record
            split_ids = [part.split_id for part in cut[row.utterance_id] if part.split_id in stored]
            jobs_for = plan.for_article if record.article else plan.for_utterance
            jobs += jobs_for(row.utterance_id, record.text, record.speaker, split_ids)
    reworded = [row.utterance_id for row in written if row.has_new_words and not row.is_new]
    if reworded:
        jobs += await plan.for_new_words(conn, dict.fromkeys(reworded, await transaction_began(conn)))
    await enqueue(conn, jobs)
    targets = [*cut, *stored]
    added = sum(row.is_new for row in written)
    return SavedBatch(
        added=added,
        updated=len(written) - added,
        unchanged=len(items) - len(written),
        reworded=renewed,
        queued=Counter(await count_queued(conn, targets)),
    )


def _utterance(item: IdentifiedRecord) -> ImportedUtterance:
    return ImportedUtterance(
        utterance_id=item.identity.utterance_id,
        external_id=item.identity.external_id,
        conversation_id=item.identity.conversation_id,
        contents=item.record.text,
        speaker=item.record.speaker,
        uttered_at=item.record.uttered_at,
        metadata=item.record.metadata,
    )


def _article(item: IdentifiedRecord) -> StoredArticle | None:
    body = item.record.article
    if body is None:
        return None
    return StoredArticle(
        external_id=item.identity.external_id, title=body.title, url=body.url, host=body.host, lang=body.lang,
        raw_body=body.raw_body, raw_hash=body.raw_hash, body_format=body.body_format, tags=body.tags,
    )  # fmt: skip


def _splits(utterance_id: UUID, pieces: Sequence[Piece]) -> list[ImportedSplit]:
    return [
        ImportedSplit(
            split_id=split_id_of(utterance_id, ordinal, piece.text),
            utterance_id=utterance_id,
            ordinal=ordinal,
            char_start=piece.start,
            char_end=piece.end,
            contents=piece.text,
        )
        for ordinal, piece in enumerate(pieces)
    ]
