"""The operator's hands on the queue."""

from uuid import uuid4

import pytest

from tane.store import jobs, queue_admin
from tane.store.jobs import Ending
from tane.store.pool import Connection
from tests.tane.store.queue import (
    LEASE_S,
    claim,
    claim_one,
    enqueue,
    enqueue_and_claim,
    pass_time,
    row,
    settle,
    states,
)


async def bury(conn: Connection, job_type: str = "embedding") -> jobs.Job:
    job = await enqueue_and_claim(conn, job_type)
    await settle(conn, job, Ending.DEAD, error={"class": "BadReply", "cause": "empty"})
    return job


class TestReading:
    async def test_counts_say_how_many_of_each_type_are_in_each_state(self, conn: Connection):
        await enqueue(conn, 3, "a")
        await claim(conn, 1, "a")
        await enqueue(conn, 2, "b", delay_s=60)

        found = {(count.job_type, count.status): count.n for count in await queue_admin.counts(conn)}

        assert found == {("a", "queued"): 2, ("a", "running"): 1, ("b", "scheduled"): 2}
        assert await queue_admin.waiting(conn) == {"a": 2, "b": 2}

    async def test_a_list_is_filtered_and_begins_with_the_last_change(self, conn: Connection):
        await enqueue(conn, 2, "a")
        dead = await bury(conn, "b")

        everything = await queue_admin.list_jobs(conn)

        assert [job.job_type for job in everything] == ["b", "a", "a"]
        assert [job.job_id for job in await queue_admin.list_jobs(conn, status="dead")] == [dead.job_id]
        assert len(await queue_admin.list_jobs(conn, job_type="a", limit=1)) == 1

    async def test_a_job_shows_why_it_died(self, conn: Connection):
        dead = await bury(conn)

        shown = await queue_admin.show_job(conn, dead.job_id)

        assert shown is not None
        assert (shown.status, shown.attempts, shown.last_error) == (
            "dead",
            1,
            {"class": "BadReply", "cause": "empty"},
        )

    async def test_a_job_that_does_not_exist_is_not_shown(self, conn: Connection):
        assert await queue_admin.show_job(conn, uuid4()) is None


class TestRetrying:
    async def test_gives_a_dead_job_all_its_attempts_again(self, conn: Connection):
        dead = await bury(conn)

        assert await queue_admin.retry_jobs(conn, ids=[dead.job_id]) == 1

        again = await claim_one(conn)
        assert (again.job_id, again.attempts, again.claim_token) == (dead.job_id, 1, 2)

    async def test_of_one_type_leaves_the_others_dead(self, conn: Connection):
        await bury(conn, "a")
        await bury(conn, "b")

        assert await queue_admin.retry_jobs(conn, job_type="a") == 1
        assert sorted(await states(conn)) == ["dead", "queued"]

    async def test_touches_no_job_that_is_not_dead(self, conn: Connection):
        job = await enqueue_and_claim(conn)

        assert await queue_admin.retry_jobs(conn, ids=[job.job_id]) == 0
        assert await states(conn) == ["running"]

    async def test_of_the_same_work_that_died_twice_queues_it_once(self, conn: Connection):
        dead = await bury(conn)
        await enqueue(conn, target_id=dead.target_id)
        await settle(conn, await claim_one(conn), Ending.DEAD)

        assert await queue_admin.retry_jobs(conn) == 1
        assert sorted(await states(conn)) == ["cancelled", "queued"]

    async def test_of_work_that_waits_already_gives_way_to_it(self, conn: Connection):
        dead = await bury(conn)
        await enqueue(conn, target_id=dead.target_id)

        assert await queue_admin.retry_jobs(conn) == 0
        assert (await row(conn, dead.job_id))["outcome"] == "superseded"


class TestCancelling:
    async def test_ends_waiting_jobs_at_once(self, conn: Connection):
        await enqueue(conn, 1)
        await enqueue(conn, 1, delay_s=60)
        ids = [job.job_id for job in await queue_admin.list_jobs(conn)]

        assert await queue_admin.cancel_jobs(conn, ids) == 2
        assert await states(conn) == ["cancelled"] * 2

    async def test_asks_running_jobs_and_lets_them_finish(self, conn: Connection):
        job = await enqueue_and_claim(conn)

        assert await queue_admin.cancel_jobs(conn, [job.job_id]) == 1
        assert await jobs.heartbeat(conn, [job], lease_s=LEASE_S) == {job.job_id: True}
        assert await settle(conn, job, Ending.DONE)
        assert await states(conn) == ["done"]

    async def test_has_no_effect_on_jobs_that_ended(self, conn: Connection):
        dead = await bury(conn)

        assert await queue_admin.cancel_jobs(conn, [dead.job_id, uuid4()]) == 0
        assert await states(conn) == ["dead"]


class TestPausing:
    async def test_is_listed_with_its_reason_and_may_be_repeated(self, conn: Connection):
        await queue_admin.pause(conn, "embedding", "first")
        await queue_admin.pause(conn, "embedding", "second")
        await queue_admin.pause(conn, queue_admin.EVERYTHING)

        assert [(pause.job_type, pause.reason) for pause in await queue_admin.pauses(conn)] == [
            ("*", None),
            ("embedding", "second"),
        ]

    async def test_that_does_not_exist_cannot_be_resumed(self, conn: Connection):
        assert not await queue_admin.resume(conn, "embedding")


class TestPruning:  # A10
    @pytest.fixture
    async def ended(self, conn: Connection) -> Connection:
        for ending in (Ending.DONE, Ending.CANCELLED, Ending.DEAD):
            await settle(conn, await enqueue_and_claim(conn), ending)
        await enqueue(conn)
        return conn

    async def test_keeps_what_is_young(self, ended: Connection):
        await pass_time(ended, 29 * 86_400)

        assert await queue_admin.prune(ended, done_days=30, dead_days=180, limit=100) == 0

    async def test_deletes_done_and_cancelled_jobs_first_and_dead_ones_later(self, ended: Connection):
        await pass_time(ended, 31 * 86_400)
        assert await queue_admin.prune(ended, done_days=30, dead_days=180, limit=100) == 2
        assert sorted(await states(ended)) == ["dead", "queued"]

        await pass_time(ended, 150 * 86_400)
        assert await queue_admin.prune(ended, done_days=30, dead_days=180, limit=100) == 1
        assert await states(ended) == ["queued"]

    async def test_takes_no_more_than_its_limit(self, ended: Connection):
        await pass_time(ended, 999 * 86_400)

        assert [await queue_admin.prune(ended, done_days=1, dead_days=1, limit=2) for _ in range(3)] == [
            2,
            1,
            0,
        ]


class TestTheTimeOfAJob:
    async def test_is_unknown_before_the_first_is_done(self, conn: Connection):
        await bury(conn)

        assert await queue_admin.seconds_per_job(conn) == {}

    async def test_is_shared_by_the_jobs_of_a_batch(self, conn: Connection):
        await enqueue(conn, 5, "batch")
        await enqueue(conn, 2, "single")
        batch = await claim(conn, 5, "batch")
        singles = [await claim_one(conn, "single") for _ in range(2)]
        for job in [*batch, *singles]:
            await settle(conn, job, Ending.DONE)
        await conn.execute(
            "UPDATE worker_jobs SET finished_at = claimed_at + CASE job_type WHEN 'batch' THEN interval '10 s' ELSE interval '3 s' END"
        )

        assert await queue_admin.seconds_per_job(conn) == {"batch": 2.0, "single": 3.0}
