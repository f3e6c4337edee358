"""What goes on by day: now and then a new seed is embedded, linked and placed by the worker's own executor."""

import asyncio
import time
from collections.abc import Sequence
from uuid import uuid4

import numpy as np

from bench.embedding_models import EmbeddingOnly, refuse_probe
from bench.filled_store import DIGEST, DIMS, MODEL_NAME
from bench.planted import Population
from daemon.queue.batch import Batch
from daemon.queue.breaker import Breaker
from daemon.queue.execution import Executor
from handlers import embedding
from handlers.options import Options
from tane.backoff import Backoff
from tane.llm.prompts import Prompts
from tane.llm.protocol import Embedded, ModelInfo
from tane.store import jobs
from tane.store.jobs import NewJob
from tane.store.pool import Pool, connection, transaction

EVERY_S = 1.0
HANDLER = embedding.handler(Options(prompts=Prompts.load("ja"), enabled=frozenset(), context_tokens=8192))


class _Models(EmbeddingOnly):
    """Has a random direction at once for every text."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(7)

    async def embed(self, texts: Sequence[str]) -> Embedded:
        vectors = self._random.standard_normal((len(texts), DIMS), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Embedded(model=ModelInfo(name=MODEL_NAME, digest=DIGEST, dims=DIMS), vectors=list(vectors))


class Day:
    """Works off a new seed every second, and keeps how long each took from its claim to its commit."""

    def __init__(self, pool: Pool, planted: Population) -> None:
        self._pool = pool
        self._planted = planted
        self.milliseconds: list[float] = []

    async def run(self) -> None:
        """Work until cancelled."""
        breaker = Breaker(probe=refuse_probe, on_recovery=lambda: None)
        executor = Executor(
            pool=self._pool, models=_Models(), breaker=breaker, backoff=Backoff(base_s=1.0, cap_s=1.0)
        )
        while True:
            await self._insert()
            started_s = time.perf_counter()
            async with connection(self._pool) as conn:
                claimed = await jobs.claim(
                    conn,
                    slots={"embedding": 1},
                    worker=uuid4(),
                    lease_s=30.0,
                    deadlines_s={"embedding": 300.0},
                )
            await executor.run(Batch(HANDLER, claimed))
            self.milliseconds.append(1e3 * (time.perf_counter() - started_s))
            await asyncio.sleep(EVERY_S)

    async def _insert(self) -> None:
        seed_id = uuid4()
        source = self._planted.utterances[len(self.milliseconds) % len(self._planted.utterances)]
        async with transaction(self._pool) as conn:
            await conn.execute("INSERT INTO seeds (seed_id, body) VALUES ($1, $2)", seed_id, str(seed_id))
            await conn.execute(
                "INSERT INTO utterance_seeds (seed_id, utterance_id) VALUES ($1, $2)", seed_id, source
            )
            new = NewJob(job_type="embedding", target_type="seed", target_id=seed_id, priority=10)
            await jobs.enqueue(conn, [new])
