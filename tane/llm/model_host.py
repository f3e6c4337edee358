"""A model server with its two models: `tane.llm.writer` and `tane.llm.embedder` are the drivers of one each.

It bounds what is in flight, gives every call a deadline, accepts only whole replies, and translates every
failure once. It never retries: the caller decides whether a second try is worthwhile.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from tane.llm.auto_embedder import AutoEmbedder, Kept
from tane.llm.builtin import BUILTIN, BuiltinEncoder, Run
from tane.llm.calls import OnCall, OnText
from tane.llm.embedder import SLOTS, Embedder
from tane.llm.model_errors import ModelMissing
from tane.llm.prefixes import AUTO as BY_FAMILY
from tane.llm.prefixes import prefixes_of
from tane.llm.protocol import Embedded, EmbedDriver, ModelInfo, ModelReply, Models, Prompt, Purpose
from tane.llm.server_api import ServerApi
from tane.llm.status_codes import Wording
from tane.llm.transport import Transport
from tane.llm.writer import Writer

TURN_S = 120.0  # shorter than OLLAMA_KEEP_ALIVE: a model used since then and gone now was pushed out

Lane = Literal["text", "embed"]
AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """What a server is and has."""

    version: str
    text: ModelInfo | None
    embed: ModelInfo | None
    missing: tuple[str, ...]
    offer: str | None = None  # a model that could take the built-in encoder's place
    remedy: str = ""  # what to do about those that are missing


@dataclass(frozen=True, slots=True, kw_only=True)
class HostOptions:
    """Where the server is, which of its models are used, and how.

    `embed_model` is a model of the server, "builtin" or "auto" (see `AutoEmbedder`). For both, `run` is where the built-in encoder
    computes; for "auto", `kept` tells whose vectors the store holds.
    """

    url: str
    text_model: str
    embed_model: str
    parallel: int = 1
    context_tokens: int = 8192
    think: str = "auto"
    timeout_s: float = 300.0
    options: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None
    embed_prefix: str = BY_FAMILY
    embed_query_prefix: str | None = None
    run: Run | None = None
    kept: Kept | None = None
    on_call: OnCall | None = None
    on_text: OnText | None = None


class ModelHost(Models):
    """Two models of one server. Use it as an async context manager; `tane.llm.ollama` and `tane.llm.openai_compatible` make one."""

    def __init__(self, o: HostOptions, *, wording: Wording, api: Callable[[Transport], ServerApi]) -> None:
        self._url = o.url.rstrip("/")
        self._transport = Transport(
            url=o.url,
            connections=o.parallel + SLOTS + 2,
            headers=o.headers or {},
            on_failure=self._forget,
            wording=wording,
        )
        self._api = api(self._transport)
        self._writer = Writer(
            self._api,
            o.text_model,
            parallel=o.parallel,
            context_tokens=o.context_tokens,
            think=o.think,
            timeout_s=o.timeout_s,
            options=o.options or {},
            on_call=o.on_call,
            on_text=o.on_text,
        )
        self._embedder = _embed_driver(o, self._api)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._url}, text={self._writer.model}, embed={self._embedder.model})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    @property
    def kind(self) -> str:
        """What such a server is called."""
        return self._api.kind

    @property
    def token_factor(self) -> float:
        """How many tokens a text costs the text model for one that was estimated."""
        return self._writer.gauge.factor

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:
        """Answer a prompt; see `Models`."""
        return await self._writer.write("generate", prompt, sample=sample)

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:
        """Answer a prompt with JSON; see `Models`. The one way to structure gpt-oss (B6)."""
        return await self._writer.write("chat", prompt, sample=sample, schema=schema)

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:
        """Embed texts; see `Models`. A failing batch is bisected, so that one bad text fails alone."""
        return await self._embedder.embed(texts, purpose=purpose)

    async def version(self) -> str:
        """Ask what the server is.

        Raises:
            ModelError: it does not answer.
        """
        return await self._api.version()

    async def inspect(self) -> ServerState:
        """Ask what the server is and whether it has the models that shall be its own."""
        version = await self.version()
        self._forget()
        embedder = await self._embedder.chosen()
        found: list[ModelInfo | None] = []
        missing: list[ModelMissing] = []
        for read in (self._writer.facts.get, embedder.info):
            try:
                found.append(await read())
            except ModelMissing as error:
                found.append(None)
                missing.append(error)
        offer = await self._embedder.offer() if isinstance(self._embedder, AutoEmbedder) else None
        return ServerState(
            version=version,
            text=found[0],
            embed=found[1],
            missing=tuple(error.model for error in missing),
            remedy=" and ".join(dict.fromkeys(error.remedy for error in missing)),
            offer=offer,
        )

    def missing(self, model: str) -> ModelMissing:
        """Return the error for a model that the server does not have, with what to do about it."""
        return self._api.missing(model)

    async def embed_driver(self) -> EmbedDriver:
        """Return what makes the vectors: a model of this server, or the built-in encoder, which needs no server."""
        return await self._embedder.chosen()

    async def probe(self, lane: Lane) -> None:
        """Prove that a model works: a server answers what it has even while every load hangs (ollama#17408).

        Raises:
            ModelError: it does not.
        """
        await (self._writer if lane == "text" else self._embedder).probe()

    async def prove(self, prompt: Prompt, *, schema: Mapping[str, Any]) -> ModelReply:
        """Ask the text model a question whose answer is known beforehand; see `Writer.prove`."""
        return await self._writer.prove(prompt, schema=schema)

    async def are_coresident(self) -> bool | None:
        """Tell whether both models fit the host at once; None while that is not known.

        They do if both are resident; they do not if both were just used and one is gone.
        """
        embedder = await self._embedder.chosen()
        if not embedder.is_hosted:
            return True
        if (resident := await self._api.are_resident((self._writer.model, embedder.model))) is not False:
            return resident
        now = time.monotonic()
        used_at = (self._writer.used_at, embedder.used_at)
        both_used = all(used is not None and now - used < TURN_S for used in used_at)
        return False if both_used else None

    def _forget(self) -> None:
        self._writer.facts.forget()
        self._embedder.forget()


def _embed_driver(o: HostOptions, api: ServerApi) -> EmbedDriver:
    def hosted(name: str) -> Embedder:
        prefixes = prefixes_of(name, document=o.embed_prefix, query=o.embed_query_prefix)
        return Embedder(api, name, timeout_s=o.timeout_s, on_call=o.on_call, prefixes=prefixes)

    if o.embed_model not in (BUILTIN, AUTO):
        return hosted(o.embed_model)
    if o.run is None:
        raise ValueError(f"{o.embed_model}: the built-in encoder is given nowhere to compute")
    builtin = BuiltinEncoder(o.run, on_call=o.on_call)
    if o.embed_model == BUILTIN:
        return builtin
    return AutoEmbedder(api=api, hosted=hosted, builtin=builtin, kept=o.kept or _nothing_kept)


async def _nothing_kept() -> None:
    return None
