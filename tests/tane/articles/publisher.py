"""A small web server whose answers a test says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Page:
    """An answer; `body` None: none ever comes."""

    body: bytes | None = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answer: TypeAlias = Page | Callable[[Mapping[str, str]], Page]


class Publisher:
    """Serves pages by their path with query but for a window, and remembers what was asked for and sent."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.sent: list[bytes] = []
        self.address = ""

    def url(self, path: str) -> str:
        return self.address + path

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            headers = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:]) if name
            }
            self.asked.append(path)
            self.sent.append(await reader.readexactly(int(headers.get("content-length", "0"))))
            found = self.pages.get(_without_window(path), Page(status=404))
            page = found if isinstance(found, Page) else found(headers)
            if page.body is None:
                await reader.read()  # until the client has had enough
                return
            given = {"Content-Length": str(len(page.body)), "Connection": "close", **page.headers}
            lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
            writer.write(f"HTTP/1.1 {page.status} X\r\n{lines}\r\n".encode("latin-1") + page.body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def _without_window(path: str) -> str:
    """Return a path without the times that an article server is asked for."""
    place, _, query = path.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(("from=", "to="))]
    return f"{place}?{'&'.join(kept)}" if kept else place


@asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    publisher = Publisher()
    server = await asyncio.start_server(publisher.answer, "127.0.0.1", 0)
    publisher.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield publisher
    finally:
        server.close()
