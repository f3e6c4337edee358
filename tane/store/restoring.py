"""Restoration of a backup: the schema by the program's own migrations, and into it the rows of the file.

Nothing that stands in the file is executed, so a file of somebody else's can bring words, and no programs. All of it
is one transaction: whatever breaks, the database is what it was before.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from tane.store import migrate, sql
from tane.store.answering import answering
from tane.store.backup import LOCK_TIMEOUT, OnTable, all_tables, columns_of, counters_of, rows_of
from tane.store.errors import DATABASE_ERRORS, StoreError, StoreUnavailable, mapped_errors, translate
from tane.store.former_backup import Script, script_of
from tane.store.manifest import Archive, Column, Counter
from tane.store.migrate import LEDGER
from tane.store.pool import Connection, connected

_SQL = sql.load("restoring")
# What a fresh schema brings by itself: no data of anybody's.
_SHIPPED = (LEDGER, "utterance_roles")
_UNCHANGED = "the database is what it was"
_TYPE = re.compile(r"[a-z][a-z0-9_ ]*(\(\d+(,\d+)?\))?[a-z ]*(\[\])?")
_MODIFIER = re.compile(r"\(\d+(,\d+)?\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreTarget:
    """The database that a backup is to be restored into."""

    filled: tuple[str, ...]  # our tables that hold something
    foreign: tuple[str, ...]  # tables that no Tane made
    other_sessions: int
    removals: tuple[str, ...]  # statements that clear our part of it


async def look_at_target(conn: Connection) -> RestoreTarget:
    """Tell what a restoration would meet in this database."""
    tables, functions = migrate.created("TABLE"), migrate.created("FUNCTION")
    with mapped_errors():
        found = await all_tables(conn)
        removals = await conn.fetch(_SQL["removals"], tables, functions)
        sessions = await conn.fetchval(_SQL["other_sessions"])
    ours = [row for row in found if row["is_in_reach"] and row["name"] in tables]
    return RestoreTarget(
        filled=tuple(row["name"] for row in ours if row["has_pages"] and row["name"] not in _SHIPPED),
        foreign=tuple(f"{row['schema']}.{row['name']}" for row in found if row not in ours),
        other_sessions=int(sessions),
        removals=tuple(row["statement"] for row in removals),
    )


def refusal(target: RestoreTarget, *, replace: bool) -> str | None:
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
    dsn: str, archive: Archive, *, removals: Sequence[str], on_table: OnTable | None = None
) -> None:
    """Put the backup in the place of what `removals` take away, in one transaction. `refusal` comes first.

    Costs the writing of all tables and the building of all indexes.

    Raises:
        StoreError: something failed; the database is what it was.
        StoreUnavailable: the server went away, or stopped answering.
    """
    pulse = [0]
    try:
        # Without a COMMIT the end of the connection, however it comes, rolls everything back.
        async with (
            connected(dsn, command_timeout_s=None) as conn,
            answering(dsn, pulse=lambda: pulse[0]),
        ):
            try:
                await _replace(conn, archive, removals, _Loader(conn, pulse, on_table))
            except DATABASE_ERRORS as error:
                if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
                    raise
                raise translate(error) from None
    except StoreUnavailable as error:
        raise StoreUnavailable(f"{error}; {_UNCHANGED}", sqlstate=error.sqlstate) from None
    except StoreError as error:
        raise type(error)(f"{error}; {_UNCHANGED}", sqlstate=error.sqlstate) from None


async def _replace(conn: Connection, archive: Archive, removals: Sequence[str], loader: "_Loader") -> None:
    await conn.execute("BEGIN")
    await conn.fetch(_SQL["prepare_loading"], LOCK_TIMEOUT)
    for statement in removals:
        await conn.execute(statement)
    await migrate.build(conn, archive.applied)
    tables = migrate.created("TABLE")
    columns = await columns_of(conn, tables)
    built = await conn.fetch(_SQL["built_on"], tables)
    for row in reversed(built):
        await conn.execute(row["taking"])
    for table, found in columns.items():
        if found:
            await conn.execute(f"DELETE FROM {table}")
    if archive.manifest is not None:
        await loader.load_members(archive, columns)
    else:
        await loader.load_script(archive, columns)
    for row in built:
        loader.pulse[0] += 1
        await conn.execute(row["making"])
    await conn.execute("COMMIT")


class _Loader:
    """Copies rows into tables; `pulse` tells how far it is."""

    def __init__(self, conn: Connection, pulse: list[int], on_table: OnTable | None) -> None:
        self.pulse = pulse
        self._conn = conn
        self._on_table = on_table

    async def load_members(self, archive: Archive, columns: Mapping[str, Sequence[Column]]) -> None:
        """Copy the tables of a manifest; their checksums are compared once more on the way."""
        assert archive.manifest is not None
        for member in archive.manifest.tables:
            known = self._known(member.name, columns)
            await self._add_foreign_columns(member.name, member.columns, known)
            await self._copy(
                member.name, [column.name for column in member.columns], rows_of(archive.file, member)
            )
        await self._set_counters(archive.manifest.counters)

    async def load_script(self, archive: Archive, columns: Mapping[str, Sequence[Column]]) -> None:
        """Copy the tables of a backup of a former Tane, out of the script that pg_restore writes."""
        async with script_of(archive.file) as script:
            while (table := await script.next_table()) is not None:
                if table.name not in columns:
                    continue  # of another program: its rows are passed over
                known = {column.name for column in self._known(table.name, columns)}
                if unknown := [name for name in table.columns if name not in known]:
                    raise StoreError(
                        f"{archive.file} holds a column of another program ({table.name}.{unknown[0]}): "
                        "take it away where the backup comes from, and back up again"
                    )
                await self._copy(table.name, table.columns, script.rows())
            await self._set_former_counters(script)

    def _known(self, table: str, columns: Mapping[str, Sequence[Column]]) -> Sequence[Column]:
        if not columns.get(table):
            raise StoreError(f"the backup holds rows of a table {table}, which its schema does not have")
        return columns[table]

    async def _add_foreign_columns(self, table: str, told: Sequence[Column], known: Sequence[Column]) -> None:
        """Make room for what another program added to a table of ours; of PostgreSQL's own types only."""
        for column in told:
            if column.name in {ours.name for ours in known}:
                continue
            plain = None
            if _TYPE.fullmatch(column.type):
                plain = await self._conn.fetchval(_SQL["plain_type"], column.type)
            if plain is None:
                raise StoreError(
                    f"the type of {table}.{column.name}, a column of another program, is not known here"
                )
            modifier = _MODIFIER.search(column.type)
            name = column.name.replace('"', '""')
            kind = f"{plain.removesuffix('[]')}{modifier[0] if modifier else ''}{'[]' if plain.endswith('[]') else ''}"
            await self._conn.execute(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind}')

    async def _copy(self, table: str, columns: Sequence[str], rows: AsyncIterator[bytes]) -> None:
        if self._on_table is not None:
            self._on_table(table)
        await self._conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await self._conn.copy_to_table(table, columns=list(columns), source=self._counted(rows))
        await self._conn.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    async def _counted(self, rows: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for data in rows:
            self.pulse[0] += 1
            yield data

    async def _set_counters(self, counters: Sequence[Counter]) -> None:
        known = await self._counters()
        for counter in counters:
            if (sequence := known.get((counter.table, counter.column))) is not None:
                await self._set(sequence, counter.last, is_called=counter.is_called)

    async def _set_former_counters(self, script: Script) -> None:
        known = set((await self._counters()).values())
        for sequence, (last, is_called) in script.counters.items():
            if sequence in known:
                await self._set(sequence, last, is_called=is_called)

    async def _set(self, sequence: str, last: int, *, is_called: bool) -> None:
        await self._conn.fetchval(_SQL["set_counter"], sequence, last, is_called)

    async def _counters(self) -> dict[tuple[str, str], str]:
        rows = await counters_of(self._conn, migrate.created("TABLE"))
        return {(row["table_name"], row["column_name"]): row["sequence"] for row in rows}
