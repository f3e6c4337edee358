"""One request to a server that nobody vouches for: bounded in size, time and redirects, and never led into the owner's own network.

A name is resolved once a hop, and the connection goes to the very address that was judged: a name that leads elsewhere at the
second look (DNS rebinding) is of no use.
"""

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

MOST_BYTES: Final = 5_000_000  # after decompression
MOST_REDIRECTS: Final = 5
AGENT: Final = "tane (feed reader)"
_CHUNK = 65_536
_MOVED = frozenset({301, 302, 303, 307, 308})


class FetchTrouble(Exception):  # noqa: N818 - reads as what the owner is told
    """Nothing usable came; the message is a sentence about "it". `is_final`: asking again will not help."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer; `body` is empty if nothing has changed."""

    url: str  # where it came from in the end
    is_unchanged: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Gets what addresses lead to."""

    client: httpx.AsyncClient
    timeout_s: float
    most_bytes: int = MOST_BYTES

    async def get(
        self,
        url: str,
        *,
        private_host: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
    ) -> Fetched:
        """Get a document, following redirects; `private_host` is the one host that may be in a private network.

        Raises:
            FetchTrouble: nothing usable came.
        """
        headers = {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": AGENT}
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers |= {name: value for name, value in conditions.items() if value}
        return await self._ask(url, headers, private_host)

    async def post(self, url: str, content: bytes, *, private_host: str | None = None) -> Fetched:
        """Send JSON, and get what is answered; it is sent to no other address.

        Raises:
            FetchTrouble: nothing usable came.
        """
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": AGENT}
        headers["Content-Type"] = "application/json"
        return await self._ask(url, headers, private_host, content)

    async def _ask(
        self, url: str, headers: Mapping[str, str], private_host: str | None, content: bytes | None = None
    ) -> Fetched:
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._follow(url, headers, private_host, content)
        except TimeoutError:
            raise FetchTrouble(f"it did not answer within {self.timeout_s:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError, OSError) as error:
            raise FetchTrouble(f"it cannot be reached ({type(error).__name__})") from None

    async def _follow(
        self, url: str, headers: Mapping[str, str], private_host: str | None, content: bytes | None
    ) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            request = await self._request(url, headers, private_host, content)
            response = await self.client.send(request, stream=True)
            try:
                if response.status_code not in _MOVED:
                    return await self._answer(url, response)
                place = response.headers.get("location")
            finally:
                await response.aclose()
            if not place:
                raise FetchTrouble("it redirects to nowhere")
            if content is not None:
                raise FetchTrouble("it redirects what is sent to it; give the address that it leads to")
            try:
                url = urljoin(url, place)
            except ValueError:
                raise FetchTrouble("it redirects to what is no address") from None
        raise FetchTrouble(f"it redirects more than {MOST_REDIRECTS} times")

    async def _request(
        self, url: str, headers: Mapping[str, str], private_host: str | None, content: bytes | None
    ) -> httpx.Request:
        parts = _parts(url)
        address = await _address_of(parts.host, parts.port, may_be_private=parts.host == private_host)
        place = httpx.URL(parts.url).copy_with(host=address)
        return self.client.build_request(
            "GET" if content is None else "POST",
            place,
            content=content,
            headers={**headers, "Host": parts.authority},
            extensions={"sni_hostname": parts.host},
        )

    async def _answer(self, url: str, response: httpx.Response) -> Fetched:
        status = response.status_code
        if status == httpx.codes.NOT_MODIFIED:
            return Fetched(url=url, is_unchanged=True)
        if status != httpx.codes.OK:
            is_final = 400 <= status < 500 and status not in (408, 425, 429)
            raise FetchTrouble(
                f"it answered {status} {httpx.codes.get_reason_phrase(status)}".rstrip(), is_final=is_final
            )
        body = await self._body(response)
        return Fetched(url=url, is_unchanged=False, headers=dict(response.headers), body=body)

    async def _body(self, response: httpx.Response) -> bytes:
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchTrouble("it sends a compression that was not asked for")
        inflate = zlib.decompressobj(wbits=47) if coding not in ("", "identity") else None
        parts: list[bytes] = []
        left = self.most_bytes
        async for chunk in response.aiter_raw(_CHUNK):
            try:
                # Never more than one byte too many: some kilobytes can become gigabytes.
                part = chunk if inflate is None else inflate.decompress(chunk, left + 1)
            except zlib.error:
                raise FetchTrouble("what it sends is broken") from None
            left -= len(part)
            if left < 0:
                raise FetchTrouble(f"it sends more than {self.most_bytes:,} bytes", is_final=True)
            parts.append(part)
        return b"".join(parts)


@asynccontextmanager
async def open_fetcher(*, timeout_s: float) -> AsyncIterator[Fetcher]:
    """Lend a fetcher; no proxy of the environment stands between it and the addresses that it judges."""
    limits = httpx.Limits(max_connections=10, max_keepalive_connections=0)
    async with httpx.AsyncClient(trust_env=False, timeout=timeout_s, limits=limits) as client:
        yield Fetcher(client=client, timeout_s=timeout_s)


@dataclass(frozen=True, slots=True)
class _Parts:
    url: str
    host: str
    port: int
    authority: str


def _parts(url: str) -> _Parts:
    try:
        split = urlsplit(url)
        host, port = split.hostname, split.port
    except ValueError:
        raise FetchTrouble("its address cannot be read", is_final=True) from None
    if split.scheme not in ("http", "https") or not host:
        raise FetchTrouble("its address must begin with http:// or https://", is_final=True)
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port is None else f"{shown}:{port}"
    return _Parts(url, host, port or (443 if split.scheme == "https" else 80), authority)


async def _address_of(host: str, port: int, *, may_be_private: bool) -> str:
    """Return the address to connect to.

    Raises:
        FetchTrouble: nobody knows the name, or it leads into a private network.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchTrouble("nobody knows its host") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not may_be_private and not all(map(is_public, addresses)):
        raise FetchTrouble(
            "it leads to a private address; `tane feeds add URL --private` allows one that you named yourself"
        )
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an address can be that of a server for everybody."""
    try:
        parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_global and not (mapped or parsed).is_multicast


def names_private(host: str) -> bool:
    """Tell whether a host is written as one of this machine or of a private network."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".lan", ".internal", ".home.arpa")):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)
