"""The store as of one moment, as the night reads it."""

import asyncio
import errno
from pathlib import Path

import numpy as np
import pytest

from tane.store import embeddings
from tane.store.embeddings import NewVector, Target
from tane.store.pool import Connection
from tane.store.snapshots import TABLES, copy_path, read_table, take_snapshot
from tests.handlers.world import World, mix


async def stored(conn: Connection, *, count: int) -> list[bytes]:
    """Seeds with vectors; their ids in order."""
    world = World(conn)
    model_id = await embeddings.use_model(conn, name="hand-made", digest="one", dims=768)
    ids = [await world.seed(f"種{number}", await world.utterance(f"話{number}")) for number in range(count)]
    vectors = [
        NewVector(target=Target("seed", id_), vector=mix(a=1, b=number / 10), source_hash=b"")
        for number, id_ in enumerate(ids)
    ]
    await embeddings.upsert_embeddings(conn, model_id, vectors)
    return sorted(id_.bytes for id_ in ids)


async def test_a_store_without_vectors_has_none(dsn: str, tmp_path: Path):
    assert await take_snapshot(dsn, tmp_path, least_chars=1, passed_over=()) is None


async def test_its_tables_are_what_the_store_holds(conn: Connection, dsn: str, tmp_path: Path):
    ids = await stored(conn, count=5)

    snapshot = await take_snapshot(dsn, tmp_path, least_chars=1, passed_over=())

    assert snapshot is not None
    assert (snapshot.dims, snapshot.generation_id, snapshot.clusters) == (768, None, ())
    seeds = read_table(tmp_path, "statement_vectors", dims=768)
    assert [bytes(row) for row in seeds["target"]["value"]] == ids
    vectors = seeds["vector"]["value"][:, 2:].astype(np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
    scores = read_table(tmp_path, "scores")
    assert len(scores) == 5
    assert np.isnan(np.asarray(scores["resistance"]["value"], dtype=float)).all()
    assert len(read_table(tmp_path, "links")) == 5
    assert len(read_table(tmp_path, "points")) == 0


async def test_what_is_rejected_or_deleted_is_not_in_it(conn: Connection, dsn: str, tmp_path: Path):
    await stored(conn, count=3)
    await conn.execute("UPDATE seeds SET review_status = 'rejected' WHERE body = '種0'")
    await conn.execute("UPDATE utterances SET deleted_at = now() WHERE contents = '話1'")

    await take_snapshot(dsn, tmp_path, least_chars=1, passed_over=())

    assert len(read_table(tmp_path, "statement_vectors", dims=768)) == 1
    assert len(read_table(tmp_path, "scores")) == 2


async def test_equal_stores_give_equal_bytes(conn: Connection, dsn: str, tmp_path: Path):
    await stored(conn, count=4)
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
        await take_snapshot(dsn, folder, least_chars=1, passed_over=())

    for table in TABLES:
        one, other = (copy_path(folder, table).read_bytes() for folder in folders)
        assert one == other


async def test_a_table_that_was_cut_off_is_refused(conn: Connection, dsn: str, tmp_path: Path):
    await stored(conn, count=3)
    await take_snapshot(dsn, tmp_path, least_chars=1, passed_over=())
    path = copy_path(tmp_path, "links")
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(ValueError, match="no whole copy"):
        read_table(tmp_path, "links")


async def test_a_full_disk_ends_it_at_once_whatever_the_server_has_sent(
    conn: Connection, dsn: str, tmp_path: Path
):
    await stored(
        conn, count=8
    )  # more than a buffer of the file's, and all of it in one piece of the server's
    copy_path(tmp_path, "statement_vectors").symlink_to("/dev/full")

    async with asyncio.timeout(20):
        with pytest.raises(OSError) as refused:
            await take_snapshot(dsn, tmp_path, least_chars=1, passed_over=())

    assert refused.value.errno == errno.ENOSPC
