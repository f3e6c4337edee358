"""A session: the embedded server comes up migrated and goes again; an external one is only checked."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.session import opened, served
from daemon.settings import ConfigError, Database, Settings
from daemon.settings_sources import load_settings
from store.errors import SchemaMismatch, StoreUnavailable
from store.pool import connect, connection
from tests.processes import processes_of


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="tane-session-"))
    yield path
    shutil.rmtree(path)


def settings_of(**database: object) -> Settings:
    return load_settings(None, {f"database.{name}": value for name, value in database.items()})


async def test_the_embedded_server_is_migrated_and_gone_at_the_end(folder: Path) -> None:
    async with opened(settings_of(data_dir=folder)) as session, connection(session.pool) as conn:
        assert await conn.fetchval("SELECT count(*) FROM utterance_roles") > 0
        assert processes_of(folder)

    assert processes_of(folder) == []


async def test_two_sessions_share_one_server_and_the_last_one_stops_it(folder: Path) -> None:
    async with opened(settings_of(data_dir=folder)) as outer:
        async with opened(settings_of(data_dir=folder)) as inner:
            assert inner.dsn == outer.dsn
        async with connection(outer.pool) as conn:
            assert await conn.fetchval("SELECT 1") == 1

    assert processes_of(folder) == []


async def test_a_start_that_is_cancelled_leaves_no_server_behind(folder: Path) -> None:
    entered = asyncio.Event()

    async def start() -> None:
        entered.set()
        async with served(Database(data_dir=folder)):
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
        async with opened(settings_of(url=dsn)):
            pass


async def test_an_address_where_nobody_answers_is_told_at_once() -> None:
    with pytest.raises(StoreUnavailable):
        async with opened(settings_of(url="postgresql://nobody@127.0.0.1:9/none")):
            pass


async def test_a_data_folder_that_cannot_be_made_is_a_wrong_configuration(folder: Path) -> None:
    (folder / "file").write_text("")

    with pytest.raises(ConfigError, match=r"database\.data_dir"):
        async with opened(settings_of(data_dir=folder / "file" / "below")):
            pass
