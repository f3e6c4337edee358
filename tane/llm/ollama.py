"""Ollama's own HTTP interface, under /api."""

from collections.abc import Mapping, Sequence
from typing import Any

from tane.llm import wire
from tane.llm.model_errors import ModelMissing
from tane.llm.model_host import HostOptions, ModelHost
from tane.llm.protocol import ModelInfo
from tane.llm.server_api import ServerApi, TextRequest
from tane.llm.status_codes import OLLAMA
from tane.llm.transport import INSPECT_S, LARGEST_REPLY, Transport
from tane.llm.wire import Vectors

GPT_OSS = ("gptoss", "gpt-oss")  # the family whose thinking has levels and no end
BYTES_A_NUMBER = 32
# A prompt that is too long is refused instead of being cut in silence. Both are the same in all calls: another `shift`
# makes the server reload the model.
WHOLE = {"truncate": False, "shift": False}


class Ollama(ModelHost):
    """Two models of one Ollama server."""

    def __init__(self, options: HostOptions) -> None:
        super().__init__(options, wording=OLLAMA, api=OllamaApi)


class OllamaApi(ServerApi):
    """The requests of an Ollama."""

    kind = "Ollama"

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def version(self) -> str:
        """Ask for its version."""
        return (await self._transport.get("/api/version", wire.Version)).version

    async def find(self, model: str, *, embeds: bool) -> ModelInfo | None:
        """Look for a model in /api/tags; /api/show knows its abilities."""
        entry = (await self._transport.get("/api/tags", wire.Listing)).named(model)
        if entry is None:
            return None
        shown = await self._transport.post(
            "/api/show", {"model": model}, wire.Shown, model=model, timeout_s=INSPECT_S
        )
        return wire.model_info(entry, shown, embeds=embeds)

    def missing(self, model: str) -> ModelMissing:
        """Return the error for a model that was not pulled."""
        return OLLAMA.missing_model(model)

    async def are_resident(self, models: Sequence[str]) -> bool | None:
        """Look for the models in /api/ps."""
        resident = await self._transport.get("/api/ps", wire.Listing)
        return all(resident.named(name) is not None for name in models)

    def thinking(self, wanted: str, info: ModelInfo) -> dict[str, Any]:
        """Return what a request says about thinking; nothing for a model that cannot (B6). Pure.

        `auto` and `off` let no model think whose thinking has an end; gpt-oss always thinks, then as little as it can.
        """
        if not info.thinks:
            return {}
        if wanted in ("auto", "off"):
            is_gpt_oss = info.family in GPT_OSS or any(name in info.name.lower() for name in GPT_OSS)
            return {"think": "low" if is_gpt_oss else False}
        return {"think": wanted}

    def window(self, info: ModelInfo, context_tokens: int) -> int:  # noqa: ARG002 - a request may ask for more than the model's own
        """Return the setting: every request states it as num_ctx."""
        return context_tokens

    async def write(self, model: str, asked: TextRequest) -> wire.GeneratedText:
        """Generate or chat, in one piece."""
        said: Mapping[str, Any] = {"prompt": asked.text}
        if asked.operation == "chat":
            said = {"messages": [{"role": "user", "content": asked.text}], "format": asked.schema}
        sizes = {"num_ctx": asked.context_tokens, "num_predict": asked.reply_tokens}
        return await self._transport.post(
            f"/api/{asked.operation}",
            {
                "model": model,
                **said,
                **WHOLE,
                "stream": False,
                "options": {**asked.options, **sizes},
                **asked.think,
            },
            wire.GeneratedText,
            model=model,
            timeout_s=asked.timeout_s,
            largest=asked.largest,
        )

    async def embed(self, info: ModelInfo, texts: Sequence[str], *, timeout_s: float) -> tuple[Vectors, int]:
        """Embed a batch."""
        payload: dict[str, Any] = {"model": info.name, "input": list(texts), "truncate": False}
        if info.context_tokens:
            # Stated, because a Modelfile may say 128 where the model can do 512 (B7); constant, because
            # another value makes the server reload the model.
            payload["options"] = {"num_ctx": min(info.context_tokens, wire.EMBED_CONTEXT_TOKENS)}
        reply = await self._transport.post(
            "/api/embed",
            payload,
            wire.Embeddings,
            model=info.name,
            timeout_s=timeout_s,
            largest=largest_embedding(len(texts), info.dims),
        )
        return reply.vectors(count=len(texts), dims=info.dims), reply.prompt_eval_count


def largest_embedding(texts: int, dims: int) -> int:
    """Return how many bytes the vectors of so many texts may take."""
    return LARGEST_REPLY + texts * (dims or wire.MOST_DIMS) * BYTES_A_NUMBER
