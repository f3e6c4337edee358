"""A relay before a PostgreSQL socket that a test can cut, silence and mend, as a network or a restart would."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

_SOCKET = ".s.PGSQL.5432"


class Relay:
    """Forwards every connection to the real socket while it is open."""

    def __init__(self, *, folder: Path, dsn: str) -> None:
        parts = urlsplit(dsn)
        self._target = Path(parse_qs(parts.query)["host"][0]) / _SOCKET
        self._socket = folder / _SOCKET
        self.dsn = parts._replace(query=f"host={quote(str(folder))}").geturl()
        self._server: asyncio.Server | None = None
        self._relaying: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._fatal: bytes | None = None

    async def mend(self) -> None:
        """Accept connections, and let bytes flow again."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_unix_server(self._relay, self._socket)

    async def cut(self) -> None:
        """Close every connection and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._socket.unlink(missing_ok=True)
        for task in self._relaying:
            task.cancel()
        if self._relaying:
            await asyncio.wait(self._relaying)

    def silence(self) -> None:
        """Swallow nothing, forward nothing: a half-open link."""
        self._flowing.clear()

    def abandon(self) -> None:
        """Never forward a byte again on the connections there are; new ones work: what a lost route leaves behind."""
        self._flowing.clear()
        self._flowing = asyncio.Event()
        self._flowing.set()

    def swallow_replies_to(self, request: bytes | None) -> None:
        """Forward requests that contain these bytes, and then nothing that comes back on their connection."""
        self._fatal = request

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._relaying.add(task)
        ends, flowing = [writer], self._flowing
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(self._target)
            ends.append(far_writer)
            is_deaf = asyncio.Event()
            async with asyncio.TaskGroup() as directions:
                directions.create_task(self._copy(reader, far_writer, flowing, is_deaf, is_request=True))
                directions.create_task(self._copy(far_reader, writer, flowing, is_deaf, is_request=False))
        except (OSError, asyncio.CancelledError):
            pass  # nobody listens there, or cut; asyncio would report a cancelled callback as a failure
        finally:
            for end in ends:
                end.transport.abort()
            self._relaying.discard(task)

    async def _copy(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        flowing: asyncio.Event,
        is_deaf: asyncio.Event,
        *,
        is_request: bool,
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                await flowing.wait()
                if is_request and self._fatal and self._fatal in data:
                    is_deaf.set()
                if is_request or not is_deaf.is_set():
                    writer.write(data)
                    await writer.drain()
        writer.close()


@asynccontextmanager
async def relay_to(dsn: str) -> AsyncIterator[Relay]:
    """Open a relay; `relay.dsn` is the address through it."""
    with tempfile.TemporaryDirectory(prefix="tane-relay-") as folder:
        relay = Relay(folder=Path(folder), dsn=dsn)
        await relay.mend()
        try:
            yield relay
        finally:
            await relay.cut()
