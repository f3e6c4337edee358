"""The drill: back up, lose everything, restore; and what a restoration refuses or survives."""

import asyncio
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tane.store import answering, backup, migrate, restoring
from tane.store.embedded import EmbeddedServer
from tane.store.errors import SchemaMismatch, StoreError, StoreUnavailable
from tane.store.manifest import Archive
from tane.store.migrate import Migration
from tane.store.pool import Connection, connected
from tane.store.restoring import RestoreTarget
from tests.relay import relay_to
from tests.tane.store.drill import SECRET, checksums, fill, objects, waits_for_lock
from tests.waiting import until


@pytest.fixture
def other(server: EmbeddedServer) -> Iterator[str]:
    """The address of an empty database: not even our schema is in it."""
    name = f"restored_{os.getpid()}"
    server.recreate(name)
    yield server.dsn(name)
    server.recreate(name)


async def restored(
    file: Path, dsn: str, *, replace: bool = False, tables: list[str] | None = None
) -> tuple[Archive, str | None]:
    """Restore as the command does, and return the reason where it is refused."""
    archive = await backup.read_archive(file)
    async with connected(dsn) as conn:
        target = await restoring.look_at_target(conn)
    reason = restoring.refusal(target, replace=replace)
    if reason is None:
        seen = [] if tables is None else tables
        await restoring.restore(dsn, archive, removals=target.removals, on_table=seen.append)
    return archive, reason


async def removals(conn: Connection) -> tuple[str, ...]:
    return (await restoring.look_at_target(conn)).removals


class TestTheDrill:
    async def test_everything_comes_back_into_an_empty_database(
        self, conn: Connection, dsn: str, other: str, tmp_path: Path
    ):
        await fill(conn)
        before, built = await checksums(conn), await objects(conn)
        dumped: list[str] = []
        brought: list[str] = []

        archive = await backup.back_up(dsn, tmp_path / "a.dump", on_table=dumped.append)
        _, reason = await restored(tmp_path / "a.dump", other, tables=brought)

        assert reason is None
        assert set(dumped) == set(brought) == set(archive.tables) == set(before)
        assert sum(rows for rows, _ in before.values()) > 600
        async with connected(other) as copy:
            assert await checksums(copy) == before
            assert await objects(copy) == built
            await migrate.check(copy)

    async def test_what_was_lost_or_changed_since_is_replaced(
        self, dsn: str, conn: Connection, tmp_path: Path
    ):
        await fill(conn)
        before, built = await checksums(conn), await objects(conn)
        await backup.back_up(dsn, tmp_path / "a.dump")
        await conn.execute("DELETE FROM utterances")
        await conn.execute("INSERT INTO seeds (body) VALUES ('new since')")
        await conn.execute("DROP TABLE job_pauses")
        await conn.close()

        _, reason = await restored(tmp_path / "a.dump", dsn, replace=True)

        assert reason is None
        async with connected(dsn) as again:
            assert await checksums(again) == before
            assert await objects(again) == built

    async def test_an_owner_who_is_no_superuser_can_do_both(
        self, conn: Connection, dsn: str, other: str, tmp_path: Path
    ):
        await fill(conn)
        await backup.back_up(dsn, tmp_path / "a.dump")
        database, name = urlsplit(other).path.lstrip("/"), f"owner_{os.getpid()}"
        async with connected(other) as admin:
            await admin.execute(f"CREATE ROLE {name} LOGIN")
            await admin.execute(f"ALTER DATABASE {database} OWNER TO {name}")
            await admin.execute("CREATE EXTENSION vector")  # what only a superuser may, once
        theirs = other.replace("postgres@", f"{name}@")

        _, reason = await restored(tmp_path / "a.dump", theirs)
        archive = await backup.back_up(theirs, tmp_path / "b.dump")

        assert reason is None
        async with connected(other) as copy:
            assert await checksums(copy) == await checksums(conn)
            await copy.execute(f"REASSIGN OWNED BY {name} TO postgres; DROP OWNED BY {name}")
            await copy.execute(f"DROP ROLE {name}")
        assert "utterances" in archive.tables

    async def test_triggers_and_numbers_go_on_where_they_were(
        self, conn: Connection, dsn: str, other: str, tmp_path: Path
    ):
        await fill(conn)
        await backup.back_up(dsn, tmp_path / "a.dump")
        await restored(tmp_path / "a.dump", other)

        async with connected(other) as copy:
            await copy.execute("UPDATE nightly_runs SET status = 'cancelled', finished_at = now()")
            run = await copy.fetchval(
                "INSERT INTO nightly_runs (trigger) VALUES ('command') RETURNING run_id"
            )
            await copy.execute("UPDATE seeds SET review_status = 'rejected'")
            searched = await copy.fetchval("SELECT count(*) FROM embeddings WHERE is_active = 1")

        assert run == await conn.fetchval("SELECT max(run_id) + 1 FROM nightly_runs")
        assert searched == 0

    async def test_the_backup_is_of_one_moment_though_others_write(
        self, dsn: str, conn: Connection, other: str, tmp_path: Path
    ):
        await fill(conn)
        async with connected(dsn) as writer, writer.transaction():
            await writer.execute("UPDATE seeds SET body = body || '!'")  # not committed: no part of it
            await backup.back_up(dsn, tmp_path / "a.dump")

        await restored(tmp_path / "a.dump", other)

        async with connected(other) as copy:
            assert await copy.fetchval("SELECT count(*) FROM seeds WHERE body LIKE '%!'") == 0


class TestTheFile:
    async def test_it_is_its_owners_alone_and_nothing_lies_beside_it(self, dsn: str, tmp_path: Path):
        file = tmp_path / "a.dump"

        await backup.back_up(dsn, file)

        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert names_in(tmp_path) == [file.name]

    async def test_one_that_fails_leaves_the_old_file_as_it_was(self, server: EmbeddedServer, tmp_path: Path):
        file = tmp_path / "a.dump"
        file.write_bytes(b"the old one")

        with pytest.raises(StoreError, match="InvalidCatalogNameError"):
            await backup.back_up(server.dsn("absent"), file)

        assert file.read_bytes() == b"the old one"
        assert names_in(tmp_path) == [file.name]

    async def test_one_that_is_interrupted_leaves_nothing(self, dsn: str, tmp_path: Path):
        async with connected(dsn) as holder, holder.transaction():
            await holder.execute("LOCK TABLE seeds")  # pg_dump waits for it
            task = asyncio.create_task(backup.back_up(dsn, tmp_path / "a.dump"))
            await until(lambda: waits_for_lock(holder))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert names_in(tmp_path) == []

    async def test_no_backup_of_tane_is_taken_for_one(self, tmp_path: Path):
        garbage, strange = tmp_path / "garbage", tmp_path / "strange"
        garbage.write_bytes(b"GARBAGE" + bytes(100))
        with zipfile.ZipFile(strange, "w") as zipped:
            zipped.writestr("recipes.txt", "eggs")

        for file in (garbage, strange):
            with pytest.raises(StoreError, match="is no backup of Tane"):
                await backup.read_archive(file)

    async def test_tables_of_another_program_are_named_as_left_out(
        self, dsn: str, conn: Connection, tmp_path: Path
    ):
        await conn.execute("CREATE TABLE recipes (name text)")

        archive = await backup.back_up(dsn, tmp_path / "a.dump")

        assert archive.left_out == ("public.recipes",)
        assert "recipes" not in archive.tables


class TestRefusals:
    async def test_a_database_with_rows_is_refused_unless_they_may_go(
        self, dsn: str, conn: Connection, tmp_path: Path
    ):
        await fill(conn)
        before = await checksums(conn)
        await backup.back_up(dsn, tmp_path / "a.dump")

        await conn.close()
        _, reason = await restored(tmp_path / "a.dump", dsn)

        assert reason is not None
        assert "--replace" in reason
        async with connected(dsn) as again:
            assert await checksums(again) == before

    async def test_a_fresh_schema_counts_as_empty(self, dsn: str, conn: Connection, tmp_path: Path):
        await backup.back_up(dsn, tmp_path / "a.dump")
        await conn.close()

        _, reason = await restored(tmp_path / "a.dump", dsn)

        assert reason is None

    async def test_tables_of_another_program_are_never_touched(self, dsn: str, other: str, tmp_path: Path):
        await backup.back_up(dsn, tmp_path / "a.dump")
        async with connected(other) as copy:
            await copy.execute("CREATE TABLE recipes (name text)")

        _, reason = await restored(tmp_path / "a.dump", other, replace=True)

        assert reason is not None
        assert "public.recipes" in reason

    async def test_a_tane_that_is_connected_must_end_first(self, dsn: str, tmp_path: Path):
        await backup.back_up(dsn, tmp_path / "a.dump")

        async with connected(dsn):
            _, reason = await restored(tmp_path / "a.dump", dsn)

        assert reason is not None
        assert "stop it first" in reason

    async def test_a_backup_of_a_newer_tane_is_refused(self, conn: Connection, dsn: str, tmp_path: Path):
        await conn.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES (9000, 'x', 'y')")

        with pytest.raises(SchemaMismatch, match="9000"):
            await backup.back_up(dsn, tmp_path / "a.dump")

    async def test_a_backup_of_an_older_tane_says_what_it_lacks(
        self, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        await backup.back_up(dsn, tmp_path / "a.dump")
        files = [*migrate.migrations(), Migration(version=9000, name="9000_more", sql="SELECT 1")]
        monkeypatch.setattr(migrate, "migrations", lambda: files)

        archive = await backup.read_archive(tmp_path / "a.dump")

        assert archive.missing_migrations == 1


class TestARestorationThatBreaksOff:
    async def test_a_statement_that_fails_changes_nothing_and_quotes_no_row(
        self, dsn: str, conn: Connection, tmp_path: Path
    ):
        await fill(conn)
        archive = await backup.back_up(dsn, tmp_path / "a.dump")
        before = await checksums(conn)
        # Without removing anything, the first CREATE meets what is there.
        with pytest.raises(StoreError, match="the database is what it was") as caught:
            await restoring.restore(dsn, archive, removals=[])

        assert SECRET not in str(caught.value)
        assert await checksums(conn) == before

    async def test_a_connection_that_is_cut_is_told_and_changes_nothing(
        self, dsn: str, conn: Connection, tmp_path: Path
    ):
        await fill(conn)
        archive = await backup.back_up(dsn, tmp_path / "a.dump")
        before = await checksums(conn)
        cut = "SELECT pg_terminate_backend(pg_backend_pid())"

        with pytest.raises(StoreUnavailable, match="the database is what it was"):
            await restoring.restore(dsn, archive, removals=[*await removals(conn), cut])

        assert await checksums(conn) == before

    @pytest.mark.parametrize("is_backup", [True, False], ids=["backup", "restoration"])
    async def test_a_server_that_falls_silent_is_not_waited_for(
        self, dsn: str, conn: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_backup: bool
    ):
        monkeypatch.setattr(answering, "LOOK_EVERY_S", 0.05)
        monkeypatch.setattr(answering, "LOOK_TIMEOUT_S", 0.05)
        archive = await backup.back_up(dsn, tmp_path / "a.dump")
        before, cleared = await checksums(conn), await removals(conn)
        async with relay_to(dsn) as relay, connected(dsn) as holder, holder.transaction():
            await holder.execute("LOCK TABLE worker_jobs")
            task: asyncio.Future[Any] = asyncio.ensure_future(
                backup.back_up(relay.dsn, tmp_path / "b.dump")
                if is_backup
                else restoring.restore(relay.dsn, archive, removals=cleared)
            )
            await until(lambda: waits_for_lock(holder))
            relay.silence()

            with pytest.raises(StoreUnavailable, match="stopped answering"):
                await task
            await relay.cut()

        assert await checksums(conn) == before
        assert names_in(tmp_path) == ["a.dump"]

    async def test_one_that_is_cancelled_changes_nothing(self, dsn: str, conn: Connection, tmp_path: Path):
        await fill(conn)
        file = tmp_path / "a.dump"
        archive = await backup.back_up(dsn, file)
        before = await checksums(conn)
        cleared = await removals(conn)

        async with connected(dsn) as holder, holder.transaction():
            await holder.execute(
                "LOCK TABLE worker_jobs IN ACCESS SHARE MODE"
            )  # some tables are gone, it waits for this one
            task = asyncio.create_task(restoring.restore(dsn, archive, removals=cleared))
            await until(lambda: waits_for_lock(holder))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert await checksums(conn) == before


class TestPure:
    def test_the_worst_reason_comes_first(self):
        target = RestoreTarget(filled=("seeds",), foreign=("public.x",), other_sessions=1, removals=())

        assert "another program" in (restoring.refusal(target, replace=True) or "")


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
