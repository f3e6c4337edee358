"""The driver for the model that embeds: one of an Ollama server."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tane.llm import wire
from tane.llm.bisection import Former, Vectors, embed_each, prove
from tane.llm.calls import Call, OnCall
from tane.llm.errors import ModelError
from tane.llm.facts import Facts
from tane.llm.protocol import Embedded, ModelInfo
from tane.llm.transport import LARGEST_REPLY, Transport
from tane.llm.writing import PROBE_S

SLOTS = 2  # embedding models run one text after another; the second request hides the gap
BATCH = 64
BYTES_A_NUMBER = 32


class Embedder:
    """Embeds batches of texts."""

    def __init__(self, transport: Transport, model: str, *, timeout_s: float, on_call: OnCall | None) -> None:
        self.model = model
        self.facts = Facts(transport, model, embeds=True)
        self.used_at: float | None = None
        self._transport = transport
        self._slots = asyncio.Semaphore(SLOTS)
        self._timeout_s = timeout_s
        self._on_call = on_call
        self._former: Former | None = None

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """Embed texts; see `Models`. A failing batch is bisected, so that one bad text fails alone."""
        model = await self.facts.get()
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        vectors: list[NDArray[np.float32] | ModelError] = []
        for batch in batches:
            vectors += await embed_each(batch, self._embed_batch, former=self._former)
            self._former = next(
                (
                    (text, v)
                    for text, v in zip(batch, vectors[-len(batch) :], strict=True)
                    if isinstance(v, np.ndarray)
                ),
                self._former,
            )
        if not model.dims:  # an architecture that does not tell
            model = replace(model, dims=next((v.size for v in vectors if isinstance(v, np.ndarray)), 0))
        return Embedded(model=model, vectors=vectors)

    async def probe(self) -> None:
        """Prove that the model embeds. It takes no slot: those may all be held by calls that hang.

        Raises:
            ModelUnfit: it makes no vectors, or none that tell texts apart.
            ModelError: the server fails.
        """
        await prove(self._ask_in_time)

    async def _ask_in_time(self, texts: Sequence[str]) -> Vectors:
        return (await self._ask(texts, await self.facts.get(), timeout_s=PROBE_S))[0]

    async def _embed_batch(self, texts: Sequence[str]) -> Vectors:
        async with self._slots:
            with Call(self._on_call, model=self.model, operation="embed", texts=len(texts)) as call:
                info = await self.facts.get()
                vectors, call.prompt_tokens = await self._ask(texts, info, timeout_s=self._timeout_s)
                self.used_at = time.monotonic()
                return vectors

    async def _ask(self, texts: Sequence[str], info: ModelInfo, *, timeout_s: float) -> tuple[Vectors, int]:
        """Return the vectors of a batch, and how many tokens they cost."""
        payload: dict[str, Any] = {"model": self.model, "input": list(texts), "truncate": False}
        if info.context_tokens:
            # Stated, because a Modelfile may say 128 where the model can do 512 (B7); constant, because
            # another value makes the server load the model anew.
            payload["options"] = {"num_ctx": min(info.context_tokens, wire.EMBED_CONTEXT_TOKENS)}
        largest = LARGEST_REPLY + len(texts) * (info.dims or wire.MOST_DIMS) * BYTES_A_NUMBER
        reply = await self._transport.post(
            "/api/embed", payload, wire.Embeddings, model=self.model, timeout_s=timeout_s, largest=largest
        )
        return reply.vectors(count=len(texts), dims=info.dims), reply.prompt_eval_count
