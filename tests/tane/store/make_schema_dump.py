"""Store what a schema version looks like with rows in it: `python -m tests.tane.store.make_schema_dump`, or with versions.

Without versions it is the newest one, which every new migration needs. The dump is what pg_dump writes, as text.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tane.store import migrate
from tane.store.embedded import EmbeddedServer
from tane.store.installation import programs
from tane.store.migrate import LEDGER, Migration
from tane.store.pool import Connection, connect

FOLDER = Path(__file__).parent / "schemas"
_ROWS = Path(__file__).parent / "planted_rows.sql"
_BLOCK = re.compile(r"^-- since (\d+)(, past triggers)?\n(.*?)(?=^-- since |\Z)", re.MULTILINE | re.DOTALL)
# A guard of psql, with a new random word in every dump, and headlines that repeat what follows them.
_NOISE = re.compile(r"^\\(?:un)?restrict .*\n+|^--\n-- Name: .*\n--\n+", re.MULTILINE)


def path_of(migration: Migration) -> Path:
    """Return the file of the schema that this migration completes."""
    return FOLDER / f"{migration.name}.sql"


def blocks(version: int) -> Iterator[str]:
    """Return the statements that plant what a schema of this version can hold."""
    for since, past_triggers, statements in _BLOCK.findall(_ROWS.read_text(encoding="utf-8")):
        if version >= int(since):
            role = "replica" if past_triggers else "origin"
            yield f"SET LOCAL session_replication_role = {role};\n{statements}"


async def build(conn: Connection, version: int) -> None:
    """Apply the migrations up to this one to an empty database, and plant its rows."""
    applied = {m.version: m for m in migrate.migrations() if m.version <= version}
    async with conn.transaction():
        await migrate.build(conn, {number: migration.checksum for number, migration in applied.items()})
        await conn.executemany(
            f"INSERT INTO {LEDGER} (version, name, checksum) VALUES ($1, $2, $3)",
            [(m.version, m.name, m.checksum) for m in applied.values()],
        )
        for block in blocks(version):
            await conn.execute(block)


def dump(dsn: str) -> str:
    """Return the whole database as a script for psql."""
    command = [str(programs() / "pg_dump"), "--no-owner", "--no-privileges", "--no-comments", "--dbname", dsn]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    return _NOISE.sub("", text)


def restore(dsn: str, file: Path) -> None:
    """Run the script of a dump in an empty database."""
    command = [str(programs() / "psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-f", str(file), "-d", dsn]
    subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)


async def _build(dsn: str, version: int) -> None:
    conn = await connect(dsn)
    try:
        await build(conn, version)
    finally:
        await conn.close()


def main() -> None:
    known = {migration.version: migration for migration in migrate.migrations()}
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tane-dump-") as folder:
        server = EmbeddedServer(Path(folder))
        server.start()
        try:
            for version in [int(given) for given in sys.argv[1:]] or [max(known)]:
                server.recreate("dumped")
                asyncio.run(_build(server.dsn("dumped"), version))
                path_of(known[version]).write_text(dump(server.dsn("dumped")), encoding="utf-8")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
