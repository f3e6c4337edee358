"""An Ollama server with its two models: `tane.llm.writer` and `tane.llm.embedder` are the drivers of one each.

It bounds what is in flight, gives every call a deadline, accepts only whole replies, and translates every
failure once. It never retries: the caller decides whether a second try is worthwhile.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any, Literal, Self

from tane.llm import wire
from tane.llm.auto_embedder import AutoEmbedder, Kept
from tane.llm.builtin import BUILTIN, BuiltinEncoder, Run
from tane.llm.calls import OnCall, OnText
from tane.llm.embedder import SLOTS, Embedder
from tane.llm.protocol import Embedded, EmbedDriver, ModelInfo, ModelReply, Models, Prompt
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


class Ollama(Models):
    """Two models of one Ollama server. Use it as an async context manager.

    `embed_model` is a model of the server, "builtin" or "auto" (see `AutoEmbedder`). For both, `run` is where the built-in encoder
    computes; for "auto", `kept` tells whose vectors the store holds.
    """

    def __init__(
        self,
        *,
        url: str,
        text_model: str,
        embed_model: str,
        parallel: int = 1,
        context_tokens: int = 8192,
        think: str = "auto",
        timeout_s: float = 300.0,
        options: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        run: Run | None = None,
        kept: Kept | None = None,
        on_call: OnCall | None = None,
        on_text: OnText | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._transport = Transport(
            url=url, connections=parallel + SLOTS + 2, headers=headers, on_failure=self._forget
        )
        self._writer = Writer(
            self._transport,
            text_model,
            parallel=parallel,
            context_tokens=context_tokens,
            think=think,
            timeout_s=timeout_s,
            options=options or {},
            on_call=on_call,
            on_text=on_text,
        )

        def hosted(name: str) -> Embedder:
            return Embedder(self._transport, name, timeout_s=timeout_s, on_call=on_call)

        self._embedder: EmbedDriver
        if embed_model not in (BUILTIN, AUTO):
            self._embedder = hosted(embed_model)
        else:
            if run is None:
                raise ValueError(f"{embed_model}: the built-in encoder is given nowhere to compute")
            builtin = BuiltinEncoder(run, on_call=on_call)
            self._embedder = builtin
            if embed_model == AUTO:
                self._embedder = AutoEmbedder(
                    transport=self._transport, hosted=hosted, builtin=builtin, kept=kept or _nothing_kept
                )

    def __repr__(self) -> str:
        return f"Ollama({self._url}, text={self._writer.model}, embed={self._embedder.model})"

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
    def token_factor(self) -> float:
        """How many tokens a text costs the text model for one that was estimated."""
        return self._writer.gauge.factor

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:
        """Answer a prompt; see `Models`."""
        return await self._writer.write("generate", prompt, {"prompt": prompt.text}, sample=sample)

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:
        """Answer a prompt with JSON; see `Models`. The one way to structure gpt-oss (B6)."""
        message = {"role": "user", "content": prompt.text}
        return await self._writer.write(
            "chat", prompt, {"messages": [message], "format": schema}, sample=sample
        )

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """Embed texts; see `Models`. A failing batch is bisected, so that one bad text fails alone."""
        return await self._embedder.embed(texts)

    async def version(self) -> str:
        """Ask what the server is.

        Raises:
            ModelError: it does not answer.
        """
        return (await self._transport.get("/api/version", wire.Version)).version

    async def inspect(self) -> ServerState:
        """Ask what the server is and whether it has the models that shall be its own."""
        version = await self.version()
        listed = await self._transport.get("/api/tags", wire.Listing)
        self._forget()
        embedder = await self._embedder.chosen()
        hosted = [self._writer.model, *([embedder.model] if embedder.is_hosted else [])]
        missing = tuple(name for name in hosted if listed.named(name) is None)
        return ServerState(
            version=version,
            text=None if self._writer.model in missing else await self._writer.facts.get(),
            embed=None if embedder.is_hosted and embedder.model in missing else await embedder.info(),
            missing=missing,
        )

    async def embed_driver(self) -> EmbedDriver:
        """Return what makes the vectors: a model of this server, or the built-in encoder, which needs no server."""
        return await self._embedder.chosen()

    async def probe(self, lane: Lane) -> None:
        """Prove that a model works: /api/version and /api/ps answer even while every load hangs (ollama#17408).

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
        resident = await self._transport.get("/api/ps", wire.Listing)
        if all(resident.named(name) is not None for name in (self._writer.model, embedder.model)):
            return True
        now = time.monotonic()
        used_at = (self._writer.used_at, embedder.used_at)
        both_used = all(used is not None and now - used < TURN_S for used in used_at)
        return False if both_used else None

    def _forget(self) -> None:
        self._writer.facts.forget()
        self._embedder.forget()


async def _nothing_kept() -> None:
    return None
