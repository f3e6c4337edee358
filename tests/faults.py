"""A proxy that stands before a model server and spoils some of its answers, keeping a record of what was asked.

    async with FaultProxy(upstream) as proxy:
        proxy.script(Fault.CRASH, Fault.HANG)              # the next two model calls
        proxy.script(Fault.ZERO, path="/api/embed")        # the next embed call
        proxy.rates = {Fault.BUSY: 0.1}                    # and one in ten from then on
        proxy.when(lambda asked: "poison" in asked.body.get("prompt", ""), Fault.CRASH)

Only calls of models (generate, chat, embed) are spoilt, unless a fault is scripted for another path.
"""

import asyncio
import contextlib
import json
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self

import httpx

from tests import openai_faults

MODEL_PATHS = ("/api/generate", "/api/chat", "/api/embed", *openai_faults.MODEL_PATHS)


class Fault(Enum):
    # HTTP errors in Ollama's own words
    CRASH = (500, "model runner has unexpectedly stopped, this may be due to resource limitations")
    OUT_OF_MEMORY = (500, "llama-server process has terminated: cudaMalloc failed: out of memory")
    TOOL_CALL = (500, "error parsing tool call: raw='a secret of the user', err=invalid character")
    ENDLESS = (500, "prediction aborted, token repeat limit reached")
    OPTION_TYPE = (500, 'option "temperature" must be of type float32')
    REFUSED = (400, "invalid options: num_gpu")
    FORMAT = (500, 'invalid format: "yaml"; expected "json" or a valid JSON Schema object')
    NAN_OLD = (500, "failed to encode response: json: unsupported value: NaN")
    NAN = (400, "embedding contains NaN or Inf values")
    TOO_LONG = (400, "the input length exceeds the context length")
    TOO_LONG_NEW = (
        400,
        "the prompt is longer than the context length currently available to the model; shorten it",
    )
    CONTEXT_EXCEEDED = (
        400,
        (
            '{"error":{"code":400,"message":"request (6010 tokens) exceeds the available context size (2048 tokens)",'
            '"type":"exceed_context_size_error","n_prompt_tokens":6010,"n_ctx":2048}}'
        ),
    )
    RUNNER_GONE = (400, "llama-server process no longer running: unknown")
    RUNNER_GONE_502 = (502, "llama runner process has terminated: signal: killed")
    CANNOT_EMBED = (501, "This server does not support embeddings. Start it with `--embeddings`")
    NO_EMBEDDING = (400, '"standin" does not support embeddings')
    THINK_WORD = (400, "json: cannot unmarshal string into Go struct field ChatRequest.think of type bool")
    THINK_VALUE = (400, 'invalid think value: "low" (must be "high", "medium", "low", true, or false)')
    NO_GENERATE = (400, '"standin" does not support generate')
    NO_THINKING = (400, '"standin" does not support thinking')
    MISSING = (404, "model 'standin' not found")
    MISSING_OLD = (404, 'model "standin" not found, try pulling it first')
    BUSY = (503, "server busy, please try again.  maximum pending requests exceeded")
    # other replies
    UNKNOWN_ROUTE = "unknown route"
    FORBIDDEN = "forbidden"
    NOT_JSON = "not json"
    # the connection
    HANG = "hang"
    RESET = "reset"
    CUT_BODY = "cut body"
    # replies of a text model
    ABORTED = "aborted"
    CUT_OFF = "cut off"
    EMPTY = "empty"
    GARBAGE = "garbage"
    ENGLISH = "english"
    FULL_WIDTH = "full width"
    ONLY_THOUGHTS = "only thoughts"
    UNENDED_THOUGHTS = "unended thoughts"
    # replies of an embedding model
    ZERO = "zero"
    NULLS = "nulls"
    SHORT_VECTOR = "short vector"
    ONE_TOO_FEW = "one too few"
    ALL_NULLS = "all nulls"
    ALL_SHORT = "all short"
    ALL_ALIKE = "all alike"
    # of OpenAI's interface alone; see tests.openai_faults
    CONTEXT_CODE = "context code"
    BATCH_EXCEEDED = "batch exceeded"
    KEEP_EXCEEDED = "keep exceeded"
    NO_CHAT = "no chat"
    NOT_LOADED = "not loaded"
    TOO_MANY = "too many"
    NO_TOKEN = "no token"
    NO_SEED = "no seed"
    NO_SCHEMA = "no schema"
    ROUTE_200 = "route 200"
    FILTERED = "filtered"
    DECLINED = "declined"
    NO_CHOICE = "no choice"
    TURNED_ROUND = "turned round"
    NUMBERED_ODDLY = "numbered oddly"
    # none at all, but late
    DELAY = "delay"


REWORDED = {
    Fault.EMPTY: "",
    Fault.GARBAGE: "�%%# ]]} 0x1f null null",
    Fault.ENGLISH: "I'm sorry, but I can't help with that request.",
    Fault.FULL_WIDTH: "０．８５",
    Fault.UNENDED_THOUGHTS: "<think>\nThe user wants me to list what he knows.\n\nHe sleeps early.",
}


@dataclass(slots=True)
class Asked:
    """A request that came in."""

    path: str
    body: dict[str, Any]
    at: float
    in_flight: int  # calls of the same model at that moment, this one included
    fault: Fault | None = None
    ended_at: float | None = None  # None while it runs
    cancelled: bool = False  # the client hung up before the answer

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))


@dataclass(slots=True)
class _Model:
    slots: asyncio.Semaphore | None
    in_flight: int = 0


@dataclass(repr=False)
class FaultProxy:
    """Forwards every request to `upstream`, with latency, slots and faults of its own."""

    upstream: str
    latency_s: float = 0.0
    slots: int | None = None  # FIFO, per model, as OLLAMA_NUM_PARALLEL
    seed: int = 1
    rates: dict[Fault, float] = field(default_factory=dict)
    delay_s: float = 0.2
    asked: list[Asked] = field(default_factory=list)
    _scripted: dict[str | None, deque[Fault | None]] = field(default_factory=dict)
    _rules: list[tuple[Callable[[Asked], bool], Fault]] = field(default_factory=list)
    _models: dict[str, _Model] = field(default_factory=dict)
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._random = random.Random(self.seed)
        self._released = asyncio.Event()
        self._http = httpx.AsyncClient(
            trust_env=False, verify=False, timeout=60, limits=httpx.Limits(max_connections=None)
        )
        self.port = 0
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self._http.aclose()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; after `stop` on the same port again."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Go away as a killed server does: nobody listens, and what is open breaks."""
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def script(self, *faults: Fault | None, path: str | None = None) -> None:
        """Spoil the next calls in turn (None lets one pass), of any model or of one path."""
        self._scripted.setdefault(path, deque()).extend(faults)

    def when(self, rule: Callable[[Asked], bool], fault: Fault) -> None:
        """Spoil every call for which `rule` holds."""
        self._rules.append((rule, fault))

    def clear(self) -> None:
        """Spoil nothing any more and let hanging calls go."""
        self._scripted.clear()
        self._rules.clear()
        self.rates = {}
        self._released.set()
        self._released = asyncio.Event()

    def calls(self, path: str | None = None) -> list[Asked]:
        """Return what models were asked so far."""
        return [
            asked
            for asked in self.asked
            if asked.path == path or (path is None and asked.path in MODEL_PATHS)
        ]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while (request := await _read_request(reader)) is not None:
                if not await self._answer(*request, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer(
        self, method: str, path: str, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; False when the connection is to end."""
        decoded = json.loads(body) if body else {}
        model = self._models.setdefault(
            decoded.get("model", ""), _Model(asyncio.Semaphore(self.slots) if self.slots else None)
        )
        model.in_flight += 1
        asked = Asked(path, decoded, time.monotonic(), model.in_flight)
        asked.fault = self._fault_for(asked)
        self.asked.append(asked)
        forwarding = asyncio.create_task(
            self._reply(asked, method, body, model, self._released), name=f"proxy {path}"
        )
        hung_up = asyncio.create_task(reader.read(1), name="proxy watches client")
        try:
            # A client sends nothing before its answer: anything read here is its hanging up.
            await asyncio.wait({forwarding, hung_up}, return_when=asyncio.FIRST_COMPLETED)
            if not forwarding.done():
                asked.cancelled = True
                return False
            await _cancelled(hung_up)  # or it would swallow the first byte of the next request
            status, kind, content = forwarding.result()
            return await _write_reply(writer, status, kind, content, asked.fault)
        finally:
            await _cancelled(forwarding, hung_up)
            model.in_flight -= 1
            asked.ended_at = time.monotonic()

    def _fault_for(self, asked: Asked) -> Fault | None:
        if scripted := self._scripted.get(asked.path):
            return scripted.popleft()
        if asked.path not in MODEL_PATHS:
            return None
        if scripted := self._scripted.get(None):
            return scripted.popleft()
        for rule, fault in self._rules:
            if rule(asked):
                return fault
        drawn = self._random.random()
        for fault, rate in self.rates.items():
            drawn -= rate
            if drawn < 0:
                return fault
        return None

    async def _reply(
        self, asked: Asked, method: str, body: bytes, model: _Model, released: asyncio.Event
    ) -> tuple[int, str, bytes]:
        fault = asked.fault
        if fault is Fault.HANG:
            await released.wait()  # of the time when it was spoiled: `clear` may have been called since
        is_model_call = asked.path in MODEL_PATHS
        async with model.slots if model.slots and is_model_call else contextlib.nullcontext():
            if is_model_call:
                await asyncio.sleep(self.latency_s + (self.delay_s if fault is Fault.DELAY else 0))
            if fault is not None and (refused := _refusal(fault, asked.path)) is not None:
                return refused
            response = await self._http.request(method, self.upstream + asked.path, content=body)
        content = response.content
        if fault is not None and response.status_code == 200:
            content = _spoilt(fault, content)
        return response.status_code, response.headers.get("content-type", "application/json"), content


async def _cancelled(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _refusal(fault: Fault, path: str) -> tuple[int, str, bytes] | None:
    if path.startswith("/v1/") and (said := openai_faults.refusal(fault.name)) is not None:
        return said
    if isinstance(fault.value, tuple):
        status, message = fault.value
        return status, "application/json", json.dumps({"error": message}).encode()
    return {
        Fault.UNKNOWN_ROUTE: (404, "text/plain", b"404 page not found"),
        Fault.FORBIDDEN: (403, "text/plain", b""),
        Fault.NOT_JSON: (200, "text/html", b"<html>Please sign in</html>"),
    }.get(fault)


def _spoilt(fault: Fault, content: bytes) -> bytes:
    reply = json.loads(content)
    if "choices" in reply or "data" in reply:
        return json.dumps(openai_faults.spoil(fault.name, reply, REWORDED.get(fault))).encode()
    if fault is Fault.ABORTED:
        reply = {key: reply[key] for key in reply if key in ("model", "created_at", "response", "message")}
        reply["done"] = False
    if fault is Fault.CUT_OFF:
        _reword(reply, "")
        reply |= {"done_reason": "length", "thinking": "hmm"}
    if fault in REWORDED:
        _reword(reply, REWORDED[fault])
    if fault is Fault.ONLY_THOUGHTS:
        _reword(reply, "")
        (reply.get("message") or reply)["thinking"] = "The user wants a list. There is something to list."
    if vectors := reply.get("embeddings"):
        first = {
            Fault.ZERO: [0.0] * len(vectors[0]),
            Fault.NULLS: [None] * len(vectors[0]),
            Fault.SHORT_VECTOR: vectors[0][:-1],
        }.get(fault, vectors[0])
        spoilt = {
            Fault.ONE_TOO_FEW: vectors[1:],
            Fault.ALL_NULLS: [[None] * len(vector) for vector in vectors],
            Fault.ALL_SHORT: [vector[:-1] for vector in vectors],
            Fault.ALL_ALIKE: [[1.0] + [0.0] * (len(vector) - 1) for vector in vectors],
        }
        reply["embeddings"] = spoilt.get(fault, [first, *vectors[1:]])
    return json.dumps(reply).encode()


def _reword(reply: dict[str, Any], text: str) -> None:
    if "message" in reply:
        reply["message"]["content"] = text
    elif "response" in reply:
        reply["response"] = text


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, str, bytes] | None:
    head = await reader.readline()
    if not head:
        return None
    method, path, _ = head.decode().split(" ", 2)
    length = 0
    async for name, value in _headers(reader):
        if name == "content-length":
            length = int(value)
    return method, path, await reader.readexactly(length)


async def _headers(reader: asyncio.StreamReader) -> AsyncIterator[tuple[str, str]]:
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode().partition(":")
        yield name.strip().lower(), value.strip()


async def _write_reply(
    writer: asyncio.StreamWriter, status: int, kind: str, content: bytes, fault: Fault | None
) -> bool:
    if fault is Fault.RESET:
        writer.transport.abort()
        return False
    head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    writer.write(head + (content[: len(content) // 2] if fault is Fault.CUT_BODY else content))
    await writer.drain()
    return fault is not Fault.CUT_BODY
