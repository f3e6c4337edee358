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
from tane.llm.calls import OnCall, OnText
from tane.llm.embedder import SLOTS, Embedder
from tane.llm.protocol import Embedded, ModelInfo, Models, Prompt, Reply
from tane.llm.transport import Transport
from tane.llm.writer import Writer

TURN_S = 120.0  # shorter than OLLAMA_KEEP_ALIVE: a model used since then and gone now was pushed out

Lane = Literal["text", "embed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """What a server is and has."""

    version: str
    text: ModelInfo | None
    embed: ModelInfo | None
    missing: tuple[str, ...]


class Ollama(Models):
    """Two models of one Ollama server. Use it as an async context manager."""

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
        self._embedder = Embedder(self._transport, embed_model, timeout_s=timeout_s, on_call=on_call)
        self._drivers: dict[Lane, Writer | Embedder] = {"text": self._writer, "embed": self._embedder}

    def __repr__(self) -> str:
        return f"Ollama({self._url}, text={self._writer.model}, embed={self._embedder.model})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.aclose()

    @property
    def token_factor(self) -> float:
        """How many tokens a text costs the text model for one that was estimated."""
        return self._writer.gauge.factor

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> Reply:
        """Answer a prompt; see `Models`."""
        return await self._writer.write("generate", prompt, {"prompt": prompt.text}, sample=sample)

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> Reply:
        """Answer a prompt with JSON; see `Models`. The one way to structure gpt-oss (B6)."""
        message = {"role": "user", "content": prompt.text}
        return await self._writer.write(
            "chat", prompt, {"messages": [message], "format": schema}, sample=sample
        )

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """Embed texts; see `Models`. A failing batch is bisected, so that one bad text fails alone."""
        return await self._embedder.embed(texts)

    async def inspect(self) -> ServerState:
        """Ask what the server is and whether it has both models."""
        version = await self._transport.get("/api/version", wire.Version)
        listed = await self._transport.get("/api/tags", wire.Listing)
        missing = tuple(one.model for one in self._drivers.values() if listed.named(one.model) is None)
        self._forget()
        infos: dict[Lane, ModelInfo | None] = {
            lane: None if one.model in missing else await one.facts.get()
            for lane, one in self._drivers.items()
        }
        return ServerState(version=version.version, text=infos["text"], embed=infos["embed"], missing=missing)

    async def probe(self, lane: Lane) -> None:
        """Prove that a model works: /api/version and /api/ps answer even while every load hangs (ollama#17408).

        Raises:
            ModelError: it does not.
        """
        await self._drivers[lane].probe()

    async def prove(self, prompt: Prompt, *, schema: Mapping[str, Any]) -> Reply:
        """Ask the text model a question whose answer is known beforehand; see `Writer.prove`."""
        return await self._writer.prove(prompt, schema=schema)

    async def are_coresident(self) -> bool | None:
        """Tell whether both models fit the host at once; None while that is not known.

        They do if both are resident; they do not if both were just used and one is gone.
        """
        resident = await self._transport.get("/api/ps", wire.Listing)
        if all(resident.named(one.model) is not None for one in self._drivers.values()):
            return True
        now = time.monotonic()
        both_used = all(
            one.used_at is not None and now - one.used_at < TURN_S for one in self._drivers.values()
        )
        return False if both_used else None

    def _forget(self) -> None:
        for one in self._drivers.values():
            one.facts.forget()
