"""Backup of the whole database: a zip archive with the rows of every table and a manifest that vouches for them.

It holds rows and no statements: a restoration makes the schema by the program's own migrations, so nothing that
stands in the file is ever executed. The rows are those of one moment, in PostgreSQL's text format for COPY.
"""

import asyncio
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, TypeAlias

import asyncpg
from pydantic import ValidationError

from tane.store import migrate, sql
from tane.store.answering import answering
from tane.store.errors import SchemaMismatch, StoreError, mapped_errors
from tane.store.manifest import FORMAT, Archive, Column, Counter, Manifest, TableManifest
from tane.store.migrate import LEDGER
from tane.store.pool import Connection, connected
from tane.store.unfinished import put_in_place, unfinished

_SQL = sql.load("backup")
MANIFEST = "manifest.json"
FORMER_MAGIC = b"PGDMP"
"""How the backups of Tane before this format begin: archives of pg_dump."""
_LONGEST_MANIFEST = 1 << 20
_LAST_RECORD_BYTES = 22  # of a zip file without a comment
_CHUNK = 1 << 20
_LEVEL = 1  # vectors hardly shrink: 6, the default, takes five times the time for a fifth less
LOCK_TIMEOUT = "60s"
# What zipfile raises for bytes that are none of its own.
_UNREADABLE = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
)

OnTable: TypeAlias = Callable[[str], None]


async def count_tables(conn: Connection) -> int:
    """Return how many tables a backup will hold."""
    with mapped_errors():
        return len((await _our_tables(conn))[0])


async def back_up(dsn: str, file: Path, *, on_table: OnTable | None = None) -> Archive:
    """Write a backup to `file`, readable by its owner only; the name appears when the backup is whole.

    The backup is a snapshot of one moment; everybody goes on reading and writing meanwhile. Costs one reading of all tables.

    Raises:
        StoreError: the database refused, or its schema is not one of Tane's.
        StoreUnavailable: the server does not answer, or no longer.
        OSError: the file cannot be written.
    """
    with unfinished(file, ending=".partial", mode=0o600) as partial:
        pulse = [0]
        async with answering(dsn, pulse=lambda: pulse[0]):
            archive = await _write(dsn, partial, file, pulse, on_table)
        await asyncio.to_thread(put_in_place, partial, file)
    return archive


async def _write(dsn: str, partial: Path, file: Path, pulse: list[int], on_table: OnTable | None) -> Archive:
    async with connected(dsn, command_timeout_s=None) as conn:
        with (
            mapped_errors(),
            zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as zipped,
        ):
            await conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            await conn.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            tables, foreign = await _our_tables(conn)
            if LEDGER not in tables:
                raise StoreError("the database has no schema of Tane's: there is nothing to back up")
            await conn.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS SHARE MODE")
            applied = await migrate.read_applied(conn)
            missing = migrate.pending(applied, migrate.migrations())
            columns = await columns_of(conn, tables)
            members = []
            for table in tables:
                if on_table is not None:
                    on_table(table)
                members.append(await _write_table(conn, zipped, table, columns[table], pulse))
            manifest = Manifest(
                format=FORMAT,
                tane=version("tane"),
                made_at=datetime.now(UTC),
                postgresql=await conn.fetchval("SHOW server_version"),
                schema_version=max(applied),
                migrations=applied,
                tables=members,
                counters=await _counters(conn, tables),
            )
            zipped.writestr(_entry(MANIFEST), manifest.model_dump_json(indent=1))
    return Archive(
        file=file, tables=tuple(tables), applied=applied, missing_migrations=len(missing), manifest=manifest,
        left_out=tuple(foreign),
    )  # fmt: skip


async def _write_table(
    conn: Connection, zipped: zipfile.ZipFile, table: str, columns: Sequence[Column], pulse: list[int]
) -> TableManifest:
    digest, size, waiting = hashlib.sha256(), 0, bytearray()
    with zipped.open(_entry(f"tables/{table}.copy"), "w", force_zip64=True) as member:

        def store(data: bytes) -> None:
            digest.update(data)
            member.write(data)

        async def take(data: bytes) -> None:
            nonlocal size
            waiting.extend(data)
            size += len(data)
            pulse[0] += 1
            if len(waiting) >= _CHUNK:
                await asyncio.to_thread(store, bytes(waiting))
                waiting.clear()

        done = await conn.copy_from_table(table, columns=[column.name for column in columns], output=take)
        store(bytes(waiting))
    return TableManifest(
        name=table, columns=list(columns), rows=int(done.split()[-1]), bytes=size, sha256=digest.hexdigest()
    )


async def columns_of(conn: Connection, tables: Sequence[str]) -> dict[str, list[Column]]:
    """Return the columns of each table that a backup holds, in their order."""
    found: dict[str, list[Column]] = {table: [] for table in tables}
    for row in await conn.fetch(_SQL["columns_of"], list(tables)):
        found[row["table_name"]].append(Column(name=row["column_name"], type=row["type"]))
    return found


async def _counters(conn: Connection, tables: Sequence[str]) -> list[Counter]:
    counters = []
    for row in await counters_of(conn, tables):
        state = await conn.fetchrow(f"SELECT last_value, is_called FROM {row['sequence']}")
        assert state is not None
        counters.append(
            Counter(
                table=row["table_name"], column=row["column_name"], last=state["last_value"], is_called=state["is_called"]
            )
        )  # fmt: skip
    return counters


async def all_tables(conn: Connection) -> list[asyncpg.Record]:
    """Return the tables of everybody but the system and extensions."""
    return await conn.fetch(_SQL["all_tables"])


async def counters_of(conn: Connection, tables: Sequence[str]) -> list[asyncpg.Record]:
    """Return the columns of these tables that number their rows, and the sequences behind them."""
    return await conn.fetch(_SQL["counters_of"], list(tables))


async def _our_tables(conn: Connection) -> tuple[list[str], list[str]]:
    """Return our tables, and those of other programs with their schema."""
    names, rows = migrate.created("TABLE"), await all_tables(conn)
    ours = [row for row in rows if row["is_in_reach"] and row["name"] in names]
    return [row["name"] for row in ours], [
        f"{row['schema']}.{row['name']}" for row in rows if row not in ours
    ]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=datetime.now(UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


# ---------------------------------------------------------------- looking into a backup


async def read_archive(file: Path) -> Archive:
    """Look through a backup and make sure that every byte of it is what its manifest says. Costs one reading of the file.

    Raises:
        StoreError: it is no backup of Tane, damaged, changed, or of an older Tane (see `tane.store.former_backup`).
        SchemaMismatch: it was made by a newer Tane, or by one whose migrations differ.
    """
    if beginning(file, len(FORMER_MAGIC)) == FORMER_MAGIC:
        raise StoreError(
            f"{file} is a backup of an older Tane, without checksums: nobody can tell whether it is whole and "
            "unchanged. If you trust where it comes from, restore it with --unverified"
        )
    manifest = await asyncio.to_thread(read_manifest, file)
    for member in manifest.tables:
        async for _ in rows_of(file, member):
            pass
    return archive_of(file, manifest)


def archive_of(file: Path, manifest: Manifest) -> Archive:
    """Return what a manifest promises, if its schema is one that this program can make. Pure.

    Raises:
        SchemaMismatch: it is not.
    """
    tables = tuple(member.name for member in manifest.tables)
    if LEDGER not in tables or not manifest.migrations:
        raise SchemaMismatch(f"{file} does not tell its schema version: it cannot be restored")
    missing = migrate.pending(manifest.migrations, migrate.migrations())
    return Archive(
        file=file,
        tables=tables,
        applied=manifest.migrations,
        missing_migrations=len(missing),
        manifest=manifest,
    )


def read_manifest(file: Path) -> Manifest:
    """Return the manifest, if the archive holds what it names and nothing else.

    Raises:
        StoreError: the file is no backup of Tane, or damaged.
    """
    try:
        with zipfile.ZipFile(file) as zipped:
            names = zipped.namelist()
            if MANIFEST not in names:
                raise StoreError(f"{file} is no backup of Tane: it has no manifest")
            if min(member.header_offset for member in zipped.infolist()) > 0 or _goes_on(file):
                raise damaged(file, "it is longer than its archive")
            if zipped.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
                raise damaged(file, "its manifest is too long")
            told = json.loads(zipped.read(MANIFEST))
    except zipfile.BadZipFile:
        raise _no_backup(file) from None
    except _UNREADABLE as error:
        raise damaged(file, "its manifest cannot be read") from error
    if isinstance(told, dict) and isinstance(told.get("format"), int) and told["format"] > FORMAT:
        raise SchemaMismatch(f"{file} was made by a newer Tane: update Tane")
    try:
        manifest = Manifest.model_validate(told)
    except ValidationError:
        raise damaged(file, "its manifest is incomplete") from None
    expected = [MANIFEST, *(member.file for member in manifest.tables)]
    if sorted(names) != sorted(expected):
        raise damaged(file, "it does not hold exactly the tables that its manifest names")
    return manifest


def _no_backup(file: Path) -> StoreError:
    is_cut = beginning(file, 4) == b"PK\x03\x04"
    return damaged(file, "its end is missing") if is_cut else StoreError(f"{file} is no backup of Tane")


def _goes_on(file: Path) -> bool:
    """Tell whether bytes stand behind the archive's last record, which ends without a comment; zipfile passes over them."""
    with file.open("rb") as opened:
        opened.seek(-_LAST_RECORD_BYTES, os.SEEK_END)
        last = opened.read()
    return not last.startswith(b"PK\x05\x06") or not last.endswith(b"\0\0")


def beginning(file: Path, length: int) -> bytes:
    """Return the first bytes of a file.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(length)
    except OSError as error:
        raise StoreError(f"{file} cannot be read ({error.strerror}): nothing was restored") from None


def damaged(file: Path, how: str) -> StoreError:
    """Return the error for a file that is not what was written."""
    return StoreError(f"{file} is damaged or was changed ({how}): nothing was restored, use another backup")


async def rows_of(file: Path, member: TableManifest) -> AsyncIterator[bytes]:
    """Yield the rows of a table piece by piece; who reads to the end knows that they are what was written.

    Raises:
        StoreError: they are not.
    """
    digest, size, rows = hashlib.sha256(), 0, 0
    with _unpacked(file, member) as opened:
        while data := await asyncio.to_thread(_read, opened, file, member):
            digest.update(data)
            size, rows = size + len(data), rows + data.count(b"\n")
            if size > member.bytes:
                break
            yield data
    if (digest.hexdigest(), size, rows) != (member.sha256, member.bytes, member.rows):
        raise damaged(file, f"the rows of {member.name} are not those that were written")


@contextmanager
def _unpacked(file: Path, member: TableManifest) -> Iterator[IO[bytes]]:
    with ExitStack() as stack:
        try:
            zipped = stack.enter_context(zipfile.ZipFile(file))
            opened = stack.enter_context(zipped.open(member.file))
        except _UNREADABLE:
            raise damaged(file, f"the rows of {member.name} cannot be read") from None
        yield opened


def _read(opened: IO[bytes], file: Path, member: TableManifest) -> bytes:
    try:
        return opened.read(_CHUNK)
    except _UNREADABLE:
        raise damaged(file, f"the rows of {member.name} cannot be read") from None


async def refresh_statistics(dsn: str) -> None:
    """Let the planner look at the restored tables. Reads a sample of each."""
    async with connected(dsn, command_timeout_s=3600) as conn:
        with mapped_errors():
            await conn.execute(_SQL["refresh_statistics"])
