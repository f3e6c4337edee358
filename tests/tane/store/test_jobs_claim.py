"""Claiming: who comes next, how many at once, and never the same job twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tane.store import jobs, queue_admin
from tane.store.jobs import Ending
from tane.store.pool import Connection, Pool, connection
from tests.tane.store.queue import (
    DEADLINE_S,
    LEASE_S,
    claim,
    claim_one,
    claim_suspect,
    enqueue,
    enqueue_and_claim,
    pass_time,
    reap,
    row,
    settle,
)


async def insert(
    conn: Connection, job_id: int, *, job_type: str = "a", priority: int = 10, age_s: int = 0
) -> None:
    await conn.execute(
        "INSERT INTO worker_jobs (job_id, job_type, target_table, target_id, priority, created_at) VALUES ($1, $2, 'seed', $3, $4, $5)",
        UUID(int=job_id), job_type, uuid4(), priority, datetime(2026, 1, 1, tzinfo=UTC) - timedelta(seconds=age_s),
    )  # fmt: skip


class TestTheOrder:
    async def test_lower_priority_numbers_come_first_whatever_their_type_and_age(self, conn: Connection):
        await insert(conn, 1, job_type="a", priority=30, age_s=100)
        await insert(conn, 2, job_type="b", priority=20)
        await insert(conn, 3, job_type="c", priority=25, age_s=50)

        claimed = [(await claim_one(conn, "a", "b", "c")).job_id.int for _ in range(3)]

        assert claimed == [2, 3, 1]

    async def test_among_equal_priorities_the_oldest_comes_first_across_types(self, conn: Connection):
        await insert(conn, 1, job_type="a", age_s=10)
        await insert(conn, 2, job_type="b", age_s=30)
        await insert(conn, 3, job_type="a", age_s=20)

        claimed = [(await claim_one(conn, "a", "b")).job_id.int for _ in range(3)]

        assert claimed == [2, 3, 1]

    async def test_the_job_id_decides_between_jobs_of_the_same_moment(self, conn: Connection):  # A9
        for number in (3, 1, 2):
            await insert(conn, number, job_type=f"type{number}")

        claimed = [(await claim_one(conn, "type1", "type2", "type3")).job_id.int for _ in range(3)]

        assert claimed == [1, 2, 3]

    async def test_jobs_that_were_queued_together_are_claimed_in_the_order_they_were_given(
        self, conn: Connection
    ):
        targets = await enqueue(conn, 50)

        assert [job.target_id for job in await claim(conn, 50)] == targets

    async def test_a_released_job_keeps_its_place_in_line(self, conn: Connection):
        first, _ = await enqueue(conn, 2)
        await settle(conn, await claim_one(conn), Ending.RELEASE)

        assert (await claim_one(conn)).target_id == first


class TestABatch:
    async def test_it_holds_one_type_and_one_priority_only(self, conn: Connection):
        await enqueue(conn, 2, "a", priority=10)
        await enqueue(conn, 2, "b", priority=10)
        await enqueue(conn, 2, "a", priority=11)

        batch = await claim(conn, 10, "a", "b")

        assert [(job.job_type, job.priority) for job in batch] == [("a", 10)] * 2

    async def test_it_is_no_larger_than_the_free_slots_of_its_type(self, conn: Connection):
        await enqueue(conn, 5, "a")
        await enqueue(conn, 5, "b", priority=20)
        deadlines = {"a": 60.0, "b": 60.0}

        first = await jobs.claim(
            conn, slots={"a": 3, "b": 64}, worker=uuid4(), lease_s=30, deadlines_s=deadlines
        )
        second = await jobs.claim(
            conn, slots={"a": 0, "b": 64}, worker=uuid4(), lease_s=30, deadlines_s=deadlines
        )

        assert [job.job_type for job in first] == ["a"] * 3
        assert [job.job_type for job in second] == ["b"] * 5

    async def test_types_that_were_not_offered_stay_where_they_are(self, conn: Connection):
        await enqueue(conn, 1, "other", priority=1)

        assert await claim(conn, 5, "a") == []

    async def test_nothing_is_offered_and_nothing_is_claimed(self, conn: Connection):
        await enqueue(conn)

        assert await jobs.claim(conn, slots={}, worker=uuid4(), lease_s=30, deadlines_s={}) == []


class TestAClaim:
    async def test_it_is_charged_fenced_leased_and_bounded_by_a_deadline(self, conn: Connection):
        worker = uuid4()
        await enqueue(conn, payload={"kind": "body"})

        job = await claim_one(conn, worker=worker)

        stored = await row(conn, job.job_id)
        assert (job.attempts, job.claim_token, job.returns) == (1, 1, 0)
        assert (job.target_type, job.payload, job.cancel_requested) == ("seed", {"kind": "body"}, False)
        assert (stored["status"], stored["claimed_by"]) == ("running", worker)
        assert stored["lease_expires_at"] - stored["claimed_at"] == timedelta(seconds=LEASE_S)
        assert stored["deadline_at"] - stored["claimed_at"] == timedelta(seconds=DEADLINE_S)

    @pytest.mark.parametrize("ending", [Ending.RETRY, Ending.LATER, Ending.RELEASE, Ending.RETURN])
    async def test_the_token_grows_with_every_claim_even_when_attempts_do_not(
        self, conn: Connection, ending: Ending
    ):
        await enqueue(conn)
        tokens = []
        for _ in range(4):
            job = await claim_one(conn)
            tokens.append(job.claim_token)
            await settle(conn, job, ending)
            await jobs.promote(conn, limit=10)

        assert tokens == [1, 2, 3, 4]

    async def test_the_token_grows_after_the_reaper_and_after_a_retry_by_hand(self, conn: Connection):
        first = await enqueue_and_claim(conn)
        await pass_time(conn, LEASE_S + 1)
        await reap(conn)
        await pass_time(conn, 600)
        await jobs.promote(conn, limit=1)
        second = await claim_suspect(conn)
        await settle(conn, second, Ending.DEAD)
        await queue_admin.retry_jobs(conn)
        third = await claim_one(conn)

        assert [job.claim_token for job in (first, second, third)] == [1, 2, 3]
        assert [job.attempts for job in (first, second, third)] == [1, 1, 1]


class TestAPause:
    async def test_of_one_type_lets_the_others_pass(self, conn: Connection):
        await enqueue(conn, 1, "a", priority=1)
        await enqueue(conn, 1, "b", priority=2)
        await queue_admin.pause(conn, "a", "the prompt is being changed")

        assert (await claim_one(conn, "a", "b")).job_type == "b"
        assert await claim(conn, 5, "a", "b") == []

    async def test_of_everything_stops_all(self, conn: Connection):
        await enqueue(conn)
        await queue_admin.pause(conn, "*", None)

        assert await claim(conn) == []

    async def test_ends_with_resume(self, conn: Connection):
        await enqueue(conn)
        await queue_admin.pause(conn, "*", None)

        assert await queue_admin.resume(conn, "*")
        assert len(await claim(conn)) == 1


class TestAnExpiryDate:
    async def test_in_the_past_keeps_a_job_from_being_claimed(self, conn: Connection):  # A4
        await enqueue(conn, 2)
        await conn.execute(
            "UPDATE worker_jobs SET expires_at = now() - interval '1 second' WHERE ctid = (SELECT min(ctid) FROM worker_jobs)"
        )

        assert len(await claim(conn, 5)) == 1

    async def test_in_the_future_changes_nothing(self, conn: Connection):
        await enqueue(conn)
        await conn.execute("UPDATE worker_jobs SET expires_at = now() + interval '1 hour'")

        assert len(await claim(conn)) == 1


class TestTwoClaimersAtOnce:
    async def test_never_share_a_job_and_miss_none(self, pool: Pool):
        async with connection(pool) as conn:
            await enqueue(conn, 300)

        async def take_all() -> list[UUID]:
            taken: list[UUID] = []
            worker = uuid4()
            async with connection(pool) as conn:
                while batch := await claim(conn, 7, worker=worker):
                    taken += [job.job_id for job in batch]
            return taken

        taken = await asyncio.gather(*[take_all() for _ in range(4)])

        everything = [job_id for part in taken for job_id in part]
        assert len(everything) == len(set(everything)) == 300

    async def test_the_second_finds_other_work_while_the_first_has_not_committed(self, pool: Pool):
        async with connection(pool) as first, connection(pool) as second:
            await enqueue(first, 2, "a", priority=1)
            await enqueue(first, 2, "b", priority=2)
            async with first.transaction():
                taken = await claim(first, 5, "a", "b")
                other = await claim(second, 5, "a", "b")

        assert {job.job_type for job in taken} == {"a"}
        assert {job.job_type for job in other} == {"b"}

    async def test_a_job_that_is_only_looked_at_by_a_slow_claimer_is_not_lost(self, pool: Pool):
        async with connection(pool) as first, connection(pool) as second:
            await enqueue(first, 1, "a", priority=1)
            await enqueue(first, 1, "b", priority=2)
            async with first.transaction():
                assert [job.job_type for job in await claim(first, 1, "a", "b")] == ["a"]
                assert await claim(second, 1, "a", "b") == []  # the head of b is locked for a moment
            assert [job.job_type for job in await claim(second, 1, "a", "b")] == ["b"]
