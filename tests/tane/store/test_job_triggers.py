"""What other programs may write into worker_jobs, and what the database makes of it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from tane.store import jobs, queue_admin
from tane.store.jobs import CHANNEL, Ending
from tane.store.pool import Connection, connect
from tests.tane.store.queue import (
    claim,
    claim_one,
    enqueue,
    enqueue_and_claim,
    pass_time,
    row,
    rows,
    settle,
    states,
)

# Exactly what document 000 writes.
DOCUMENT_000 = """
    INSERT INTO worker_jobs (job_id, job_type, target_table, target_id, status, priority, created_at, updated_at)
    VALUES ($1, 'embedding', $2, $3, 'queued', 10, now(), now())
"""


class TestARowOfAnotherProgram:
    async def test_with_the_columns_of_document_000_is_claimed(self, conn: Connection):
        job_id, target_id = uuid4(), uuid4()

        await conn.execute(DOCUMENT_000, job_id, "seed", target_id)

        job = await claim_one(conn)
        assert (job.job_id, job.target_type, job.target_id, job.payload) == (job_id, "seed", target_id, {})

    @pytest.mark.parametrize(
        ("written", "stored"),
        [
            ("seeds", "seed"),
            ("utterances", "utterance"),
            ("utterance_splits", "utterance_split"),
            ("clusters", "cluster"),
            ("articles", "utterance"),
            (" Cluster ", "cluster"),
            ("seed", "seed"),
            ("nonsense", "nonsense"),
        ],
    )
    async def test_may_name_its_target_in_plural_or_singular(
        self, conn: Connection, written: str, stored: str
    ):
        await conn.execute(DOCUMENT_000, uuid4(), written, uuid4())

        assert (await claim_one(conn)).target_type == stored

    async def test_that_repeats_waiting_work_does_not_fail_and_adds_nothing(self, conn: Connection):
        job_id, target_id = uuid4(), uuid4()

        await conn.execute(DOCUMENT_000, job_id, "seed", target_id)
        await conn.execute(DOCUMENT_000, job_id, "seed", target_id)  # the very same row
        await conn.execute(DOCUMENT_000, uuid4(), "seeds", target_id)  # the same work in other words
        await jobs.promote(conn, limit=1)

        assert [stored["job_id"] for stored in await rows(conn)] == [job_id]

    async def test_may_repeat_itself_within_one_statement(self, conn: Connection):
        await conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id) SELECT 'embedding', 'seed', $1 FROM generate_series(1, 5)",
            uuid4(),
        )

        assert await states(conn) == ["queued"]

    async def test_that_is_expired_at_birth_never_expires(self, conn: Connection):  # A4: expires_at = now
        await conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id, created_at, expires_at) VALUES ('embedding', 'clusters', $1, now(), now())",
            uuid4(),
        )

        assert (await rows(conn))[0]["expires_at"] is None
        assert await jobs.expire(conn) == 0

    async def test_may_leave_out_defaults_by_writing_null(self, conn: Connection):
        await conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id, payload, priority, run_at, created_at, updated_at)"
            "VALUES ('embedding', 'seed', $1, NULL, NULL, NULL, NULL, NULL)",
            uuid4(),
        )

        assert (await claim_one(conn)).priority == 100

    async def test_for_a_later_time_waits_for_it(self, conn: Connection):
        await conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id, run_at) VALUES ('embedding', 'seed', $1, now() + interval '1 hour')",
            uuid4(),
        )

        assert await claim(conn) == []
        assert await states(conn) == ["scheduled"]

    async def test_of_an_unknown_type_ends_dead(self, conn: Connection):
        await conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id) VALUES ('nonsense', 'seed', $1)",
            uuid4(),
        )

        await jobs.discard_unknown(conn, ["embedding"])

        assert await states(conn) == ["dead"]


class TestAChangeOfStatusByHand:
    async def test_of_a_running_job_ends_its_claim(self, conn: Connection):
        job = await enqueue_and_claim(conn)

        await conn.execute("UPDATE worker_jobs SET status = 'queued'")

        assert (await row(conn, job.job_id))["claimed_by"] is None
        assert not await settle(conn, job, Ending.DONE)

    async def test_to_an_end_and_back_sets_and_clears_its_time(self, conn: Connection):
        await enqueue(conn)

        await conn.execute("UPDATE worker_jobs SET status = 'dead'")
        assert (await rows(conn))[0]["finished_at"] is not None

        await conn.execute("UPDATE worker_jobs SET status = 'queued'")
        assert (await rows(conn))[0]["finished_at"] is None

    async def test_to_running_without_an_owner_is_refused(self, conn: Connection):
        await enqueue(conn)

        with pytest.raises(asyncpg.CheckViolationError):
            await conn.execute("UPDATE worker_jobs SET status = 'running'")


class TestTheNotification:
    @pytest.fixture
    async def heard(self, dsn: str) -> AsyncIterator["asyncio.Queue[str]"]:
        listener = await connect(dsn)
        queue: asyncio.Queue[str] = asyncio.Queue()
        await listener.add_listener(
            CHANNEL, lambda _conn, _pid, _channel, payload: queue.put_nowait(str(payload))
        )
        yield queue
        await listener.close()

    async def hears(self, heard: "asyncio.Queue[str]") -> None:
        async with asyncio.timeout(10):
            assert await heard.get() == ""
        assert heard.empty()

    async def test_comes_once_for_a_statement_that_inserts(
        self, conn: Connection, heard: "asyncio.Queue[str]"
    ):
        await enqueue(conn, 100)

        await self.hears(heard)

    async def test_comes_when_scheduled_jobs_are_promoted(
        self, conn: Connection, heard: "asyncio.Queue[str]"
    ):
        await enqueue(conn, 3, delay_s=5)
        await self.hears(heard)
        await pass_time(conn, 10)

        await jobs.promote(conn, limit=10)

        await self.hears(heard)

    async def test_comes_when_a_job_is_given_back(self, conn: Connection, heard: "asyncio.Queue[str]"):
        job = await enqueue_and_claim(conn)
        await self.hears(heard)

        await settle(conn, job, Ending.RELEASE)

        await self.hears(heard)

    async def test_comes_when_a_pause_ends(self, conn: Connection, heard: "asyncio.Queue[str]"):
        await queue_admin.pause(conn, "embedding", None)

        await queue_admin.resume(conn, "embedding")

        await self.hears(heard)

    async def test_does_not_come_for_claims_heartbeats_and_completions(
        self, conn: Connection, heard: "asyncio.Queue[str]"
    ):
        job = await enqueue_and_claim(conn)
        await jobs.heartbeat(conn, [job], lease_s=30)
        await settle(conn, job, Ending.DONE)
        await conn.execute(f"NOTIFY {CHANNEL}, 'the next one'")

        async with asyncio.timeout(10):
            assert [await heard.get(), await heard.get()] == ["", "the next one"]
