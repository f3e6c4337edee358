"""Upkeep: what happens to claims, waiting jobs and job types when nobody looks after them."""

from datetime import timedelta
from uuid import uuid4

from tane.store import jobs, queue_admin
from tane.store.jobs import Ending, NewJob
from tane.store.pool import Connection
from tests.tane.store.queue import (
    DEADLINE_S,
    LEASE_S,
    claim,
    claim_one,
    claim_suspect,
    enqueue,
    enqueue_and_claim,
    fill,
    new_job,
    pass_time,
    reap,
    row,
    rows,
    settle,
    states,
)


class TestReaping:
    async def test_leaves_healthy_claims_alone(self, conn: Connection):
        await enqueue_and_claim(conn)
        await pass_time(conn, LEASE_S - 1)

        assert await reap(conn) == []

    async def test_puts_a_job_whose_lease_ran_out_back_in_line_at_once(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await pass_time(conn, LEASE_S + 1)

        (reaped,) = await reap(conn)

        stored = await row(conn, job.job_id)
        assert (reaped.job_id, reaped.job_type, reaped.status, reaped.cause) == (
            job.job_id, "embedding", "queued", "lease_expired",
        )  # fmt: skip
        assert (stored["status"], stored["attempts"], stored["claimed_by"]) == ("queued", 0, None)
        assert (await claim_suspect(conn)).job_id == job.job_id
        assert stored["last_error"] == {"class": "LostClaim", "cause": "lease_expired", "attempt": 1}

    async def test_takes_a_hung_job_whose_worker_still_beats(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await pass_time(conn, DEADLINE_S + 1)
        await jobs.heartbeat(conn, [job], lease_s=LEASE_S)

        (reaped,) = await reap(conn)

        assert (reaped.status, reaped.cause) == ("scheduled", "deadline_passed")

    async def test_buries_a_hung_job_that_used_up_its_attempts(self, conn: Connection):
        await enqueue(conn)
        for attempt in range(1, 6):
            job = await claim_one(conn)
            assert job.attempts == attempt
            await conn.execute("UPDATE worker_jobs SET deadline_at = now() - interval '1 second'")
            (reaped,) = await reap(conn)
            await pass_time(conn, 601)
            await jobs.promote(conn, limit=1)

        stored = await row(conn, job.job_id)
        assert (reaped.status, reaped.cause) == ("dead", "deadline_passed")
        assert stored["last_error"] == {"class": "LostClaim", "cause": "deadline_passed", "attempt": 5}
        assert await claim(conn) == []

    async def test_lets_a_hung_job_wait_a_random_part_of_a_doubling_time_under_a_cap(self, conn: Connection):
        await enqueue(conn, 200)
        delays: dict[int, list[timedelta]] = {}
        await conn.execute("UPDATE worker_jobs SET max_attempts = 4000")
        for attempts in (1, 3, 2000):
            await conn.execute(
                "UPDATE worker_jobs SET attempts = $1, run_at = now(), status = 'queued'", attempts - 1
            )
            await claim(conn, 200)
            await conn.execute("UPDATE worker_jobs SET deadline_at = now() - interval '1 second'")
            assert len(await reap(conn, limit=200)) == 200
            delays[attempts] = [stored["run_at"] - stored["updated_at"] for stored in await rows(conn)]

        for attempts, longest_s in ((1, 2), (3, 8), (2000, 600)):
            longest = timedelta(seconds=longest_s)
            assert all(timedelta() <= delay <= longest for delay in delays[attempts])
            assert max(delays[attempts]) > longest / 2 > min(delays[attempts])

    async def test_ends_a_job_whose_cancellation_was_asked_for(self, conn: Connection):
        job = await enqueue_and_claim(conn)
        await queue_admin.cancel_jobs(conn, [job.job_id])
        await pass_time(conn, LEASE_S + 1)

        (reaped,) = await reap(conn)

        assert reaped.status == "cancelled"

    async def test_takes_no_more_than_its_limit(self, conn: Connection):
        await enqueue(conn, 5)
        await claim(conn, 5)
        await pass_time(conn, LEASE_S + 1)

        assert [len(await reap(conn, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


class TestPromotion:
    async def test_queues_what_is_due_the_longest_due_first(self, conn: Connection):
        late, early = await enqueue(conn, delay_s=20), await enqueue(conn, delay_s=10)
        not_yet = await enqueue(conn, delay_s=99)
        await pass_time(conn, 30)

        assert await jobs.promote(conn, limit=1) == 1
        assert [(await claim_one(conn)).target_id] == early
        assert await jobs.promote(conn, limit=10) == 1
        assert [(await claim_one(conn)).target_id] == late
        assert [
            stored["target_id"] for stored in await rows(conn) if stored["status"] == "scheduled"
        ] == not_yet


class TestExpiry:
    async def test_cancels_waiting_jobs_past_their_date(self, conn: Connection):  # A4
        await enqueue(conn, 1, "queued")
        await enqueue(conn, 1, "scheduled", delay_s=600)
        await enqueue(conn, 1, "kept")
        await enqueue_and_claim(conn, "running")
        await conn.execute(
            "UPDATE worker_jobs SET expires_at = now() + interval '10 seconds' WHERE job_type <> 'kept'"
        )
        await pass_time(conn, 20)

        assert await jobs.expire(conn) == 2

        found = {stored["job_type"]: (stored["status"], stored["outcome"]) for stored in await rows(conn)}
        assert found["queued"] == found["scheduled"] == ("cancelled", "expired")
        assert found["kept"] == ("queued", None)
        assert found["running"] == ("running", None)


class TestUnknownTypes:
    async def test_are_buried_with_their_cause_and_the_queue_goes_on(self, conn: Connection):
        await enqueue(conn, 2, "embeding")
        await enqueue(conn, 1, "embedding")
        await enqueue(conn, 1, "zebra")

        assert await jobs.discard_unknown(conn, ["embedding", "utterance_role"]) == 3

        dead = [stored for stored in await rows(conn) if stored["status"] == "dead"]
        assert {stored["job_type"] for stored in dead} == {"embeding", "zebra"}
        assert {stored["last_error"]["cause"] for stored in dead} == {"unknown_job_type"}
        assert (await claim_one(conn)).job_type == "embedding"

    async def test_are_buried_in_portions(self, conn: Connection):
        await fill(conn, "unknown", 1500)

        assert [await jobs.discard_unknown(conn, []) for _ in range(3)] == [1000, 500, 0]


class TestOrphans:
    async def test_go_back_in_line_uncharged(self, conn: Connection):
        worker = uuid4()
        await enqueue(conn, 2)
        known, unknown = await claim(conn, 2, worker=worker)

        assert await jobs.release_orphans(conn, worker=worker, held=[known]) == 1

        stored = await row(conn, unknown.job_id)
        assert (stored["status"], stored["attempts"], stored["claim_token"]) == ("queued", 0, 1)
        assert (await row(conn, known.job_id))["status"] == "running"

    async def test_include_a_newer_claim_of_a_job_known_by_an_older_token(self, conn: Connection):
        worker = uuid4()
        await enqueue(conn)
        old = await claim_one(conn, worker=worker)
        await settle(conn, old, Ending.RELEASE)
        await claim_one(conn, worker=worker)

        assert await jobs.release_orphans(conn, worker=worker, held=[old]) == 1

    async def test_of_other_workers_are_not_ours_to_release(self, conn: Connection):
        await enqueue_and_claim(conn)

        assert await jobs.release_orphans(conn, worker=uuid4(), held=[]) == 0


class TestEnqueuing:
    async def test_the_same_work_waits_once_however_it_waits(self, conn: Connection):
        queued, scheduled = new_job(), new_job(delay_s=60)

        assert await jobs.enqueue(conn, [queued, scheduled, queued]) == 2
        assert await jobs.enqueue(conn, [scheduled, queued]) == 0

    async def test_work_that_runs_or_ended_may_be_queued_again(self, conn: Connection):
        job = await enqueue_and_claim(conn)

        assert await jobs.enqueue(conn, [new_job(target_id=job.target_id)]) == 1
        await settle(conn, await claim_one(conn), Ending.DONE)
        assert await jobs.enqueue(conn, [new_job(target_id=job.target_id)]) == 1

    async def test_a_delayed_job_is_scheduled(self, conn: Connection):
        await enqueue(conn, delay_s=5)

        (stored,) = await rows(conn)
        assert stored["status"] == "scheduled"
        assert stored["run_at"] > stored["updated_at"] + timedelta(seconds=4)

    async def test_of_nothing_adds_nothing(self, conn: Connection):
        assert await jobs.enqueue(conn, []) == 0

    async def test_targets_are_stored_under_their_singular_name(self, conn: Connection):
        await jobs.enqueue(
            conn, [NewJob(job_type="a", target_type="clusters", target_id=uuid4(), priority=1)]
        )

        assert (await claim_one(conn, "a")).target_type == "cluster"
        assert await states(conn) == ["running"]
