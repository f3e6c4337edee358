"""Claims lost to a crash are no attempts; the job that brings processes down is found, and nobody else is taken for it."""

from uuid import uuid4

from tane.store import jobs, queue_admin
from tane.store.jobs import Ending
from tane.store.pool import Connection
from tests.tane.store.queue import (
    LEASE_S,
    claim,
    claim_one,
    claim_suspect,
    enqueue,
    pass_time,
    reap,
    row,
    rows,
    settle,
    states,
)


async def crash(conn: Connection) -> list[jobs.Reaped]:
    """Let every claimant fall silent for a lease."""
    await pass_time(conn, LEASE_S + 1)
    return await reap(conn)


async def test_ten_crashes_in_company_charge_nobody(conn: Connection):
    await enqueue(conn, 2)
    for _ in range(10):
        await conn.execute("UPDATE worker_jobs SET is_suspect = 0")
        worker = uuid4()
        assert len(await claim(conn, 2, worker=worker)) == 2
        await crash(conn)

    assert await states(conn) == ["queued", "queued"]
    assert {(job["attempts"], job["crashes"]) for job in await rows(conn)} == {(0, 0)}


async def test_what_stood_beside_a_crash_is_claimed_singly_and_not_with_others(conn: Connection):
    suspects = await enqueue(conn, 2)
    await claim(conn, 2, worker=uuid4())
    await crash(conn)
    (innocent,) = await enqueue(conn)

    assert await jobs.has_suspect(conn, ["embedding"])
    assert not await jobs.has_suspect(conn, ["another"])
    assert [job.target_id for job in await claim(conn, 9)] == [innocent]
    assert [(await claim_suspect(conn)).target_id for _ in suspects] == suspects


async def test_the_second_crash_of_the_same_job_alone_ends_it_as_poisonous(conn: Connection):
    await enqueue(conn, 2)
    await claim(conn, 2, worker=uuid4())
    await crash(conn)

    poisonous = await claim_suspect(conn)
    ((first),) = await crash(conn)
    innocent = await claim_suspect(conn)  # whoever crashed less comes first
    await settle(conn, innocent, Ending.DONE)
    again = await claim_suspect(conn)
    ((second),) = await crash(conn)

    assert again.job_id == poisonous.job_id != innocent.job_id
    assert (first.status, first.cause) == ("queued", "lease_expired")
    assert (second.status, second.cause) == ("dead", "poisonous")
    stored = await row(conn, poisonous.job_id)
    assert (stored["outcome"], stored["attempts"]) == ("poisonous", 0)
    assert stored["last_error"]["cause"] == "poisonous"


async def test_jobs_of_one_claimant_whose_leases_end_one_after_the_other_were_not_alone(conn: Connection):
    worker = uuid4()
    await enqueue(conn, 2)
    await claim_one(conn, worker=worker, lease_s=LEASE_S)
    await claim_one(conn, worker=worker, lease_s=LEASE_S + 60)

    await crash(conn)
    await pass_time(conn, 60)
    await reap(conn)

    assert [job["crashes"] for job in await rows(conn)] == [0, 0]
    assert [job["is_suspect"] for job in await rows(conn)] == [1, 1]


async def test_a_claimant_that_comes_back_takes_the_suspicion_away(conn: Connection):
    """Paused by a signal, or cut off: twice its only job was taken from it, which died of that."""
    worker = uuid4()
    await enqueue(conn)
    job = await claim_one(conn, worker=uuid4())
    await crash(conn)
    await claim_suspect(conn, worker=worker)
    assert [reaped.status for reaped in await crash(conn)] == ["dead"]

    assert await jobs.pardon(conn, worker=worker) == 1

    stored = await row(conn, job.job_id)
    assert (stored["status"], stored["outcome"], stored["crashes"], stored["is_suspect"]) == (
        "queued",
        None,
        1,
        0,
    )
    assert await jobs.pardon(conn, worker=worker) == 0


async def test_an_end_of_its_own_clears_a_job_and_a_shutdown_does_not(conn: Connection):
    await enqueue(conn)
    await claim_one(conn)
    await crash(conn)

    await settle(conn, await claim_suspect(conn), Ending.RELEASE)
    assert await jobs.has_suspect(conn, ["embedding"])
    await settle(conn, await claim_suspect(conn), Ending.LATER)

    (stored,) = await rows(conn)
    assert (stored["is_suspect"], stored["crashes"], stored["lost_by"]) == (0, 0, None)


async def test_a_paused_suspect_keeps_nobody_else_waiting(conn: Connection):
    await enqueue(conn)
    await claim_one(conn)
    await crash(conn)

    await queue_admin.pause(conn, "embedding")

    assert not await jobs.has_suspect(conn, ["embedding"])


async def test_one_that_is_retried_by_hand_begins_anew(conn: Connection):
    await enqueue(conn)
    await claim_one(conn)
    await crash(conn)
    await claim_suspect(conn)
    await crash(conn)

    await queue_admin.retry_jobs(conn)

    (job,) = await claim(conn)
    assert job.attempts == 1
