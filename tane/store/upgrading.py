"""Moves the embedded database to the PostgreSQL that Tane brings now, by way of a backup; the old data stay.

Not by pg_upgrade: it wants both versions built alike (checksums, locale), and what it leaves behind when it
fails is for an expert. A backup and its restoration are exercised anyway, and touch nothing but copies.
"""

import asyncio
import fcntl
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tane.store import backup, migrate, restoring
from tane.store.backup import OnTable
from tane.store.embedded import EmbeddedServer
from tane.store.errors import StoreError
from tane.store.installation import MAJOR_VERSION, programs


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """What was moved, and where the old data are."""

    from_major: str
    to_major: str
    tables: int
    old_data: Path


async def upgrade(folder: Path, *, on_table: OnTable | None = None) -> Upgraded | None:
    """Bring the data in this folder to our PostgreSQL; None where they are its own already.

    Needs room for the data twice. Whatever fails, the old data are untouched and in their place.

    Raises:
        StoreError: there are no data, somebody uses them, or our wheel does not bring their PostgreSQL.
    """
    version = folder / "pgdata" / "PG_VERSION"
    if not version.exists():
        raise StoreError(f"there is no database in {folder}")
    major = version.read_text().strip()
    if major == MAJOR_VERSION:
        return None
    programs(major)  # nothing is begun without them
    old_data = folder / f"pgdata.{major}"
    if old_data.exists():
        raise StoreError(f"{old_data} is in the way: move it elsewhere")
    _make_sure_that_nobody_uses(folder)
    aside = folder / "upgrade"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    file = aside / "tane.dump"
    try:
        async with _running(EmbeddedServer(folder, major=major)) as old:
            archive = await backup.back_up(old.dsn(), file)
        async with _running(EmbeddedServer(aside)) as new:
            await restoring.restore(new.dsn(), archive, removals=[], on_table=on_table)
            await migrate.migrate(new.dsn())
            await backup.refresh_statistics(new.dsn())
        if archive.left_out:
            raise StoreError(
                f"the database holds tables of another program ({archive.left_out[0]}): move them elsewhere first"
            )
        (folder / "pgdata").rename(old_data)
        (aside / "pgdata").rename(folder / "pgdata")
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Upgraded(from_major=major, to_major=MAJOR_VERSION, tables=len(archive.tables), old_data=old_data)


@asynccontextmanager
async def _running(server: EmbeddedServer) -> AsyncIterator[EmbeddedServer]:
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


def _make_sure_that_nobody_uses(folder: Path) -> None:
    """Everybody who uses the server holds a shared lock."""
    lock = folder / "users.lock"
    if not lock.exists():
        return
    with lock.open("rb+") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError("a Tane uses the database: stop it first (systemctl stop tane)") from None
