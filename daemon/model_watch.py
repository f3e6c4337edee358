"""What the daemon must know of its models before jobs may use them."""

import structlog

from daemon.queue.breaker import Breaker
from daemon.queue.lanes import MODELS
from handlers.contract import Lane
from tane.llm.model_errors import ModelError, ModelUnavailable
from tane.llm.model_host import ModelHost
from tane.llm.protocol import ModelInfo
from tane.llm.writer import PROOF_QUESTION, PROOF_SCHEMA
from tane.store import embeddings, maps, queue_admin
from tane.store.errors import StoreError
from tane.store.pool import Pool, connection, transaction

log = structlog.get_logger()


class ModelWatch:
    """Checks and probes the two models; the one that embeds is registered before its first vector."""

    def __init__(self, *, models: ModelHost, pool: Pool) -> None:
        self._models = models
        self._pool = pool

    async def check(self, breaker: Breaker) -> None:
        """Look for both models; jobs of one that is missing wait, as all do while nobody answers."""
        try:
            embedder = await self._models.embed_driver()
        except ModelUnavailable as error:
            breaker.report(Lane.EMBED, error)
            return
        breaker.on_server = MODELS if embedder.is_hosted else frozenset({Lane.TEXT})
        try:
            state = await self._models.inspect()
        except ModelError as error:
            failure = error if isinstance(error, ModelUnavailable) else ModelUnavailable(str(error))
            breaker.report(Lane.TEXT, failure)
            if embedder.is_hosted:
                breaker.report(Lane.EMBED, failure)
            else:
                await self._use(await embedder.info())  # vectors need no server
            return
        if state.text is None:
            breaker.report(Lane.TEXT, self._models.missing(state.missing[0]))
        if state.embed is None:
            breaker.report(Lane.EMBED, self._models.missing(state.missing[-1]))
        await self._use(state.embed)

    async def probe(self, lane: Lane) -> None:
        """Prove that a model works; see `ModelHost.probe`."""
        if lane is Lane.TEXT:
            await self._models.probe("text")
            return
        await self._models.probe("embed")
        await self._use(await (await self._models.embed_driver()).info())
        await self.pick_up()

    async def prove(self, lane: Lane) -> None:
        """Prove that a model answers usably which did not; see `tane.llm.writer`."""
        await self.probe(lane)
        if lane is Lane.TEXT:
            await self._models.prove(PROOF_QUESTION, schema=PROOF_SCHEMA)

    async def pick_up(self) -> None:
        """Queue what never got a vector because the model was of no use then."""
        try:
            async with transaction(self._pool) as conn:
                await maps.share_maps(
                    conn
                )  # and not the models: the first of them is registered while this looks
                queued = await embeddings.queue_missing(conn)
                revived = await queue_admin.retry_vectors(conn)
        except StoreError as error:
            log.debug("vectors.not_picked_up", reason=str(error))
            return
        if revived or queued:
            log.info("vectors.picked_up", revived=revived, queued=queued)

    async def _use(self, model: ModelInfo | None) -> None:
        """Make this the model whose vectors are searched; a changed digest queues the backfill (B8).

        One that does not tell how long its vectors are is registered with its first vector.
        """
        if model is None or not model.dims:
            return
        try:
            async with connection(self._pool) as conn:
                await embeddings.use_model(conn, name=model.name, digest=model.digest, dims=model.dims)
        except StoreError as error:
            log.debug("model.not_registered", reason=str(error))
