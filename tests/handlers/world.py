"""A small world of utterances, seeds and clusters with vectors made by hand, and a turn of a handler in it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray

from handlers import embedding, embedding_utterance
from handlers.contract import Finished, Handler, JobError, Later, Skip
from handlers.options import Options
from tane.llm.model_errors import ModelError, TextTooLong
from tane.llm.prompts import Prompts
from tane.llm.protocol import Embedded, ModelInfo, ModelReply, Models, Prompt
from tane.store import embeddings, jobs
from tane.store.embeddings import NewVector, Target
from tane.store.jobs import Job, NewJob
from tane.store.pool import Connection, Pool, transaction

DIMS = 768
MODEL = ModelInfo(name="hand-made:latest", digest="one", dims=DIMS)
OTHER_MODEL = ModelInfo(name="hand-made:latest", digest="two", dims=DIMS)
OPTIONS = Options(prompts=Prompts.load("ja"), enabled=frozenset(), context_tokens=8192)
EMBEDDING: Handler[Any, Any] = embedding.handler(OPTIONS)
EMBEDDING_UTTERANCE: Handler[Any, Any] = embedding_utterance.handler(OPTIONS)


def mix(**shares: float) -> NDArray[np.float32]:
    """A unit vector from named axes: mix(a=1, b=0.5). Axis `a` is 0, `b` is 1, and so on."""
    vector = np.zeros(DIMS)
    for axis, share in shares.items():
        vector[ord(axis) - ord("a")] = share
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class HandMadeModels:
    """Answers each text with the vector it was given for it; texts longer than the window are refused."""

    def __init__(
        self,
        vectors: Mapping[str, NDArray[np.float32] | ModelError],
        *,
        model: ModelInfo = MODEL,
        window: int = 1_000,
    ) -> None:
        self.vectors = vectors
        self.model = model
        self.window = window
        self.asked: list[list[str]] = []

    async def embed(self, texts: Sequence[str]) -> Embedded:
        self.asked.append(list(texts))
        found = [
            TextTooLong("longer than the window") if len(text) > self.window else self.vectors[text]
            for text in texts
        ]
        return Embedded(model=self.model, vectors=found)

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:
        raise NotImplementedError

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:
        raise NotImplementedError


class World:
    """Hands that write rows as other programs would, and eyes that read what became of them."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn

    async def utterance(self, contents: str | None = "u", *, splits: Sequence[str] = ()) -> UUID:
        utterance_id: UUID = await self.conn.fetchval(
            "INSERT INTO utterances (contents) VALUES ($1) RETURNING utterance_id", contents
        )
        for ordinal, text in enumerate(splits):
            await self.conn.execute(
                "INSERT INTO utterance_splits (utterance_id, ordinal, contents) VALUES ($1, $2, $3)",
                utterance_id,
                ordinal,
                text,
            )
        return utterance_id

    async def splits(self, utterance_id: UUID) -> list[UUID]:
        rows = await self.conn.fetch(
            "SELECT utterance_split_id FROM utterance_splits WHERE utterance_id = $1 ORDER BY ordinal",
            utterance_id,
        )
        return [row[0] for row in rows]

    async def seed(self, body: str, *sources: UUID) -> UUID:
        seed_id: UUID = await self.conn.fetchval(
            "INSERT INTO seeds (body) VALUES ($1) RETURNING seed_id", body
        )
        for utterance_id in sources:
            await self.conn.execute(
                "INSERT INTO utterance_seeds (utterance_id, seed_id) VALUES ($1, $2)", utterance_id, seed_id
            )
        return seed_id

    async def cluster(
        self,
        centroid: NDArray[np.float32] | None = None,
        *,
        attach_sim: float = 0.5,
        parent: UUID | None = None,
        title: str = "title",
    ) -> UUID:
        cluster_id: UUID = await self.conn.fetchval(
            "INSERT INTO clusters (attach_sim, parent_cluster_id, cluster_title) VALUES ($1, $2, $3) RETURNING cluster_id",
            attach_sim,
            parent,
            title,
        )
        if centroid is not None:
            await self.vector("cluster", cluster_id, centroid)
        return cluster_id

    async def vector(
        self, target_type: str, target_id: UUID, vector: NDArray[np.float32], *, model: ModelInfo = MODEL
    ) -> None:
        model_id = await embeddings.use_model(self.conn, name=model.name, digest=model.digest, dims=DIMS)
        new = NewVector(target=Target(target_type, target_id), vector=vector, source_hash=b"")
        await embeddings.upsert_embeddings(self.conn, model_id, [new])

    async def edges(self, src: UUID, edge_type: str) -> dict[UUID, tuple[str | None, float]]:
        rows = await self.conn.fetch(
            "SELECT dst_id, role, weight FROM edges WHERE src_id = $1 AND edge_type = $2 AND is_active = 1",
            src,
            edge_type,
        )
        return {row["dst_id"]: (row["role"], row["weight"]) for row in rows}

    async def points(self, item: UUID) -> dict[str | UUID, tuple[float, float]]:
        """Places by map: `atlas`, `global` or the cluster's id."""
        rows = await self.conn.fetch(
            "SELECT r.scope_type, r.scope_cluster_id, p.x, p.y FROM layout_points p JOIN layout_runs r USING (layout_id) "
            "WHERE p.target_id = $1 AND p.is_active = 1 AND r.is_active = 1",
            item,
        )
        return {row["scope_cluster_id"] or row["scope_type"]: (row["x"], row["y"]) for row in rows}

    async def waiting(self, job_type: str) -> list[UUID]:
        rows = await self.conn.fetch(
            "SELECT target_id FROM worker_jobs WHERE job_type = $1 AND status IN ('queued', 'scheduled') ORDER BY created_at",
            job_type,
        )
        return [row["target_id"] for row in rows]

    async def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows that the chain writes, without their times."""
        queries = {
            "embeddings": "SELECT target_type, target_id, model_id, vector::text, source_hash, is_active FROM embeddings",
            "edges": "SELECT src_id, dst_id, edge_type, role, weight, source, is_active FROM edges",
            "points": "SELECT layout_id, target_id, x, y, is_provisional, is_active FROM layout_points",
            "runs": "SELECT layout_id, scope_type, scope_cluster_id, is_active FROM layout_runs",
        }
        return {
            name: sorted(map(tuple, await self.conn.fetch(query)), key=repr)
            for name, query in queries.items()
        }


async def claim(conn: Connection, job_type: str, target_type: str, ids: Sequence[UUID]) -> list[Job]:
    """Queue and claim jobs for these targets, in this order."""
    await jobs.enqueue(
        conn, [NewJob(job_type=job_type, target_type=target_type, target_id=id_, priority=10) for id_ in ids]
    )
    found = await jobs.claim(
        conn, slots={job_type: 1_000}, worker=uuid4(), lease_s=60.0, deadlines_s={job_type: 600.0}
    )
    return sorted(
        (job for job in found if job.target_id in set(ids)), key=lambda job: list(ids).index(job.target_id)
    )


async def run(
    pool: Pool,
    handler: Handler[Any, Any],
    target_type: str,
    ids: Sequence[UUID],
    models: Models,
) -> list[str | Exception | Later]:
    """One batch through load, work and save, as the worker drives it; each job's outcome or error."""
    async with transaction(pool) as conn:
        claimed = await claim(conn, handler.job_type, target_type, ids)
    return await drive(pool, handler, claimed, models)


async def claim_together(conn: Connection, job_types: Sequence[str], utterance_id: UUID) -> list[Job]:
    """Queue jobs of these types for an utterance and claim them together, in this order."""
    new = [
        NewJob(job_type=job_type, target_type="utterance", target_id=utterance_id, priority=10)
        for job_type in job_types
    ]
    await jobs.enqueue(conn, new)
    return await jobs.claim(
        conn,
        slots=dict.fromkeys(job_types, 1),
        worker=uuid4(),
        lease_s=60.0,
        deadlines_s=dict.fromkeys(job_types, 600.0),
        together=job_types,
    )


async def drive(
    pool: Pool, handler: Handler[Any, Any], claimed: Sequence[Job], models: Models
) -> list[str | Exception | Later]:
    """Bring claimed jobs through load, work and save."""
    async with transaction(pool) as conn:
        loaded = await handler.load(conn, claimed)
    items = [
        (job, item)
        for job, item in zip(claimed, loaded, strict=True)
        if not isinstance(item, Skip | Later | JobError)
    ]
    worked = await handler.work([item for _, item in items], models)
    finished = [
        Finished(job=job, item=item, result=result)
        for (job, item), result in zip(items, worked, strict=True)
        if not isinstance(result, Exception)
    ]
    async with transaction(pool) as conn:
        saved = await handler.save(conn, finished) if finished else []
    endings: dict[UUID, str | Exception | Later] = {
        done.job.job_id: outcome for done, outcome in zip(finished, saved, strict=True)
    }
    for (job, _), result in zip(items, worked, strict=True):
        if isinstance(result, Exception):
            endings[job.job_id] = result
    for job, item in zip(claimed, loaded, strict=True):
        if isinstance(item, Skip):
            endings[job.job_id] = item.outcome
        elif isinstance(item, Later | JobError):
            endings[job.job_id] = item
    return [endings[job.job_id] for job in claimed]


async def embed(
    pool: Pool, target_type: str, ids: Sequence[UUID], vectors: Mapping[str, Any], **more: Any
) -> list[Any]:
    """Run `embedding` for these targets with the given vectors."""
    return await run(pool, EMBEDDING, target_type, ids, HandMadeModels(vectors, **more))
