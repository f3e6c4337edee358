"""Vectors in the database: models, search by index or exactly, and the indexes' own life (B8, D3, G9, override 13)."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from tane.store import embeddings
from tane.store.embeddings import NewVector, Target, ensure_indexes
from tane.store.errors import StoreError
from tane.store.pool import Connection, connect

DIMS = 16
Vectors = dict[UUID, np.ndarray]


async def use(conn: Connection, digest: str = "one") -> int:
    return await embeddings.use_model(conn, name="m:latest", digest=digest, dims=DIMS)


async def store(conn: Connection, kind: str, count: int, *, first: int = 0, seed: int = 1) -> Vectors:
    """Store random unit vectors, exactly as halfvec keeps them."""
    table = np.random.default_rng(seed).standard_normal((count, DIMS))
    table = (table / np.linalg.norm(table, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)
    vectors = {UUID(int=first + number): vector for number, vector in enumerate(table)}
    new = [
        NewVector(target=Target(kind, id_), vector=vector, source_hash=b"h")
        for id_, vector in vectors.items()
    ]
    await embeddings.upsert_embeddings(conn, await use(conn), new)
    return vectors


def by_hand(vectors: Vectors, item: np.ndarray, count: int, *, without: Sequence[UUID] = ()) -> list[UUID]:
    cosines = {
        id_: float(item @ vector / np.linalg.norm(item) / np.linalg.norm(vector))
        for id_, vector in vectors.items()
    }
    return sorted(cosines.keys() - set(without), key=lambda id_: -cosines[id_])[:count]


async def indexes(conn: Connection) -> dict[str, bool]:
    rows = await conn.fetch(
        "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE c.relname LIKE 'embeddings_hnsw_%'"
    )
    return {row["relname"]: row["indisvalid"] for row in rows}


async def plan_of_search(conn: Connection) -> str:
    """The plan of the statement that `nearest` composes."""
    definition: str = await conn.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'nearest'")
    template = definition.split("'SELECT", 1)[1].split("',\n", 1)[0]
    statement = await conn.fetchval(
        "SELECT format($1, 'seed', 1, $2::int, 'seed')", "SELECT" + template, DIMS
    )
    statement = statement.replace("$1", f"ARRAY['{UUID(int=1)}'::uuid]").replace("$2", "10")
    rows = await conn.fetch(f"EXPLAIN {statement}")
    return "\n".join(row[0] for row in rows)


class TestAModel:
    async def test_is_registered_once_without_its_latest_tag(self, conn: Connection):
        assert await use(conn) == await use(conn)

        rows = await conn.fetch("SELECT model_name, digest, dims, is_current FROM embedding_models")
        assert [tuple(row) for row in rows] == [("m", "one", DIMS, 1)]

    async def test_met_by_several_at_once_is_one(self, dsn: str):
        others = [await connect(dsn) for _ in range(4)]
        try:
            ids = await asyncio.gather(*(use(other) for other in others))
        finally:
            for other in others:
                await other.close()

        assert len(set(ids)) == 1

    async def test_that_replaces_another_is_the_only_current_one(self, conn: Connection):
        first, second = await use(conn, "one"), await use(conn, "two")

        assert first != second
        assert await embeddings.current_model(conn) == second


class TestVectors:
    async def test_come_back_as_they_were_stored(self, conn: Connection):
        vectors = await store(conn, "seed", 3)

        rows = await conn.fetch("SELECT target_id, vector FROM embeddings")
        found = {row["target_id"]: row["vector"] for row in rows}

        assert found.keys() == vectors.keys()
        for id_, vector in vectors.items():
            np.testing.assert_array_equal(found[id_], vector)

    async def test_that_did_not_change_are_not_written_again(self, conn: Connection):
        """Each new row version would be a new entry in the HNSW index."""
        await store(conn, "seed", 3)
        before = await conn.fetch("SELECT ctid, xmin FROM embeddings ORDER BY target_id")

        await store(conn, "seed", 3)

        assert await conn.fetch("SELECT ctid, xmin FROM embeddings ORDER BY target_id") == before

    async def test_of_one_target_and_model_are_one_row(self, conn: Connection):
        await store(conn, "seed", 3)
        changed = await store(conn, "seed", 3, seed=2)

        rows = await conn.fetch("SELECT target_id, vector FROM embeddings")

        assert len(rows) == 3
        for row in rows:
            np.testing.assert_array_equal(row["vector"], changed[row["target_id"]])

    async def test_with_another_length_than_the_models_are_refused_by_the_database(self, conn: Connection):
        model_id = await use(conn)
        short = NewVector(target=Target("seed", UUID(int=1)), vector=np.ones(3, np.float32), source_hash=b"")

        with pytest.raises(Exception, match="check") as caught:
            await embeddings.upsert_embeddings(conn, model_id, [short])

        assert not isinstance(caught.value, StoreError)  # the pool's border translates it


class TestSearch:
    @pytest.mark.parametrize("is_indexed", [False, True], ids=["exact", "indexed"])
    async def test_finds_the_nearest_of_each_kind_without_the_item(
        self, conn: Connection, dsn: str, *, is_indexed: bool
    ):
        seeds = await store(conn, "seed", 300)
        utterances = await store(conn, "utterance", 300, first=1_000, seed=2)
        if is_indexed:
            await ensure_indexes(dsn, exact_up_to=100)
        asked = [UUID(int=number) for number in (5, 77)]

        found = await embeddings.nearest(
            conn, "seed", asked, await use(conn), wanted={"seed": 10, "utterance": 5}
        )

        for item in asked:
            of_kind = {
                kind: [near.target.target_id for near in found[item] if near.target.target_type == kind]
                for kind in ("seed", "utterance")
            }
            assert of_kind["seed"] == by_hand(seeds, seeds[item], 10, without=[item])
            assert of_kind["utterance"] == by_hand(utterances, seeds[item], 5)

    async def test_by_index_with_a_filter_still_finds_all_that_is_wanted(self, conn: Connection, dsn: str):
        """G9: nine of ten of the nearest are not on this map."""
        vectors = await store(conn, "seed", 4_000)
        await ensure_indexes(dsn, exact_up_to=100)
        run = await conn.fetchval(
            "INSERT INTO layout_runs (scope_type) VALUES ('global') RETURNING layout_id"
        )
        item = UUID(int=0)
        near_first = by_hand(vectors, vectors[item], 4_000)
        on_map = [*near_first[900:3_100]]
        await conn.executemany(
            "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) VALUES ($1, 'seed', $2, $3, 0)",
            [(run, id_, float(id_.int)) for id_ in on_map],
        )

        found = await embeddings.nearest_on_runs(conn, "seed", [(run, item)], await use(conn), count=10)

        # The index is approximate and built with random levels: ten, and of the best, but not exactly the best ten.
        places = [placed.x for placed in found[run, item]]
        assert len(places) == 10
        assert set(places) <= {float(id_.int) for id_ in on_map[:20]}

    async def test_uses_the_index_of_its_kind(self, conn: Connection, dsn: str):
        await store(conn, "seed", 4_000)
        await ensure_indexes(dsn)
        await conn.execute("ANALYZE embeddings")

        assert "embeddings_hnsw_seed_1" in await plan_of_search(conn)

    async def test_of_few_is_exact(self, conn: Connection, dsn: str):
        await store(conn, "seed", 500)

        assert await ensure_indexes(dsn) == []
        assert "hnsw" not in await plan_of_search(conn)


class TestIndexes:
    async def test_are_built_for_kinds_that_are_searched_and_have_grown(self, conn: Connection, dsn: str):
        """Override 13; splits are never searched."""
        await store(conn, "seed", 30)
        await store(conn, "utterance_split", 30)
        await store(conn, "utterance", 5)

        assert await ensure_indexes(dsn, exact_up_to=20) == ["embeddings_hnsw_seed_1"]
        assert await indexes(conn) == {"embeddings_hnsw_seed_1": True}

    async def test_are_built_once(self, conn: Connection, dsn: str):
        await store(conn, "seed", 30)
        await ensure_indexes(dsn, exact_up_to=20)

        assert await ensure_indexes(dsn, exact_up_to=20) == []

    async def test_left_behind_by_an_interrupted_build_are_built_again(self, conn: Connection, dsn: str):
        await store(conn, "seed", 30)
        await ensure_indexes(dsn, exact_up_to=20)
        await conn.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'embeddings_hnsw_seed_1'::regclass"
        )

        assert await ensure_indexes(dsn, exact_up_to=20) == ["embeddings_hnsw_seed_1"]

        assert await indexes(conn) == {"embeddings_hnsw_seed_1": True}

    async def test_are_built_by_one_of_several_builders(self, conn: Connection, dsn: str):
        await store(conn, "seed", 30)

        built: list[Any] = await asyncio.gather(*(ensure_indexes(dsn, exact_up_to=20) for _ in range(4)))

        assert sum(map(len, built)) == 1

    async def test_of_another_model_are_its_own(self, conn: Connection, dsn: str):
        await store(conn, "seed", 30)
        await ensure_indexes(dsn, exact_up_to=20)
        model_id = await use(conn, "two")
        await conn.execute("UPDATE embeddings SET model_id = $1", model_id)

        assert await ensure_indexes(dsn, exact_up_to=20) == [f"embeddings_hnsw_seed_{model_id}"]
