"""embedding: text in, vector, edges and points out, for a whole batch in one transaction (document 000).

Splits, seeds and clusters are embedded. A seed is linked and placed with its utterances at once; a cluster
gets the vector of its words (D8) and its near edges. Document 001 names utterances as targets: such a job
is passed on to `embedding_utterance`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import numpy as np

from handlers.contract import Finished, Handler, JobError, Lane, Loaded, Skip, Worked
from handlers.job_graph import EMBEDDING_PRIORITY, EMBEDDING_UTTERANCE_PRIORITY
from handlers.options import Linkage, Options
from handlers.placement import link_clusters, link_seeds, place_seeds
from tane.language.splitting import halves_of
from tane.llm.model_errors import BadVector, ModelError, TextTooLong
from tane.llm.protocol import ModelInfo, Models
from tane.store import embeddings, jobs, maps
from tane.store.embeddings import NewVector, Target, TargetText
from tane.store.jobs import Job, NewJob
from tane.store.pool import Connection
from tane.vectors.directions import Vector, mean_direction, unit

BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingItem:
    """A text to embed; None for an utterance, whose vector is made from its splits."""

    target: Target
    text: str | None
    source_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedItem:
    """A unit vector, float32 of shape (d,), and who made it; no vector for an utterance."""

    vector: Vector | None
    model: ModelInfo | None


def handler(options: Options) -> Handler[EmbeddingItem, EmbeddedItem]:
    """Return what the worker must know of `embedding`."""
    return Handler(
        job_type="embedding",
        lane=Lane.EMBED,
        targets=frozenset({"seed", "utterance_split", "cluster", "utterance"}),
        priority=EMBEDDING_PRIORITY,
        deadline_s=300.0,
        load=load,
        work=work,
        save=partial(save, linkage=options.linkage),
        batch_size=BATCH,
    )


async def load(conn: Connection, claimed: Sequence[Job]) -> Sequence[Loaded[EmbeddingItem]]:
    """Read the texts; what has its vector already is skipped."""
    sources = await embeddings.read_sources(conn, [_target(job) for job in claimed])
    return [_judge(_target(job), sources.get(_target(job))) for job in claimed]


def _judge(target: Target, source: TargetText | None) -> Loaded[EmbeddingItem]:
    if source is None:
        return JobError("target_missing", f"there is no {target.target_type} of this id")
    if source.is_hidden:
        return Skip("hidden")
    if target.target_type == "utterance":
        return EmbeddingItem(target=target, text=None, source_hash=source.hash)
    if source.is_current:
        return Skip("current")
    if not source.text.strip():
        return Skip("no_text")
    return EmbeddingItem(target=target, text=source.text, source_hash=source.hash)


async def work(items: Sequence[EmbeddingItem], models: Models) -> Sequence[Worked[EmbeddedItem]]:
    """Embed the texts in one request, equal ones once; one longer than the model's window in halves (B7)."""
    texts = list(dict.fromkeys(item.text for item in items if item.text is not None))
    made = dict(zip(texts, await _embed(texts, models) if texts else [], strict=True))
    return [EmbeddedItem(vector=None, model=None) if item.text is None else made[item.text] for item in items]


async def _embed(texts: Sequence[str], models: Models) -> list[Worked[EmbeddedItem]]:
    reply = await models.embed(texts)
    return [
        await _embed_halves(text, models)
        if isinstance(vector, TextTooLong)
        else _checked(vector, reply.model)
        for text, vector in zip(texts, reply.vectors, strict=True)
    ]


async def _embed_halves(text: str, models: Models) -> Worked[EmbeddedItem]:
    if len(text.strip()) < 2:
        return TextTooLong("the model's window is shorter than one character")
    halves = await _embed(halves_of(text), models)
    made = [half for half in halves if isinstance(half, EmbeddedItem)]
    if len(made) < len(halves):
        return next(half for half in halves if isinstance(half, Exception))
    if any(half.model != made[0].model for half in made):
        return BadVector("the model changed between two halves of a text")
    mean = mean_direction(np.stack([half.vector for half in made if half.vector is not None]))
    return EmbeddedItem(vector=unit(mean), model=made[0].model)


def _checked(vector: Vector | ModelError, model: ModelInfo) -> Worked[EmbeddedItem]:
    if isinstance(vector, ModelError):
        return vector
    if model.dims and vector.shape != (model.dims,):
        return BadVector("the vector has another length than the model's")
    try:
        return EmbeddedItem(vector=unit(vector), model=model)
    except ValueError as error:
        return BadVector(str(error))


async def save(
    conn: Connection, finished: Sequence[Finished[EmbeddingItem, EmbeddedItem]], *, linkage: Linkage
) -> Sequence[str]:
    """Store the vectors, then link and place; what changed meanwhile is queued again (override 3).

    Everything is locked and written in one order - utterances, targets, vectors, edges, maps, points, jobs - and
    each in the order of its ids: two savers never wait for each other in a circle.
    """
    targets = [done.item.target for done in finished]
    await maps.share_maps(conn, targets)
    model = next((done.result.model for done in reversed(finished) if done.result.model is not None), None)
    model_id = await _use_model(conn, finished, model) if model is not None else None
    await embeddings.lock_sources(conn, targets)
    sources = await embeddings.read_sources(conn, targets)
    outcomes = [_outcome(done, sources.get(done.item.target), model) for done in finished]
    stored = {
        done.item.target: done for done, outcome in zip(finished, outcomes, strict=True) if outcome == "done"
    }
    complete: list[UUID] = []
    if model_id is not None and stored:
        complete = await _store(conn, list(stored.values()), sources, model_id, linkage=linkage)
    await jobs.enqueue(conn, _followers(finished, outcomes, complete))
    return outcomes


async def _use_model(
    conn: Connection, finished: Sequence[Finished[EmbeddingItem, EmbeddedItem]], model: ModelInfo
) -> int:
    length = next(len(done.result.vector) for done in finished if done.result.vector is not None)
    return await embeddings.use_model(conn, name=model.name, digest=model.digest, dims=length)


def _outcome(
    done: Finished[EmbeddingItem, EmbeddedItem], source: TargetText | None, model: ModelInfo | None
) -> str:
    if source is None:
        return "gone"
    if source.is_hidden:
        return "hidden"
    if done.result.vector is None:
        return "forwarded"
    if source.hash != done.item.source_hash or done.result.model != model:
        return "requeued"
    return "done"


async def _store(
    conn: Connection,
    stored: Sequence[Finished[EmbeddingItem, EmbeddedItem]],
    sources: dict[Target, TargetText],
    model_id: int,
    *,
    linkage: Linkage,
) -> list[UUID]:
    """Write the batch; return the utterances that now have all vectors of their splits (D5)."""
    new = [
        NewVector(
            target=_stored_as(done.item.target), vector=done.result.vector, source_hash=done.item.source_hash
        )
        for done in stored
        if done.result.vector is not None
    ]
    await embeddings.upsert_embeddings(conn, model_id, new)

    # Another model's vector for a seed that is linked already: few neighbours have one yet, so its edges and
    # points stay as they are until the night (B8).
    fresh = [done.item.target for done in stored if not sources[done.item.target].is_catching_up]
    seeds = sorted(target.target_id for target in fresh if target.target_type == "seed")
    clusters = sorted(target.target_id for target in fresh if target.target_type == "cluster")
    splits = [
        done.item.target.target_id for done in stored if done.item.target.target_type == "utterance_split"
    ]
    if clusters:
        await link_clusters(conn, clusters, model_id, linkage)
    if seeds:
        found = await link_seeds(conn, seeds, model_id, linkage)
        await place_seeds(conn, seeds, model_id, found=found, linkage=linkage)
    return await embeddings.completed_utterances(conn, splits, model_id) if splits else []


def _followers(
    finished: Sequence[Finished[EmbeddingItem, EmbeddedItem]],
    outcomes: Sequence[str],
    complete: Sequence[UUID],
) -> list[NewJob]:
    again = [
        NewJob(
            job_type="embedding",
            target_type=done.job.target_type,
            target_id=done.job.target_id,
            priority=done.job.priority,
        )
        for done, outcome in zip(finished, outcomes, strict=True)
        if outcome == "requeued"
    ]
    passed_on = [
        done.item.target.target_id
        for done, outcome in zip(finished, outcomes, strict=True)
        if outcome == "forwarded"
    ]
    utterances = [
        NewJob(
            job_type="embedding_utterance",
            target_type="utterance",
            target_id=utterance_id,
            priority=EMBEDDING_UTTERANCE_PRIORITY,
        )
        for utterance_id in (*complete, *passed_on)
    ]
    return again + utterances


def _target(job: Job) -> Target:
    return Target(job.target_type, job.target_id)


def _stored_as(target: Target) -> Target:
    """Name the vector of a cluster's words apart from the cluster's own, which is the mean of its members (D8)."""
    return Target("cluster_overview", target.target_id) if target.target_type == "cluster" else target
