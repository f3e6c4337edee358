"""OpenAI's HTTP interface over the same rules: /v1/models, /v1/chat/completions and /v1/embeddings.

It is as strict as its public reference: fields that do not stand there are refused, which some servers do and most do not.
"""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from demo.standin.catalogue import Catalogue, Model
from demo.standin.hashed_vectors import embed
from demo.standin.reply_writer import ReplyWriter
from demo.standin.requests import KEEP_ALIVE_S, ApiRefusal, Sampling, body_of, text_field
from demo.standin.text_sizes import cut, rounded, tokens_of

OWNER = "standin"
CHUNK = 8  # characters a streamed reply sends at once
THOUGHT = "Rules need no thought."
_MADE_AT = 1_767_225_600
_NUMBERS = {
    "temperature": (0.0, 2.0),
    "top_p": (0.0, 1.0),
    "presence_penalty": (-2.0, 2.0),
    "frequency_penalty": (-2.0, 2.0),
    "seed": (-(2.0**63), 2.0**63),
    "max_tokens": (1.0, 2.0**31),
    "max_completion_tokens": (1.0, 2.0**31),
}
_CHAT = {
    *_NUMBERS,
    *("model", "messages", "stream", "stream_options", "stop", "n", "response_format", "reasoning_effort"),
    *("logit_bias", "user"),
}
_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
_EMBED = {"model", "input", "encoding_format", "dimensions", "user"}

Endpoint = Callable[[Request], Awaitable[Response]]


class OpenAiRoutes:
    """The endpoints over a catalogue and the slots of its models."""

    def __init__(
        self,
        catalogue: Catalogue,
        writer: ReplyWriter,
        slots: Mapping[str, asyncio.Semaphore],
        *,
        latency_s: float,
        owner: str = OWNER,
    ) -> None:
        self._catalogue = catalogue
        self._writer = writer
        self._slots = slots
        self._latency_s = latency_s
        self._owner = owner

    def routes(self, guarded: Callable[[Endpoint], Endpoint]) -> list[Route]:
        """Return the routes, each behind the guard of the stand-in."""
        return [
            Route("/v1/models", guarded(_told(self._models))),
            Route("/v1/chat/completions", guarded(_told(self._chat)), methods=["POST"]),
            Route("/v1/embeddings", guarded(_told(self._embeddings)), methods=["POST"]),
        ]

    async def _models(self, _request: Request) -> Response:
        entries = [
            {"id": model.name, "object": "model", "created": _MADE_AT, "owned_by": self._owner}
            for model in self._catalogue.models
        ]
        return _json({"object": "list", "data": entries})

    async def _chat(self, request: Request) -> Response:
        body = _known(await request.body(), _CHAT)
        model = self._find(body, "completion")
        prompt = _prompt(body.get("messages"))
        schema = _schema(body.get("response_format"))
        if body.get("reasoning_effort") not in (None, *_EFFORTS):
            raise ApiRefusal(400, f"Invalid value: 'reasoning_effort' must be one of {', '.join(_EFFORTS)}")
        asked = tokens_of(prompt)
        if asked > model.context_tokens:
            raise ApiRefusal(
                400,
                f"This model's maximum context length is {model.context_tokens} tokens. However, your messages"
                f" resulted in {asked} tokens. Please reduce the length of the messages.",
            )
        self._catalogue.touch(model, KEEP_ALIVE_S)
        async with self._slots["text"]:
            await asyncio.sleep(self._latency_s)
            answer = self._writer.structured_answer(prompt, schema) if schema else self._writer.answer(prompt)
            most = body.get("max_completion_tokens") or body.get("max_tokens") or -1
            text, reason = cut(answer, Sampling(num_predict=int(most)))
        thought = {"reasoning_content": THOUGHT} if "thinking" in model.capabilities else {}
        frame = {"id": f"chatcmpl-{time.time_ns()}", "created": int(time.time()), "model": model.name}
        if body.get("stream"):
            return _streamed(frame, text, reason)
        message = {"role": "assistant", "content": text, "refusal": None, **thought}
        said = tokens_of(text)
        return _json(
            {
                **frame,
                "object": "chat.completion",
                "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
                "usage": {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said},
            }
        )

    async def _embeddings(self, request: Request) -> Response:
        body = _known(await request.body(), _EMBED)
        model = self._find(body, "embedding")
        texts = [body["input"]] if isinstance(body.get("input"), str) else body.get("input")
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            raise ApiRefusal(400, "'$.input' is invalid: a text or a list of texts is wanted")
        sizes = [tokens_of(text) for text in texts]
        if max(sizes) > model.context_tokens:
            raise ApiRefusal(
                400,
                f"This model's maximum context length is {model.context_tokens} tokens, however you requested"
                f" {max(sizes)} tokens ({max(sizes)} in the input). Please reduce the length of the input.",
            )
        self._catalogue.touch(model, KEEP_ALIVE_S)
        async with self._slots["embed"]:
            await asyncio.sleep(self._latency_s)
            vectors = rounded(embed(texts))
        is_packed = body.get("encoding_format") == "base64"
        return _json(
            {
                "object": "list",
                "data": [
                    {"object": "embedding", "index": place, "embedding": _packed(row) if is_packed else row}
                    for place, row in enumerate(vectors)
                ],
                "model": model.name,
                "usage": {"prompt_tokens": sum(sizes), "total_tokens": sum(sizes)},
            }
        )

    def _find(self, body: Mapping[str, Any], ability: str) -> Model:
        name = text_field(body, "model")
        if not name:
            raise ApiRefusal(400, "you must provide a model parameter")
        try:
            return self._catalogue.find(name, ability=ability)
        except ApiRefusal as refusal:
            if refusal.status == 404:
                raise ApiRefusal(404, f"The model `{name}` does not exist") from None
            api = "Embeddings" if ability == "embedding" else "Chat Completions"
            raise ApiRefusal(400, f"The model does not support {api} API") from None


def _told(endpoint: Endpoint) -> Endpoint:
    """Answer refusals in the form of this interface."""

    async def told(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ApiRefusal as refusal:
            kind = "not_found_error" if refusal.status == 404 else "invalid_request_error"
            error = {"message": refusal.message, "type": kind, "param": None, "code": None}
            return _json({"error": error}, status=refusal.status)

    return told


def _known(raw: bytes, fields: set[str]) -> dict[str, Any]:
    body = body_of(raw)
    if strange := sorted(body.keys() - fields):
        raise ApiRefusal(400, f"Unrecognized request argument supplied: {strange[0]}")
    for name, (least, most) in _NUMBERS.items():
        value = body.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (is_number and least <= value <= most):
            raise ApiRefusal(
                400, f"Invalid value for '{name}': a number from {least:g} to {most:g} is wanted"
            )
    return body


def _prompt(messages: object) -> str:
    if not isinstance(messages, list) or not messages:
        raise ApiRefusal(400, "Missing required parameter: 'messages'")
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in ("system", "user", "assistant"):
            raise ApiRefusal(400, "Invalid value for 'messages': an object with a role is wanted")
    said = next((m.get("content") for m in reversed(messages) if m["role"] == "user"), "")
    if isinstance(said, list):
        said = "".join(str(part.get("text", "")) for part in said if isinstance(part, dict))
    return str(said or "")


def _schema(wanted: object) -> Mapping[str, Any] | str | None:
    if wanted is None:
        return None
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if not isinstance(wanted, dict) or kind not in ("text", "json_object", "json_schema"):
        raise ApiRefusal(400, "Invalid value for 'response_format.type'")
    if kind == "json_object":
        return "json"
    if kind == "text":
        return None
    shape = wanted.get("json_schema")
    if not isinstance(shape, dict) or not shape.get("name") or not isinstance(shape.get("schema"), dict):
        raise ApiRefusal(400, "Missing required parameter: 'response_format.json_schema.name' or '.schema'")
    schema: dict[str, Any] = shape["schema"]
    return schema


def _streamed(frame: Mapping[str, Any], text: str, reason: str) -> Response:
    def part(delta: Mapping[str, Any], end: str | None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": end}
        chunk = {**frame, "object": "chat.completion.chunk", "choices": [choice]}
        return b"data: " + _encoded(chunk) + b"\n\n"

    async def parts() -> AsyncIterator[bytes]:
        yield part({"role": "assistant", "content": ""}, None)
        for at in range(0, len(text), CHUNK):
            yield part({"content": text[at : at + CHUNK]}, None)
        yield part({}, reason)
        yield b"data: [DONE]\n\n"

    return StreamingResponse(parts(), media_type="text/event-stream")


def _packed(row: Sequence[float]) -> str:
    return base64.b64encode(np.asarray(row, dtype="<f4").tobytes()).decode()


def _json(content: Mapping[str, Any], *, status: int = 200) -> Response:
    return Response(_encoded(content), status_code=status, media_type="application/json")


def _encoded(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
