"""The drill: back up, lose everything, restore; and what a restoration refuses or survives."""

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import backup, migrate
from store.backup import Archive, Target
from store.embedded import EmbeddedServer
from store.errors import SchemaMismatch, StoreError
from store.installation import programs
from store.pg_tools import NEEDED, Tools, complaint, find_tools
from store.pool import Connection
from tests.store.drill import SECRET, checksums, fill, objects, reaching, variables
from tests.waiting import until

LEDGER = """\
SET client_encoding = 'UTF8';
COPY public.schema_migrations (version, name, checksum, applied_at) FROM stdin;
1\t0001_schema\tabc\t2026-01-01
12\t0012_more\tdef\t2026-01-02
\\.
"""


@pytest.fixture
async def tools(dsn: str) -> Tools:
    return await find_tools(18, variables(dsn), is_embedded=True)


@pytest.fixture
def other(server: EmbeddedServer) -> Iterator[str]:
    """The address of an empty database: not even our schema is in it."""
    name = f"restored_{os.getpid()}"
    server.recreate(name)
    yield server.dsn(name)
    server.recreate(name)


async def restored(
    file: Path,
    dsn: str,
    *,
    replace: bool = False,
    tables: list[str] | None = None,
    tools: Tools | None = None,
) -> tuple[Archive, str | None]:
    """Restore as the command does, and return the reason where it is refused."""
    tools = tools or await find_tools(18, variables(dsn), is_embedded=True)
    async with reaching(dsn) as conn:
        target = await backup.look_at_target(conn)
    archive = await backup.read_archive(tools, file)
    reason = backup.refusal(target, replace=replace)
    if reason is None:
        seen = [] if tables is None else tables
        await backup.restore(tools, file, archive, removals=target.removals, on_table=seen.append)
    return archive, reason


class TestTheDrill:
    async def test_everything_comes_back_into_an_empty_database(
        self, conn: Connection, tools: Tools, other: str, tmp_path: Path
    ):
        await fill(conn)
        before, built = await checksums(conn), await objects(conn)
        dumped: list[str] = []
        brought: list[str] = []

        archive = await backup.back_up(tools, tmp_path / "a.dump", on_table=dumped.append)
        _, reason = await restored(tmp_path / "a.dump", other, tables=brought)

        assert reason is None
        assert set(dumped) == set(brought) == set(archive.tables) == set(before)
        assert sum(rows for rows, _ in before.values()) > 600
        async with reaching(other) as copy:
            assert await checksums(copy) == before
            assert await objects(copy) == built
            await migrate.check(copy)

    async def test_what_was_lost_or_changed_since_is_replaced(
        self, dsn: str, conn: Connection, tools: Tools, tmp_path: Path
    ):
        await fill(conn)
        before, built = await checksums(conn), await objects(conn)
        await backup.back_up(tools, tmp_path / "a.dump")
        await conn.execute("DELETE FROM utterances")
        await conn.execute("INSERT INTO seeds (body) VALUES ('new since')")
        await conn.execute("DROP TABLE job_pauses")
        await conn.close()

        _, reason = await restored(tmp_path / "a.dump", dsn, replace=True)

        assert reason is None
        async with reaching(dsn) as again:
            assert await checksums(again) == before
            assert await objects(again) == built

    async def test_an_owner_who_is_no_superuser_can_do_both(
        self, conn: Connection, tools: Tools, other: str, tmp_path: Path
    ):
        await fill(conn)
        await backup.back_up(tools, tmp_path / "a.dump")
        database, name = variables(other)["PGDATABASE"], f"owner_{os.getpid()}"
        async with reaching(other) as admin:
            await admin.execute(f"CREATE ROLE {name} LOGIN")
            await admin.execute(f"ALTER DATABASE {database} OWNER TO {name}")
            await admin.execute("CREATE EXTENSION vector")  # what only a superuser may, once
        theirs = await find_tools(18, variables(other) | {"PGUSER": name}, is_embedded=True)

        _, reason = await restored(tmp_path / "a.dump", other.replace("postgres@", f"{name}@"), tools=theirs)
        archive = await backup.back_up(theirs, tmp_path / "b.dump")

        assert reason is None
        async with reaching(other) as copy:
            assert await checksums(copy) == await checksums(conn)
            await copy.execute(f"REASSIGN OWNED BY {name} TO postgres; DROP OWNED BY {name}")
            await copy.execute(f"DROP ROLE {name}")
        assert "utterances" in archive.tables

    async def test_triggers_and_numbers_go_on_where_they_were(
        self, conn: Connection, tools: Tools, other: str, tmp_path: Path
    ):
        await fill(conn)
        await backup.back_up(tools, tmp_path / "a.dump")
        await restored(tmp_path / "a.dump", other)

        async with reaching(other) as copy:
            await copy.execute("UPDATE nightly_runs SET status = 'cancelled', finished_at = now()")
            run = await copy.fetchval(
                "INSERT INTO nightly_runs (trigger) VALUES ('command') RETURNING run_id"
            )
            await copy.execute("UPDATE seeds SET review_status = 'rejected'")
            searched = await copy.fetchval("SELECT count(*) FROM embeddings WHERE is_active = 1")

        assert run == await conn.fetchval("SELECT max(run_id) + 1 FROM nightly_runs")
        assert searched == 0

    async def test_the_backup_is_of_one_moment_though_others_write(
        self, dsn: str, conn: Connection, tools: Tools, other: str, tmp_path: Path
    ):
        await fill(conn)
        async with reaching(dsn) as writer, writer.transaction():
            await writer.execute("UPDATE seeds SET body = body || '!'")  # not committed: no part of it
            await backup.back_up(tools, tmp_path / "a.dump")

        await restored(tmp_path / "a.dump", other)

        async with reaching(other) as copy:
            assert await copy.fetchval("SELECT count(*) FROM seeds WHERE body LIKE '%!'") == 0


class TestTheFile:
    async def test_it_is_its_owners_alone_and_nothing_lies_beside_it(self, tools: Tools, tmp_path: Path):
        file = tmp_path / "a.dump"

        await backup.back_up(tools, file)

        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert names_in(tmp_path) == [file.name]

    async def test_one_that_fails_leaves_the_old_file_as_it_was(self, dsn: str, tmp_path: Path):
        file = tmp_path / "a.dump"
        file.write_bytes(b"the old one")
        absent = await find_tools(18, variables(dsn) | {"PGDATABASE": "absent"}, is_embedded=True)

        with pytest.raises(StoreError, match='database "absent" does not exist'):
            await backup.back_up(absent, file)

        assert file.read_bytes() == b"the old one"
        assert names_in(tmp_path) == [file.name]

    async def test_one_that_is_interrupted_leaves_nothing(self, dsn: str, tools: Tools, tmp_path: Path):
        async with reaching(dsn) as holder, holder.transaction():
            await holder.execute("LOCK TABLE seeds")  # pg_dump waits for it
            task = asyncio.create_task(backup.back_up(tools, tmp_path / "a.dump"))
            await until(lambda: waits_for_lock(holder))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert names_in(tmp_path) == []

    async def test_no_backup_of_tane_is_taken_for_one(self, tools: Tools, other: str, tmp_path: Path):
        garbage, strange = tmp_path / "garbage", tmp_path / "strange"
        garbage.write_bytes(b"PGDMP" + bytes(100))
        async with reaching(other) as copy:
            await copy.execute("CREATE TABLE recipes (name text)")
        theirs = await find_tools(18, variables(other), is_embedded=True)
        await theirs.output("pg_dump", "--format=custom", f"--file={strange}")

        with pytest.raises(StoreError, match="is no backup"):
            await backup.read_archive(tools, garbage)
        with pytest.raises(StoreError, match="of another program"):
            await backup.read_archive(tools, strange)


class TestRefusals:
    async def test_a_database_with_rows_is_refused_unless_they_may_go(
        self, dsn: str, conn: Connection, tools: Tools, tmp_path: Path
    ):
        await fill(conn)
        before = await checksums(conn)
        await backup.back_up(tools, tmp_path / "a.dump")

        await conn.close()
        _, reason = await restored(tmp_path / "a.dump", dsn)

        assert reason is not None
        assert "--replace" in reason
        async with reaching(dsn) as again:
            assert await checksums(again) == before

    async def test_a_fresh_schema_counts_as_empty(
        self, dsn: str, conn: Connection, tools: Tools, tmp_path: Path
    ):
        await backup.back_up(tools, tmp_path / "a.dump")
        await conn.close()

        _, reason = await restored(tmp_path / "a.dump", dsn)

        assert reason is None

    async def test_tables_of_another_program_are_never_touched(
        self, tools: Tools, other: str, tmp_path: Path
    ):
        await backup.back_up(tools, tmp_path / "a.dump")
        async with reaching(other) as copy:
            await copy.execute("CREATE TABLE recipes (name text)")

        _, reason = await restored(tmp_path / "a.dump", other, replace=True)

        assert reason is not None
        assert "public.recipes" in reason

    async def test_a_tane_that_is_connected_must_end_first(self, dsn: str, tools: Tools, tmp_path: Path):
        await backup.back_up(tools, tmp_path / "a.dump")

        async with reaching(dsn):
            _, reason = await restored(tmp_path / "a.dump", dsn)

        assert reason is not None
        assert "stop it first" in reason

    async def test_a_backup_of_a_newer_tane_is_refused(self, conn: Connection, tools: Tools, tmp_path: Path):
        await conn.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES (9000, 'x', 'y')")

        with pytest.raises(SchemaMismatch, match="9000"):
            await backup.back_up(tools, tmp_path / "a.dump")

    async def test_a_backup_of_an_older_tane_says_what_it_lacks(
        self, conn: Connection, tools: Tools, tmp_path: Path
    ):
        await conn.execute(
            "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)"
        )

        archive = await backup.back_up(tools, tmp_path / "a.dump")

        assert archive.missing_migrations == 1


class TestARestorationThatBreaksOff:
    async def test_a_damaged_file_changes_nothing(
        self, dsn: str, conn: Connection, tools: Tools, tmp_path: Path
    ):
        await fill(conn)
        file = tmp_path / "a.dump"
        await backup.back_up(tools, file)
        before, built = await checksums(conn), await objects(conn)
        await conn.close()
        file.write_bytes(file.read_bytes()[:-4000])  # the table of contents stands at the front

        with pytest.raises(StoreError, match="the database is what it was") as caught:
            await restored(file, dsn, replace=True)

        assert SECRET not in str(caught.value)
        async with reaching(dsn) as again:
            assert (await checksums(again), await objects(again)) == (before, built)

    async def test_a_statement_that_fails_changes_nothing_and_quotes_no_row(
        self, conn: Connection, tools: Tools, tmp_path: Path
    ):
        await fill(conn)
        file = tmp_path / "a.dump"
        archive = await backup.back_up(tools, file)
        before = await checksums(conn)
        # Without removing anything, the first CREATE meets what is there.
        with pytest.raises(StoreError, match="the database is what it was") as caught:
            await backup.restore(tools, file, archive, removals=[])

        assert SECRET not in str(caught.value)
        assert await checksums(conn) == before

    async def test_a_connection_that_is_cut_is_told_and_changes_nothing(
        self, conn: Connection, tools: Tools, tmp_path: Path
    ):
        await fill(conn)
        file = tmp_path / "a.dump"
        archive = await backup.back_up(tools, file)
        before = await checksums(conn)
        removals = (await backup.look_at_target(conn)).removals
        cut = "SELECT pg_terminate_backend(pg_backend_pid())"

        with pytest.raises(StoreError, match="the database is what it was"):
            await backup.restore(tools, file, archive, removals=[*removals, cut])

        assert await checksums(conn) == before

    async def test_one_that_is_cancelled_changes_nothing(
        self, dsn: str, conn: Connection, tools: Tools, tmp_path: Path
    ):
        await fill(conn)
        file = tmp_path / "a.dump"
        archive = await backup.back_up(tools, file)
        before = await checksums(conn)
        removals = (await backup.look_at_target(conn)).removals

        async with reaching(dsn) as holder, holder.transaction():
            await holder.execute(
                "LOCK TABLE worker_jobs IN ACCESS SHARE MODE"
            )  # some tables are gone, it waits for this one
            task = asyncio.create_task(backup.restore(tools, file, archive, removals=removals))
            await until(lambda: waits_for_lock(holder))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert await checksums(conn) == before


class TestTools:
    async def test_an_older_pg_dump_than_the_server_is_refused_with_the_remedy(self, dsn: str):
        with pytest.raises(StoreError, match="install its client programs"):
            await find_tools(99, variables(dsn), is_embedded=False)

    async def test_the_systems_programs_are_passed_over_where_they_are_too_old(
        self, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        for name in NEEDED:
            (tmp_path / name).write_text(
                "#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)'\n"
            )
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

        old, new = [await find_tools(major, variables(dsn), is_embedded=False) for major in (15, 18)]

        assert (old.folder, old.major) == (tmp_path, 15)
        assert (new.folder, new.major) == (programs(), 18)

    def test_a_complaint_is_the_first_line_that_speaks_of_an_error(self):
        assert complaint(["pg_dump: last built-in OID is 16383", "pg_dump: error: no room", "x"]) == "no room"
        assert complaint([]) == "it failed without a word"


class TestPure:
    def test_the_ledger_is_read_out_of_a_script(self):
        assert backup.parse_ledger(LEDGER) == {1: "abc", 12: "def"}
        assert backup.parse_ledger("SELECT 1;") == {}

    def test_the_worst_reason_comes_first(self):
        target = Target(
            server_major=18, filled=("seeds",), foreign=("public.x",), other_sessions=1, removals=()
        )

        assert "another program" in (backup.refusal(target, replace=True) or "")


async def waits_for_lock(conn: Connection) -> bool:
    return bool(await conn.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
