"""embedding: which vectors are stored, and what a batch of jobs comes to (B7, B8, D1-D8)."""

from uuid import uuid4

import numpy as np
import pytest

from handlers.contract import Finished, JobError
from handlers.embedding import EmbeddedItem
from tane.llm.model_errors import BadVector, TextTooLong
from tane.store import embeddings
from tane.store.pool import Connection, Pool, transaction
from tests.handlers.world import (
    DIMS,
    EMBEDDING,
    MODEL,
    OTHER_MODEL,
    HandMadeModels,
    World,
    claim,
    embed,
    mix,
    run,
)


@pytest.fixture
def world(conn: Connection) -> World:
    return World(conn)


class TestAVector:
    async def test_is_stored_with_the_documents_columns(self, world: World, pool: Pool, conn: Connection):
        seed = await world.seed("s")

        assert await embed(pool, "seed", [seed], {"s": 3 * mix(a=1, b=1)}) == ["done"]

        row = await conn.fetchrow("SELECT * FROM embeddings WHERE target_id = $1", seed)
        assert row is not None
        assert (row["target_type"], row["model_name"], row["dims"], row["is_l2_normalized"]) == (
            "seed",
            "hand-made",
            DIMS,
            1,
        )
        np.testing.assert_allclose(row["vector"], mix(a=1, b=1), atol=1e-3)
        assert row["source_hash"] == await conn.fetchval("SELECT body_hash FROM seeds")

    async def test_of_a_split_is_that_of_its_words_under_the_title_of_its_utterance(
        self, world: World, pool: Pool, conn: Connection
    ):
        """Document 004's prepare_text."""
        utterance = await world.utterance("雨だ。", splits=["雨だ。"])
        await conn.execute("UPDATE utterances SET metadata = $1", {"title": "天気"})
        split = await conn.fetchval(
            "SELECT utterance_split_id FROM utterance_splits WHERE utterance_id = $1", utterance
        )

        assert await embed(pool, "utterance_split", [split], {"Title: 天気\n\n雨だ。": mix(a=1)}) == ["done"]

        stored = await conn.fetchval("SELECT source_hash FROM embeddings")
        assert stored == await conn.fetchval("SELECT content_hash FROM utterance_splits")

    async def test_of_equal_texts_in_one_batch_is_asked_for_once(
        self, world: World, pool: Pool, conn: Connection
    ):
        seeds = [await world.seed(text, await world.utterance()) for text in ("同じ", "別の", "同じ")]
        models = HandMadeModels({"同じ": mix(a=1), "別の": mix(b=1)})

        assert await run(pool, EMBEDDING, "seed", seeds, models) == ["done"] * 3

        assert models.asked == [["同じ", "別の"]]
        assert await conn.fetchval("SELECT count(*) FROM embeddings WHERE target_id = ANY ($1)", seeds) == 3

    async def test_is_made_once(self, world: World, pool: Pool):
        seed = await world.seed("s", await world.utterance())
        await embed(pool, "seed", [seed], {"s": mix(a=1)})
        before = await world.dump()

        assert await embed(pool, "seed", [seed], {}) == ["current"]

        assert await world.dump() == before

    @pytest.mark.parametrize(
        "vector", [np.zeros(DIMS), np.full(DIMS, np.nan), np.ones(3), BadVector("bad")], ids=repr
    )
    async def test_that_is_none_fails_alone_and_is_not_stored(
        self, world: World, pool: Pool, conn: Connection, vector: object
    ):
        good, bad = await world.seed("good"), await world.seed("bad")

        endings = await embed(pool, "seed", [bad, good], {"good": mix(a=1), "bad": vector})

        assert isinstance(endings[0], BadVector)
        assert endings[1] == "done"
        assert await conn.fetchval("SELECT array_agg(target_id) FROM embeddings") == [good]

    async def test_of_a_text_longer_than_the_window_is_the_mean_of_its_parts(
        self, world: World, pool: Pool, conn: Connection
    ):
        seed = await world.seed("いち。にに。さん。しし。")
        parts = {"いち。": mix(a=1), "にに。": mix(b=1), "さん。": mix(c=1), "しし。": mix(d=1)}

        assert await embed(pool, "seed", [seed], parts, window=3) == ["done"]

        np.testing.assert_allclose(
            await conn.fetchval("SELECT vector FROM embeddings"), mix(a=1, b=1, c=1, d=1), atol=1e-3
        )

    async def test_cannot_be_made_by_a_model_without_a_window(self, world: World, pool: Pool):
        seed = await world.seed("s")

        (ending,) = await embed(pool, "seed", [seed], {}, window=0)

        assert isinstance(ending, TextTooLong)

    async def test_of_a_clusters_words_is_stored_apart_from_its_centroid(
        self, world: World, pool: Pool, conn: Connection
    ):
        cluster = await world.cluster(mix(a=1), title="title")

        assert await embed(pool, "cluster", [cluster], {"title": mix(b=1)}) == ["done"]

        rows = await conn.fetch("SELECT target_type, vector FROM embeddings WHERE target_id = $1", cluster)
        vectors = {row["target_type"]: row["vector"] for row in rows}
        np.testing.assert_array_equal(vectors["cluster"], mix(a=1))
        np.testing.assert_array_equal(vectors["cluster_overview"], mix(b=1))


class TestAJob:
    async def test_whose_target_does_not_exist_is_an_error(self, pool: Pool):
        (ending,) = await embed(pool, "seed", [uuid4()], {})

        assert isinstance(ending, JobError)
        assert ending.cause == "target_missing"

    async def test_for_white_space_is_skipped(self, world: World, pool: Pool):
        assert await embed(pool, "seed", [await world.seed(" \u3000\n")], {}) == ["no_text"]

    async def test_for_a_rejected_seed_is_skipped(self, world: World, pool: Pool, conn: Connection):
        seed = await world.seed("s")
        await conn.execute("UPDATE seeds SET review_status = 'rejected'")

        assert await embed(pool, "seed", [seed], {}) == ["hidden"]

    async def test_for_an_utterance_is_passed_on(self, world: World, pool: Pool):
        """Document 001 embeds utterances; their vectors are made from splits."""
        utterance = await world.utterance()

        assert await embed(pool, "utterance", [utterance], {}) == ["forwarded"]

        assert await world.waiting("embedding_utterance") == [utterance]

    async def test_asks_the_model_once_for_the_whole_batch(self, world: World, pool: Pool, conn: Connection):
        seeds = [await world.seed(name) for name in "abc"]
        models = HandMadeModels({name: mix(**{name: 1}) for name in "abc"})

        async with transaction(pool) as other:
            claimed = await claim(other, "embedding", "seed", seeds)
        await EMBEDDING.work(await EMBEDDING.load(conn, claimed), models)

        assert models.asked == [["a", "b", "c"]]


class TestWhatChangesDuringTheCall:
    """Override 3: save rechecks."""

    async def _changed(self, pool: Pool, world: World, statement: str) -> tuple[str, World]:
        seed = await world.seed("old")
        async with transaction(pool) as conn:
            (job,) = await claim(conn, "embedding", "seed", [seed])
        async with transaction(pool) as conn:
            (item,) = await EMBEDDING.load(conn, [job])
        await world.conn.execute(statement)
        made = EmbeddedItem(vector=mix(a=1), model=MODEL)
        async with transaction(pool) as conn:
            (outcome,) = await EMBEDDING.save(conn, [Finished(job=job, item=item, result=made)])
        return outcome, world

    @pytest.mark.parametrize(
        ("statement", "outcome", "queued"),
        [
            ("UPDATE seeds SET body = 'new'", "requeued", 1),
            ("UPDATE seeds SET review_status = 'rejected'", "hidden", 0),
            ("UPDATE seeds SET deleted_at = now()", "hidden", 0),
            ("DELETE FROM seeds", "gone", 0),
        ],
    )
    async def test_is_seen_before_anything_is_stored(
        self, world: World, pool: Pool, statement: str, outcome: str, queued: int
    ):
        found, world = await self._changed(pool, world, statement)

        assert found == outcome
        assert (await world.dump())["embeddings"] == []
        assert len(await world.waiting("embedding")) == queued


class TestAnotherModel:
    """B8: name and digest make the model; vectors of two are never compared."""

    async def test_behind_the_same_name_queues_everything_again(self, world: World, pool: Pool):
        utterance = await world.utterance("u", splits=["p"])
        (split,) = await world.splits(utterance)
        seed, other = await world.seed("s", utterance), await world.seed("t")
        await embed(pool, "seed", [seed, other], {"s": mix(a=1), "t": mix(a=1)})
        await embed(pool, "utterance_split", [split], {"p": mix(a=1)})
        newest = await world.seed("n")

        assert await embed(pool, "seed", [newest], {"n": mix(a=1)}, model=OTHER_MODEL) == ["done"]

        assert sorted(await world.waiting("embedding")) == sorted([seed, other, split])

    async def test_does_not_see_the_vectors_of_the_first(self, world: World, pool: Pool):
        first, second = await world.seed("s"), await world.seed("t")
        await embed(pool, "seed", [first], {"s": mix(a=1)})

        await embed(pool, "seed", [second], {"t": mix(a=1)}, model=OTHER_MODEL)

        assert await world.edges(second, "near") == {}

    async def test_leaves_edges_and_points_of_linked_seeds_alone(
        self, world: World, pool: Pool, conn: Connection
    ):
        first, second = await world.seed("s"), await world.seed("t")
        await embed(pool, "seed", [first, second], {"s": mix(a=1), "t": mix(a=1)})
        before = await world.dump()
        await embeddings.use_model(conn, name=OTHER_MODEL.name, digest=OTHER_MODEL.digest, dims=DIMS)

        assert await embed(pool, "seed", [first], {"s": mix(b=1)}, model=OTHER_MODEL) == ["done"]

        after = await world.dump()
        assert len(after["embeddings"]) == 3
        assert (after["edges"], after["points"]) == (before["edges"], before["points"])
        assert await conn.fetchval("SELECT count(*) FROM embedding_models WHERE is_current = 1") == 1

    async def test_that_comes_back_is_used_again(self, world: World, pool: Pool):
        seeds = [await world.seed(name) for name in "abc"]
        await embed(pool, "seed", seeds[:1], {"a": mix(a=1)})
        await embed(pool, "seed", seeds[1:2], {"b": mix(a=1)}, model=OTHER_MODEL)

        await embed(pool, "seed", seeds[2:], {"c": mix(a=1)})

        assert set(await world.edges(seeds[2], "near")) == {seeds[0]}
        assert seeds[1] in await world.waiting("embedding")
