"""A session: the embedded server comes up migrated and goes again; an external one is only checked."""

import asyncio
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr
from structlog.testing import LogCapture

from tane.settings.model import Database
from tane.store import reviving
from tane.store.errors import FolderUnusable, SchemaMismatch, StoreUnavailable
from tane.store.pool import connect, connection
from tane.store.session import open_session, running_server
from tests.processes import processes_of
from tests.waiting import until


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="tane-session-"))
    yield path
    shutil.rmtree(path)


def external(address: str) -> Database:
    return Database(url=SecretStr(address))


async def test_the_embedded_server_is_migrated_and_gone_at_the_end(folder: Path) -> None:
    async with open_session(Database(data_dir=folder)) as session, connection(session.pool) as conn:
        assert await conn.fetchval("SELECT count(*) FROM utterance_roles") > 0
        assert processes_of(folder)

    assert processes_of(folder) == []


async def test_two_sessions_share_one_server_and_the_last_one_stops_it(folder: Path) -> None:
    async with open_session(Database(data_dir=folder)) as outer:
        async with open_session(Database(data_dir=folder)) as inner:
            assert inner.dsn == outer.dsn
        async with connection(outer.pool) as conn:
            assert await conn.fetchval("SELECT 1") == 1

    assert processes_of(folder) == []


async def test_a_system_without_files_or_processes_is_no_wrong_configuration(folder: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        # A service manager starts a daemon again that ended so, and leaves one with a wrong configuration alone.
        with pytest.raises(StoreUnavailable, match=r"the system refused .* \(Too many open files\)"):
            async with running_server(Database(data_dir=folder)):
                pass
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_start_that_is_cancelled_leaves_no_server_behind(folder: Path) -> None:
    entered = asyncio.Event()

    async def start() -> None:
        entered.set()
        async with running_server(Database(data_dir=folder)):
            await asyncio.Event().wait()

    starting = asyncio.create_task(start())
    await entered.wait()
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    assert processes_of(folder) == []


async def test_an_external_database_is_never_migrated_by_itself(dsn: str) -> None:
    conn = await connect(dsn)
    await conn.execute(
        "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)"
    )
    await conn.close()

    with pytest.raises(SchemaMismatch, match="tane db migrate"):
        async with open_session(external(dsn)):
            pass


async def test_an_address_where_nobody_answers_is_told_at_once() -> None:
    with pytest.raises(StoreUnavailable):
        async with open_session(external("postgresql://nobody@127.0.0.1:9/none")):
            pass


async def test_a_data_folder_that_cannot_be_made_is_a_wrong_configuration(folder: Path) -> None:
    (folder / "file").write_text("")

    with pytest.raises(FolderUnusable, match=r"database\.data_dir"):
        async with open_session(Database(data_dir=folder / "file" / "below")):
            pass


async def test_a_server_that_was_killed_is_started_again_once_by_those_who_use_it(
    folder: Path, caplog_events: list[dict[str, object]]
) -> None:
    """Two processes look after it at the same moment; the lock of the folder lets one of them start it."""
    async with running_server(Database(data_dir=folder)) as dsn, running_server(Database(data_dir=folder)):
        killed = postmaster(folder)
        os.kill(killed, signal.SIGKILL)

        async def answers() -> bool:
            try:
                conn = await connect(dsn)
            except StoreUnavailable:
                return False
            await conn.close()
            return postmaster(folder) != killed

        await until(answers, what="the server is back", deadline_s=60)
        await until(lambda: any(event["event"] == "db.revived" for event in caplog_events))
        assert len([line for line in processes_of(folder) if "/postgres -D" in line]) == 1

    assert processes_of(folder) == []


async def test_a_server_that_cannot_come_up_is_tried_again_and_the_disk_is_named(
    folder: Path, caplog_events: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tane.store.embedded._REFUSED_START_S", 0)
    monkeypatch.setattr("tane.store.embedded._LEAST_FREE_BYTES", 2**60)
    async with running_server(Database(data_dir=folder)) as dsn:
        conf = folder / "pgdata" / "tane.conf"
        good = await asyncio.to_thread(conf.read_text)
        await asyncio.to_thread(conf.write_text, good + "shared_buffers = nonsense\n")
        os.kill(postmaster(folder), signal.SIGKILL)
        await until(lambda: any(event["event"] == "db.not_revived" for event in caplog_events), deadline_s=60)

        await asyncio.to_thread(conf.write_text, good)

        await until(lambda: any(event["event"] == "db.revived" for event in caplog_events), deadline_s=60)
        conn = await connect(dsn)
        await conn.close()
    told = next(event for event in caplog_events if event["event"] == "db.not_revived")
    assert "is full" in str(told["reason"])


def postmaster(folder: Path) -> int:
    try:
        return int((folder / "pgdata" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return 0


@pytest.fixture
def caplog_events(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What is logged of the server's life."""
    capture = LogCapture()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(), processors=[capture], wrapper_class=structlog.make_filtering_bound_logger(0)
    )
    monkeypatch.setattr(reviving, "log", logger)
    entries: list[dict[str, object]] = capture.entries  # type: ignore[assignment]
    return entries
