"""What a handler may ask of a model server; `tane.llm.ollama` and `tane.llm.openai_compatible` are the drivers behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tane.llm.model_errors import ModelError

Purpose: TypeAlias = Literal["document", "query"]
"""What a text is embedded for: to be kept, or to search among what is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """A model as the server knows it; another digest is another model (B8)."""

    name: str
    digest: str
    dims: int = 0  # length of its vectors; 0 for a model that writes text
    thinks: bool | None = False  # None where the server does not tell
    context_tokens: int = 0
    family: str = ""  # its architecture, as the server calls it
    abilities: tuple[str, ...] = ()  # completion, embedding, thinking ...; () where the server does not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A finished prompt and how much answer it may cost."""

    text: str
    reply_tokens: int  # expected length of the reply; room for thinking is added by the driver
    version: str  # name and version of the template, stored with what the reply becomes
    options: Mapping[str, Any] = field(default_factory=dict)  # model options of this prompt (B5)
    wording: str = ""  # the prompt without the texts it asks about: a reply that repeats it answers nothing
    room: int = 1  # how many times the usual room the reply may take; more after one that was cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReply:
    """A complete answer: the server said that the model stopped by itself."""

    text: str
    model: str
    prompt_tokens: int = 0
    reply_tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Vectors of one batch, in the order of its texts: float32 of shape (d,), norm 1, or why there is none."""

    model: ModelInfo
    vectors: Sequence["NDArray[np.float32] | ModelError"]


class EmbedDriver(Protocol):
    """What makes vectors: a model of the server, or the built-in encoder."""

    @property
    def used_at(self) -> float | None:
        """time.monotonic() of its last vectors."""
        ...

    @property
    def model(self) -> str:
        """Its name."""
        ...

    @property
    def is_hosted(self) -> bool:
        """Whether it is a model of the server."""
        ...

    async def chosen(self) -> "EmbedDriver":
        """Return the driver that makes the vectors: itself, unless it stands for a choice."""
        ...

    async def info(self) -> ModelInfo:
        """Return what identifies the model.

        Raises:
            ModelError: it is missing, or its server fails.
        """
        ...

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:
        """Embed texts; see `Models`. A model may want other words before a query than before what is kept."""
        ...

    async def probe(self) -> None:
        """Prove that it makes vectors.

        Raises:
            ModelError: it does not.
        """
        ...

    def forget(self) -> None:
        """Ask anew for what is known of the model: its server failed."""
        ...


def token_factor(models: object) -> float:
    """Return how many tokens a text costs for one that was estimated, at least 1; as the driver has measured it for its model."""
    return float(getattr(models, "token_factor", 1.0))


def note_reply(models: object, *, is_usable: bool) -> None:
    """Report to the counter of replies, if there is one, that a reply was read, and whether it could be used."""
    if (note := getattr(models, "note_reply", None)) is not None:
        note(is_usable=is_usable)


class Models(Protocol):
    """The two models Tane works with: one that writes and one that embeds."""

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:
        """Answer a prompt. `sample` 0 is the configured sampling; 1 and 2 differ in seed and temperature.

        Raises:
            ModelError: see `tane.llm.model_errors`; the caller's deadline is its own affair.
        """
        ...

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:
        """Answer a prompt with JSON that follows the schema; the text of the reply is that JSON."""
        ...

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """Embed texts, at most 64 a request; a text that cannot be embedded gets its own error in its place."""
        ...
