"""A browser in small: plain requests to a served application, headers as they are."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str


def bearer(url: str) -> dict[str, str]:
    """The header of a program that shows the token in this address."""
    return {"Authorization": f"Bearer {parse_qs(urlsplit(url).query)['token'][0]}"}


async def ask(
    url: str,
    path: str,
    *,
    method: str = "GET",
    host: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request; `host` replaces the Host header, "" leaves it out."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    named = parts.netloc if host is None else host
    lines = [f"{method} {path} HTTP/1.0", *([f"Host: {named}"] if named else [])]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
    raw = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    head, _, body = raw.decode().partition("\r\n\r\n")
    status, *rest = head.split("\r\n")
    return Answer(
        status=int(status.split()[1]),
        headers={name.lower(): value for name, value in (line.split(": ", 1) for line in rest)},
        body=body,
    )
