"""Ollama's HTTP interface over the stand-in's rules; OpenAI's is in `demo.standin.openai_routes`."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from demo.standin.catalogue import Catalogue, Model
from demo.standin.hashed_vectors import embed
from demo.standin.openai_routes import OWNER, OpenAiRoutes
from demo.standin.reply_writer import ReplyWriter
from demo.standin.requests import (
    ApiRefusal,
    body_of,
    inputs_of,
    keep_alive_of,
    sampling_of,
    text_field,
    thinking_of,
)
from demo.standin.tasks import TaskReader
from demo.standin.text_sizes import cut, rounded, tokens_of
from tane.llm.prompts import Prompts

VERSION = "0.0.0-standin"
CHUNK = 8  # characters a streamed reply sends at once
THOUGHT = "Rules need no thought."
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal")

Answer: TypeAlias = Callable[[], str]


class StandinServer:
    """One stand-in: its models, its slots, its latency."""

    owner = OWNER  # of its models, for those who ask by OpenAI's interface

    def __init__(
        self,
        *,
        latency_s: float = 0.0,
        parallel: int = 1,
        thinks: bool = False,
        prompts: Sequence[Prompts] = (),
    ) -> None:
        self._catalogue = Catalogue(thinks=thinks)
        self._writer = ReplyWriter(TaskReader(prompts))
        self._latency_s = latency_s
        # FIFO like Ollama's; embedding models always run one at a time there.
        self._slots = {"text": asyncio.Semaphore(parallel), "embed": asyncio.Semaphore(1)}

    def app(self) -> Starlette:
        """Return the ASGI application."""
        openai = OpenAiRoutes(
            self._catalogue, self._writer, self._slots, latency_s=self._latency_s, owner=self.owner
        )
        routes = [
            Route("/", _guarded(self._root)),
            Route("/api/version", _guarded(self._version)),
            Route("/api/tags", _guarded(self._tags)),
            Route("/api/ps", _guarded(self._ps)),
            Route("/api/show", _guarded(self._show), methods=["POST"]),
            Route("/api/generate", _guarded(self._generate), methods=["POST"]),
            Route("/api/chat", _guarded(self._chat), methods=["POST"]),
            Route("/api/embed", _guarded(self._embed), methods=["POST"]),
            Route("/api/embeddings", _guarded(self._embeddings), methods=["POST"]),
            *openai.routes(_guarded),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _text_error})

    async def _root(self, _request: Request) -> Response:
        return PlainTextResponse("Ollama is running")

    async def _version(self, _request: Request) -> Response:
        return _json({"version": VERSION})

    async def _tags(self, _request: Request) -> Response:
        return _json({"models": [model.entry for model in self._catalogue.models]})

    async def _ps(self, _request: Request) -> Response:
        return _json({"models": self._catalogue.resident()})

    async def _show(self, request: Request) -> Response:
        body = body_of(await request.body())
        return _json(self._catalogue.find(text_field(body, "model") or text_field(body, "name")).shown)

    async def _generate(self, request: Request) -> Response:
        body = body_of(await request.body())
        prompt = text_field(body, "prompt")
        answer = partial(self._writer.answer, prompt)
        if body.get("format"):
            answer = partial(self._writer.structured_answer, prompt, body["format"])
        return await self._write(body, prompt, answer, in_message=False)

    async def _chat(self, request: Request) -> Response:
        body = body_of(await request.body())
        messages = body.get("messages") or []
        prompt = next((str(m.get("content", "")) for m in reversed(messages) if m.get("role") == "user"), "")
        answer = partial(self._writer.answer, prompt)
        if body.get("format"):
            answer = partial(self._writer.structured_answer, prompt, body["format"])
        return await self._write(body, prompt, answer, in_message=True)

    async def _write(
        self, body: Mapping[str, Any], prompt: str, answer: Answer, *, in_message: bool
    ) -> Response:
        started = time.perf_counter_ns()
        model = self._catalogue.find(text_field(body, "model"), ability="completion")
        sampling = sampling_of(body)
        thinks = thinking_of(body, model=model.name, can_think="thinking" in model.capabilities)
        _check_format(body.get("format"))
        keep_alive_s = keep_alive_of(body)
        if body.get("truncate") is False and tokens_of(prompt) > (sampling.num_ctx or model.context_tokens):
            raise ApiRefusal(
                400, "the request exceeds the available context size (exceed_context_size_error)"
            )
        self._catalogue.touch(model, keep_alive_s)
        streams = body.get("stream") is not False
        if not prompt:
            reason = "unload" if keep_alive_s == 0 else "load"
            return _reply(
                [_part(model, "", in_message=in_message, done=True) | {"done_reason": reason}],
                streams=streams,
            )
        async with self._slots["text"]:
            await asyncio.sleep(self._latency_s)
            written_at = time.perf_counter_ns()
            text, reason = cut(answer(), sampling)
        now = time.perf_counter_ns()
        last = {
            "done_reason": reason,
            **({} if in_message or body.get("raw") else {"context": [1]}),
            "total_duration": now - started,
            "load_duration": 1,
            "prompt_eval_count": tokens_of(prompt),
            "prompt_eval_duration": max(1, written_at - started),
            "eval_count": tokens_of(text),
            "eval_duration": now - written_at,
        }
        thought = THOUGHT if thinks else ""
        if not streams:
            return _json(_part(model, text, in_message=in_message, done=True, thought=thought) | last)
        parts = [
            _part(model, text[at : at + CHUNK], in_message=in_message, done=False)
            for at in range(0, len(text), CHUNK)
        ]
        if thought:
            parts.insert(0, _part(model, "", in_message=in_message, done=False, thought=thought))
        return _reply([*parts, _part(model, "", in_message=in_message, done=True) | last], streams=True)

    async def _embed(self, request: Request) -> Response:
        started = time.perf_counter_ns()
        body = body_of(await request.body())
        model = self._catalogue.find(text_field(body, "model"), ability="embedding")
        sampling = sampling_of(body)
        texts = inputs_of(body)
        self._catalogue.touch(model, keep_alive_of(body))
        if not texts:
            return _json({"model": model.name, "embeddings": []})
        window = min(sampling.num_ctx or model.context_tokens, model.context_tokens)
        if body.get("truncate") is False and any(tokens_of(text) > window for text in texts):
            raise ApiRefusal(400, "the input length exceeds the context length")
        async with self._slots["embed"]:
            await asyncio.sleep(self._latency_s)
            vectors = embed(texts)
        return _json(
            {
                "model": model.name,
                "embeddings": rounded(vectors),
                "total_duration": time.perf_counter_ns() - started,
                "load_duration": 1,
                "prompt_eval_count": sum(min(tokens_of(text), window) for text in texts),
            }
        )

    async def _embeddings(self, request: Request) -> Response:
        body = body_of(await request.body())
        model = self._catalogue.find(text_field(body, "model"), ability="embedding")
        prompt = text_field(body, "prompt")
        self._catalogue.touch(model, keep_alive_of(body))
        async with self._slots["embed"]:
            await asyncio.sleep(self._latency_s)
            return _json({"embedding": rounded(embed([prompt]))[0] if prompt else []})


def _guarded(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Answer refusals as Ollama does, and strangers' host names with an empty 403."""

    async def guarded(request: Request) -> Response:
        if not _is_local(request):
            return Response(status_code=403)
        try:
            return await endpoint(request)
        except ApiRefusal as refusal:
            return _json({"error": refusal.message}, status=refusal.status)

    return guarded


def _is_local(request: Request) -> bool:
    """Tell whether the Host header may be used on a loopback address (a page of the web must not reach it)."""
    bound_to = (request.scope.get("server") or ("", 0))[0]
    if not bound_to.startswith("127.") and bound_to != "::1":
        return True
    host = request.url.hostname or ""
    return (
        host == "localhost"
        or host.replace(".", "").isdigit()
        or ":" in host
        or host.endswith(_LOCAL_SUFFIXES)
    )


async def _text_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "404 page not found", 405: "405 method not allowed"}
    return PlainTextResponse(words.get(status, str(status)), status_code=status)


def _check_format(wanted: object) -> None:
    if wanted not in (None, "", "json") and not isinstance(wanted, dict):
        raise ApiRefusal(
            500, f'invalid format: {json.dumps(wanted)}; expected "json" or a valid JSON Schema object'
        )


def _part(model: Model, text: str, *, in_message: bool, done: bool, thought: str = "") -> dict[str, Any]:
    thinking = {"thinking": thought} if thought else {}
    content = (
        {"message": {"role": "assistant", "content": text} | thinking}
        if in_message
        else {"response": text} | thinking
    )
    return {"model": model.name, "created_at": datetime.now(UTC).isoformat(), **content, "done": done}


def _reply(parts: Sequence[Mapping[str, Any]], *, streams: bool) -> Response:
    if not streams:
        return _json(parts[-1])

    async def lines() -> AsyncIterator[bytes]:
        for part in parts:
            yield _encoded(part) + b"\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


def _json(content: Mapping[str, Any], *, status: int = 200) -> Response:
    return Response(_encoded(content), status_code=status, media_type="application/json; charset=utf-8")


def _encoded(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
