"""Row `embedding`: embed, link and place 5,000 seeds in a store of 100,000 vectors.

Ours is the real worker with the real handler; the models answer at once. The peer is a script that issues
the same effects by plain statements on one connection, without claims, locks, rechecks or retries. Both work
on copies of the same database, one after the other. The ratio compares one connection with one connection,
per seed; how fast the worker is with its two batches at a time stands in the details.
"""

import asyncio
import logging
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog

from bench.embedding_models import EmbeddingOnly, refuse_probe
from bench.embedding_peer import link_and_place
from bench.filled_store import DIGEST, DIMS, MODEL_NAME, Blobs, Matrix, Size, fill
from bench.measure import Measure
from bench.throwaway import throwaway_server
from daemon.queue.batch import Batch
from daemon.queue.breaker import Breaker
from daemon.queue.execution import Executor
from daemon.queue.wakeup import Wakeup
from daemon.queue.worker import Pace, Worker
from handlers import embedding
from handlers.contract import Lane
from handlers.options import Options
from tane.backoff import Backoff
from tane.llm.prompts import Prompts
from tane.llm.protocol import Embedded, ModelInfo, Models
from tane.store import jobs, migrate
from tane.store.embedded import EmbeddedServer
from tane.store.jobs import NewJob
from tane.store.pool import Pool, close_pool, connect, connected, connection, open_pool

ALONE, TOGETHER = 2_500, 2_500  # seeds that the worker saves batch after batch, and two batches at a time
PEER_SEEDS = 2_000
SINGLES = 200
HANDLER = embedding.handler(Options(prompts=Prompts.load("ja"), enabled=frozenset(), context_tokens=8192))
BACKOFF = Backoff(base_s=1.0, cap_s=1.0)


class ReadyModels(EmbeddingOnly):
    """Has every vector in memory."""

    def __init__(self, vectors: Mapping[str, Any]) -> None:
        self._vectors = vectors

    async def embed(self, texts: Sequence[str]) -> Embedded:
        return Embedded(
            model=ModelInfo(name=MODEL_NAME, digest=DIGEST, dims=DIMS),
            vectors=[self._vectors[text] for text in texts],
        )


def measure() -> Measure:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with throwaway_server() as (server, _):
        return asyncio.run(_measure(server))


async def _measure(server: EmbeddedServer) -> Measure:
    blobs = Blobs(Size().clusters, seed=1)
    started_s = time.perf_counter()
    await _create(server, "filled")
    await migrate.migrate(server.dsn("filled"))
    utterances = await fill(server.dsn("filled"), Size(), blobs)
    fill_s = time.perf_counter() - started_s

    ids = blobs.uuids(ALONE + TOGETHER + SINGLES)
    vectors = blobs.vectors(blobs.labels(len(ids)))
    sources = dict(zip(ids, utterances, strict=False))
    peer_ms, peer_rows = await _run_peer(server, ids[:PEER_SEEDS], vectors[:PEER_SEEDS], sources)
    models = ReadyModels({str(id_): vector for id_, vector in zip(ids, vectors, strict=True)})
    ours = await _run_ours(server, models, ids, sources)
    return Measure(
        name="embedding",
        ours=ours.alone_ms,
        peer=peer_ms,
        ratio=ours.alone_ms / peer_ms,
        unit="ms per seed",
        details={
            "seeds": ALONE + TOGETHER,
            "vectors_before": 100_000,
            "ours_two_batches_at_a_time_ms": ours.together_ms,
            "single_p50_ms": statistics.median(ours.singles_ms),
            "single_p95_ms": statistics.quantiles(ours.singles_ms, n=20)[-1],
            "rows_per_seed_ours": ours.rows_per_seed,
            "rows_per_seed_peer": peer_rows,
            "fill_s": fill_s,
        },
    )


async def _run_peer(
    server: EmbeddedServer, ids: Sequence[UUID], vectors: Matrix, sources: Mapping[UUID, UUID]
) -> tuple[float, dict[str, float]]:
    async with _copy(server, "peer") as dsn:
        await _insert(dsn, ids, sources)
        async with connected(dsn, command_timeout_s=600) as conn:
            before = await _rows(conn)
            started_s = time.perf_counter()
            for start in range(0, len(ids), embedding.BATCH):
                batch = slice(start, start + embedding.BATCH)
                await link_and_place(conn, ids[batch], vectors[batch])
            milliseconds = 1e3 * (time.perf_counter() - started_s) / len(ids)
            return milliseconds, _per_seed(before, await _rows(conn), len(ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What the worker took."""

    alone_ms: float
    together_ms: float
    singles_ms: list[float]
    rows_per_seed: dict[str, float]


async def _run_ours(
    server: EmbeddedServer, models: Models, ids: Sequence[UUID], sources: Mapping[UUID, UUID]
) -> Ours:
    async with _copy(server, "ours") as dsn:
        pool = await open_pool(dsn, size=6)
        try:
            async with connection(pool) as conn:
                before = await _rows(conn)
            await _insert(dsn, ids[:ALONE], sources)
            alone_s = await _drain(pool, dsn, models, batches_at_a_time=1)
            await _insert(dsn, ids[ALONE : ALONE + TOGETHER], sources)
            together_s = await _drain(pool, dsn, models, batches_at_a_time=2)
            async with connection(pool) as conn:
                rows = _per_seed(before, await _rows(conn), ALONE + TOGETHER)
            return Ours(
                alone_ms=1e3 * alone_s / ALONE,
                together_ms=1e3 * together_s / TOGETHER,
                singles_ms=await _singles(pool, dsn, models, ids[ALONE + TOGETHER :], sources),
                rows_per_seed=rows,
            )
        finally:
            await close_pool(pool)


async def _drain(pool: Pool, dsn: str, models: Models, *, batches_at_a_time: int) -> float:
    """Let the worker empty the queue, with its heartbeats and its listener; return the seconds."""
    started_s = time.perf_counter()
    wakeup = Wakeup(dsn=dsn, poll_s=1.0)
    breaker = Breaker(probe=refuse_probe, on_recovery=wakeup.set)
    async with asyncio.TaskGroup() as batches:
        worker = Worker(
            pool=pool,
            models=models,
            handlers=[HANDLER],
            breaker=breaker,
            wakeup=wakeup,
            pace=Pace(slots={Lane.EMBED: batches_at_a_time}, lease_s=30.0, backoff=BACKOFF, slice_s=60.0),
            tasks=batches,
        )
        async with asyncio.TaskGroup() as helpers:
            helping = [helpers.create_task(loop, name=name) for name, loop in worker.side_tasks().items()]

            async def is_over() -> bool:
                return not await worker.find_unfinished(due_within_s=60.0)

            await worker.run(stop=asyncio.Event(), is_over=is_over)
            for task in helping:
                task.cancel()
    return time.perf_counter() - started_s


async def _singles(
    pool: Pool, dsn: str, models: Models, ids: Sequence[UUID], sources: Mapping[UUID, UUID]
) -> list[float]:
    """Time single seeds in an idle daemon, from the claim to the committed ending."""
    breaker = Breaker(probe=refuse_probe, on_recovery=lambda: None)
    executor = Executor(pool=pool, models=models, breaker=breaker, backoff=BACKOFF)
    milliseconds = []
    for seed_id in ids:
        await _insert(dsn, [seed_id], sources)
        started_s = time.perf_counter()
        async with connection(pool) as conn:
            claimed = await jobs.claim(
                conn, slots={"embedding": 1}, worker=uuid4(), lease_s=30.0, deadlines_s={"embedding": 300.0}
            )
        await executor.run(Batch(HANDLER, claimed))
        milliseconds.append(1e3 * (time.perf_counter() - started_s))
    return milliseconds


async def _insert(dsn: str, ids: Sequence[UUID], sources: Mapping[UUID, UUID]) -> None:
    async with connected(dsn) as conn, conn.transaction():
        await conn.execute(
            "INSERT INTO seeds (seed_id, body) SELECT id, id::text FROM unnest($1::uuid[]) id", ids
        )
        await conn.execute(
            "INSERT INTO utterance_seeds (seed_id, utterance_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])",
            ids,
            [sources.get(id_) or next(iter(sources.values())) for id_ in ids],
        )
        new = [NewJob(job_type="embedding", target_type="seed", target_id=id_, priority=10) for id_ in ids]
        await jobs.enqueue(conn, new)


async def _rows(conn: Any) -> dict[str, int]:
    row = await conn.fetchrow(
        "SELECT (SELECT count(*) FROM embeddings) AS embeddings, (SELECT count(*) FROM worker_jobs WHERE status = 'done') AS jobs, "
        "(SELECT count(*) FROM edges WHERE is_active = 1 AND edge_type = 'near') AS near, "
        "(SELECT count(*) FROM edges WHERE is_active = 1 AND edge_type = 'part_of') AS part_of, "
        "(SELECT count(*) FROM layout_points WHERE is_active = 1) AS points"
    )
    return dict(row)


def _per_seed(before: Mapping[str, int], after: Mapping[str, int], seeds: int) -> dict[str, float]:
    return {name: (after[name] - before[name]) / seeds for name in before}


async def _create(server: EmbeddedServer, name: str, *, template: str = "template1") -> None:
    admin = await asyncpg.connect(server.dsn("postgres"))
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    await admin.close()


@asynccontextmanager
async def _copy(server: EmbeddedServer, name: str) -> AsyncIterator[str]:
    """Lend a warm copy of the filled database."""
    await _create(server, name, template="filled")
    conn = await connect(server.dsn(name), command_timeout_s=600)
    # What a running daemon has in memory: the vectors and their graphs.
    await conn.execute("SELECT count(vector) FROM embeddings")
    await conn.close()
    yield server.dsn(name)
    admin = await asyncpg.connect(server.dsn("postgres"))
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()
