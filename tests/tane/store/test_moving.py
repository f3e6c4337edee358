"""Data of an older PostgreSQL come over whole, and stay where they are when anything is in the way."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tane.store import migrate, upgrading
from tane.store.embedded import EmbeddedServer
from tane.store.errors import StoreError
from tane.store.pool import connected
from tests.conftest import UNSAFE_BUT_FAST, in_memory
from tests.tane.store.drill import checksums, fill


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(mkdtemp(prefix="tane-old-", dir=in_memory()))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


async def test_everything_comes_over_and_the_old_data_stay(folder: Path):
    # How input and output are done is a setting of the newest server only.
    known = {name: value for name, value in UNSAFE_BUT_FAST.items() if name != "io_method"}
    old = EmbeddedServer(folder, options=known, major="16")
    old.start()
    await migrate.migrate(old.dsn())
    async with connected(old.dsn()) as conn:
        await fill(conn, vectors=5)
        before = await checksums(conn)

    with pytest.raises(StoreError, match="a Tane uses the database"):
        await upgrading.upgrade(folder)
    old.stop()
    with pytest.raises(StoreError, match=r"data of PostgreSQL 16.*tane db upgrade"):
        EmbeddedServer(folder).start()
    done = await upgrading.upgrade(folder)

    assert done is not None
    assert (done.from_major, done.to_major, done.tables) == ("16", "18", len(before))
    assert (done.old_data / "PG_VERSION").read_text() == "16\n"
    new = EmbeddedServer(folder, options=UNSAFE_BUT_FAST)
    new.start()
    try:
        async with connected(new.dsn()) as conn:
            assert await checksums(conn) == before
            assert await conn.fetchval("SHOW server_version_num") >= "180000"
    finally:
        new.stop()
    assert await upgrading.upgrade(folder) is None


async def test_a_postgresql_that_is_not_there_is_told_the_way_by_a_file(folder: Path):
    data = folder / "pgdata"
    data.mkdir()
    (data / "PG_VERSION").write_text("12\n")

    with pytest.raises(StoreError, match=r"does not bring PostgreSQL 12.*tane db backup"):
        await upgrading.upgrade(folder)

    assert entries(folder) == ["pgdata"]


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
