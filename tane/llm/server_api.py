"""What the drivers ask of a model server, whatever its HTTP interface is called: one request, one reply, no policy."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tane.llm.calls import Operation
from tane.llm.model_errors import ModelMissing
from tane.llm.protocol import ModelInfo
from tane.llm.wire import Vectors

FACTS_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRequest:
    """One question to a text model."""

    operation: Operation
    text: str
    options: Mapping[str, Any]
    context_tokens: int
    reply_tokens: int  # most tokens that thoughts and reply may have
    timeout_s: float
    largest: int  # bytes of the reply
    schema: Mapping[str, Any] | None = None
    think: Mapping[str, Any] = field(default_factory=dict)  # from `ServerApi.thinking`


class TextReply(Protocol):
    """A reply of a text model."""

    @property
    def prompt_tokens(self) -> int:
        """What the server counted for the prompt; 0 where it does not say."""
        ...

    @property
    def reply_tokens(self) -> int:
        """What it counted for thoughts and reply."""
        ...

    def text(self, *, model: str) -> str:
        """Return what was said, without the thoughts around it.

        Raises:
            CutReply: it is not whole.
            BadReply: nothing usable was said.
        """
        ...


class ServerApi(Protocol):
    """The requests of one kind of server. Every method raises ModelError if the server fails."""

    @property
    def kind(self) -> str:
        """What such a server is called."""
        ...

    async def version(self) -> str:
        """Ask what the server is."""
        ...

    async def find(self, model: str, *, embeds: bool) -> ModelInfo | None:
        """Return what the server tells of a model; None where it does not have it."""
        ...

    def missing(self, model: str) -> ModelMissing:
        """Return the error for a model that the server does not have, with the remedy that fits such a server."""
        ...

    async def are_resident(self, models: Sequence[str]) -> bool | None:
        """Tell whether all these models are in memory; None where the server does not say."""
        ...

    def thinking(self, wanted: str, info: ModelInfo) -> dict[str, Any]:
        """Return what a request says about thinking; nothing where the model or the setting asks for nothing. Pure."""
        ...

    def window(self, info: ModelInfo, context_tokens: int) -> int:
        """Return how many tokens prompt and reply may have together, by the setting and by what is known of the model. Pure."""
        ...

    async def write(self, model: str, asked: TextRequest) -> TextReply:
        """Ask a text model.

        Raises:
            ThinkRefused: the server does not know what the request says about thinking.
            ModelError: it has no reply.
        """
        ...

    async def embed(self, info: ModelInfo, texts: Sequence[str], *, timeout_s: float) -> tuple[Vectors, int]:
        """Return a vector, or why there is none, for each text, and how many tokens they cost.

        `info.dims` 0 stands for a length that nobody knows yet.
        """
        ...


class ModelFacts:
    """What a server tells of one model; asked again once a minute and after every failure."""

    def __init__(self, api: ServerApi, model: str, *, embeds: bool) -> None:
        self._api = api
        self._model = model
        self._embeds = embeds
        self._asking = asyncio.Lock()
        self._known: tuple[float, ModelInfo] | None = None

    def forget(self) -> None:
        """Read them again before the next call."""
        self._known = None

    async def get(self) -> ModelInfo:
        """Return what is known.

        Raises:
            ModelMissing: the server does not have the model.
        """
        async with self._asking:
            if self._known is not None and time.monotonic() - self._known[0] < FACTS_S:
                return self._known[1]
            info = await self._api.find(self._model, embeds=self._embeds)
            if info is None:
                raise self._api.missing(self._model)
            self._known = (time.monotonic(), info)
            return info
