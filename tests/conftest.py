"""One embedded server per run, one template database with the schema, one database per test."""

import asyncio
import gc
import itertools
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog
from hypothesis import HealthCheck, settings

from tane.store import migrate
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, close_pool, connect, open_pool
from tane.store.tied import TiedServer

# The same few examples in every run; `pytest --hypothesis-profile=default` looks for new ones, and more of them.
# None fails because the machine is busy.
settings.register_profile(
    "same",
    max_examples=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same")

# Dozens of processes start here. Where a machine is told to keep no bytecode, each would compile the whole program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What is set nowhere is the same on every machine.
os.environ["TZ"] = "UTC"

# Under nohup, or in the background of a script, a shell has these ignored, which every child of ours would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Nobody needs these rows after a crash of the machine.
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
}
TEMPLATE = "tane_template"

pytest_plugins = ["tests.ordering"]


def pytest_collection_finish() -> None:
    """Spare every later search for garbage what was collected for the whole run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TANE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _loggers_are_not_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """A logger that was used once under one test's configuration would keep it for all tests to come."""
    configure = structlog.configure

    def without_cache(**options: Any) -> None:
        configure(**{**options, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", without_cache)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    folder = Path(tempfile.mkdtemp(prefix="tane-tests-", dir=in_memory()))
    embedded = TiedServer(folder, options=UNSAFE_BUT_FAST, throwaway=folder)
    embedded.start()
    try:
        asyncio.run(_make_template(embedded))
        yield embedded
    finally:
        embedded.stop()
        shutil.rmtree(folder)


def in_memory() -> Path | None:
    """A folder in memory makes a database of one's own ten times cheaper; containers often have a tiny one."""
    memory = Path("/dev/shm")
    is_roomy = os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free > 4 * 2**30
    return memory if is_roomy else None


async def _make_template(embedded: EmbeddedServer) -> None:
    await _execute(embedded.dsn("postgres"), f"CREATE DATABASE {TEMPLATE}")
    await migrate.migrate(embedded.dsn(TEMPLATE))


class Nursery:
    """Makes the next test's database and drops the last one's while a test runs, over one connection."""

    def __init__(self, embedded: EmbeddedServer, thread: ThreadPoolExecutor) -> None:
        self._server = embedded
        self._thread = thread
        self._loop = asyncio.Runner()  # of the thread
        self._admin: asyncpg.Connection[asyncpg.Record] | None = None
        self._numbers = itertools.count()
        self._next = thread.submit(self._make)

    def take(self) -> str:
        name = self._next.result()
        self._next = self._thread.submit(self._make)
        return name

    def copy_of(self, name: str) -> str:
        """Make another of a database to which nobody is connected."""
        return self._thread.submit(self._make, name).result()

    def give_back(self, name: str) -> None:
        self._thread.submit(self._order, f"DROP DATABASE {name} WITH (FORCE)")

    def _make(self, template: str = TEMPLATE) -> str:
        name = f"test_{next(self._numbers)}"
        # With fsync off, copying files takes half the time of copying pages through the WAL.
        self._order(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def close(self) -> None:
        """Hang up, after all orders."""
        self._thread.submit(self._hang_up).result()

    def _hang_up(self) -> None:
        if self._admin is not None:
            self._loop.run(self._admin.close())
        self._loop.close()

    def _order(self, statement: str) -> None:
        self._loop.run(self._execute(statement))

    async def _execute(self, statement: str) -> None:
        if self._admin is None or self._admin.is_closed():
            self._admin = await asyncpg.connect(self._server.dsn("postgres"))
        await self._admin.execute(statement)


async def _execute(dsn: str, statement: str) -> None:
    admin = await asyncpg.connect(dsn)
    await admin.execute(statement)
    await admin.close()


@pytest.fixture(scope="session")
def nursery(server: EmbeddedServer) -> Iterator[Nursery]:
    with ThreadPoolExecutor(max_workers=1) as thread:
        nursery = Nursery(server, thread)
        yield nursery
        nursery.close()


@pytest.fixture
def dsn(server: EmbeddedServer, nursery: Nursery) -> Iterator[str]:
    """The address of a fresh, migrated database of this test's own."""
    name = nursery.take()
    yield server.dsn(name)
    nursery.give_back(name)


@pytest.fixture
async def conn(dsn: str) -> AsyncIterator[Connection]:
    connection = await connect(dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    opened = await open_pool(dsn, size=8)
    yield opened
    await close_pool(opened)
