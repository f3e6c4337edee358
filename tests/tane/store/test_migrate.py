"""Migrations: all or nothing, once, in order, and never against a schema they do not know."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tane.store import answering, migrate
from tane.store.embedded import EmbeddedServer
from tane.store.errors import SchemaMismatch, StoreError, StoreUnavailable
from tane.store.migrate import Migration
from tane.store.pool import connect
from tests.relay import relay_to
from tests.tane.store.drill import waits_for_lock
from tests.waiting import until

_numbers = itertools.count()


@pytest.fixture
async def empty(server: EmbeddedServer) -> AsyncIterator[str]:
    """The address of a database without any schema."""
    name = f"empty_{next(_numbers)}"
    admin = await asyncpg.connect(server.dsn("postgres"))
    await admin.execute(f"CREATE DATABASE {name}")
    yield server.dsn(name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[Migration]:
    """The migrations that the program believes to have; a test may change them."""
    files = [
        Migration(version=1, name="0001_first", sql="CREATE TABLE first (a integer)"),
        Migration(version=2, name="0002_second", sql="CREATE TABLE second (b integer)"),
    ]
    monkeypatch.setattr(migrate, "migrations", lambda: files)
    return files


async def tables(dsn: str) -> set[str]:
    conn = await connect(dsn)
    rows = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await conn.close()
    return {row["tablename"] for row in rows}


async def ledger(dsn: str) -> list[asyncpg.Record]:
    conn = await connect(dsn)
    rows = await conn.fetch("SELECT * FROM schema_migrations ORDER BY version")
    await conn.close()
    return rows


async def check(dsn: str) -> None:
    conn = await connect(dsn)
    try:
        await migrate.check(conn)
    finally:
        await conn.close()


def test_the_files_are_numbered_without_gaps_or_doubles():
    versions = [migration.version for migration in migrate.migrations()]

    assert versions == list(range(1, len(versions) + 1))


async def test_an_empty_database_gets_the_whole_schema(empty: str):
    done = await migrate.migrate(empty)

    assert done == [migration.name for migration in migrate.migrations()]
    assert {"utterances", "seeds", "worker_jobs"} <= await tables(empty)
    await check(empty)


async def test_a_second_run_changes_nothing(empty: str, known: list[Migration]):
    await migrate.migrate(empty)
    before = await ledger(empty)

    assert await migrate.migrate(empty) == []
    assert await ledger(empty) == before


async def test_of_two_that_run_at_once_only_one_applies(empty: str):
    done = await asyncio.gather(migrate.migrate(empty), migrate.migrate(empty))

    assert sorted(map(len, done)) == [0, len(migrate.migrations())]


async def test_a_file_that_was_changed_after_it_had_been_applied_is_refused(
    empty: str, known: list[Migration]
):
    await migrate.migrate(empty)
    known[0] = Migration(version=1, name="0001_first", sql="CREATE TABLE first (a bigint)")

    with pytest.raises(SchemaMismatch, match="0001_first was changed"):
        await migrate.migrate(empty)
    with pytest.raises(SchemaMismatch, match="0001_first was changed"):
        await check(empty)


async def test_a_schema_newer_than_the_program_is_refused(empty: str, known: list[Migration]):
    await migrate.migrate(empty)
    del known[1]

    with pytest.raises(SchemaMismatch, match=r"version 2.*update Tane"):
        await migrate.migrate(empty)


async def test_a_schema_older_than_the_program_is_named_by_the_check(empty: str, known: list[Migration]):
    with pytest.raises(SchemaMismatch, match="lacks 2 migration"):
        await check(empty)

    await migrate.migrate(empty)
    known.append(Migration(version=3, name="0003_third", sql="CREATE TABLE third (c integer)"))

    with pytest.raises(SchemaMismatch, match=r"lacks 1 migration.*tane db migrate"):
        await check(empty)


async def test_a_failing_migration_leaves_nothing_of_itself_behind(empty: str, known: list[Migration]):
    known.append(
        Migration(version=3, name="0003_bad", sql="CREATE TABLE third (c integer);\nSELECT nonsense")
    )

    with pytest.raises(StoreError, match="0003_bad, line 2: UndefinedColumnError"):
        await migrate.migrate(empty)

    assert "third" not in await tables(empty)
    assert [row["version"] for row in await ledger(empty)] == [1, 2]


async def test_after_a_failure_the_corrected_file_is_applied(empty: str, known: list[Migration]):
    known.append(Migration(version=3, name="0003_bad", sql="SELECT 1 / 0"))
    with pytest.raises(StoreError):
        await migrate.migrate(empty)
    known[2] = Migration(version=3, name="0003_good", sql="CREATE TABLE third (c integer)")

    assert await migrate.migrate(empty) == ["0003_good"]


async def test_a_server_that_is_away_is_reported_as_such():
    with pytest.raises(StoreUnavailable):
        await migrate.migrate("postgresql://postgres@127.0.0.1:1/tane")


async def test_a_server_that_falls_silent_is_not_waited_for(empty: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answering, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(answering, "LOOK_TIMEOUT_S", 0.05)
    await migrate.migrate(empty)
    holder = await connect(empty)
    async with relay_to(empty) as relay, holder.transaction():
        await holder.execute("LOCK TABLE schema_migrations")
        task = asyncio.ensure_future(migrate.migrate(relay.dsn))
        await until(lambda: waits_for_lock(holder))
        relay.silence()

        async with asyncio.timeout(20):
            with pytest.raises(StoreUnavailable, match="stopped answering"):
                await task
        await relay.cut()
    await holder.close()
