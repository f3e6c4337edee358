"""HTTP to one model server: the only place that meets httpx.

It gives every request a deadline in total and every reply a longest size, and translates every failure once.
"""

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import httpx

from tane.llm import wire
from tane.llm.model_errors import (
    BadReply,
    ModelCrashed,
    ModelError,
    ModelTimeout,
    ModelUnavailable,
    TextTooLong,
)
from tane.llm.status_codes import OLLAMA, Wording, failure_of
from tane.llm.wire import ReplyT

CONNECT_S = 10.0
INSPECT_S = 30.0  # /api/ps may block for seconds while a model is unloaded
LARGEST_REPLY = 4 * 2**20  # a list of thousands of models, licence and template of one
LARGEST_ERROR = 64 * 2**10
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class Transport:
    """One server; `on_failure` is called when its version and its models must be read again, `wording` is how errors tell of it."""

    def __init__(
        self,
        *,
        url: str,
        connections: int,
        headers: Mapping[str, str] = MappingProxyType({}),
        on_failure: Callable[[], None] = lambda: None,
        wording: Wording = OLLAMA,
    ) -> None:
        self._url = url.rstrip("/")
        self._on_failure = on_failure
        self._wording = wording
        # The environment's proxies are not for a server of one's own; deadlines are ours (B1).
        self._http = httpx.AsyncClient(
            trust_env=False,
            verify=self._url.startswith("https:"),  # reading all certificates for plain HTTP costs 40 ms
            timeout=httpx.Timeout(None, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=connections),
            headers={"Accept-Encoding": "identity", "Content-Type": "application/json", **headers},
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def get(self, path: str, kind: type[ReplyT]) -> ReplyT:
        """Ask for a small reply."""
        return await self._ask("GET", path, b"", kind, model="", timeout_s=INSPECT_S, largest=LARGEST_REPLY)

    async def post(
        self,
        path: str,
        payload: Mapping[str, Any],
        kind: type[ReplyT],
        *,
        model: str,
        timeout_s: float,
        largest: int = LARGEST_REPLY,
    ) -> ReplyT:
        """Send JSON and return the reply, at most `largest` bytes long.

        Raises:
            ModelError: there is none that can be used.
        """
        content = wire.encoded(payload)
        return await self._ask("POST", path, content, kind, model=model, timeout_s=timeout_s, largest=largest)

    async def _ask(
        self,
        method: str,
        path: str,
        content: bytes,
        kind: type[ReplyT],
        *,
        model: str,
        timeout_s: float,
        largest: int,
    ) -> ReplyT:
        async with (
            self._mapped(timeout_s),
            self._http.stream(method, self._url + path, content=content) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise failure_of(
                    response.status_code, await _beginning(response), model=model, wording=self._wording
                )
            body = await _body(response, largest=largest)
        with self._forgetting():
            reply = wire.json_object(body)
            if reply.get("error"):
                raise failure_of(500, body, model=model, wording=self._wording)
            return wire.read(reply, kind)

    @contextlib.asynccontextmanager
    async def _mapped(self, timeout_s: float) -> AsyncIterator[None]:
        """Translate what httpx and the clock raise."""
        with self._forgetting():
            try:
                async with asyncio.timeout(timeout_s):
                    yield
            except TimeoutError:
                raise ModelTimeout(f"no reply within {timeout_s:g} s") from None
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                raise ModelUnavailable(
                    f"the model server cannot be reached: {type(error).__name__}"
                ) from None
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                # A header that no library foresaw.
                raise ModelUnavailable(
                    f"the model server's reply is no HTTP: {type(error).__name__}"
                ) from None

    @contextlib.contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Forget what was known of a server that failed; a single bad reply does not tell that it changed."""
        try:
            yield
        except (BadReply, TextTooLong):
            raise
        except ModelError:
            self._on_failure()
            raise


async def _beginning(response: httpx.Response) -> bytes:
    """Read what an error says; of a page of somebody else's the beginning is enough."""
    said = b""
    async for piece in response.aiter_raw(LARGEST_ERROR):
        said += piece
        if len(said) >= LARGEST_ERROR:
            break
    return said[:LARGEST_ERROR]


async def _body(response: httpx.Response, *, largest: int) -> bytes:
    """Read a reply as it comes in, never more than `largest` bytes of it, packed or unpacked."""
    unpack = _unpacking(response.headers.get("content-encoding", ""))
    pieces: list[bytes] = []
    room = largest
    async for raw in response.aiter_raw():
        piece = unpack(raw, room + 1)
        room -= len(piece)
        if room < 0:
            raise ModelCrashed(f"the server's reply is longer than {largest / 2**20:.3g} MiB")
        pieces.append(piece)
    return b"".join(pieces)


def _unpacking(encoding: str) -> Callable[[bytes, int], bytes]:
    """Return how the pieces of a body are unpacked; a proxy may pack what was asked for as it is."""
    match encoding.strip().lower():
        case "" | "identity":
            return lambda raw, _: raw
        case "gzip" | "x-gzip" | "deflate":
            inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
            return lambda raw, most: _inflated(inflater, raw, most)
        case _:
            raise ModelUnavailable("the reply is packed in a way that was not asked for")


def _inflated(inflater: "zlib._Decompress", raw: bytes, most: int) -> bytes:
    try:
        return inflater.decompress(raw, most)
    except zlib.error:
        raise ModelUnavailable("the reply is packed and broken") from None
