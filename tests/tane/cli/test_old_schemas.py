"""Every schema that a Tane ever left, restored from its stored dump, brought up to date, and read."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from typing import TypeAlias, TypeVar

import asyncpg
import pytest

from tane.store import migrate
from tane.store.embedded import EmbeddedServer
from tane.store.migrate import LEDGER, Migration
from tane.store.pool import Connection, connect
from tests.tane.cli.conftest import Tane
from tests.tane.runs.night.soundness import QUESTIONS
from tests.tane.store import drill
from tests.tane.store.make_schema_dump import FOLDER, path_of, restore

Rows: TypeAlias = dict[str, list[dict[str, object]]]
T = TypeVar("T")
KNOWN = migrate.migrations()
READING = (
    ("status",), ("today",), ("search", "朝に歩く"), ("seeds", "list"), ("clusters", "list"), ("roles", "list"), ("jobs", "list"), ("dead",),
    ("nightly", "history"), ("show", "00000000-0000-0000-0000-000000000021"), ("show", "00000000-0000-0000-0000-000000000041"),
    ("show", "00000000-0000-0000-0000-000000000051"), ("export", "all.json"),
)  # fmt: skip
_SHAPE = """
SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) FROM information_schema.columns
WHERE table_schema = 'public'
UNION ALL
SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
ORDER BY 1
"""


@pytest.fixture
def restored(
    server: EmbeddedServer, tane: Tane, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of a database that is as one migration left it; the commands go there."""
    name = f"old_schema_{request.param.version}"
    admin = Tane(server.dsn("postgres"))
    admin.sql(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY FILE_COPY")
    restore(server.dsn(name), path_of(request.param))
    monkeypatch.setenv("TANE_DATABASE__URL", server.dsn(name))
    yield server.dsn(name)
    admin.sql(f"DROP DATABASE {name} WITH (FORCE)")


async def _rows(conn: Connection) -> Rows:
    tables = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        table: [
            json.loads(row["found"]) for row in await conn.fetch(f"SELECT to_jsonb(t)::text AS found FROM {table} t")
        ]
        for (table,) in tables
    }  # fmt: skip


async def _unsound(conn: Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, question in QUESTIONS.items():
        with suppress(asyncpg.UndefinedTableError):  # older than the table that is asked about
            found[name] = len(await conn.fetch(question))
    return {name: count for name, count in found.items() if count}


async def _shape(conn: Connection) -> list[str]:
    """Return the definitions of everything; a restored condition has the same words and other parentheses."""
    found = [row[0] for row in await conn.fetch(_SHAPE)] + await drill.objects(conn)
    return sorted(re.sub("[()]", "", definition) for definition in found)


def looked(dsn: str, look: Callable[[Connection], Coroutine[None, None, T]]) -> T:
    """Look into a database; the command line has its own event loop, so has this."""

    async def run() -> T:
        conn = await connect(dsn)
        try:
            return await look(conn)
        finally:
            await conn.close()

    return asyncio.run(run())


def lost(before: Rows, after: Rows) -> Counter[tuple[str, str]]:
    """Return the rows that are no longer there with the values that they had, whatever columns came to them."""

    def known(rows: Rows, columns: dict[str, set[str]]) -> Counter[tuple[str, str]]:
        return Counter(
            (table, json.dumps({name: row[name] for name in sorted(columns[table])}))
            for table, held in rows.items()
            for row in held
            if table in columns
        )

    columns = {table: set(held[0]) for table, held in before.items() if held}
    return known(before, columns) - known(after, columns)


def test_each_schema_has_a_dump_and_the_newest_one_is_made_with_its_migration():
    missing = {migration.name for migration in KNOWN} - {file.stem for file in FOLDER.glob("*.sql")}

    assert not missing, "commit what `python -m tests.tane.store.make_schema_dump` writes, with the migration"


def test_the_newest_dump_has_rows_in_every_table():
    written = path_of(KNOWN[-1]).read_text(encoding="utf-8")
    blocks = re.findall(r"^COPY public\.(\w+) .*\n(.*)$", written, re.MULTILINE)

    assert {table for table, first in blocks if first != "\\."} == set(migrate.created("TABLE"))


@pytest.mark.parametrize("restored", KNOWN, indirect=True, ids=lambda migration: migration.name)
def test_a_database_of_each_schema_is_brought_up_to_date_with_every_row_and_read(
    restored: str, dsn: str, tane: Tane, request: pytest.FixtureRequest
):
    migration: Migration = request.node.callspec.params["restored"]
    before, unsound = looked(restored, _rows), looked(restored, _unsound)

    tane("db", "migrate")

    after = looked(restored, _rows)
    assert lost(before, after) == {}
    assert sorted(str(row["name"]) for row in after[LEDGER]) == [known.name for known in KNOWN]
    assert looked(restored, _shape) == looked(dsn, _shape)
    assert looked(restored, _unsound) == unsound
    read = {arguments: tane(*arguments).output for arguments in READING}
    assert "朝に歩くとよく眠れる。" in read["search", "朝に歩く"]
    assert "夜の読書はよい" in read["seeds", "list"]
    assert "忘れたいこと" not in "".join(read.values()), migration.name
