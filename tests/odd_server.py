"""A server that says whatever it is told to on one path, byte for byte, and on all others what an Ollama, or one with OpenAI's interface, says."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from demo.standin import EMBED_MODEL, TEXT_MODEL

Speaker: TypeAlias = Callable[[asyncio.StreamWriter], Awaitable[None]]
DIMS = 8
_MODELS = [{"name": name, "digest": name[-5:] * 12} for name in (TEXT_MODEL, EMBED_MODEL)]
_INFO = {"general.architecture": "odd", "odd.embedding_length": DIMS, "odd.context_length": 512}
_END = {"done": True, "done_reason": "stop", "prompt_eval_count": 3, "eval_count": 2}
_USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
_CHOICE = {
    "index": 0,
    "message": {"role": "assistant", "content": "なし", "refusal": None},
    "finish_reason": "stop",
}
# What a server says on each path.
SOUND: Mapping[str, dict[str, Any]] = {
    "/api/version": {"version": "0.30.0"},
    "/api/tags": {"models": _MODELS},
    "/api/ps": {"models": _MODELS},
    "/api/show": {"model_info": _INFO, "capabilities": ["completion", "thinking"]},
    "/api/generate": {"model": TEXT_MODEL, "response": "なし", **_END},
    "/api/chat": {"model": TEXT_MODEL, "message": {"role": "assistant", "content": "{}"}, **_END},
    "/v1/models": {
        "object": "list",
        "data": [
            {
                "id": name,
                "object": "model",
                "created": 1,
                "owned_by": "odd",
                "meta": {"n_embd": DIMS, "n_ctx": 4096},
            }
            for name in (TEXT_MODEL, EMBED_MODEL)
        ],
    },
    "/v1/chat/completions": {"object": "chat.completion", "choices": [_CHOICE], "usage": _USAGE},
}


def vector(text: str) -> list[float]:
    """Some vector that tells texts apart."""
    return [float(1 + sum(map(ord, text)) % (7 + place)) for place in range(DIMS)]


def plain(body: bytes, *, status: int = 200, more: str = "") -> bytes:
    """A whole HTTP reply."""
    head = (
        f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextlib.asynccontextmanager
async def serving(odd: "Mapping[str, bytes | Speaker]") -> AsyncIterator[str]:
    """Serve; a path of `odd` is answered by these bytes, or by whoever writes them."""
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            while request := await reader.readline():
                path, length = request.split()[1].decode(), 0
                while (line := await reader.readline()).strip():
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                asked = json.loads(await reader.readexactly(length) or b"{}")
                said = odd.get(path) or plain(json.dumps(_sound(path, asked)).encode())
                if isinstance(said, bytes):
                    writer.write(said)
                    await writer.drain()
                else:
                    await said(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the test is over, or the client hung up
        finally:
            connections.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


def _sound(path: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    if path == "/api/embed":
        return {"embeddings": [vector(text) for text in asked["input"]], "prompt_eval_count": 3}
    if path == "/v1/embeddings":
        rows = [{"index": place, "embedding": vector(text)} for place, text in enumerate(asked["input"])]
        return {"object": "list", "data": rows, "usage": _USAGE}
    return SOUND[path]
