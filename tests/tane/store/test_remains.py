"""Forgotten words are gone from the disk as well: every page of every table, index and TOAST file is read."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from tane.store import forgetting, remains
from tane.store.embedded import EmbeddedServer
from tane.store.errors import Conflict, StoreError
from tane.store.pool import Connection, Pool, connect, connection, encode_halfvec, transaction
from tests.handlers.conversation import cluster
from tests.handlers.world import DIMS, World

# Random letters do not shrink, so they stand in TOAST as they are.
SECRET = "山田さんに借金がある。" + "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(120))
PIECE = "誰にも言わないでほしいと頼まれた話"
BODY = "山田さんへの借金は誰にも言わない"
HARMLESS = {
    "utterance_roles", "embedding_models", "job_pauses", "memory_alerts", "memory_samples", "schema_migrations", "visits",
}  # fmt: skip


@pytest.fixture
def world(conn: Connection) -> World:
    return World(conn)


def own_vector() -> np.ndarray:
    rough = np.sin(np.arange(DIMS, dtype=np.float64) ** 2 + 1)
    return np.asarray(rough / np.linalg.norm(rough), dtype=np.float32)


async def folder_of(server: EmbeddedServer, conn: Connection) -> Path:
    oid = await conn.fetchval("SELECT oid FROM pg_database WHERE datname = current_database()")
    return server.folder / "pgdata" / "base" / str(oid)


async def found_in_files(
    server: EmbeddedServer, conn: Connection, texts: list[str], ids: list[UUID], more: list[bytes]
) -> dict[str, set[int]]:
    """Tell which of the needles stand in which relation; all files of the database are read."""
    await conn.execute("CHECKPOINT")
    rows = await conn.fetch(
        "SELECT pg_relation_filenode(oid)::text AS file, relname FROM pg_class WHERE relfilenode <> 0 OR relisshared"
    )
    names = {row["file"]: row["relname"] for row in rows}
    needles = [text.encode() for text in texts] + [hashlib.sha256(text.encode()).digest() for text in texts]
    needles += [id_.bytes for id_ in ids] + [str(id_).encode() for id_ in ids] + more
    found: dict[str, set[int]] = {}
    read = set()
    for path in (await folder_of(server, conn)).iterdir():
        data = path.read_bytes()
        number = path.name.partition(".")[0].partition("_")[0]
        read.add(number)
        for place, needle in enumerate(needles):
            if needle in data:
                found.setdefault(names.get(number, path.name), set()).add(place)
    tables = await conn.fetch(
        "SELECT pg_relation_filenode(oid)::text AS file FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')"
    )
    assert {row["file"] for row in tables} <= read, "every table and index of the schema was read"
    return found


async def confide(world: World) -> tuple[UUID, list[UUID]]:
    """An utterance with pieces, a seed, vectors, edges, points, jobs and a cluster that quotes it."""
    conn = world.conn
    source = await conn.fetchval("INSERT INTO sources (name) VALUES ('秘密の日記帳') RETURNING source_id")
    said = await world.utterance(SECRET, splits=[PIECE])
    await conn.execute(
        "UPDATE utterances SET source_id = $2, speaker = $3, external_id = $3, metadata = $4 WHERE utterance_id = $1",
        said, source, "秘密を話した佐藤さん", {"note": PIECE},
    )  # fmt: skip
    seed, elsewhere = await world.seed(BODY, said), await world.seed("晴れの日は外を歩くとよい")
    (split,) = await world.splits(said)
    for kind, item in (("utterance", said), ("utterance_split", split), ("seed", seed)):
        await world.vector(kind, item, own_vector())
    quoting = await cluster(conn, title="日々", overview=f"「{SECRET[:10]}」とある", overview_source="llm")
    for src, dst, kind, type_, role in (
        (seed, elsewhere, "seed", "near", None), (elsewhere, seed, "seed", "near", None),
        (seed, quoting, "cluster", "part_of", "member"), (elsewhere, quoting, "cluster", "part_of", "member"),
    ):  # fmt: skip
        await conn.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) VALUES ('seed', $1, $3, $2, $4, $5, 1)",
            src, dst, kind, type_, role,
        )  # fmt: skip
    await conn.execute("INSERT INTO layout_runs (scope_type) VALUES ('atlas')")
    for kind, item in (("utterance", said), ("seed", seed)):
        await conn.execute(
            "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) SELECT layout_id, $1, $2, 0, 0 FROM layout_runs",
            kind, item,
        )  # fmt: skip
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id, payload, status, finished_at, last_error) "
        "VALUES ('embedding', 'seed', $1, $2, 'dead', now(), $3)",
        elsewhere, {"quoted": BODY}, {"message": f"no {split}"},
    )  # fmt: skip
    return said, [source, split, seed]


async def test_no_page_of_any_file_holds_what_was_forgotten(world: World, pool: Pool, server: EmbeddedServer):
    said, ids = await confide(world)
    await world.conn.execute("ANALYZE")
    texts = [SECRET[:10], SECRET[-64:], PIECE, BODY, "秘密の日記帳", "秘密を話した佐藤さん"]
    needles = (texts, [said, *ids], [encode_halfvec(own_vector())[4:68]])
    # A vector is stored in the byte order of the machine.
    needles[2].append(own_vector().astype("<f2").tobytes()[:64])
    before = await found_in_files(server, world.conn, *needles)
    assert {
        "utterances",
        "utterances_pkey",
        "seeds",
        "embeddings",
        "edges",
        "worker_jobs",
        "clusters",
        "pg_statistic",
    } <= before.keys()
    assert any(name.startswith("pg_toast") for name in before)
    async with transaction(pool) as conn:
        await forgetting.forget(conn, [said], source_id=ids[0])
    assert await found_in_files(server, world.conn, *needles), "deleting alone leaves it on the disk"

    async with connection(pool) as conn:
        done = await remains.rewrite(conn)

    assert await found_in_files(server, world.conn, *needles) == {}
    assert done.bytes_after < done.bytes_before
    assert await world.conn.fetchval("SELECT body FROM seeds") == "晴れの日は外を歩くとよい"


async def test_somebody_who_may_still_see_it_is_waited_for_and_named(world: World, pool: Pool):
    said, _ = await confide(world)
    async with transaction(pool) as reader, connection(pool) as conn:
        await reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        pid = await reader.fetchval("SELECT pg_backend_pid() FROM utterances")
        await forgetting.forget(world.conn, [said])

        with pytest.raises(Conflict, match=rf"end it \(PostgreSQL process {pid}\)"):
            await remains.rewrite(conn, patience_s=0)


async def test_a_table_that_somebody_holds_is_named(pool: Pool, conn: Connection):
    async with transaction(pool) as holder, connection(pool) as writer:
        await holder.execute("LOCK TABLE seeds IN ACCESS SHARE MODE")

        with pytest.raises(Conflict, match="holds the table seeds"):
            await remains.rewrite(writer, patience_s=0)


class TestARoleThatIsNoSuperuser:
    @pytest.fixture
    async def keeper(self, conn: Connection, dsn: str) -> AsyncIterator[Connection]:
        """A connection of a role that owns the database and its tables, and nothing else."""
        database = await conn.fetchval("SELECT current_database()")
        role = f"keeper_of_{database}"
        await conn.execute(f"CREATE ROLE {role} LOGIN")
        await conn.execute(f"ALTER DATABASE {database} OWNER TO {role}")
        for name in remains.TABLES:
            await conn.execute(f"ALTER TABLE {name} OWNER TO {role}")
        opened = await connect(dsn.replace("postgres@", f"{role}@"))
        yield opened
        await opened.close()
        await conn.execute(f"REASSIGN OWNED BY {role} TO postgres")
        await conn.execute(f"DROP ROLE {role}")

    async def test_may_rewrite_what_it_owns(self, world: World, keeper: Connection, server: EmbeddedServer):
        said, other = await world.utterance(SECRET), await world.utterance("晴れの日が好きだ")
        await world.conn.execute("ANALYZE")
        await forgetting.forget(world.conn, [said])

        await remains.rewrite(keeper)

        assert await found_in_files(server, world.conn, [SECRET[:10]], [said], []) == {}
        assert await world.conn.fetchval("SELECT utterance_id FROM utterances") == other

    async def test_is_told_what_only_a_superuser_can_clear(self, world: World, keeper: Connection):
        said = await world.utterance(SECRET)
        await world.conn.execute("ANALYZE")
        await forgetting.forget(world.conn, [said])

        with pytest.raises(StoreError, match="statistics of utterances, which is empty now"):
            await remains.rewrite(keeper)

    async def test_is_told_what_belongs_to_somebody_else(self, conn: Connection, keeper: Connection):
        database = await conn.fetchval("SELECT current_database()")
        await conn.execute(f"ALTER DATABASE {database} OWNER TO postgres")
        await conn.execute("ALTER TABLE seeds OWNER TO postgres")

        with pytest.raises(StoreError, match="may not rewrite seeds: let the owner of the database do it"):
            await remains.rewrite(keeper)


async def test_a_job_of_something_else_that_quotes_it_leaves_as_well(world: World, pool: Pool):
    said = await world.utterance(f"{PIECE}。でも晴れた。")
    other = uuid4()
    for words in (f"「{PIECE}」", "でも晴れた"):
        await world.conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id, payload) VALUES ($1, 'seed', $2, $3)",
            words, other, {"words": words},
        )  # fmt: skip

    async with transaction(pool) as conn:
        assert (await forgetting.forget(conn, [said])).jobs == 1

    assert await world.conn.fetchval("SELECT job_type FROM worker_jobs") == "でも晴れた", (
        "short words are everybody's"
    )


async def test_every_table_with_words_or_ids_is_rewritten(conn: Connection):
    rows = await conn.fetch(
        "SELECT DISTINCT table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) "
        "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.udt_name IN ('uuid', 'text', 'jsonb', 'bytea', 'halfvec')"
    )

    assert {row["table_name"] for row in rows} - HARMLESS <= set(remains.TABLES)
