"""The driver for an Ollama server: the only place that speaks HTTP to a model.

It bounds what is in flight, gives every call a deadline, accepts only whole replies, and translates every
failure once. It never retries: whoever asked knows what a second try is worth.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Literal, Self

import httpx
import numpy as np

from llm import wire
from llm.bisection import Vectors, embed_each
from llm.calls import Call, OnCall, OnText, Operation
from llm.errors import (
    BadReply,
    ModelError,
    ModelMissing,
    ModelTimeout,
    ModelUnavailable,
    TextTooLong,
)
from llm.failures import failure_of
from llm.protocol import Embedded, ModelInfo, Models, Prompt, Reply
from llm.tokens import estimate_tokens

CONNECT_S = 10.0
PROBE_S = 60.0  # longer than a model takes to load: a shorter probe would abort the load, for ever
INSPECT_S = 30.0  # /api/ps may block for seconds while a model is unloaded
FACTS_S = 60.0  # how long digest and abilities of a model are believed
EMBED_SLOTS = 2  # embedding models run one text after another; the second request hides the gap
BATCH = 64
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
        think: str = "low",
        timeout_s: float = 300.0,
        options: Mapping[str, Any] | None = None,
        on_call: OnCall | None = None,
        on_text: OnText | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._models: dict[Lane, str] = {"text": text_model, "embed": embed_model}
        # One call more than the server has slots waits there, so that no slot is ever idle.
        self._slots: dict[Lane, asyncio.Semaphore] = {
            "text": asyncio.Semaphore(parallel + 1),
            "embed": asyncio.Semaphore(EMBED_SLOTS),
        }
        self._context_tokens = context_tokens
        self._think = think
        self._timeout_s = timeout_s
        self._options = dict(options or {})
        self._on_call = on_call
        self._on_text = on_text
        self._facts: dict[Lane, tuple[float, ModelInfo]] = {}
        self._asking: dict[Lane, asyncio.Lock] = {"text": asyncio.Lock(), "embed": asyncio.Lock()}
        self._used_at: dict[Lane, float] = {}
        # The environment's proxies are not for a server of one's own; deadlines are ours (B1).
        self._http = httpx.AsyncClient(
            trust_env=False,
            verify=self._url.startswith("https:"),  # reading all certificates for plain HTTP costs 40 ms
            timeout=httpx.Timeout(None, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=parallel + EMBED_SLOTS + 2),
            headers={"Content-Type": "application/json"},
        )

    def __repr__(self) -> str:
        return f"Ollama({self._url}, text={self._models['text']}, embed={self._models['embed']})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> Reply:
        """Answer a prompt; see `Models`."""
        return await self._write("generate", prompt, {"prompt": prompt.text}, sample=sample)

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> Reply:
        """Answer a prompt with JSON; see `Models`. The one way to structure gpt-oss (B6)."""
        message = {"role": "user", "content": prompt.text}
        return await self._write("chat", prompt, {"messages": [message], "format": schema}, sample=sample)

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """Embed texts; see `Models`. A failing batch is bisected, so that one bad text fails alone."""
        model = await self._info("embed")
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        embedded = [await embed_each(batch, self._embed_batch) for batch in batches]
        vectors = [vector for batch in embedded for vector in batch]
        if not model.dims:  # an architecture that does not tell
            model = replace(model, dims=next((v.size for v in vectors if isinstance(v, np.ndarray)), 0))
        return Embedded(model=model, vectors=vectors)

    async def inspect(self) -> ServerState:
        """Ask what the server is and whether it has both models."""
        version = await self._get("/api/version")
        tags = await self._get("/api/tags")
        missing = tuple(name for name in self._models.values() if wire.named(tags, name) is None)
        self._facts.clear()
        infos: dict[Lane, ModelInfo | None] = {}
        for lane, name in self._models.items():
            infos[lane] = None if name in missing else await self._info(lane)
        return ServerState(
            version=str(version.get("version", "")), text=infos["text"], embed=infos["embed"], missing=missing
        )

    async def probe(self, lane: Lane) -> None:
        """Prove that a model works: /api/version and /api/ps answer even while every load hangs (ollama#17408).

        It takes no slot: those may all be held by calls that hang.

        Raises:
            ModelError: it does not.
        """
        model = self._models[lane]
        if lane == "text":
            options = {"num_ctx": self._context_tokens, "num_predict": 1}
            payload = {"model": model, "prompt": "1", "stream": False, "options": options}
            await self._post("/api/generate", payload, model=model, timeout_s=PROBE_S)
        else:
            info = await self._info("embed")
            reply = await self._post(
                "/api/embed", self._embedding(["1"], info), model=model, timeout_s=PROBE_S
            )
            for vector in wire.vectors_of(reply, count=1, dims=info.dims):
                if isinstance(vector, ModelError):
                    raise vector

    async def are_coresident(self) -> bool | None:
        """Tell whether both models fit the host at once; None while nobody knows.

        They do if both are resident; they do not if both were just used and one is gone.
        """
        resident = await self._get("/api/ps")
        absent: list[Lane] = [
            lane for lane, name in self._models.items() if wire.named(resident, name) is None
        ]
        if not absent:
            return True
        now = time.monotonic()
        both_used = all(now - self._used_at.get(lane, -TURN_S) < TURN_S for lane in self._models)
        return False if both_used else None

    async def _write(
        self, operation: Operation, prompt: Prompt, asked: Mapping[str, Any], *, sample: int
    ) -> Reply:
        model = self._models["text"]
        async with self._slots["text"]:
            with Call(self._on_call, model=model, operation=operation) as call:
                info = await self._info("text")
                predicted = prompt.reply_tokens + (wire.THINKING_TOKENS if info.thinks else 0)
                self._check_length(prompt, predicted)
                options = wire.sampled({**prompt.options, **self._options}, sample=sample)
                payload = {
                    "model": model,
                    **asked,
                    "stream": False,
                    **({"think": self._think} if info.thinks else {}),
                    "options": {**options, "num_ctx": self._context_tokens, "num_predict": predicted},
                }
                reply = await self._post(f"/api/{operation}", payload, model=model)
                text = wire.chat_text(reply) if operation == "chat" else reply.get("response")
                whole = wire.completed(reply, text)
                self._used_at["text"] = time.monotonic()
                if self._on_text is not None:
                    self._on_text(prompt.text, whole.text)
                call.prompt_tokens, call.reply_tokens = whole.prompt_tokens, whole.reply_tokens
                return Reply(
                    text=whole.text,
                    model=info.name,
                    prompt_tokens=whole.prompt_tokens,
                    reply_tokens=whole.reply_tokens,
                    seconds=call.seconds,
                )

    def _check_length(self, prompt: Prompt, predicted: int) -> None:
        """Refuse what does not fit: the server would cut the prompt without a word (B4)."""
        needed = estimate_tokens(prompt.text) + predicted
        if needed > self._context_tokens:
            raise TextTooLong(
                f"prompt and reply may need {needed} tokens, the context holds {self._context_tokens}"
            )

    def _embedding(self, texts: Sequence[str], info: ModelInfo) -> dict[str, Any]:
        payload: dict[str, Any] = {"model": self._models["embed"], "input": list(texts), "truncate": False}
        if info.context_tokens:
            # Stated, because a Modelfile may say 128 where the model can do 512 (B7); constant, because
            # another value makes the server load the model anew.
            payload["options"] = {"num_ctx": min(info.context_tokens, wire.EMBED_CONTEXT_TOKENS)}
        return payload

    async def _embed_batch(self, texts: Sequence[str]) -> Vectors:
        model = self._models["embed"]
        async with self._slots["embed"]:
            with Call(self._on_call, model=model, operation="embed", texts=len(texts)) as call:
                info = await self._info("embed")
                reply = await self._post("/api/embed", self._embedding(texts, info), model=model)
                vectors = wire.vectors_of(reply, count=len(texts), dims=info.dims)
                self._used_at["embed"] = time.monotonic()
                call.prompt_tokens = int(reply.get("prompt_eval_count") or 0)
                return vectors

    async def _info(self, lane: Lane) -> ModelInfo:
        """Return digest and abilities of a model; asked again once a minute and after every failure."""
        async with self._asking[lane]:
            asked_at, info = self._facts.get(lane, (0.0, None))
            if info is not None and time.monotonic() - asked_at < FACTS_S:
                return info
            name = self._models[lane]
            tag = wire.named(await self._get("/api/tags"), name)
            if tag is None:
                raise ModelMissing(name)
            shown = await self._post("/api/show", {"model": name}, model=name, timeout_s=INSPECT_S)
            info = wire.model_info(tag, shown, embeds=lane == "embed")
            self._facts[lane] = (time.monotonic(), info)
            return info

    async def _get(self, path: str) -> dict[str, Any]:
        async with self._mapped(INSPECT_S):
            response = await self._http.get(self._url + path)
            return self._accepted(response, model="")

    async def _post(
        self, path: str, payload: Mapping[str, Any], *, model: str, timeout_s: float | None = None
    ) -> dict[str, Any]:
        async with self._mapped(timeout_s or self._timeout_s):
            response = await self._http.post(self._url + path, content=wire.encoded(payload))
            return self._accepted(response, model=model)

    def _accepted(self, response: httpx.Response, *, model: str) -> dict[str, Any]:
        if response.status_code != httpx.codes.OK:
            raise failure_of(response.status_code, response.content, model=model)
        reply = wire.decoded(response.content)
        if "error" in reply:
            raise failure_of(500, response.content, model=model)
        return reply

    @contextlib.asynccontextmanager
    async def _mapped(self, timeout_s: float) -> AsyncIterator[None]:
        """Translate what httpx and the clock raise; forget what was known of a server that failed."""
        try:
            async with asyncio.timeout(timeout_s):
                yield
        except TimeoutError:
            self._facts.clear()
            raise ModelTimeout(f"no reply within {timeout_s:g} s") from None
        except httpx.HTTPError as error:
            self._facts.clear()
            raise ModelUnavailable(f"the model server cannot be reached: {type(error).__name__}") from None
        except (BadReply, TextTooLong):
            raise
        except ModelError:
            self._facts.clear()
            raise
