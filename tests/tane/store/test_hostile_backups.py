"""Backups that were damaged, changed or made to do harm: what is in them is never executed, and never half restored."""

import asyncio
import io
import json
import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tane.store import backup, former_backup, restoring
from tane.store.embedded import EmbeddedServer
from tane.store.errors import StoreError
from tane.store.former_backup import Script, complaint, is_former, read_former_archive
from tane.store.installation import programs
from tane.store.manifest import Archive
from tane.store.pool import Connection, connected
from tests.tane.store.drill import checksums, fill
from tests.waiting import until


@pytest.fixture
def other(server: EmbeddedServer) -> Iterator[str]:
    """The address of an empty database: not even our schema is in it."""
    name = f"hostile_{os.getpid()}"
    server.recreate(name)
    yield server.dsn(name)
    server.recreate(name)


def pg_dump(dsn: str, file: Path) -> None:
    """Back up as former Tanes did."""
    parts = urlsplit(dsn)
    host, database = parse_qs(parts.query)["host"][0], parts.path.lstrip("/")
    subprocess.run(
        [programs() / "pg_dump", "--format=custom", "-h", host, "-U", "postgres", "-d", database, "-f", file],
        check=True,
    )


async def restore(file: Path, dsn: str) -> Archive:
    archive = await (read_former_archive(file) if is_former(file) else backup.read_archive(file))
    async with connected(dsn) as conn:
        target = await restoring.look_at_target(conn)
    await restoring.restore(dsn, archive, removals=target.removals)
    return archive


def rewrite(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the members of a backup and write it again, whole as an archive."""
    with zipfile.ZipFile(file) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w") as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)


def change_manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[backup.MANIFEST])
        change(manifest)
        members[backup.MANIFEST] = json.dumps(manifest).encode()

    return changed


def reword(members: dict[str, bytes]) -> None:
    members["tables/seeds.copy"] = members["tables/seeds.copy"].replace(b"s1\t", b"S1\t")


def drop_row(members: dict[str, bytes]) -> None:
    members["tables/seeds.copy"] = members["tables/seeds.copy"].partition(b"\n")[2]


def add_member(members: dict[str, bytes]) -> None:
    members["tables/pg_authid.copy"] = b""


def drop_member(members: dict[str, bytes]) -> None:
    del members["tables/seeds.copy"]


def drop_manifest(members: dict[str, bytes]) -> None:
    del members[backup.MANIFEST]


def flipped(whole: bytes, place: int) -> bytes:
    """Change a bit at this place or beyond, one that matters: a repetition may be told in two ways that read alike."""
    spoilt = whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]
    with suppress(zipfile.BadZipFile, zlib.error, EOFError), zipfile.ZipFile(io.BytesIO(spoilt)) as zipped:
        return spoilt if zipped.testzip() else flipped(whole, place + 1)
    return spoilt


class TestAChangedFile:
    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (reword, "the rows of seeds are not those that were written"),
            (drop_row, "the rows of seeds are not those that were written"),
            (add_member, "exactly the tables that its manifest names"),
            (drop_member, "exactly the tables that its manifest names"),
            (drop_manifest, "has no manifest"),
            (change_manifest(lambda told: told.pop("tables")), "manifest is incomplete"),
            (
                change_manifest(lambda told: told["tables"][0].update(name="seeds; --")),
                "manifest is incomplete",
            ),
            (change_manifest(lambda told: told.update(format=99)), "made by a newer Tane"),
            (change_manifest(lambda told: told["migrations"].update({"9000": "x"})), "does not know"),
            (change_manifest(lambda told: told["migrations"].update({"1": "x"})), "was changed"),
        ],
    )
    async def test_is_refused_with_the_reason(
        self,
        dsn: str,
        conn: Connection,
        tmp_path: Path,
        change: Callable[[dict[str, bytes]], None],
        told: str,
    ):
        await fill(conn, vectors=3)
        await backup.back_up(dsn, tmp_path / "a.dump")

        rewrite(tmp_path / "a.dump", change)

        with pytest.raises(StoreError, match=told):
            await backup.read_archive(tmp_path / "a.dump")

    @pytest.mark.parametrize(("before", "after"), [(b"", b"x"), (b"", bytes(70_000)), (b"x", b"")])
    async def test_is_refused_when_it_is_longer_than_its_archive(
        self, dsn: str, tmp_path: Path, before: bytes, after: bytes
    ):
        file = tmp_path / "a.dump"
        await backup.back_up(dsn, file)

        file.write_bytes(before + file.read_bytes() + after)

        with pytest.raises(StoreError, match="damaged or was changed"):
            await backup.read_archive(file)

    async def test_is_refused_wherever_it_was_cut_and_whichever_table_lost_a_bit(
        self, dsn: str, conn: Connection, tmp_path: Path
    ):
        await fill(conn, vectors=3)
        file = tmp_path / "a.dump"
        await backup.back_up(dsn, file)
        whole = file.read_bytes()
        with zipfile.ZipFile(file) as zipped:
            middles = [
                entry.header_offset + len(entry.FileHeader()) + entry.compress_size // 2
                for entry in zipped.infolist()
                if entry.compress_size > 9
            ]
        cuts = [whole[: len(whole) * n // 12] for n in range(1, 12)]
        flips = [flipped(whole, place) for place in middles]
        assert len(flips) > 8

        for spoilt in (*cuts, *flips):
            file.write_bytes(spoilt)
            with pytest.raises(StoreError, match="is damaged or was changed"):
                await backup.read_archive(file)

    async def test_that_changes_between_look_and_restoration_leaves_the_database_as_it_was(
        self, dsn: str, conn: Connection, tmp_path: Path
    ):
        await fill(conn, vectors=3)
        file = tmp_path / "a.dump"
        archive = await backup.back_up(dsn, file)
        before, removals = await checksums(conn), (await restoring.look_at_target(conn)).removals
        rewrite(file, drop_row)

        with pytest.raises(StoreError, match="the database is what it was"):
            await restoring.restore(dsn, archive, removals=removals)

        assert await checksums(conn) == before

    @pytest.mark.parametrize("fate", ["gone", "cut", "emptied"])
    async def test_that_cannot_be_read_again_leaves_the_database_as_it_was(
        self, fate: str, dsn: str, conn: Connection, tmp_path: Path
    ):
        await fill(conn, vectors=3)
        file = tmp_path / "a.dump"
        archive = await backup.back_up(dsn, file)
        before, removals = await checksums(conn), (await restoring.look_at_target(conn)).removals
        file.write_bytes(file.read_bytes()[: {"gone": 0, "cut": 3000, "emptied": 0}[fate]])
        if fate == "gone":
            file.unlink()

        with pytest.raises(StoreError, match="the database is what it was"):
            await restoring.restore(dsn, archive, removals=removals)

        assert await checksums(conn) == before

    async def test_that_the_system_does_not_open_is_told_as_such(self, tmp_path: Path):
        with pytest.raises(StoreError, match=r"cannot be read \(Is a directory\)"):
            await backup.read_archive(tmp_path)

        with pytest.raises(StoreError, match=r"cannot be read \(Is a directory\)"):
            is_former(tmp_path)

    async def test_what_another_program_added_to_a_table_comes_back_if_postgresql_knows_its_type(
        self, dsn: str, conn: Connection, other: str, tmp_path: Path
    ):
        await conn.execute(
            'ALTER TABLE seeds ADD COLUMN "my ""mood" varchar(9)[], ADD COLUMN price numeric(8,2)'
        )
        await fill(conn, vectors=3)
        await conn.execute('UPDATE seeds SET "my ""mood" = array[$1], price = 1.5', "good")
        await backup.back_up(dsn, tmp_path / "a.dump")

        await restore(tmp_path / "a.dump", other)

        async with connected(other) as copy:
            assert await checksums(copy) == await checksums(conn)

    async def test_a_type_that_is_a_statement_is_none(self, dsn: str, other: str, tmp_path: Path):
        await backup.back_up(dsn, tmp_path / "a.dump")
        column = {"name": "x", "type": "text; CREATE TABLE harm (a int)"}
        rewrite(
            tmp_path / "a.dump", change_manifest(lambda told: told["tables"][0]["columns"].append(column))
        )

        with pytest.raises(StoreError, match="is not known here"):
            await restore(tmp_path / "a.dump", other)


HARM = """
CREATE FUNCTION harm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN COPY (SELECT 1) TO PROGRAM 'touch {mark}'; RETURN NEW; END $$;
CREATE TRIGGER harm BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION harm();
CREATE FUNCTION hash_text(harm integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION harm_event() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN COPY (SELECT 1) TO PROGRAM 'touch {mark}'; END $$;
CREATE VIEW harm_view AS SELECT '{long}' AS a;
CREATE MATERIALIZED VIEW harm_stored AS SELECT count(*) FROM {table};
"""


class TestAHostileFile:
    """An archive of pg_dump may hold functions, triggers, event triggers, views and commands of psql."""

    @pytest.fixture
    def mark(self) -> Iterator[Path]:
        """A file that the harm leaves, where the server's account and ours may write."""
        folder = Path(tempfile.mkdtemp(prefix="tane-harm-"))
        folder.chmod(0o777)
        yield folder / "harmed"
        shutil.rmtree(folder)

    @pytest.fixture
    async def file(self, dsn: str, conn: Connection, tmp_path: Path, mark: Path) -> Path:
        await fill(conn, vectors=3)
        await conn.execute(HARM.format(mark=mark, table="seeds", long="x" * 999))
        await conn.execute("CREATE EVENT TRIGGER harm_event ON ddl_command_end EXECUTE FUNCTION harm_event()")
        await conn.execute("CREATE TABLE foreign_table (a text)")
        await conn.execute("INSERT INTO foreign_table VALUES (E'\\\\! touch x'), (E'\\\\.')")
        file = tmp_path / "former.dump"
        pg_dump(dsn, file)
        await conn.execute("DROP EVENT TRIGGER harm_event")
        forget_harm(mark)  # our own statements woke it
        # A definition of equal length becomes a command that psql would obey.
        data = file.read_bytes()
        head = data.index(b"CREATE VIEW public.harm_view")
        end = data.index(b";", head)
        command = f"\n\\! touch {mark}\n-- ".encode()
        file.write_bytes(data[:head] + command.ljust(end - head, b"x") + data[end:])
        return file

    async def test_brings_its_rows_and_none_of_its_programs(
        self, conn: Connection, file: Path, other: str, mark: Path
    ):
        archive = await restore(file, other)

        async with connected(other) as copy:
            ours = {name: rows for name, rows in (await checksums(conn)).items() if name in archive.tables}
            assert await checksums(copy) == ours
            await copy.execute("INSERT INTO seeds (body) VALUES ('a trigger would wake')")
            assert await copy.fetchval("SELECT count(*) FROM pg_proc WHERE proname ~ 'harm'") == 0
            assert await copy.fetchval("SELECT count(*) FROM pg_event_trigger") == 0
        assert not is_harmed(mark)
        assert "foreign_table" in archive.left_out

    async def test_is_not_touched_without_being_trusted(self, file: Path):
        with pytest.raises(StoreError, match="--unverified"):
            await backup.read_archive(file)


class TestAFormerBackup:
    async def test_comes_back_whole(self, dsn: str, conn: Connection, other: str, tmp_path: Path):
        await fill(conn)
        await conn.execute("DELETE FROM nightly_runs")  # the next number is known by the sequence alone
        pg_dump(dsn, tmp_path / "former.dump")

        archive = await restore(tmp_path / "former.dump", other)

        async with connected(other) as copy:
            assert await checksums(copy) == await checksums(conn)
            assert (
                await copy.fetchval("INSERT INTO nightly_runs (trigger) VALUES ('command') RETURNING run_id")
                == 2
            )
        assert archive.manifest is None

    async def test_that_is_cut_changes_nothing(self, dsn: str, conn: Connection, tmp_path: Path):
        await fill(conn)
        file = tmp_path / "former.dump"
        pg_dump(dsn, file)
        before, removals = await checksums(conn), (await restoring.look_at_target(conn)).removals
        file.write_bytes(file.read_bytes()[:-4000])  # the table of contents stands at the front
        archive = await read_former_archive(file)

        with pytest.raises(StoreError, match="the database is what it was"):
            await restoring.restore(dsn, archive, removals=removals)

        assert await checksums(conn) == before

    async def test_whose_reader_is_killed_is_told_at_once(self, dsn: str, conn: Connection, tmp_path: Path):
        await fill(conn)
        file = tmp_path / "former.dump"
        await conn.execute(
            "INSERT INTO utterances (contents) SELECT repeat(md5(n::text), 3000) FROM generate_series(1, 200) n"
        )
        pg_dump(dsn, file)

        async with former_backup.script_of(file) as script:
            await script.next_table()
            for pid in await asyncio.to_thread(readers_of, file):
                os.kill(pid, signal.SIGKILL)

            with pytest.raises(StoreError, match="killed by signal 9"):
                await drained(script)

    async def test_whose_reader_is_left_behind_full_of_words_is_ended(
        self, dsn: str, conn: Connection, tmp_path: Path
    ):
        """Its pipe is full and nobody reads it: waiting for such a process has no end of its own."""
        file = tmp_path / "former.dump"
        await conn.execute(
            "INSERT INTO utterances (contents) SELECT repeat(md5(n::text), 3000) FROM generate_series(1, 200) n"
        )
        pg_dump(dsn, file)

        async with former_backup.script_of(file) as script:
            await script.next_table()

        await until(lambda: not readers_of(file))

    async def test_whose_reader_says_nothing_is_not_waited_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        file = tmp_path / "former.dump"
        os.mkfifo(file)  # opening it waits for a writer
        monkeypatch.setattr(former_backup, "SILENCE_S", 0.1)

        with pytest.raises(StoreError, match="said nothing"):
            await read_former_archive(file)

    def test_a_complaint_is_the_first_line_that_speaks_of_an_error(self):
        assert complaint(["pg_dump: last built-in OID is 16383", "pg_dump: error: no room", "x"]) == "no room"
        assert complaint([]) == "it failed without a word"


def forget_harm(mark: Path) -> None:
    mark.unlink()


def is_harmed(mark: Path) -> bool:
    return mark.exists()


async def drained(script: Script) -> int:
    """Read a script to its end, and count its tables."""
    number = 0
    while await script.next_table() is not None:
        number += 1
    return number


def readers_of(file: Path) -> list[int]:
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid,stat,args"], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [
        int(pid)
        for pid, state, args in rows
        if "pg_restore" in args and str(file) in args and state[0] != "Z"
    ]
