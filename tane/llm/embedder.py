"""The driver for the model that embeds: one of a model server.

Servers fail a whole request for one bad input, so a failing batch is bisected. Whenever a text seems to be the cause, texts are
embedded that no model fails on: if these fail, too, it is the model, and no job is charged (ModelUnfit).
"""

import asyncio
import contextlib
import time
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tane.llm.calls import Call, OnCall
from tane.llm.model_errors import BadReply, BadVector, ModelCrashed, ModelError, ModelUnfit, RequestRefused
from tane.llm.prefixes import Prefixes, with_prefix
from tane.llm.protocol import Embedded, EmbedDriver, ModelInfo, Purpose
from tane.llm.server_api import ModelFacts, ServerApi
from tane.llm.wire import Vectors
from tane.llm.writer import PROBE_S

Former: TypeAlias = tuple[str, "NDArray[np.float32]"]
EmbedBatch: TypeAlias = Callable[[Sequence[str]], Awaitable[Vectors]]

# A text may be to blame for these; for any other failure it is the server or the way to it.
_PERHAPS_A_TEXT = (BadReply, RequestRefused, ModelCrashed)
HARMLESS = ("1", "The cat sleeps in the sun.", "明日の朝は雨が降る。")
_SAME = 1e-5  # largest difference of two elements of vectors that count as one


async def embed_each(texts: Sequence[str], embed: EmbedBatch, *, former: Former | None = None) -> Vectors:
    """Embed `texts`, with an error in the place of each text that cannot be.

    `former` is a text that was embedded before, with its vector: batches of one text are compared with it. A bad text among n costs about 2 log n requests more.

    Raises:
        ModelUnfit: the model fails whatever the text.
        ModelError: so does the server.
    """
    try:
        vectors = await embed(texts)
    except _PERHAPS_A_TEXT:
        await prove(embed)  # if this fails too, no text is to blame
        return await _halved(texts, embed) if len(texts) > 1 else await _alone(texts, embed)
    more_texts, more_vectors = ([], []) if former is None else ([former[0]], [former[1]])
    if _is_suspect(texts, vectors) or _is_suspect([*texts, *more_texts], [*vectors, *more_vectors]):
        await prove(embed)
    return [await _second_try(text, vector, embed) for text, vector in zip(texts, vectors, strict=True)]


async def prove(embed: EmbedBatch) -> None:
    """Embed texts that no model fails on.

    Raises:
        ModelUnfit: it fails on all of them, or cannot tell them apart.
        ModelError: the server fails.
    """
    try:
        vectors = await _harmless(embed)
    except (BadReply, RequestRefused) as error:
        raise ModelUnfit(f"the embedding model makes no usable vector of any text: {error}") from None
    if all(isinstance(vector, ModelError) for vector in vectors):
        raise ModelUnfit(f"the embedding model makes no usable vector of any text: {vectors[0]}")
    if _are_equal(vectors):
        raise ModelUnfit("the embedding model makes the same vector of every text")


async def _harmless(embed: EmbedBatch) -> Vectors:
    """Embed all of them; a model that fails on one (NaN for a Japanese text) may handle the first."""
    try:
        return await embed(HARMLESS)
    except (BadReply, RequestRefused):
        return await embed(HARMLESS[:1])


def _is_suspect(texts: Sequence[str], vectors: Vectors) -> bool:
    """Tell whether a batch looks as if the model failed: no good vector in it, or one and the same for other texts."""
    if not any(isinstance(vector, np.ndarray) for vector in vectors):
        return len(texts) > 0
    return len({_plain(text) for text in texts}) > 1 and _are_equal(vectors)


def _are_equal(vectors: Vectors) -> bool:
    arrays = [vector for vector in vectors if isinstance(vector, np.ndarray)]
    return len(arrays) > 1 and all(
        vector.shape == arrays[0].shape and np.allclose(vector, arrays[0], rtol=0, atol=_SAME)
        for vector in arrays[1:]
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


async def _halved(texts: Sequence[str], embed: EmbedBatch) -> Vectors:
    middle = len(texts) // 2
    vectors: list[NDArray[np.float32] | ModelError] = []
    for half in (texts[:middle], texts[middle:]):
        try:
            vectors += await embed(half)
        except _PERHAPS_A_TEXT:
            vectors += await _halved(half, embed) if len(half) > 1 else await _alone(half, embed)
    return vectors


async def _alone(texts: Sequence[str], embed: EmbedBatch) -> Vectors:
    """Ask once more for a single text; its error is then its own (D1)."""
    try:
        return await embed(texts)
    except _PERHAPS_A_TEXT as error:
        return [error]


async def _second_try(
    text: str, vector: "NDArray[np.float32] | ModelError", embed: EmbedBatch
) -> "NDArray[np.float32] | ModelError":
    """Ask again for a text whose vector alone was unusable in a batch that succeeded."""
    return (await _alone([text], embed))[0] if isinstance(vector, BadVector) else vector


SLOTS = 2  # embedding models run one text after another; the second request hides the gap
BATCH = 64


class Embedder:
    """Embeds batches of texts with a model of the server, each after the words that the model wants to read first."""

    is_hosted = True

    def __init__(
        self,
        api: ServerApi,
        model: str,
        *,
        timeout_s: float,
        on_call: OnCall | None,
        prefixes: Prefixes,
    ) -> None:
        self.model = model
        self.facts = ModelFacts(api, model, embeds=True)
        self.used_at: float | None = None
        self._api = api
        self._slots = asyncio.Semaphore(SLOTS)
        self._timeout_s = timeout_s
        self._on_call = on_call
        self._prefixes = prefixes
        self._former: Former | None = None
        self._measured: tuple[str, int] | None = None

    async def chosen(self) -> EmbedDriver:
        """Return itself."""
        return self

    async def info(self) -> ModelInfo:
        """Return what identifies the model, the words before its texts among it; see `ModelFacts.get`."""
        return with_prefix(await self._known(), self._prefixes)

    def forget(self) -> None:
        """Ask the server again before the next call."""
        self.facts.forget()

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:
        """Embed texts; see `Models`. A failing batch is bisected, so that one bad text fails alone."""
        model = await self.info()
        if texts and not model.dims:
            model = await self._measured_info()
        before = self._prefixes.before(purpose)
        asked = [before + text for text in texts]
        vectors: list[NDArray[np.float32] | ModelError] = []
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            made = await embed_each(batch, self._embed_batch, former=self._former)
            self._former = next(
                ((text, v) for text, v in zip(batch, made, strict=True) if isinstance(v, np.ndarray)),
                self._former,
            )
            vectors += made
        if not model.dims:
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
        return (await self._api.embed(await self._known(), texts, timeout_s=PROBE_S))[0]

    async def _embed_batch(self, texts: Sequence[str]) -> Vectors:
        async with self._slots:
            with Call(self._on_call, model=self.model, operation="embed", texts=len(texts)) as call:
                info = await self._known()
                vectors, call.prompt_tokens = await self._api.embed(info, texts, timeout_s=self._timeout_s)
                self.used_at = time.monotonic()
                return vectors

    async def _known(self) -> ModelInfo:
        """Return what the server tells, and how long the vectors are where only they do."""
        info = await self.facts.get()
        if not info.dims and self._measured is not None and self._measured[0] == info.digest:
            return replace(info, dims=self._measured[1])
        return info

    async def _measured_info(self) -> ModelInfo:
        """Learn how long the vectors are from a server that does not tell, so that a shorter one is known for none.

        A failure that a text may be to blame for is found again, and judged, with the texts themselves.
        """
        with contextlib.suppress(*_PERHAPS_A_TEXT):
            digest = (await self.facts.get()).digest
            (vector,) = await self._embed_batch(HARMLESS[1:2])
            if isinstance(vector, np.ndarray):
                self._measured = (digest, vector.size)
        return await self.info()
