"""OpenAI's HTTP interface, under /v1, as LM Studio, vLLM, llama.cpp's server, LocalAI and others speak it.

Only fields of its public reference are sent: some servers refuse a request for one that they do not know.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tane.llm.model_errors import FieldRefused, ModelMissing
from tane.llm.model_host import HostOptions, ModelHost
from tane.llm.ollama import largest_embedding
from tane.llm.openai_wire import ChatCompletion, EmbeddingList, ServedModels
from tane.llm.protocol import ModelInfo
from tane.llm.server_api import ServerApi, TextRequest
from tane.llm.status_codes import OPENAI
from tane.llm.transport import Transport
from tane.llm.wire import Vectors

# Options of prompts that the interface knows; the others are Ollama's, such as repeat_penalty.
DOCUMENTED = frozenset(
    {"temperature", "top_p", "seed", "stop", "presence_penalty", "frequency_penalty", "logit_bias"}
)
SIZES = frozenset({"num_ctx", "num_predict", "max_tokens", "max_completion_tokens"})  # Tane's own affair
SCHEMA_NAME = "reply"
REFUSED_S = 600.0  # by then another server may answer there


class OpenAiCompatible(ModelHost):
    """Two models of one server with OpenAI's interface; its address may end in /v1 or not."""

    def __init__(self, options: HostOptions) -> None:
        own = frozenset(options.options or {})
        options = replace(options, url=options.url.rstrip("/").removesuffix("/v1"))
        super().__init__(options, wording=OPENAI, api=lambda transport: OpenAiApi(transport, own=own))


class OpenAiApi(ServerApi):
    """The requests of such a server. `own` are the names of options that the owner set, whatever the reference says."""

    kind = "OpenAI-compatible server"

    def __init__(self, transport: Transport, *, own: frozenset[str] = frozenset()) -> None:
        self._transport = transport
        self._own = own
        self._left_out: dict[str, float] = {}  # fields that the server refused, and when

    async def version(self) -> str:
        """Ask who serves the models: the interface knows no version."""
        return (await self._transport.get("/v1/models", ServedModels)).owner

    async def find(self, model: str, *, embeds: bool) -> ModelInfo | None:
        """Look for a model in /v1/models."""
        entry = (await self._transport.get("/v1/models", ServedModels)).named(model)
        return None if entry is None else entry.info(embeds=embeds)

    def missing(self, model: str) -> ModelMissing:
        """Return the error for a model that /v1/models does not list."""
        return OPENAI.missing_model(model)

    async def are_resident(self, models: Sequence[str]) -> bool | None:  # noqa: ARG002 - the interface does not tell
        """Return None: some servers list what they hold in memory, others what they could load."""
        return None

    def thinking(self, wanted: str, info: ModelInfo) -> dict[str, Any]:  # noqa: ARG002 - nobody tells which model thinks
        """Return `reasoning_effort` where the owner chose one; "auto" leaves it to the server. Pure."""
        return {} if wanted == "auto" else {"reasoning_effort": "none" if wanted == "off" else wanted}

    def window(self, info: ModelInfo, context_tokens: int) -> int:
        """Return the setting, at most what the server says it gives a request."""
        return min(context_tokens, info.context_tokens or context_tokens)

    async def write(self, model: str, asked: TextRequest) -> ChatCompletion:
        """Chat, in one piece; without what the server turns out not to know."""
        payload = {
            "model": model,
            "messages": [{"role": "user", "content": asked.text}],
            **self._options(asked.options),
            "max_tokens": asked.reply_tokens,
            **asked.think,
        }
        if asked.schema is not None:
            shape = {"name": SCHEMA_NAME, "strict": True, "schema": asked.schema}
            payload["response_format"] = {"type": "json_schema", "json_schema": shape}
        while True:
            sent = {name: value for name, value in payload.items() if not self._is_left_out(name)}
            try:
                return await self._transport.post(
                    "/v1/chat/completions",
                    sent,
                    ChatCompletion,
                    model=model,
                    timeout_s=asked.timeout_s,
                    largest=asked.largest,
                )
            except FieldRefused as error:
                if error.field not in sent or error.field in self._own:
                    raise
                self._left_out[error.field] = time.monotonic()

    async def embed(self, info: ModelInfo, texts: Sequence[str], *, timeout_s: float) -> tuple[Vectors, int]:
        """Embed a batch."""
        reply = await self._transport.post(
            "/v1/embeddings",
            {"model": info.name, "input": list(texts)},
            EmbeddingList,
            model=info.name,
            timeout_s=timeout_s,
            largest=largest_embedding(len(texts), info.dims),
        )
        return reply.vectors(count=len(texts), dims=info.dims), reply.usage.prompt_tokens

    def _is_left_out(self, name: str) -> bool:
        return name in self._left_out and time.monotonic() - self._left_out[name] < REFUSED_S

    def _options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: value
            for name, value in options.items()
            if (name in DOCUMENTED or name in self._own) and name not in SIZES
        }
