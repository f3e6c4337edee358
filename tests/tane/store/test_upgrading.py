"""A database that an older Tane filled: brought up to date with every row, and never under somebody who works on it."""

import itertools
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from tane.store import migrate
from tane.store.embedded import EmbeddedServer
from tane.store.errors import Conflict, SchemaMismatch
from tane.store.listening import listening
from tane.store.migrate import Migration
from tane.store.pool import Connection, connect, connected
from tests.tane.store.drill import fill, objects

OLD = 4
_numbers = itertools.count()


@pytest.fixture
async def old(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The address of a full database as the fourth migration left it."""
    name = f"old_{next(_numbers)}"
    admin = await asyncpg.connect(server.dsn("postgres"))
    await admin.execute(f"CREATE DATABASE {name}")
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "migrations", older(migrate.migrations()))
        await migrate.migrate(server.dsn(name))
    async with connected(server.dsn(name)) as conn:
        await fill(conn)
        await draw(conn)
    yield server.dsn(name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


def older(every: list[Migration]) -> Callable[[], list[Migration]]:
    return lambda: every[:OLD]


async def draw(conn: Connection) -> None:
    """Put the rows of a map beside those of the day."""
    await conn.execute("UPDATE clusters SET cluster_overview = '大事'")
    await conn.execute("INSERT INTO layout_runs (scope_type) VALUES ('atlas')")
    await conn.execute(
        "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) "
        "SELECT r.layout_id, 'seed', s.seed_id, 0.5, -0.25 FROM seeds s, layout_runs r"
    )
    await conn.execute("UPDATE seeds SET review_status = 'accepted' WHERE body LIKE '%7'")
    await conn.execute(
        "UPDATE worker_jobs SET status = 'done', finished_at = now() WHERE target_id IN (SELECT seed_id FROM seeds LIMIT 9)"
    )


async def columns(conn: Connection) -> dict[str, list[str]]:
    rows = await conn.fetch(
        "SELECT table_name, array_agg(column_name::text ORDER BY column_name) AS names FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> $1 AND is_generated = 'NEVER' "
        "AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public') GROUP BY 1",
        migrate.LEDGER,
    )
    return {row["table_name"]: row["names"] for row in rows}


async def contents(conn: Connection, wanted: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the rows of these columns, each as one text."""
    return {
        table: [
            row["t"]
            for row in await conn.fetch(f"SELECT row({', '.join(names)})::text AS t FROM {table} ORDER BY 1")
        ]
        for table, names in wanted.items()
    }


class TestAnOlderDatabase:
    async def test_keeps_every_value_of_every_row(self, old: str):
        async with connected(old) as conn:
            wanted = await columns(conn)
            before = await contents(conn, wanted)

            done = await migrate.migrate(old)

            assert [name[:4] for name in done] == [f"{n:04}" for n in range(OLD + 1, OLD + 1 + len(done))]
            assert await contents(conn, wanted) == before
        full = {table for table, rows in before.items() if rows}
        assert {"utterances", "seeds", "embeddings", "clusters", "edges", "worker_jobs", "job_pauses"} <= full

    async def test_becomes_what_a_new_one_is(self, old: str, conn: Connection):
        await migrate.migrate(old)

        async with connected(old) as upgraded:
            assert await columns(upgraded) == await columns(conn)
            assert await objects(upgraded) == await objects(conn)
            await migrate.check(upgraded)


class TestAMigration:
    async def test_is_not_made_under_a_daemon_that_works(self, old: str):
        async with listening(old, on_jobs=lambda: None):
            with pytest.raises(SchemaMismatch, match=r"older Tane is at work.*systemctl stop tane"):
                await migrate.migrate(old)

            async with connected(old) as conn:
                assert len(await migrate.find_missing(conn)) == len(migrate.migrations()) - OLD

        assert await migrate.migrate(old)

    async def test_that_is_not_needed_disturbs_no_daemon(self, dsn: str):
        async with listening(dsn, on_jobs=lambda: None):
            assert await migrate.migrate(dsn) == []

    async def test_gives_way_to_who_holds_a_table_and_names_him(
        self, old: str, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(migrate, "LOCK_TIMEOUT_S", 0.1)
        holder = await connect(old)
        pid = await holder.fetchval("SELECT pg_backend_pid()")
        async with holder.transaction():
            await holder.execute("LOCK TABLE nightly_runs IN ACCESS SHARE MODE")

            with pytest.raises(Conflict, match=rf"0005_night.*process {pid}.*nothing was changed"):
                await migrate.migrate(old)

        await holder.close()
        assert await migrate.migrate(old)


async def test_an_older_tane_refuses_a_newer_database_and_says_what_to_do(
    dsn: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(migrate, "migrations", older(migrate.migrations()))

    for look in (migrate.migrate(dsn), check(dsn)):
        with pytest.raises(SchemaMismatch, match=r"does not know: update Tane, or restore a backup"):
            await look


async def check(dsn: str) -> None:
    async with connected(dsn) as conn:
        await migrate.check(conn)
