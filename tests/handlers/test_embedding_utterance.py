"""embedding_utterance: the mean of the splits' vectors, whenever the last of them comes (D5-D7)."""

import asyncio
import itertools
from uuid import UUID, uuid4

import numpy as np
import pytest

from handlers.contract import Finished, JobError, Later
from handlers.embedding import EmbeddedItem, EmbeddingItem
from tane.store.pool import Connection, Pool, transaction
from tests.handlers.world import (
    EMBEDDING,
    EMBEDDING_UTTERANCE,
    MODEL,
    OTHER_MODEL,
    HandMadeModels,
    World,
    claim,
    embed,
    mix,
    run,
)
from tests.waiting import until

NO_MODELS = HandMadeModels({})
AXES = {"1": mix(a=1), "2": mix(b=1), "3": mix(c=1)}


@pytest.fixture
def world(conn: Connection) -> World:
    return World(conn)


async def settle(pool: Pool, utterance: UUID) -> list[str | Exception | Later]:
    return await run(pool, EMBEDDING_UTTERANCE, "utterance", [utterance], NO_MODELS)


class TestTheMean:
    async def test_of_the_split_vectors_is_the_utterances_vector(
        self, world: World, pool: Pool, conn: Connection
    ):
        utterance = await world.utterance("123", splits="123")
        await embed(pool, "utterance_split", await world.splits(utterance), AXES)

        assert await settle(pool, utterance) == ["done"]

        row = await conn.fetchrow("SELECT * FROM embeddings WHERE target_type = 'utterance'")
        assert row is not None
        np.testing.assert_allclose(row["vector"], mix(a=1, b=1, c=1), atol=1e-3)
        assert row["source_hash"] == await conn.fetchval("SELECT content_hash FROM utterances")

    async def test_is_made_once(self, world: World, pool: Pool):
        utterance = await world.utterance("123", splits="123")
        await embed(pool, "utterance_split", await world.splits(utterance), AXES)
        await settle(pool, utterance)
        before = await world.dump()

        assert await settle(pool, utterance) == ["current"]

        assert await world.dump() == before

    async def test_is_of_one_model_only(self, world: World, pool: Pool, conn: Connection):
        """D7: the first split's vector is another model's."""
        utterance = await world.utterance("12", splits="12")
        first, second = await world.splits(utterance)
        await embed(pool, "utterance_split", [first], AXES)
        await embed(pool, "utterance_split", [second], AXES, model=OTHER_MODEL)
        assert await world.waiting("embedding_utterance") == []

        (ending,) = await settle(pool, utterance)

        assert isinstance(ending, Later)
        assert await world.waiting("embedding") == [first]
        assert await conn.fetchval("SELECT count(*) FROM embeddings WHERE target_type = 'utterance'") == 0

    async def test_of_another_text_than_the_present_is_made_again(
        self, world: World, pool: Pool, conn: Connection
    ):
        """Override 3: the utterance was rewritten after its splits had been read."""
        utterance = await world.utterance("12", splits="12")
        await embed(pool, "utterance_split", await world.splits(utterance), AXES)
        async with transaction(pool) as other:
            (job,) = await claim(other, "embedding_utterance", "utterance", [utterance])
            (item,) = await EMBEDDING_UTTERANCE.load(other, [job])
        (made,) = await EMBEDDING_UTTERANCE.work([item], NO_MODELS)
        await conn.execute("UPDATE utterances SET contents = 'new'")

        async with transaction(pool) as other:
            outcomes = await EMBEDDING_UTTERANCE.save(other, [Finished(job=job, item=item, result=made)])

        assert outcomes == ["requeued"]
        assert await world.waiting("embedding_utterance") == [utterance]
        assert await conn.fetchval("SELECT count(*) FROM embeddings WHERE target_type = 'utterance'") == 0


class TestTheLastSplit:
    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
    async def test_queues_the_utterance_in_whatever_order_they_come(
        self, world: World, pool: Pool, order: tuple[int, ...]
    ):
        """D5."""
        utterance = await world.utterance("123", splits="123")
        splits = await world.splits(utterance)

        for position, number in enumerate(order):
            assert await world.waiting("embedding_utterance") == []
            await embed(pool, "utterance_split", [splits[number]], AXES)
            assert position == 2 or await world.waiting("embedding_utterance") == []

        assert await world.waiting("embedding_utterance") == [utterance]

    async def test_queues_the_utterance_when_two_are_saved_at_once(
        self, world: World, pool: Pool, conn: Connection
    ):
        """D5: neither transaction sees the other's vector unless the second one waits for the first."""
        utterance = await world.utterance("12", splits="12")
        finished = [
            await finished_split(pool, split, text)
            for split, text in zip(await world.splits(utterance), "12", strict=True)
        ]

        async def save_second() -> None:
            async with transaction(pool) as second:
                await EMBEDDING.save(second, [finished[1]])

        async with transaction(pool) as first:
            await EMBEDDING.save(first, [finished[0]])
            later = asyncio.create_task(save_second())
            await until(lambda: someone_waits(conn), what="the second saver meets the first one's lock")
        await later

        assert await world.waiting("embedding_utterance") == [utterance]


class TestAnUtterance:
    async def test_without_splits_is_split_now_and_comes_back(self, world: World, pool: Pool):
        """Other programs insert only utterances (override 2)."""
        utterance = await world.utterance("一つ目です。")

        assert await settle(pool, utterance) == ["split"]

        splits = await world.splits(utterance)
        assert await world.waiting("embedding") == splits
        await embed(pool, "utterance_split", splits, {"一つ目です。": mix(a=1)})
        assert await world.waiting("embedding_utterance") == [utterance]
        assert await settle(pool, utterance) == ["done"]

    @pytest.mark.parametrize("contents", [None, "", " \u3000\n"])
    async def test_without_text_is_skipped(self, world: World, pool: Pool, contents: str | None):
        """D6."""
        assert await settle(pool, await world.utterance(contents)) == ["no_text"]

    async def test_that_comes_too_early_waits_and_its_splits_are_queued(self, world: World, pool: Pool):
        """D5: re-scheduled, not done."""
        utterance = await world.utterance("12", splits="12")
        first, second = await world.splits(utterance)
        await embed(pool, "utterance_split", [first], AXES)

        (ending,) = await settle(pool, utterance)

        assert isinstance(ending, Later)
        assert await world.waiting("embedding") == [second]

    async def test_waits_for_no_split_that_failed_for_good(self, world: World, pool: Pool, conn: Connection):
        utterance = await world.utterance("1", splits="1")
        async with transaction(pool) as other:
            await claim(other, "embedding", "utterance_split", await world.splits(utterance))
        await conn.execute(
            "UPDATE worker_jobs SET status = 'dead', claimed_by = NULL, finished_at = now(), lease_expires_at = NULL, "
            "deadline_at = NULL"
        )

        (ending,) = await settle(pool, utterance)

        assert isinstance(ending, JobError)
        assert ending.cause == "split_failed"

    async def test_that_does_not_exist_is_an_error(self, pool: Pool):
        (ending,) = await settle(pool, uuid4())

        assert isinstance(ending, JobError)
        assert ending.cause == "target_missing"

    async def test_that_is_deleted_is_skipped(self, world: World, pool: Pool, conn: Connection):
        utterance = await world.utterance("u")
        await conn.execute("UPDATE utterances SET deleted_at = now()")

        assert await settle(pool, utterance) == ["hidden"]


class TestSavers:
    async def test_of_the_same_things_in_opposite_orders_never_deadlock(
        self, world: World, pool: Pool, conn: Connection
    ):
        """Several transactions a round write vectors, edges, maps and points around the same utterances."""
        await world.cluster(mix(a=1))
        utterances = [await world.utterance("12", splits="12") for _ in range(8)]
        parts = [await world.splits(utterance) for utterance in utterances]
        seeds = [await world.seed(name, *utterances) for name in "123"]

        async def save(order: int) -> None:
            ids = [split for pair in parts[::order] for split in pair[::order]]
            await embed(pool, "utterance_split", ids[::2], AXES)
            await embed(pool, "seed", seeds[::order], AXES)

        for _ in range(5):
            # A deadlock would end one of them with a Conflict.
            await asyncio.gather(save(1), save(-1), *(embed(pool, "seed", [seed], AXES) for seed in seeds))
            assert (
                await conn.fetchval("SELECT count(*) FROM embeddings WHERE target_type <> 'cluster'")
                == 16 + 3
            )
            await conn.execute("DELETE FROM embeddings WHERE target_type <> 'cluster'")


async def finished_split(pool: Pool, split: UUID, text: str) -> Finished[EmbeddingItem, EmbeddedItem]:
    """A split's job as it stands between work and save."""
    async with transaction(pool) as conn:
        (job,) = await claim(conn, "embedding", "utterance_split", [split])
        (item,) = await EMBEDDING.load(conn, [job])
    assert isinstance(item, EmbeddingItem)
    return Finished(job=job, item=item, result=EmbeddedItem(vector=AXES[text], model=MODEL))


async def someone_waits(conn: Connection) -> bool:
    return bool(await conn.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))
