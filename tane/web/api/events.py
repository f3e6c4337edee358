"""Server-sent events: what arrives on the maps, to every page that is open.

One look at the database serves all pages, and nobody looks while no page is open. A row bears the time at which its
transaction began, so that each look goes back a little, and what was told already is told once.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tane.store import mapping
from tane.store.errors import StoreError
from tane.store.mapping import Mark
from tane.store.pool import Pool, connection
from tane.web.api.answers import encode
from tane.web.api.models import ArrivedItem
from tane.web.server import closing_of

LOOK_EVERY_S = 0.5
LOOK_BACK = timedelta(seconds=20)
SILENCE_S = 15.0
AT_ONCE = 500
WAITING = 2000
READERS = 32


class Feed:
    """Looks for arrivals while somebody listens."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._readers: set[asyncio.Queue[bytes]] = set()
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        """Whether another reader would be one too many."""
        return len(self._readers) >= READERS

    async def listen(self, closing: asyncio.Event) -> AsyncIterator[bytes]:
        """Yield events until the server closes, with a comment in a silence so that both ends notice a dead line."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(WAITING)
        self._readers.add(queue)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="arrivals")
        over = asyncio.create_task(closing.wait(), name="server closes")
        try:
            yield b"retry: 2000\n\n"
            while not over.done():
                coming = asyncio.create_task(queue.get(), name="next event")
                try:
                    await asyncio.wait({coming, over}, timeout=SILENCE_S, return_when=asyncio.FIRST_COMPLETED)
                    if coming.done():
                        yield coming.result()
                    elif not over.done():
                        yield b": still here\n\n"
                finally:
                    coming.cancel()
        finally:
            over.cancel()
            self._readers.discard(queue)
            if not self._readers and self._looking is not None:
                self._looking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._looking

    async def _look(self) -> None:
        mark: Mark | None = None
        told: dict[tuple[UUID, UUID, datetime], None] = {}
        while True:
            # The database may be away for a while; the page shows what it has.
            with contextlib.suppress(StoreError):
                mark = await self._step(mark, told)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _step(self, before: Mark | None, told: dict[tuple[UUID, UUID, datetime], None]) -> Mark:
        async with connection(self._pool) as conn:
            mark = await mapping.read_mark(conn)
            since = (before.at if before else mark.at) - LOOK_BACK
            arrived = await mapping.arrivals_since(conn, since, limit=AT_ONCE)
        new = [one for one in arrived if (one.map_id, one.id, one.at) not in told]
        told.update(dict.fromkeys((one.map_id, one.id, one.at) for one in arrived))
        for key in [key for key in told if key[2] <= since]:
            del told[key]
        if before is None:
            return mark  # what stands there already comes with the map
        if (mark.generation, mark.words_at) != (before.generation, before.words_at):
            self._tell("changed", {"maps": mark.generation != before.generation})
        for one in new:
            self._tell("item", ArrivedItem(map_id=one.map_id, kind=one.kind, id=one.id, x=one.x, y=one.y))
        return mark

    def _tell(self, name: str, data: Any) -> None:
        event = f"event: {name}\ndata: ".encode() + encode(data) + b"\n\n"
        for queue in self._readers:
            if queue.full():  # a page that does not read: it will ask for the map anew
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(b'event: changed\ndata: {"maps":true}\n\n')
            else:
                queue.put_nowait(event)


def event_routes(feed: Feed) -> list[Route]:
    """Return the route of events."""

    async def events(request: Request) -> Response:
        if feed.is_full:
            raise HTTPException(503, "too many pages listen already")
        return StreamingResponse(feed.listen(closing_of(request.scope)), media_type="text/event-stream")

    return [Route("/api/v1/events", events)]
