"""The stand-in with the speed of a real model, its time scaled down: one slot a model, and a record of how it was used.

A call of the text model costs what gpt-oss:20b takes on one consumer graphics card; a text to embed 30 ms. What
the stand-in itself needs to find an answer counts as part of that time.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from demo.standin.__main__ import config, listening
from demo.standin.server import StandinServer

TEXT_PATHS = ("/api/generate", "/api/chat")
EMBED_PATH = "/api/embed"


def text_seconds(prompt_tokens: int, reply_tokens: int) -> float:
    """Return the time of a call: overhead, reading the prompt, then thinking (100 tokens) and writing."""
    return 0.3 + prompt_tokens / 2_000 + (100 + reply_tokens) / 80


def embed_seconds(texts: int) -> float:
    """Return the time of an embedding call; the texts of a batch are embedded one after another."""
    return 0.03 * texts


@dataclass(slots=True)
class Slot:
    """One slot of a model and what it did; `modelled_s` is the time that its calls would take in truth."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    calls: int = 0
    texts: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0
    modelled_s: float = 0.0
    busy_s: float = 0.0
    began_s: float | None = None

    def true_seconds(self, now_s: float) -> float:
        """Return how long all this takes in truth: its calls, and the time it waited for us, which is not scaled."""
        return self.modelled_s + self.idle_seconds(now_s)

    def idle_seconds(self, now_s: float) -> float:
        """Return how long the slot waited for us since its first call."""
        return 0.0 if self.began_s is None else max(0.0, now_s - self.began_s - self.busy_s)


class PacedModels:
    """An ASGI application round the stand-in's."""

    def __init__(self, *, scale: float) -> None:
        self._app = StandinServer(parallel=64).app()
        self._scale = scale
        self.text = Slot()
        self.embed = Slot()
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path not in (*TEXT_PATHS, EMBED_PATH):
            await self._app(scope, receive, send)
            return
        slot = self.embed if path == EMBED_PATH else self.text
        held: list[MutableMapping[str, Any]] = []

        async def keep(message: MutableMapping[str, Any]) -> None:
            held.append(message)

        async with slot.lock:
            began_s = time.perf_counter()
            slot.began_s = began_s if slot.began_s is None else slot.began_s
            await self._app(scope, receive, keep)
            cost_s = _cost(slot, b"".join(message.get("body", b"") for message in held))
            await asyncio.sleep(max(0.0, cost_s / self._scale - (time.perf_counter() - began_s)))
            slot.modelled_s += cost_s
            slot.busy_s += time.perf_counter() - began_s
        for message in held:
            await send(message)


def _cost(slot: Slot, body: bytes) -> float:
    """Take note of a reply and return the seconds it would take."""
    reply = json.loads(body)
    prompt_tokens, reply_tokens = reply.get("prompt_eval_count", 0), reply.get("eval_count", 0)
    texts = len(reply.get("embeddings", ()))
    slot.calls += 1
    slot.texts += texts
    slot.prompt_tokens += prompt_tokens
    slot.reply_tokens += reply_tokens
    return embed_seconds(texts) if "embeddings" in reply else text_seconds(prompt_tokens, reply_tokens)


@asynccontextmanager
async def paced_models(*, scale: float) -> AsyncIterator[PacedModels]:
    """Serve paced models on loopback."""
    models = PacedModels(scale=scale)
    listener = listening("127.0.0.1", 0)
    models.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = config(StandinServer())
    settings.app = models
    server = uvicorn.Server(settings)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield models
    finally:
        server.should_exit = True
        await serving
