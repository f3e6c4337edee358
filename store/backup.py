"""Backup and restoration of the whole database, by PostgreSQL's own programs.

A restoration is one transaction: whatever breaks, the database is what it was before.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from store import migrate, sql
from store.errors import SchemaMismatch, StoreError, mapped_errors
from store.migrate import LEDGER
from store.pg_tools import OnTable, Tools, complaint, watch
from store.pool import Connection

_SQL = sql.load("backup")
# What a fresh schema brings by itself: no data of anybody's.
_SHIPPED = (LEDGER, "utterance_roles")
_CHUNK = 1 << 18
_LOCK_TIMEOUT_MS = 60_000
_UNCHANGED = "the database is what it was"
# Unknown to servers before 17, whatever the archive says of itself.
_TOO_NEW = b"SET transaction_timeout = 0;\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A backup file: its tables with data, its schema, and how much of the present schema it lacks."""

    tables: tuple[str, ...]
    contents: str  # what pg_restore --list says of it
    schema_version: int
    missing_migrations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The database that a backup is to be restored into."""

    server_major: int
    filled: tuple[str, ...]  # our tables that hold something
    foreign: tuple[str, ...]  # tables that no Tane made
    other_sessions: int
    removals: tuple[str, ...]  # statements that clear our part of it


async def server_major(conn: Connection) -> int:
    """Return the major version of the server."""
    with mapped_errors():
        return int(await conn.fetchval(_SQL["server_major"]))


async def count_tables(conn: Connection) -> int:
    """Return how many tables a backup will hold."""
    with mapped_errors():
        return len(await _tables(conn))


async def back_up(tools: Tools, file: Path, *, on_table: OnTable | None = None) -> Archive:
    """Write a backup to `file`, readable by its owner only; the name appears when the backup is whole.

    The backup is a snapshot of one moment; everybody goes on reading and writing meanwhile. Costs one reading of all tables.

    Raises:
        StoreError: pg_dump failed, or what it wrote is no backup of Tane.
        OSError: the file cannot be written.
    """
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        async with (
            tools.running(
                "pg_dump",
                "--format=custom",
                "--compress=1",  # vectors hardly shrink: 6, the default, takes five times the time for a fifth less
                "--verbose",
                "--no-password",
                f"--lock-wait-timeout={_LOCK_TIMEOUT_MS}",
                f"--file={partial}",
            ) as process
        ):
            said = await watch(process, marks="dumping contents of table ", on_table=on_table)
            if await process.wait() != 0:
                raise StoreError(f"pg_dump: {complaint(said)}")
        archive = await read_archive(tools, partial)
        _sync(partial)
        partial.replace(file)
        _sync(file.parent)
    finally:
        partial.unlink(missing_ok=True)
    return archive


async def read_archive(tools: Tools, file: Path) -> Archive:
    """Look into a backup.

    Raises:
        StoreError: it is no backup of Tane, or damaged.
        SchemaMismatch: it was made by a newer Tane, or by one whose migrations differ.
    """
    try:
        contents = (await tools.output("pg_restore", "--list", str(file))).decode()
    except StoreError as error:
        raise StoreError(f"{file} is no backup: {error}") from None
    tables = tuple(re.findall(r"^\d+; \d+ \d+ TABLE DATA \S+ (\S+)", contents, re.MULTILINE))
    if LEDGER not in tables:
        raise StoreError(f"{file} is a backup of another program: it has no table {LEDGER}")
    ledger = await tools.output("pg_restore", "--data-only", f"--table={LEDGER}", "--file=-", str(file))
    applied = parse_ledger(ledger.decode())
    if not applied:
        raise SchemaMismatch(f"{file} does not tell its schema version: it cannot be restored")
    missing = migrate.pending(applied, migrate.migrations())
    return Archive(
        tables=tables,
        contents=contents,
        schema_version=max(applied),
        missing_migrations=len(missing),
    )


def parse_ledger(script: str) -> dict[int, str]:
    """Return version and checksum of each migration out of the COPY block that pg_restore writes. Pure."""
    block = re.search(
        rf"^COPY \S*{LEDGER} \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$", script, re.MULTILINE | re.DOTALL
    )
    if block is None:
        return {}
    columns = [column.strip() for column in block[1].split(",")]
    rows = (dict(zip(columns, line.split("\t"), strict=True)) for line in block[2].splitlines())
    return {int(row["version"]): row["checksum"] for row in rows}


async def look_at_target(conn: Connection) -> Target:
    """Tell what a restoration would meet in this database."""
    tables, functions = migrate.created("TABLE"), migrate.created("FUNCTION")
    with mapped_errors():
        found = await _tables(conn)
        removals = await conn.fetch(_SQL["removals"], tables, functions)
        sessions = await conn.fetchval(_SQL["other_sessions"])
    ours = [row for row in found if row["is_in_reach"] and row["name"] in tables]
    return Target(
        server_major=await server_major(conn),
        filled=tuple(row["name"] for row in ours if row["has_pages"] and row["name"] not in _SHIPPED),
        foreign=tuple(f"{row['schema']}.{row['name']}" for row in found if row not in ours),
        other_sessions=int(sessions),
        removals=tuple(row["statement"] for row in removals),
    )


def refusal(target: Target, *, replace: bool) -> str | None:
    """Say why nothing may be restored into this database, or None where it may. Pure.

    replace: whoever asks knows that what stands there goes.
    """
    if target.foreign:
        return f"the database holds tables of another program ({target.foreign[0]}): give Tane a database of its own"
    if target.other_sessions:
        return "a Tane uses the database: stop it first (systemctl stop tane, or Ctrl-C where it runs)"
    if target.filled and not replace:
        return (
            f"the database is not empty ({', '.join(target.filled[:3])}): back it up, then restore with --replace, "
            "or name another one"
        )
    return None


async def restore(
    tools: Tools, file: Path, archive: Archive, *, removals: Sequence[str], on_table: OnTable | None = None
) -> None:
    """Put the backup in the place of what `removals` take away, in one transaction. `refusal` comes first.

    Costs the writing of all tables and the building of all indexes.

    Raises:
        StoreError: something failed; the database is what it was.
    """
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".list") as wanted:
        wanted.write(_restorable(archive.contents))
        wanted.flush()
        async with (
            tools.running(
                "psql", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1",
                "--set=VERBOSITY=sqlstate", "--file=-", stdin=asyncio.subprocess.PIPE,
            ) as psql,
            tools.running(
                "pg_restore", "--verbose", "--no-owner", "--no-privileges", f"--use-list={wanted.name}",
                "--file=-", str(file),
            ) as reader,
        ):  # fmt: skip
            await _pour(reader, psql, _prelude(removals), on_table)


async def refresh_statistics(conn: Connection) -> None:
    """Let the planner look at the restored tables. Reads a sample of each."""
    with mapped_errors():
        await conn.execute(_SQL["refresh_statistics"], timeout=3600)


async def _pour(
    reader: asyncio.subprocess.Process,
    psql: asyncio.subprocess.Process,
    prelude: bytes,
    on_table: OnTable | None,
) -> None:
    """Lead what pg_restore writes into psql; COMMIT is the last word, and only said when both went well.

    Without it the end of psql, however it comes, rolls everything back: at an error, a cancellation or a kill of ours.
    """
    assert reader.stdout is not None
    assert psql.stdin is not None
    assert psql.stdout is not None
    watching = asyncio.create_task(
        watch(reader, marks="processing data for table ", on_table=on_table), name="pg_restore speaks"
    )
    listening = asyncio.create_task(watch(psql, marks="\0", on_table=None), name="psql speaks")
    swallowing = asyncio.create_task(psql.stdout.read(), name="psql answers")
    try:
        try:
            head = await reader.stdout.read(_CHUNK)
            psql.stdin.write(prelude + head.replace(_TOO_NEW, b"", 1))
            while chunk := await reader.stdout.read(_CHUNK):
                psql.stdin.write(chunk)
                await psql.stdin.drain()
            if await reader.wait() != 0:
                raise StoreError(f"pg_restore: {complaint(await watching)}; {_UNCHANGED}")
            psql.stdin.write(b"\nCOMMIT;\n")
            psql.stdin.close()
            await psql.stdin.wait_closed()
        except (BrokenPipeError, ConnectionResetError):
            pass  # psql ended before us: its status says why
        status, said, _ = await asyncio.gather(psql.wait(), listening, swallowing)
    finally:
        for task in (watching, listening, swallowing):
            task.cancel()
    if status != 0:
        raise StoreError(f"psql: {complaint(said)}; {_UNCHANGED}")


async def _tables(conn: Connection) -> list[asyncpg.Record]:
    return await conn.fetch(_SQL["all_tables"])


def _prelude(removals: Sequence[str]) -> bytes:
    lines = [
        "BEGIN;",
        f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT_MS}ms';",
        "SET LOCAL maintenance_work_mem = '256MB';",
    ]
    return "\n".join([*lines, *(f"{statement};" for statement in removals), ""]).encode()


def _restorable(contents: str) -> str:
    """Leave out the comment on the extension, which only the extension's owner may set. Pure."""
    return "".join(
        line for line in contents.splitlines(keepends=True) if not re.search(r" COMMENT - EXTENSION ", line)
    )


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
