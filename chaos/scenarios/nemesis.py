"""Faults that no operator repairs: the embedded server stays dead unless Tane starts it again, connections and the disk are full, sockets fall silent.

Only what is not Tane's is given back: the connections that another program held, and the room on the disk.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from enum import Enum
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from chaos.scenarios import ledger
from chaos.scenarios.daemon_testbed import DaemonTestbed, is_done, open_daemons
from chaos.scenarios.database_outages import StatementFeed
from chaos.scenarios.ledger import ScenarioResult
from chaos.scenarios.process_faults import PATIENCE_S
from tane.store.embedded import EmbeddedServer
from tane.store.errors import StoreError
from tests.system.daemon_process import Daemon
from tests.system.test_web import free_port
from tests.tane.web.http import ask as ask_web
from tests.waiting import until

SILENT_SOCKETS = 100
LEFT_BYTES = 16 * 2**20
_BLOCK = bytes(65536)


class NemesisFault(Enum):
    """What is broken and left so."""

    DEAD = "the server killed"
    CROWDED = "every connection taken"
    FULL = "16 MiB left on the disk, then none"
    ALL = "all of it at once"


async def afflict(
    server: EmbeddedServer, *, folder: Path, faults: Sequence[NemesisFault], utterances: int, daemons: int = 1
) -> ScenarioResult:
    """Bring one fault after the other over daemons at work, each when the work of the one before is done."""
    wrong, happened = Counter[str](), Counter[str]()
    async with open_daemons(folder=folder, dsn=server.dsn()) as ground:
        _use_embedded(ground, server)
        feed, ports = StatementFeed(server.dsn(), utterances), [free_port() for _ in range(daemons)]
        running = [await ground.start({"TANE_WEB__PORT": str(port)}) for port in ports]
        urls = [(await daemon.logged("web.listening"))["url"] for daemon in running]
        async with _silent_sockets(urls):
            for fault in faults:
                await _add(feed)
                await _happen(fault, server, running)
                happened[fault.value] += 1
                await _add(feed)
                await until(
                    partial(feed.has_asked, feed.confirmed),
                    what=partial(_told, running),
                    deadline_s=PATIENCE_S,
                )
                for url in urls:
                    wrong["a web port that does not answer"] += not await _answers(url)
        await ground.pool.expire_connections()  # ours died with the server
        await until(lambda: _is_done(ground), what="every job is done", deadline_s=PATIENCE_S)
        totals = await ledger.totals(ground.pool)
        wrong.update(await ground.discrepancies(asked=feed.confirmed))
        wrong["an utterance that is gone"] += feed.gone
        wrong["an attempt charged for an outage"] += totals["attempts charged otherwise"]
        wrong["a daemon that ended"] += sum(daemon.process.returncode is not None for daemon in running)
        revived = sum(len(daemon.events("db.revived")) for daemon in running)
        wrong["a server that Tane did not start again"] += (
            happened[NemesisFault.DEAD.value] > 0 and not revived
        )
        return ScenarioResult(
            name="a nemesis that repairs nothing",
            did={
                **happened,
                "daemons at a time": daemons,
                "silent sockets at each": SILENT_SOCKETS,
                "starts of the server by Tane": revived,
                "times a daemon lost the database": sum(len(daemon.events("db.lost")) for daemon in running),
                **totals,
            },
            wrong=dict(+wrong),
        )


def _use_embedded(ground: DaemonTestbed, server: EmbeddedServer) -> None:
    """Let the daemons have the server as the owner's do: by its folder, and responsible for its life."""
    del ground.site.settings["TANE_DATABASE__URL"]
    ground.site.settings["TANE_DATABASE__DATA_DIR"] = str(server.folder)


async def _add(feed: StatementFeed) -> None:
    async def is_added() -> bool:
        with suppress(StoreError, OSError):
            await feed.add()
            return True
        return False

    await until(is_added, what="the database takes words again", deadline_s=PATIENCE_S)


async def _is_done(ground: DaemonTestbed) -> bool:
    with suppress(StoreError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return await is_done(ground.pool)
    return False


async def _happen(fault: NemesisFault, server: EmbeddedServer, running: Sequence[Daemon]) -> None:
    ballast, lost = server.folder / "ballast", _losses(running)
    async with _crowd(server.dsn(), takes=fault in (NemesisFault.CROWDED, NemesisFault.ALL)) as crowd:
        if fault in (NemesisFault.FULL, NemesisFault.ALL):
            _fill(ballast, left=LEFT_BYTES)
        if fault in (NemesisFault.DEAD, NemesisFault.ALL):
            _kill(server)
        if fault is NemesisFault.FULL:
            await until(
                lambda: _losses(running) > lost or _fill(ballast), what="the full disk is felt", deadline_s=PATIENCE_S
            )  # fmt: skip
        elif fault is NemesisFault.CROWDED:
            # Whoever is cut off may be quicker than the crowd, and have a connection again: so it is cut off again.
            await until(
                partial(_is_felt, running, lost, crowd), what=partial(_told, running), deadline_s=PATIENCE_S
            )
        else:
            await until(lambda: _losses(running) > lost, what=partial(_told, running), deadline_s=PATIENCE_S)
    ballast.unlink(missing_ok=True)


async def _is_felt(running: Sequence[Daemon], lost: int, crowd: "_Crowd") -> bool:
    await crowd.cut_others()
    return _losses(running) > lost


def _told(running: Sequence[Daemon]) -> str:
    """Return the ends of the logs."""
    return "\n".join(daemon.log()[-4000:] for daemon in running)


def _losses(running: Sequence[Daemon]) -> int:
    return sum(
        len(daemon.events(name)) for daemon in running for name in ("db.lost", "db.died", "job.save_waits")
    )


def _kill(server: EmbeddedServer) -> None:
    postmaster = server.folder / "pgdata" / "postmaster.pid"
    os.kill(int(postmaster.read_text().split()[0]), signal.SIGKILL)


def _fill(ballast: Path, *, left: int = 0) -> bool:
    """Take the disk but for so many bytes; always False: more may be free the next time."""
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while os.statvfs(ballast).f_bavail * os.statvfs(ballast).f_frsize > left or left == 0:
            file.write(_BLOCK)
    return False


class _Crowd:
    """Another program that takes every connection there is, and each that becomes free."""

    def __init__(self, dsn: str) -> None:
        self.is_full = asyncio.Event()
        self._dsn = dsn
        self._held: list[asyncpg.Connection[asyncpg.Record]] = []

    async def take(self) -> None:
        """Go on taking until cancelled."""
        while True:
            try:
                self._held.append(await asyncpg.connect(self._dsn, timeout=5))
            except asyncpg.TooManyConnectionsError:
                self.is_full.set()
                await asyncio.sleep(0.01)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(0.01)  # between two tries for the next place, or while the server is dead

    async def cut_others(self) -> None:
        """End everybody else's connections, once all are taken."""
        await until(self.is_full.is_set, what="every connection is taken", deadline_s=PATIENCE_S)
        await self._held[0].execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> ALL ($1)",
            [conn.get_server_pid() for conn in self._held],
        )

    def leave(self) -> None:
        """Give everything back."""
        for conn in self._held:
            conn.terminate()


@asynccontextmanager
async def _crowd(dsn: str, *, takes: bool) -> AsyncIterator[_Crowd]:
    crowd = _Crowd(dsn)
    taking = asyncio.create_task(crowd.take()) if takes else None
    try:
        yield crowd
    finally:
        if taking is not None:
            taking.cancel()
            await asyncio.wait([taking])
        crowd.leave()


@asynccontextmanager
async def _silent_sockets(urls: Sequence[str]) -> AsyncIterator[None]:
    """Keep so many connections to each web port that say nothing; those that it closes are opened again."""
    keeping = asyncio.create_task(_keep_silent(urls))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])


async def _keep_silent(urls: Sequence[str]) -> None:
    held: list[tuple[str, asyncio.StreamReader, asyncio.StreamWriter]] = []
    try:
        while True:
            for _, _, writer in (known for known in held if known[1].at_eof()):
                writer.close()
            held = [known for known in held if not known[1].at_eof()]
            for url in urls:
                parts = urlsplit(url)
                for _ in range(SILENT_SOCKETS - sum(known[0] == url for known in held)):
                    with suppress(OSError):
                        held.append((url, *await asyncio.open_connection(parts.hostname, parts.port)))
            await asyncio.sleep(0.2)
    finally:
        for _, _, writer in held:
            writer.transport.abort()


async def _answers(url: str) -> bool:
    with suppress(OSError, TimeoutError, ValueError):
        return (await ask_web(url, "/livez")).status == 200
    return False
