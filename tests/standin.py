"""The stand-in for tests: in a thread of this process, on a free loopback port."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn

from demo.standin.__main__ import config, listening
from demo.standin.server import StandinServer


@contextlib.contextmanager
def serving_standin(**options: Any) -> Iterator[str]:
    """Serve a stand-in and yield its address; `options` are those of `demo.standin.server.StandinServer`."""
    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(config(StandinServer(**options)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="standin", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
        assert not thread.is_alive()
