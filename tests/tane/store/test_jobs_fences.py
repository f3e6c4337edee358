"""Fences and endings: a claimant that lost its job changes nothing, and every ending moves it as it says."""

import asyncio

import pytest

from tane.store import jobs, queue_admin
from tane.store.jobs import Ending, Job, Verdict
from tane.store.pool import Connection, Pool, connect, connection, transaction
from tests.tane.store.queue import (
    LEASE_S,
    blocked,
    claim,
    claim_one,
    claim_suspect,
    enqueue,
    enqueue_and_claim,
    pass_time,
    reap,
    row,
    settle,
    states,
)
from tests.waiting import until

WAITS_AGAIN = [Ending.RETRY, Ending.LATER, Ending.RELEASE, Ending.RETURN]


async def lose(conn: Connection, job: Job) -> None:
    """Let the lease of a job run out and another worker claim it."""
    await pass_time(conn, LEASE_S + 1)
    assert await reap(conn)
    await pass_time(conn, 3600)
    await jobs.promote(conn, limit=10)
    assert (await claim_suspect(conn, job.job_type)).job_id == job.job_id


class TestAStaleClaimant:
    async def test_hears_that_the_job_is_lost(self, conn: Connection):
        mine = await enqueue_and_claim(conn)
        await lose(conn, mine)
        before = await row(conn, mine.job_id)

        assert await jobs.heartbeat(conn, [mine], lease_s=LEASE_S) == {}
        assert await jobs.hold(conn, [mine]) == set()
        assert await row(conn, mine.job_id) == before

    @pytest.mark.parametrize("ending", list(Ending))
    async def test_ends_nothing(self, conn: Connection, ending: Ending):
        mine = await enqueue_and_claim(conn)
        await lose(conn, mine)
        before = await row(conn, mine.job_id)

        assert not await settle(conn, mine, ending, outcome="late", error={"class": "Late"})
        assert await row(conn, mine.job_id) == before

    @pytest.mark.parametrize("first", list(Ending))
    async def test_cannot_end_a_claim_twice(self, conn: Connection, first: Ending):
        mine = await enqueue_and_claim(conn)
        assert await settle(conn, mine, first)
        before = await row(conn, mine.job_id)

        assert not await settle(conn, mine, Ending.DONE)
        assert await row(conn, mine.job_id) == before

    async def test_does_not_take_the_healthy_jobs_of_its_batch_with_it(self, conn: Connection):
        await enqueue(conn, 2)
        lost, kept = await claim(conn, 2)
        await conn.execute(
            "UPDATE worker_jobs SET claim_token = claim_token + 1 WHERE job_id = $1", lost.job_id
        )

        assert await jobs.heartbeat(conn, [lost, kept], lease_s=LEASE_S) == {kept.job_id: False}
        assert await jobs.hold(conn, [lost, kept]) == {kept.job_id}
        verdicts = [Verdict(job=job, ending=Ending.DONE) for job in (lost, kept)]
        assert await jobs.settle(conn, verdicts) == {kept.job_id}


class TestAHeartbeat:
    async def test_extends_the_lease(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await pass_time(conn, LEASE_S - 1)
        await jobs.heartbeat(conn, [job], lease_s=LEASE_S)
        await pass_time(conn, LEASE_S - 1)

        assert await reap(conn) == []

    async def test_tells_of_a_cancellation(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await queue_admin.cancel_jobs(conn, [job.job_id])

        assert await jobs.heartbeat(conn, [job], lease_s=LEASE_S) == {job.job_id: True}

    async def test_does_not_wait_for_a_save_that_is_under_way(self, pool: Pool):
        async with connection(pool) as saving, connection(pool) as beating:
            await enqueue(beating, 2)
            first, second = await claim(beating, 2)
            await beating.execute("UPDATE worker_jobs SET lease_expires_at = now()")
            async with saving.transaction():
                await jobs.hold(saving, [first])
                held = await jobs.heartbeat(beating, [first, second], lease_s=LEASE_S)

            assert held == {first.job_id: False, second.job_id: False}
            assert [expired.job_id for expired in await reap(beating)] == [first.job_id]


class TestTheReaperAndACompletion:
    async def test_a_save_under_way_is_passed_by_even_after_the_lease(self, pool: Pool):
        async with connection(pool) as saving, connection(pool) as reaping:
            job = await enqueue_and_claim(reaping)
            await pass_time(reaping, LEASE_S + 1)
            async with saving.transaction():
                await jobs.hold(saving, [job])
                assert await reap(reaping) == []
                assert await settle(saving, job, Ending.DONE)

            assert (await row(reaping, job.job_id))["status"] == "done"

    @pytest.mark.parametrize("ending", list(Ending))
    async def test_an_ending_that_begins_while_the_job_is_being_reaped_changes_nothing(
        self, pool: Pool, ending: Ending
    ):
        async with connection(pool) as late, connection(pool) as reaping, connection(pool) as watcher:
            job = await enqueue_and_claim(reaping)
            await pass_time(reaping, LEASE_S + 1)
            async with reaping.transaction():
                assert len(await reap(reaping)) == 1
                settling = asyncio.create_task(settle(late, job, ending))
                await blocked(watcher, late.get_server_pid())

            assert not await settling
            assert await states(watcher) == ["queued"]
            assert (await row(watcher, job.job_id))["attempts"] == 0

    async def test_a_saver_that_falls_silent_within_a_statement_gives_its_locks_back(
        self, dsn: str, conn: Connection
    ):
        job = await enqueue_and_claim(conn)
        await pass_time(conn, LEASE_S + 1)
        silent = await connect(dsn)
        await silent.execute("BEGIN")
        assert await jobs.hold(silent, [job], at_most_s=0.05) == {job.job_id}
        await silent.prepare("SELECT 1")  # asyncpg has asked what it means, and not yet for its rows

        async def is_reaped() -> bool:
            return bool(await reap(conn))

        await until(is_reaped)
        silent.terminate()

    async def test_a_save_that_begins_while_the_job_is_being_reaped_finds_it_lost(self, pool: Pool):
        async with connection(pool) as saving, connection(pool) as reaping, connection(pool) as watcher:
            job = await enqueue_and_claim(reaping)
            await pass_time(reaping, LEASE_S + 1)
            async with reaping.transaction():
                assert len(await reap(reaping)) == 1
                holding = asyncio.create_task(jobs.hold(saving, [job]))
                await blocked(watcher, saving.get_server_pid())

            assert await holding == set()

    async def test_effects_and_completion_are_undone_together(self, pool: Pool):
        async with connection(pool) as conn:
            job = await enqueue_and_claim(conn)

        async def save() -> None:
            async with transaction(pool) as conn:
                await jobs.hold(conn, [job])
                await settle(conn, job, Ending.DONE)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await save()

        async with connection(pool) as conn:
            assert await jobs.ended_by(conn, [job]) == set()
            assert await jobs.heartbeat(conn, [job], lease_s=LEASE_S) == {job.job_id: False}


async def test_after_a_lost_reply_the_claim_knows_whether_it_was_recorded(conn: Connection):
    await enqueue(conn, 3)
    done, retried, running = await claim(conn, 3)
    await settle(conn, done, Ending.DONE)
    await settle(conn, retried, Ending.RETRY)

    assert await jobs.ended_by(conn, [done, retried, running]) == {done.job_id}


class TestAnEnding:
    @pytest.mark.parametrize(
        ("ending", "status", "attempts", "returns"),
        [
            (Ending.DONE, "done", 1, 0),
            (Ending.RETRY, "scheduled", 1, 0),
            (Ending.LATER, "scheduled", 0, 0),
            (Ending.RELEASE, "queued", 0, 0),
            (Ending.RETURN, "queued", 0, 1),
            (Ending.DEAD, "dead", 1, 0),
            (Ending.CANCELLED, "cancelled", 1, 0),
        ],
    )
    async def test_charges_and_moves_as_it_says(
        self, conn: Connection, ending: Ending, status: str, attempts: int, returns: int
    ):
        job = await enqueue_and_claim(conn)

        await settle(conn, job, ending, outcome="why", delay_s=7.0)

        stored = await row(conn, job.job_id)
        assert (stored["status"], stored["attempts"], stored["returns"]) == (status, attempts, returns)
        assert stored["outcome"] == "why"
        assert (stored["claimed_by"], stored["lease_expires_at"], stored["deadline_at"]) == (None, None, None)
        assert (stored["finished_at"] is not None) == (status in {"done", "dead", "cancelled"})

    async def test_records_the_class_and_cause_of_a_death(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        error = {"class": "BadReply", "cause": "empty"}

        await settle(conn, job, Ending.DEAD, error=error)

        assert (await row(conn, job.job_id))["last_error"] == error

    async def test_with_a_delay_comes_back_when_it_is_due_and_not_before(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await settle(conn, job, Ending.LATER, delay_s=60)

        await pass_time(conn, 59)
        assert await jobs.promote(conn, limit=10) == 0
        await pass_time(conn, 1)
        assert await jobs.promote(conn, limit=10) == 1
        assert (await claim_one(conn)).job_id == job.job_id

    @pytest.mark.parametrize("ending", WAITS_AGAIN)
    async def test_that_would_run_again_honours_a_cancellation(self, conn: Connection, ending: Ending):
        job = await enqueue_and_claim(conn)
        await queue_admin.cancel_jobs(conn, [job.job_id])

        assert await settle(conn, job, ending)

        assert (await row(conn, job.job_id))["status"] == "cancelled"

    async def test_of_a_whole_batch_takes_one_statement_for_all_kinds(self, conn: Connection):
        await enqueue(conn, len(Ending))
        claimed = await claim(conn, len(Ending))

        verdicts = [Verdict(job=job, ending=ending) for job, ending in zip(claimed, Ending, strict=True)]

        assert await jobs.settle(conn, verdicts) == {job.job_id for job in claimed}
        assert await states(conn) == [
            "done",
            "scheduled",
            "scheduled",
            "queued",
            "queued",
            "dead",
            "cancelled",
        ]

    async def test_of_nothing_is_nothing(self, conn: Connection):
        assert await jobs.settle(conn, []) == set()
        assert await jobs.hold(conn, []) == set()
        assert await jobs.heartbeat(conn, [], lease_s=LEASE_S) == {}
