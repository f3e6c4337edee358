"""Serves an application inside the event loop that runs already."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from tane.web.connections import BACKLOG, Limits, limited
from tane.web.hosts import reached_at

CLOSE_S = 2.0
_CLOSING = "tane.closing"


def closing_of(scope: Scope) -> asyncio.Event:
    """Return what is set when the server begins to close: an answer without an end should end then."""
    event: asyncio.Event = scope.get("extensions", {}).get(_CLOSING) or asyncio.Event()
    return event


class _Server(uvicorn.Server):
    """A server that leaves signals alone: uvicorn's own would put its handlers in the place of the daemon's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Bind a socket; port 0 takes a free one.

    Raises:
        OSError: the port is taken, or the address is not one of this machine.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address at which a browser reaches this socket."""
    host, port = listener.getsockname()[:2]
    return reached_at(host, port)


@asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket, *, limits: Limits | None = None
) -> AsyncIterator["asyncio.Task[None]"]:
    """Answer on this socket while the block runs, and close it; yields the task, which ends only when it fails."""
    closing = asyncio.Event()
    limits = limits or Limits()

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[_CLOSING] = closing
        await app(scope, receive, send)

    server = _Server(
        uvicorn.Config(
            told,
            log_config=None,
            access_log=False,  # a query string may hold what was searched for
            lifespan="off",
            http=limited(limits),
            ws="none",
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_keep_alive=limits.idle_s,
            timeout_graceful_shutdown=1,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]), name="web server")
    try:
        yield task
    finally:
        closing.set()
        server.should_exit = True
        done, late = await asyncio.wait([task], timeout=CLOSE_S)
        for one in late:
            one.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*late, return_exceptions=True)
        listener.close()
        for one in done:
            one.exception()  # read by the code that awaits the task
