import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from daemon.queue.batch import AbandonReason
from handlers.contract import Lane
from tane.llm.model_errors import ModelMissing
from tane.store import queue_admin
from tane.store.pool import Pool, close_pool, connection, open_reading_pool
from tests.daemon.queue.workshop import Craft, Workshop, open_workshop
from tests.relay import relay_to
from tests.waiting import until


class TestClaiming:
    async def test_takes_as_many_jobs_as_there_are_free_slots_and_no_more(self, workshop: Workshop):
        await workshop.queue(30)
        await workshop.queue(40, job_type="embed")
        workshop.models.gate.clear()

        claimed = await workshop.worker.turn()

        assert claimed == 4 + 2 * 8
        assert await workshop.statuses() == {"running": 20, "queued": 50}
        assert Counter(batch.lane for batch in workshop.worker.batches) == {Lane.TEXT: 4, Lane.EMBED: 2}

    async def test_takes_no_more_of_a_type_than_may_be_lost_at_once_and_leaves_the_other_slots_to_others(
        self, pool: Pool, dsn: str
    ):
        craft = Craft()
        handlers = [replace(craft.handler("section"), most_at_once=1), craft.handler("think")]
        async with open_workshop(pool, dsn, craft=craft, handlers=handlers) as workshop:
            await workshop.queue(5, job_type="section")
            await workshop.queue(5)
            workshop.models.gate.clear()

            await workshop.worker.turn()
            at_work = Counter(batch.handler.job_type for batch in workshop.worker.batches)
            workshop.models.gate.set()
            await workshop.idle()
            await workshop.work()

            assert at_work == {"section": 1, "think": 3}
            assert await workshop.statuses() == {"done": 10}

    async def test_fills_each_slot_again_when_its_job_is_over(self, workshop: Workshop):
        await workshop.queue(30)
        await workshop.queue(30, job_type="embed")
        await workshop.queue(30, job_type="sum")

        assert await workshop.work() == 90
        assert await workshop.statuses() == {"done": 90}

    async def test_leaves_a_paused_type_alone(self, workshop: Workshop):
        await workshop.queue(3)
        await workshop.queue(3, job_type="sum")
        async with connection(workshop.pool) as conn:
            await queue_admin.pause(conn, "think")

        await workshop.work()

        assert await workshop.statuses() == {"queued": 3, "done": 3}


class TestModelsThatDoNotFitTogether:
    async def test_take_turns_with_nothing_in_flight_at_the_switch(self, pool: Pool, dsn: str):
        async with open_workshop(pool, dsn, is_coresident=False) as workshop:
            await workshop.queue(8, job_type="embed")
            await workshop.queue(4)
            workshop.models.gate.clear()

            await workshop.worker.turn()
            first = {batch.lane for batch in workshop.worker.batches}
            await workshop.worker.turn()
            still = {batch.lane for batch in workshop.worker.batches}
            workshop.models.gate.set()
            await workshop.work()
            await workshop.idle()
            await workshop.work()

            assert first == still == {Lane.EMBED}
            assert await workshop.statuses() == {"done": 12}

    async def test_give_no_turn_to_one_that_is_missing(self, pool: Pool, dsn: str):
        async with open_workshop(pool, dsn, is_coresident=False) as workshop:
            await workshop.queue(8, job_type="embed")
            await workshop.queue(4)
            workshop.worker.breaker.report(Lane.EMBED, ModelMissing("paraphrase-multilingual"))

            await workshop.work()

            assert await workshop.statuses() == {"queued": 8, "done": 4}

    async def test_never_keep_jobs_waiting_that_need_none(self, pool: Pool, dsn: str):
        async with open_workshop(pool, dsn, is_coresident=False) as workshop:
            await workshop.queue(8, job_type="embed")
            await workshop.queue(4, job_type="sum")
            workshop.models.gate.clear()

            await workshop.worker.turn()
            await until(lambda: {batch.lane for batch in workshop.worker.batches} == {Lane.EMBED})

            assert await workshop.statuses() == {"running": 8, "done": 4}


class TestTheEnd:
    async def test_waits_for_what_is_in_flight(self, workshop: Workshop):
        await workshop.queue(6)
        workshop.models.gate.clear()
        await workshop.worker.turn()
        await until(lambda: len(workshop.models.asked) == 4)

        finishing = asyncio.create_task(workshop.worker.finish(within_s=60, hurry=asyncio.Event()))
        workshop.models.gate.set()
        await finishing

        assert await workshop.statuses() == {"done": 4, "queued": 2}

    async def test_releases_uncharged_what_does_not_finish_in_time(self, workshop: Workshop):
        await workshop.queue(6)
        workshop.models.gate.clear()
        await workshop.worker.turn()

        await workshop.worker.finish(within_s=0, hurry=asyncio.Event())

        assert await workshop.statuses() == {"queued": 6}
        assert await workshop.statuses("attempts") == {0: 6}

    async def test_comes_at_once_when_somebody_is_in_a_hurry(self, workshop: Workshop):
        await workshop.queue(6)
        workshop.models.gate.clear()
        await workshop.worker.turn()
        hurry = asyncio.Event()
        finishing = asyncio.create_task(workshop.worker.finish(within_s=3600, hurry=hurry))

        hurry.set()
        await finishing

        assert await workshop.statuses() == {"queued": 6}


class TestAJobThatWasReleased:
    async def test_is_not_taken_up_again_by_an_interrupted_batch(self, workshop: Workshop):
        await workshop.queue(8, job_type="embed")
        workshop.models.gate.clear()
        await workshop.worker.turn()
        (batch,) = workshop.worker.batches

        batch.interrupt(AbandonReason.RELEASED)
        batch.interrupt(AbandonReason.LOST)
        await workshop.idle()

        assert await workshop.statuses() == {"queued": 8}


async def test_a_bug_in_the_daemon_itself_is_not_swallowed(pool: Pool, dsn: str):
    async def work_without_a_column() -> None:
        async with open_workshop(pool, dsn) as workshop:
            await workshop.queue()
            workshop.models.gate.clear()
            await workshop.worker.turn()
            await pool.execute("ALTER TABLE worker_jobs RENAME COLUMN outcome TO result")
            workshop.models.gate.set()
            await workshop.idle()

    with pytest.raises(ExceptionGroup):
        await work_without_a_column()


async def test_its_state_can_be_read_by_an_operator(workshop: Workshop):
    await workshop.queue(1)
    workshop.models.gate.clear()
    await workshop.worker.turn()

    state = workshop.worker.state()

    assert "think x1" in str(state["batches"])
    assert state["breaker"] == "<Breaker closed>"


class TestWhenTheQueueWasReadLast:
    LONG_AGO_S = 1000.0

    async def forget(self, workshop: Workshop) -> float:
        """Let the worker believe that it last read the queue long ago; return what it says after a turn."""
        workshop.worker._claimed_s -= self.LONG_AGO_S
        await workshop.worker.turn()
        return workshop.worker.idle_s

    async def test_is_now_though_nothing_waited(self, workshop: Workshop):
        assert not workshop.worker.has_claimed.is_set()

        assert await self.forget(workshop) < self.LONG_AGO_S
        assert workshop.worker.has_claimed.is_set()
        assert workshop.worker.claims == {"empty": 1}

    async def test_is_now_while_every_place_is_taken(self, pool: Pool, dsn: str):
        async with open_workshop(pool, dsn, slots={Lane.TEXT: 1, Lane.EMBED: 0, Lane.LOCAL: 0}) as workshop:
            await workshop.queue(2)
            workshop.models.gate.clear()
            await workshop.worker.turn()

            assert await self.forget(workshop) < self.LONG_AGO_S
            assert workshop.worker.claims == {"jobs": 1}
            assert workshop.worker.busy() == {Lane.TEXT: 1, Lane.EMBED: 0, Lane.LOCAL: 0}

    async def test_is_long_ago_while_the_database_is_away(self, workshop: Workshop):
        workshop.worker.leases.is_connected = False

        assert await self.forget(workshop) >= self.LONG_AGO_S

    async def test_is_long_ago_while_the_claim_fails(self, pool: Pool, dsn: str):
        async with relay_to(dsn) as relay:
            away = await open_reading_pool(relay.dsn, size=1)  # it connects when it is used
            await relay.cut()
            async with open_workshop(pool, dsn) as workshop:
                workshop.worker._pool = away

                assert await self.forget(workshop) >= self.LONG_AGO_S
                assert workshop.worker.claims == {"unavailable": 1}
            await close_pool(away)
