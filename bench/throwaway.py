"""A database server that lives for one measurement, with the folder that it stands in."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tane.store.tied import TiedServer


@contextmanager
def throwaway_server() -> Iterator[tuple[TiedServer, Path]]:
    """Start a server in a folder of its own, and take both away afterwards."""
    with tempfile.TemporaryDirectory(prefix="tane-bench-") as name:
        folder = Path(name)
        server = TiedServer(folder / "database", throwaway=folder)
        server.start()
        try:
            yield server, folder
        finally:
            server.stop()
