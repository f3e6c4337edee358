"""Where journeys are made: one server, one database for each attempt copied from a template, a process for each."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import asyncpg

from chaos import invariants, programs
from chaos.invariants import State
from chaos.points import InjectedFault
from tane.store.embedded import EmbeddedServer
from tane.store.pool import connected
from tests import warm
from tests.system.daemon_process import SETTINGS

ATTEMPT_S = 30.0
NO_FAULT = InjectedFault(kind="fails", number=0)
# No night of a drain's own, no waiting for what another try would give, and claims that soon count as lost.
QUICK = {
    "TANE_NIGHTLY__THREADS": "1",
    "TANE_LOG__LEVEL": "info",
    "TANE_JOBS__LEASE_S": "5",
    "TANE_JOBS__POLL_S": "1",
    "TANE_LLM__TIMEOUT_S": "3",
    "TANE_JOBS__BACKOFF_CAP_S": "0.05",
    "TANE_DATABASE__POOL_SIZE": "8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyEnd:
    """How a process ended that made a journey."""

    status: int | None  # None: it had to be killed
    said: str
    point: str | None  # the point that its fault met
    points: int


@dataclass(kw_only=True)
class Site:
    """A folder and a database of one attempt."""

    folder: Path
    database: str
    dsn: str
    ground: "Testbed"
    is_embedded: bool = False
    """Whether its processes find the database by the folder of its server; then it is the server's own."""

    async def make(self, arguments: Sequence[str], fault: InjectedFault = NO_FAULT) -> JourneyEnd:
        """Make a journey in a process of its own."""
        record = self.folder / "record"
        record.unlink(missing_ok=True)
        log = self.folder / "said"
        process = await warm.start(
            programs.main,
            str(self.folder), fault.kind, str(fault.number), ",".join(fault.borders), *arguments,
            log=log, folder=self.folder, environment=self.ground.settings | self._database() | {
            "TANE_NIGHTLY__STATE_DIR": str(self.folder / "nightly")},
        )  # fmt: skip
        try:
            async with asyncio.timeout(ATTEMPT_S):
                status: int | None = await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            status = None
        noted = record.read_text().splitlines() if record.exists() else []
        injected = [line.removeprefix("injected ") for line in noted if line.startswith("injected")]
        counted = [int(line.removeprefix("counted ")) for line in noted if line.startswith("counted")]
        return JourneyEnd(
            status=status,
            said=log.read_text(errors="replace"),
            point=injected[0] if injected else None,
            points=counted[0] if counted else 0,
        )

    def _database(self) -> dict[str, str]:
        if self.is_embedded:
            return {"TANE_DATABASE__DATA_DIR": str(self.ground.server.folder)}
        return {"TANE_DATABASE__URL": self.dsn}

    async def state(self) -> State:
        """Return what the database holds."""
        async with connected(self.dsn) as conn:
            return await invariants.state_of(conn)

    async def let_time_pass(self) -> None:
        """Let the server close connections of ended processes, and their claims expire."""
        async with connected(self.dsn) as conn:
            await conn.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await conn.execute(
                "UPDATE worker_jobs SET lease_expires_at = now() - interval '1 second' WHERE status = 'running'"
            )


@dataclass(kw_only=True)
class Testbed:
    """The server, the settings of all processes, and templates by name."""

    server: EmbeddedServer
    folder: Path
    settings: dict[str, str]
    prefix: str = "chaos"
    _numbers: "count[int]" = field(default_factory=count)
    _databases: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def site(
        self, template: str, *, files: Sequence[Path] = (), keep: str = "", is_embedded: bool = False
    ) -> AsyncIterator[Site]:
        """Provide a copy of a template, and a folder with these files; `keep` makes the copy a template of this name."""
        number = next(self._numbers)
        database = keep or f"{self.prefix}_{number}"
        folder = self.folder / f"site-{number}"
        folder.mkdir()
        for file in files:
            shutil.copy(file, folder / file.name)
        await self.order(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        self._databases.append(database)
        try:
            yield Site(
                folder=folder,
                database=database,
                dsn=self.server.dsn(database),
                ground=self,
                is_embedded=is_embedded,
            )
        finally:
            if not keep:
                await self.drop(database)
                shutil.rmtree(folder, ignore_errors=True)

    async def drop(self, database: str) -> None:
        """Remove a database, also one that is in use."""
        await self.order(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self._databases.remove(database)

    async def close(self) -> None:
        """Remove all databases that were made here."""
        for database in list(self._databases):
            await self.drop(database)

    async def order(self, statement: str) -> None:
        """Give the server an order that concerns a whole database."""
        admin = await asyncpg.connect(self.server.dsn("postgres"))
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


@asynccontextmanager
async def open_testbed(
    server: EmbeddedServer, *, folder: Path, llm_url: str, prefix: str = "chaos"
) -> AsyncIterator[Testbed]:
    """Open one over a server that runs; its templates begin as copies of a migrated database."""
    settings = {**SETTINGS, **QUICK, "TANE_LLM__URL": llm_url, "TZ": "UTC"}
    ground = Testbed(server=server, folder=folder, settings=settings, prefix=f"{prefix}_{os.getpid()}")
    try:
        yield ground
    finally:
        await ground.close()
