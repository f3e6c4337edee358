"""Numbered SQL files make the schema: checksummed, under an advisory lock, one transaction each."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import asyncpg

from tane.store import sql
from tane.store.answering import answering
from tane.store.errors import Conflict, SchemaMismatch, mapped_errors, translate
from tane.store.listening import APPLICATION as DAEMON
from tane.store.pool import Connection, connected

_SQL = sql.load("migrate")
# Any constant will do, as long as every Tane takes the same lock.
_LOCK = 0x7461_6E65
LEDGER = "schema_migrations"
LOCK_TIMEOUT_S = 10.0
"""How long a migration waits for a table: whoever queues up behind it waits as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One numbered file of tane/store/migrations."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """Return all migrations in the order in which they are applied."""
    folder = resources.files("tane.store").joinpath("migrations")
    found = [
        Migration(
            version=int(file.name[:4]),
            name=file.name.removesuffix(".sql"),
            sql=file.read_text(encoding="utf-8"),
        )
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    ]
    return sorted(found, key=lambda migration: migration.version)


async def read_applied(conn: Connection) -> dict[int, str]:
    """Return version and checksum of every migration that the ledger names."""
    rows = await conn.fetch(_SQL["read_ledger"])
    return {row["version"]: row["checksum"] for row in rows}


def pending(applied: dict[int, str], known: list[Migration]) -> list[Migration]:
    """Decide which migrations are still to be applied.

    Raises:
        SchemaMismatch: the database was made by a newer Tane, or an applied file was changed since.
    """
    unknown = applied.keys() - {migration.version for migration in known}
    if unknown:
        raise SchemaMismatch(
            f"the database has schema version {max(unknown)}, which this Tane does not know: "
            "update Tane, or restore a backup of the older one"
        )
    for migration in known:
        if migration.version in applied and applied[migration.version] != migration.checksum:
            raise SchemaMismatch(
                f"migration {migration.name} was changed after it had been applied: restore the file or the database"
            )
    return [migration for migration in known if migration.version not in applied]


async def migrate(dsn: str) -> list[str]:
    """Apply what is missing and return the names; safe to run from several programs at once.

    Raises:
        SchemaMismatch: see `pending`; or a daemon is at work, which would go on with a schema it does not know.
        Conflict: somebody holds a table that is to be changed.
        StoreError: a migration failed; nothing of it remains, those before it do.
        StoreUnavailable: the server does not answer.
    """
    done: list[str] = []
    # No deadline: another migration is waited for, and an index may take hours. A server that is silent is left.
    async with connected(dsn, command_timeout_s=None) as conn, answering(dsn, pulse=lambda: len(done)):
        with mapped_errors():
            await _bring_up_to_date(conn, done)
    return done


async def _bring_up_to_date(conn: Connection, done: list[str]) -> None:
    await conn.execute(_SQL["lock_ledger"], _LOCK)
    await _create_ledger(conn)
    applied = await read_applied(conn)
    todo = pending(applied, migrations())
    if todo and applied:
        await _make_sure_that_nobody_works(conn)
    await conn.execute(_SQL["limit_waiting"], f"{LOCK_TIMEOUT_S * 1000:.0f}ms")
    for migration in todo:
        await _apply(conn, migration)
        done.append(migration.name)


async def _create_ledger(conn: Connection) -> None:
    await conn.execute(_SQL["create_ledger"])


async def build(conn: Connection, recorded: Mapping[int, str]) -> None:
    """Make the schema that these migrations left, inside the caller's transaction, in a database without one."""
    await _create_ledger(conn)
    for migration in migrations():
        if migration.version in recorded:
            await conn.execute(migration.sql)


async def _make_sure_that_nobody_works(conn: Connection) -> None:
    if await conn.fetchval(_SQL["daemons"], DAEMON):
        raise SchemaMismatch(
            "the database is to be brought up to date, and an older Tane is at work on it: "
            "stop every `tane run` first (`systemctl stop tane`), and try again"
        )


async def _apply(conn: Connection, migration: Migration) -> None:
    try:
        async with conn.transaction():
            await conn.execute(migration.sql)
            await conn.execute(
                _SQL["record_migration"], migration.version, migration.name, migration.checksum
            )
    except asyncpg.LockNotAvailableError:
        pid = await conn.fetchval(_SQL["oldest_transaction"])
        who = "another program" if pid is None else f"another program (PostgreSQL's process {pid})"
        raise Conflict(
            f"{migration.name}: {who} has held a table for more than {LOCK_TIMEOUT_S:g} s, and nothing was changed: "
            "end it, and try again"
        ) from None
    except asyncpg.PostgresError as error:
        cause = translate(error)
        line = migration.sql.count("\n", 0, int(error.position or 0)) + 1
        raise type(cause)(f"{migration.name}, line {line}: {cause}", sqlstate=cause.sqlstate) from None


async def find_missing(conn: Connection) -> list[Migration]:
    """Return the migrations that the database lacks.

    Raises:
        SchemaMismatch: see `pending`.
    """
    with mapped_errors():
        applied = await read_applied(conn) if await conn.fetchval(_SQL["has_ledger"]) else {}
    return pending(applied, migrations())


async def check(conn: Connection) -> None:
    """Make sure that the database has exactly this program's schema.

    Raises:
        SchemaMismatch: something is missing (`tane db migrate`), changed or newer.
    """
    missing = await find_missing(conn)
    if missing:
        raise SchemaMismatch(f"the database lacks {len(missing)} migration(s): run `tane db migrate`")


def created(kind: Literal["TABLE", "FUNCTION"]) -> list[str]:
    """Return the names of all tables, the ledger's among them, or of all functions that migrations make. Pure."""
    made = re.compile(rf"^CREATE (?:OR REPLACE |UNLOGGED )?{kind} (\w+)", re.MULTILINE)
    names = {name for migration in migrations() for name in made.findall(migration.sql)}
    return sorted(names | ({LEDGER} if kind == "TABLE" else set()))
