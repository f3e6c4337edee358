"""embedding_utterance: the mean of an utterance's split vectors, and its place on the maps (document 000).

It is queued when the last split has its vector (D5). An utterance inserted by another program has no
splits yet; they are made here, and their vectors bring the job back.
"""

import contextlib
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import numpy as np

from handlers.contract import Finished, Handler, JobError, Lane, Later, Loaded, Skip, Worked
from handlers.job_graph import (
    EMBEDDING_PRIORITY,
    EMBEDDING_UTTERANCE_PRIORITY,
    embedding_jobs,
    jobs_for_new_words,
)
from handlers.options import Options
from handlers.placement import place_utterances
from handlers.utterance import MOST_CHARS, TOO_LONG
from tane.language.offloading import off_loop
from tane.language.splitting import Piece, split
from tane.llm.protocol import Models
from tane.recap.cleaning import CLEANING_VERSION, BodyFormat, clean_body
from tane.store import articles, embeddings, jobs, maps, utterances
from tane.store.articles import UncleanedArticle
from tane.store.embeddings import NewVector, SplitVector, Target, TargetText
from tane.store.jobs import Job, NewJob
from tane.store.pool import Connection
from tane.vectors.directions import Vector, mean_direction, unit

BATCH = 64
RETRY_S = 5.0
MOST_RAW_BYTES = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitUtterance:
    """An utterance with the vectors of all its splits, or without any splits."""

    utterance_id: UUID
    contents: str
    source_hash: bytes
    model_id: int | None
    vectors: tuple[Vector, ...]
    uncleaned: UncleanedArticle | None = None  # of another program: its text is made before its first split


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedArticle:
    """The text of an article, and what it was made from."""

    text: str
    lang: str
    raw_body: bytes  # compressed with zlib
    raw_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceVector:
    """The mean of the split vectors, float32 of shape (d,); or the pieces that are to be embedded first."""

    vector: Vector | None
    pieces: tuple[Piece, ...] = ()
    cleaned: CleanedArticle | None = None  # whose pieces these are


def handler(options: Options) -> Handler[SplitUtterance, UtteranceVector]:
    """Return what the worker must know of `embedding_utterance`."""
    return Handler(
        job_type="embedding_utterance",
        lane=Lane.LOCAL,
        targets=frozenset({"utterance"}),
        priority=EMBEDDING_UTTERANCE_PRIORITY,
        deadline_s=120.0,
        load=load,
        work=partial(work, max_tokens=options.split_max_tokens),
        save=partial(save, options=options),
        batch_size=BATCH,
    )


async def load(conn: Connection, claimed: Sequence[Job]) -> Sequence[Loaded[SplitUtterance]]:
    """Read the split vectors. Where some are missing their jobs are queued and the utterance waits (D5)."""
    ids = [job.target_id for job in claimed]
    sources = await embeddings.read_sources(conn, [Target("utterance", utterance_id) for utterance_id in ids])
    splits = await embeddings.split_vectors(conn, ids)
    uncleaned = await articles.read_uncleaned(conn, ids)
    await embeddings.queue_splits(
        conn,
        [
            part.split_id
            for utterance_id in ids
            for part in splits[utterance_id]
            if part.vector is None and part.job_status is None
        ],
        priority=EMBEDDING_PRIORITY,
    )
    return [
        _judge_article(utterance_id, sources.get(Target("utterance", utterance_id)), uncleaned[utterance_id])
        if utterance_id in uncleaned
        else _judge(utterance_id, sources.get(Target("utterance", utterance_id)), splits[utterance_id])
        for utterance_id in ids
    ]


def _judge_article(
    utterance_id: UUID, source: TargetText | None, uncleaned: UncleanedArticle
) -> Loaded[SplitUtterance]:
    if source is None:
        return JobError("target_missing", "there is no utterance of this id")
    if source.is_hidden:
        return Skip("hidden")
    return SplitUtterance(
        utterance_id=utterance_id, contents=source.text or "", source_hash=source.hash, model_id=None, vectors=(),
        uncleaned=uncleaned,
    )  # fmt: skip


def _judge(
    utterance_id: UUID, source: TargetText | None, splits: Sequence[SplitVector]
) -> Loaded[SplitUtterance]:
    if source is None:
        return JobError("target_missing", "there is no utterance of this id")
    if source.is_hidden or source.is_current:
        return Skip("hidden" if source.is_hidden else "current")
    if not source.text.strip():
        return Skip("no_text")
    if len(source.text) > MOST_CHARS:
        return Skip(TOO_LONG)
    missing = [part for part in splits if part.vector is None]
    if missing:
        return _waiting_for(missing)
    return SplitUtterance(
        utterance_id=utterance_id,
        contents=source.text,
        source_hash=source.hash,
        model_id=splits[0].model_id if splits else None,
        vectors=tuple(part.vector for part in splits if part.vector is not None),
    )


def _waiting_for(missing: Sequence[SplitVector]) -> Later | JobError:
    if any(part.job_status == "dead" for part in missing):
        return JobError("split_failed", "a split of this utterance could not be embedded")
    return Later(RETRY_S, "waiting_for_splits")


async def work(
    items: Sequence[SplitUtterance],
    models: Models,  # noqa: ARG001 - the contract's; this job needs none
    *,
    max_tokens: int,
) -> Sequence[Worked[UtteranceVector]]:
    """Average the vectors, or cut a text that was never cut."""
    return [
        UtteranceVector(vector=unit(mean_direction(np.stack(item.vectors))))
        if item.vectors
        else await _first_cut(item, max_tokens)
        for item in items
    ]


async def _first_cut(item: SplitUtterance, max_tokens: int) -> UtteranceVector:
    if item.uncleaned is None:
        return UtteranceVector(vector=None, pieces=tuple(await _cut(item.contents, max_tokens)))
    longest = max(len(item.contents), len(item.uncleaned.raw_body or b""))
    cleaned = await off_loop(longest, _clean, item.uncleaned)
    pieces = await _cut(cleaned.text, max_tokens) if cleaned.text.strip() else []
    return UtteranceVector(vector=None, pieces=tuple(pieces), cleaned=cleaned)


def _clean(article: UncleanedArticle) -> CleanedArticle:
    """Clean what another program stored: its raw body as far as that can be read, else its contents."""
    raw = article.contents
    if article.raw_body is not None:
        # No more than an article may have: a few kilobytes can become gigabytes.
        with contextlib.suppress(zlib.error):
            raw = zlib.decompressobj().decompress(article.raw_body, MOST_RAW_BYTES).decode("utf-8", "replace")
    data = raw.encode()
    body_format: BodyFormat = (
        "html"
        if article.body_format == "html"
        else "markdown"
        if article.body_format == "markdown"
        else "text"
    )
    body = clean_body(raw, body_format, lang_hint=article.lang)
    return CleanedArticle(
        text=(body.text or article.title or "")[:MOST_CHARS], lang=body.lang,
        raw_body=article.raw_body or zlib.compress(data), raw_hash=hashlib.sha256(data).digest(),
    )  # fmt: skip


async def _cut(text: str, max_tokens: int) -> list[Piece]:
    return await off_loop(len(text), split, text, max_tokens=max_tokens)


async def save(
    conn: Connection, finished: Sequence[Finished[SplitUtterance, UtteranceVector]], *, options: Options
) -> Sequence[str]:
    """Store the vectors and place the utterances, or store the new splits and queue them; see `embedding.save`.

    An utterance without splits that has been there before was rewritten by another program: it is asked again
    what was asked of it in vain, too (A7).
    """
    await maps.share_maps(conn)
    targets = [Target("utterance", done.item.utterance_id) for done in finished]
    await embeddings.lock_sources(conn, targets)
    sources = await embeddings.read_sources(conn, targets)
    current = await embeddings.current_model(conn)
    outcomes = [
        _outcome(done, sources.get(target), current) for done, target in zip(finished, targets, strict=True)
    ]

    new = {
        target: NewVector(target=target, vector=done.result.vector, source_hash=done.item.source_hash)
        for done, target, outcome in zip(finished, targets, outcomes, strict=True)
        if outcome == "done" and done.result.vector is not None
    }
    if new and current is not None:
        await embeddings.upsert_embeddings(conn, current, list(new.values()))
        fresh = sorted(target.target_id for target in new if not sources[target].is_catching_up)
        await place_utterances(conn, fresh, current, linkage=options.linkage)

    follow: list[NewJob] = []
    for done, outcome in sorted(
        zip(finished, outcomes, strict=True), key=lambda pair: pair[0].item.utterance_id
    ):
        if outcome == "split":
            if (text := done.result.cleaned) is not None:
                await articles.save_cleaned(
                    conn, done.item.utterance_id, text.text, lang=text.lang, raw_body=text.raw_body,
                    raw_hash=text.raw_hash, cleaning_version=CLEANING_VERSION,
                )  # fmt: skip
            splits = await utterances.replace_splits(conn, done.item.utterance_id, done.result.pieces)
            follow += embedding_jobs("utterance_split", splits)
        elif outcome == "requeued":
            follow.append(_again(done.job))
    cut = {
        done.item.utterance_id: done.job.created_at
        for done, outcome in zip(finished, outcomes, strict=True)
        if outcome == "split"
    }
    follow += await jobs_for_new_words(conn, cut, options=options)
    await jobs.enqueue(conn, follow)
    return outcomes


def _outcome(
    done: Finished[SplitUtterance, UtteranceVector], source: TargetText | None, current: int | None
) -> str:
    if source is None:
        return "gone"
    if source.is_hidden:
        return "hidden"
    if source.hash != done.item.source_hash:
        return "requeued"
    if done.result.vector is None:
        return "split"
    return "done" if done.item.model_id == current else "requeued"


def _again(job: Job) -> NewJob:
    return NewJob(
        job_type=job.job_type, target_type=job.target_type, target_id=job.target_id, priority=job.priority
    )
