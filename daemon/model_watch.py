"""What the daemon must know of its models before jobs may use them."""

import structlog

from daemon.working.breaker import Breaker
from handlers.contract import Lane
from llm.errors import ModelMissing, ModelUnavailable
from llm.ollama import Ollama
from llm.protocol import ModelInfo
from store import embeddings
from store.errors import StoreUnavailable
from store.pool import Pool, connection

log = structlog.get_logger()


class ModelWatch:
    """Checks and probes the two models; the one that embeds is registered before its first vector."""

    def __init__(self, *, models: Ollama, pool: Pool) -> None:
        self._models = models
        self._pool = pool

    async def check(self, breaker: Breaker) -> None:
        """Look for both models; jobs of one that is missing wait, as all do while nobody answers."""
        try:
            state = await self._models.inspect()
        except ModelUnavailable as error:
            breaker.report(Lane.TEXT, error)
            breaker.report(Lane.EMBED, error)
            return
        if state.text is None:
            breaker.report(Lane.TEXT, ModelMissing(state.missing[0]))
        if state.embed is None:
            breaker.report(Lane.EMBED, ModelMissing(state.missing[-1]))
        await self._use(state.embed)

    async def probe(self, lane: Lane) -> None:
        """Prove that a model works; see `Ollama.probe`."""
        if lane is Lane.TEXT:
            await self._models.probe("text")
            return
        await self._models.probe("embed")
        await self._use((await self._models.inspect()).embed)

    async def _use(self, model: ModelInfo | None) -> None:
        """Make this the model whose vectors are searched; a changed digest queues the backfill (B8)."""
        if model is None:
            return
        try:
            async with connection(self._pool) as conn:
                await embeddings.use_model(conn, name=model.name, digest=model.digest, dims=model.dims)
        except StoreUnavailable as error:
            log.debug("model.not_registered", reason=str(error))
