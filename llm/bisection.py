"""Embedding a batch in which one text may spoil all: Ollama fails a whole request for one bad input."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from llm.errors import BadReply, BadVector, ModelCrashed, ModelError, RequestRefused

Vectors: TypeAlias = Sequence["NDArray[np.float32] | ModelError"]
EmbedBatch: TypeAlias = Callable[[Sequence[str]], Awaitable[Vectors]]

# A text may be to blame for these; for any other failure it is the server or the way to it.
_PERHAPS_A_TEXT = (BadReply, RequestRefused, ModelCrashed)
_HARMLESS = "1"


async def embed_each(texts: Sequence[str], embed: EmbedBatch) -> Vectors:
    """Embed `texts`, with an error in the place of each text that cannot be.

    A bad text among n costs about 2 log n requests more.

    Raises:
        ModelError: the server fails whatever the text.
    """
    try:
        vectors = await embed(texts)
    except _PERHAPS_A_TEXT:
        await embed([_HARMLESS])  # if this fails too, no text is to blame and its error is the answer
        return await _halved(texts, embed) if len(texts) > 1 else await _alone(texts, embed)
    return [await _second_try(text, vector, embed) for text, vector in zip(texts, vectors, strict=True)]


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
