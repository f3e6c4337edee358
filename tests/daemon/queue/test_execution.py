import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from daemon.queue.execution import each_alone
from handlers.contract import JobError, Later, Skip
from tane.llm.model_errors import BadReply, ModelCrashed, ModelUnavailable
from tane.store import jobs as queue
from tane.store import queue_admin
from tane.store.errors import Conflict, StoreUnavailable
from tane.store.jobs import Job
from tane.store.pool import Connection, Pool, connection
from tests.daemon.queue.workshop import Craft, Workshop, open_workshop
from tests.waiting import until


async def take_over(workshop: Workshop, target: UUID) -> None:
    """Let another daemon claim the job, as after a lease that ran out."""
    await workshop.pool.execute(
        "UPDATE worker_jobs SET claim_token = claim_token + 1, claimed_by = gen_random_uuid() WHERE target_id = $1",
        target,
    )


class TestABatch:
    async def test_leaves_every_effect_once_with_its_job_done(self, workshop: Workshop):
        await workshop.queue(20, job_type="embed")

        await workshop.work()

        assert await workshop.statuses() == {"done": 20}
        assert await workshop.effects() == 20
        assert max(workshop.craft.batches) == 8

    async def test_with_nothing_to_do_ends_with_the_reason(self, workshop: Workshop):
        (target,) = await workshop.queue()
        workshop.craft.unloadable[target] = Skip("no_text")

        await workshop.work()

        assert (await workshop.job(target))["outcome"] == "no_text"
        assert await workshop.effects() == 0

    async def test_that_came_too_early_waits_uncharged(self, workshop: Workshop):
        (target,) = await workshop.queue()
        workshop.craft.unloadable[target] = Later(60.0, "splits_missing")

        await workshop.work()

        job = await workshop.job(target)
        assert (job["status"], job["attempts"], job["outcome"]) == ("scheduled", 0, "splits_missing")

    async def test_with_a_wrong_target_is_dead_at_once_with_its_cause(self, workshop: Workshop):
        (target,) = await workshop.queue()
        workshop.craft.unloadable[target] = JobError("missing_target")

        await workshop.work()

        job = await workshop.job(target)
        assert (job["status"], job["last_error"]["cause"]) == ("dead", "missing_target")


class TestOneBadRow:
    async def test_fails_alone_when_its_batch_cannot_be_saved(self, workshop: Workshop):
        bad, *_ = await workshop.queue(8, job_type="embed")
        workshop.craft.unsavable[bad] = ZeroDivisionError("今日は母と喧嘩した")

        await workshop.work()

        job = await workshop.job(bad)
        assert await workshop.statuses() == {"done": 7, "scheduled": 1}
        assert await workshop.effects() == 7
        assert job["last_error"]["class"] == "ZeroDivisionError"
        assert "母" not in str(job["last_error"])

    async def test_fails_alone_when_its_batch_cannot_be_worked(self, workshop: Workshop):
        bad, *_ = await workshop.queue(8, job_type="embed")
        workshop.models.poison[str(bad)] = BadReply("not a vector")

        await workshop.work()

        assert await workshop.statuses() == {"done": 7, "dead": 1}
        assert (await workshop.job(bad))["last_error"]["cause"] == "bad_reply"

    async def test_meets_a_conflict_alone_and_is_tried_again(self, workshop: Workshop):
        bad, *_ = await workshop.queue(4, job_type="embed")
        workshop.craft.unsavable[bad] = Conflict("deadlock")

        await workshop.work()
        del workshop.craft.unsavable[bad]
        await workshop.worker.leases.tend()
        await workshop.work()

        assert await workshop.statuses() == {"done": 4}
        assert await workshop.effects() == 4


class TestALostClaim:
    async def test_writes_nothing(self, workshop: Workshop):
        (target,) = await workshop.queue()
        workshop.models.gate.clear()
        await workshop.worker.turn()
        await until(lambda: bool(workshop.models.asked))

        await take_over(workshop, target)
        workshop.models.gate.set()
        await workshop.idle()

        assert await workshop.effects() == 0
        assert (await workshop.job(target))["status"] == "running"

    async def test_does_not_stop_the_rest_of_its_batch(self, workshop: Workshop):
        lost, *_ = await workshop.queue(8, job_type="embed")
        workshop.models.gate.clear()
        await workshop.worker.turn()
        await until(lambda: bool(workshop.models.asked))

        await take_over(workshop, lost)
        await workshop.worker.leases.beat()
        workshop.models.gate.set()
        await workshop.idle()

        assert await workshop.statuses() == {"done": 7, "running": 1}
        assert await workshop.effects() == 7


class TestARequestToCancel:
    async def test_ends_a_running_job(self, workshop: Workshop):
        (target,) = await workshop.queue()
        workshop.models.gate.clear()
        await workshop.worker.turn()
        await until(lambda: bool(workshop.models.asked))

        async with connection(workshop.pool) as conn:
            await queue_admin.cancel_jobs(conn, [(await workshop.job(target))["job_id"]])
        await workshop.worker.leases.beat()
        await workshop.idle()

        assert (await workshop.job(target))["status"] == "cancelled"
        assert await workshop.effects() == 0

    async def test_ends_one_job_of_a_batch_and_no_other(self, workshop: Workshop):
        target, *_ = await workshop.queue(8, job_type="embed")
        workshop.models.gate.clear()
        await workshop.worker.turn()
        await until(lambda: bool(workshop.models.asked))

        async with connection(workshop.pool) as conn:
            await queue_admin.cancel_jobs(conn, [(await workshop.job(target))["job_id"]])
        await workshop.worker.leases.beat()
        workshop.models.gate.set()
        await workshop.idle()

        assert await workshop.statuses() == {"done": 7, "cancelled": 1}


class TestADeadline:
    async def test_gives_an_endless_call_back_uncharged_and_then_charges_it(self, pool: Pool, dsn: str):
        craft = Craft()
        async with open_workshop(
            pool, dsn, handlers=[craft.handler("think", deadline_s=0.01)], craft=craft
        ) as shop:
            (target,) = await shop.queue()
            shop.models.gate.clear()

            for _ in range(2):
                await shop.work()
                await shop.worker.breaker.turn()
            uncharged = await shop.job(target)
            await shop.work()

            charged = await shop.job(target)
            assert (uncharged["status"], uncharged["attempts"], uncharged["returns"]) == ("queued", 0, 2)
            assert (charged["status"], charged["attempts"]) == ("scheduled", 1)
            assert charged["last_error"]["cause"] == "model_timeout"


class TestAModelServerThatFails:
    async def test_costs_no_attempt(self, workshop: Workshop):
        (target,) = await workshop.queue()
        workshop.models.failures.append(ModelUnavailable("connection refused"))

        await workshop.work()

        job = await workshop.job(target)
        assert (job["status"], job["attempts"]) == ("queued", 0)

    async def test_at_one_prompt_only_ends_that_job_dead(self, workshop: Workshop):
        poison, *_ = await workshop.queue(5)
        workshop.models.poison[str(poison)] = ModelCrashed("the runner died")

        async def is_over() -> bool:
            await workshop.worker.breaker.turn()
            await workshop.worker.leases.tend()
            await workshop.work()
            return "queued" not in await workshop.statuses() and "scheduled" not in await workshop.statuses()

        await until(is_over)

        job = await workshop.job(poison)
        assert await workshop.statuses() == {"done": 4, "dead": 1}
        assert (job["attempts"], job["returns"]) == (5, 10)


class TestADatabaseThatGoesAwayDuringASave:
    @pytest.fixture
    async def shop(self, pool: Pool, dsn: str) -> AsyncIterator[Workshop]:
        async with open_workshop(pool, dsn) as opened:
            yield opened

    async def test_costs_neither_the_result_nor_a_second_call(self, shop: Workshop):
        cuts = 0

        async def cut_once(conn: Connection, _: Sequence[Job]) -> None:
            nonlocal cuts
            cuts += 1
            if cuts == 1:
                await shop.pool.execute("SELECT pg_terminate_backend($1, 10000)", conn.get_server_pid())
                await conn.execute("SELECT 1")

        await shop.queue(4, job_type="embed")
        shop.craft.before_save = cut_once

        with capture_logs() as lines:
            await shop.work()

        assert cuts > 1
        assert await shop.statuses() == {"done": 4}
        assert await shop.effects() == 4
        assert len(shop.models.asked) == 4
        assert len([line for line in lines if line["event"] == "job.save_waits"]) == 1

    async def test_after_the_commit_is_found_out_and_not_repeated(
        self, shop: Workshop, monkeypatch: pytest.MonkeyPatch
    ):
        settle = queue.settle
        replies: list[set[UUID]] = []

        async def settle_and_lose_the_reply(conn: Connection, verdicts: Sequence[queue.Verdict]) -> set[UUID]:
            settled = await settle(conn, verdicts)
            replies.append(settled)
            if len(replies) == 1:
                await conn.execute("COMMIT")
                raise StoreUnavailable("the reply was lost")
            return settled

        await shop.queue(4, job_type="embed")
        monkeypatch.setattr(queue, "settle", settle_and_lose_the_reply)

        with capture_logs() as lines:
            await shop.work()

        assert await shop.statuses() == {"done": 4}
        assert await shop.effects() == 4
        assert not [line for line in lines if line["event"] == "job.lost_claim"]


class TestHalving:
    async def test_finds_every_culprit_and_keeps_the_order(self):
        async def step(numbers: Sequence[int]) -> list[int]:
            if 3 in numbers or 6 in numbers:
                raise ValueError
            return [number * 10 for number in numbers]

        results = await each_alone(step, list(range(8)))

        assert [10 * n if n not in (3, 6) else None for n in range(8)] == [
            None if isinstance(result, Exception) else result for result in results
        ]

    async def test_does_not_ask_again_in_an_outage(self):
        calls = 0

        async def step(_: Sequence[int]) -> list[int]:
            nonlocal calls
            calls += 1
            raise StoreUnavailable("gone")

        results = await each_alone(step, [1, 2, 3])

        assert calls == 1
        assert all(isinstance(result, StoreUnavailable) for result in results)

    async def test_treats_a_wrong_number_of_answers_as_a_failure(self):
        async def step(_: Sequence[int]) -> list[int]:
            return []

        assert isinstance((await each_alone(step, [1]))[0], ValueError)

    async def test_lets_an_interruption_through(self):
        async def step(_: Sequence[int]) -> list[int]:
            raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await each_alone(step, [1, 2])
