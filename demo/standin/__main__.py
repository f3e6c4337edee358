"""`python -m demo.standin --port 11435`: serve the stand-in."""

import argparse
import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress

import uvicorn

from demo.standin.server import StandinServer
from tane.llm.prompts import Prompts


def main() -> None:
    """Serve until a signal, or until standard input ends where that is asked for."""
    options = _parser().parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started us with INT ignored
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    standin = StandinServer(
        latency_s=options.latency_ms / 1000,
        parallel=options.parallel,
        prompts=[Prompts.load(path) for path in options.prompts],
    )
    listener = listening(options.host, options.port)
    host, port = listener.getsockname()[:2]
    server = uvicorn.Server(config(standin))
    if options.until_eof:
        watcher = asyncio.create_task(_stop_at_eof(server), name="standin-watches-parent")
    sys.stdout.write(f"listening on http://{f'[{host}]' if ':' in host else host}:{port}\n")
    sys.stdout.flush()
    await server.serve(sockets=[listener])
    if options.until_eof:
        watcher.cancel()


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that already accepts, so that who reads its address can connect at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=512)
    # asyncio sets this only on sockets that name their protocol; without it a reply waits 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def config(standin: StandinServer) -> uvicorn.Config:
    """Return how the stand-in is served: silent, and quick to stop."""
    return uvicorn.Config(
        standin.app(),
        log_config=None,  # warnings go to standard error without it, and nobody else's loggers are touched
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_keep_alive=600,  # like Ollama, which never closes an idle connection
        timeout_graceful_shutdown=1,
        server_header=False,
    )


async def _stop_at_eof(server: uvicorn.Server) -> None:
    """Stop when the parent closes its end of the pipe, as the system does for it when it dies."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(sys.stdin.fileno(), "rb", closefd=False)
    )
    await reader.read()
    server.should_exit = True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.standin", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=11435, help="0 takes a free one")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="how long a call holds its slot")
    parser.add_argument("--parallel", type=int, default=1, help="slots of the text model")
    parser.add_argument(
        "--prompts", action="append", default=[], help="a file of prompts to understand as well"
    )
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    return parser


if __name__ == "__main__":
    main()
