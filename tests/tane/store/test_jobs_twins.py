"""Twins: the same work waits already, or is queued at the same moment; one of the two goes on (override 3)."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tane.store import jobs, queue_admin
from tane.store.jobs import Ending, Job, Verdict
from tane.store.pool import Connection, Pool, connection
from tests.tane.store.queue import (
    LEASE_S,
    blocked,
    claim_one,
    enqueue,
    enqueue_and_claim,
    new_job,
    pass_time,
    reap,
    row,
    rows,
    settle,
    states,
)

WAITS_AGAIN = [Ending.RETRY, Ending.LATER, Ending.RELEASE, Ending.RETURN]


class TestATwinThatWaits:
    """The same work was queued again while it ran; one of the two goes on (override 3)."""

    @pytest.mark.parametrize("ending", WAITS_AGAIN)
    async def test_supersedes_the_job_that_comes_back(self, conn: Connection, ending: Ending):
        job = await enqueue_and_claim(conn)
        assert await enqueue(conn, target_id=job.target_id)

        assert await settle(conn, job, ending)

        stored = await row(conn, job.job_id)
        assert (stored["status"], stored["outcome"]) == ("cancelled", "superseded")
        assert sorted(await states(conn)) == ["cancelled", "queued"]

    async def test_supersedes_a_job_that_is_reaped(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await enqueue(conn, target_id=job.target_id)
        await pass_time(conn, LEASE_S + 1)

        (reaped,) = await reap(conn)

        assert (reaped.job_id, reaped.status) == (job.job_id, "cancelled")

    async def test_supersedes_a_released_orphan(self, conn: Connection):
        worker = uuid4()
        await enqueue(conn)
        job = await claim_one(conn, worker=worker)
        await enqueue(conn, target_id=job.target_id)

        assert await jobs.release_orphans(conn, worker=worker, held=[]) == 1
        assert (await row(conn, job.job_id))["outcome"] == "superseded"

    async def test_leaves_a_completion_alone(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await enqueue(conn, target_id=job.target_id)

        await settle(conn, job, Ending.DONE)

        assert sorted(await states(conn)) == ["done", "queued"]

    async def test_may_be_in_the_same_batch(self, conn: Connection):
        first = await enqueue_and_claim(conn)
        await enqueue(conn, target_id=first.target_id)
        second = await claim_one(conn)

        await jobs.settle(conn, [Verdict(job=job, ending=Ending.RETRY) for job in (first, second)])

        assert sorted(await states(conn)) == ["cancelled", "scheduled"]

    async def test_may_lose_its_lease_in_the_same_moment(self, conn: Connection):
        first = await enqueue_and_claim(conn)
        await enqueue(conn, target_id=first.target_id)
        await claim_one(conn)
        await pass_time(conn, LEASE_S + 1)

        assert sorted(reaped.status for reaped in await reap(conn)) == ["cancelled", "queued"]

    async def test_of_another_type_or_target_kind_is_no_twin(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await enqueue(conn, 1, "other", target_id=job.target_id)
        await conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id) VALUES ('embedding', 'cluster', $1)",
            job.target_id,
        )

        await settle(conn, job, Ending.RETRY)

        assert (await row(conn, job.job_id))["status"] == "scheduled"


class TestATwinThatIsQueuedAtTheSameMoment:
    """The unique index, not the trigger's look, decides these races: the statement begins again."""

    async def race(self, pool: Pool, act: Any, *, worker: Any = None) -> list[tuple[str, str | None]]:
        """Let an importer hold an uncommitted twin while `act` puts the job back in line."""
        async with connection(pool) as importer, connection(pool) as acting, connection(pool) as watcher:
            await enqueue(watcher)
            job = await claim_one(watcher, worker=worker)
            async with importer.transaction():
                await jobs.enqueue(importer, [new_job(target_id=job.target_id)])
                task = asyncio.create_task(act(acting, job))
                await blocked(watcher, acting.get_server_pid())
            await task
            return sorted((stored["status"], stored["outcome"]) for stored in await rows(watcher))

    @pytest.mark.parametrize("ending", WAITS_AGAIN)
    async def test_supersedes_an_ending(self, pool: Pool, ending: Ending):
        async def end(conn: Connection, job: Job) -> None:
            assert await settle(conn, job, ending)

        assert await self.race(pool, end) == [("cancelled", "superseded"), ("queued", None)]

    async def test_supersedes_an_ending_inside_a_transaction_that_lives_on(self, pool: Pool):
        async def end(conn: Connection, job: Job) -> None:
            async with conn.transaction():
                await conn.execute("INSERT INTO job_pauses (job_type) VALUES ('written before')")
                assert await settle(conn, job, Ending.RETRY)

        assert await self.race(pool, end) == [("cancelled", "superseded"), ("queued", None)]
        async with connection(pool) as conn:
            assert [pause.job_type for pause in await queue_admin.pauses(conn)] == ["written before"]

    async def test_supersedes_a_reaped_job(self, pool: Pool):
        async def expire_and_reap(conn: Connection, _: Job) -> None:
            await conn.execute("UPDATE worker_jobs SET lease_expires_at = now() - interval '1 second'")
            assert [reaped.status for reaped in await reap(conn)] == ["cancelled"]

        assert await self.race(pool, expire_and_reap) == [("cancelled", "superseded"), ("queued", None)]

    async def test_supersedes_a_released_orphan(self, pool: Pool):
        worker = uuid4()

        async def release(conn: Connection, _: Job) -> None:
            assert await jobs.release_orphans(conn, worker=worker, held=[]) == 1

        assert await self.race(pool, release, worker=worker) == [
            ("cancelled", "superseded"),
            ("queued", None),
        ]

    async def test_supersedes_a_dead_job_that_is_tried_again(self, pool: Pool):
        async def retry(conn: Connection, job: Job) -> None:
            await conn.execute("UPDATE worker_jobs SET status = 'dead' WHERE job_id = $1", job.job_id)
            assert await queue_admin.retry_jobs(conn) == 0

        assert await self.race(pool, retry) == [("cancelled", "superseded"), ("queued", None)]

    async def test_that_is_rolled_back_leaves_the_job_in_line(self, pool: Pool):
        async with connection(pool) as importer, connection(pool) as acting, connection(pool) as watcher:
            job = await enqueue_and_claim(watcher)
            undone = importer.transaction()
            await undone.start()
            await jobs.enqueue(importer, [new_job(target_id=job.target_id)])
            task = asyncio.create_task(settle(acting, job, Ending.RELEASE))
            await blocked(watcher, acting.get_server_pid())
            await undone.rollback()

            assert await task
            assert await states(watcher) == ["queued"]

    async def test_by_two_importers_is_queued_once(self, pool: Pool):
        async with connection(pool) as first, connection(pool) as second, connection(pool) as watcher:
            work = [new_job(), new_job()]
            async with first.transaction():
                assert await jobs.enqueue(first, work) == 2
                task = asyncio.create_task(jobs.enqueue(second, [*reversed(work), new_job()]))
                await blocked(watcher, second.get_server_pid())

            assert await task == 1
            assert await states(watcher) == ["queued"] * 3

    async def test_makes_promotion_wait_for_nobody(self, pool: Pool):
        """Scheduled and queued share the index, so a promoted job meets no twin."""
        async with connection(pool) as conn:
            (target,) = await enqueue(conn, delay_s=5)
            await pass_time(conn, 10)

            assert await jobs.enqueue(conn, [new_job(target_id=target)]) == 0
            assert await jobs.promote(conn, limit=10) == 1
            assert await states(conn) == ["queued"]
