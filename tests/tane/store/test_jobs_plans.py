"""Plans: at 30,000 to 100,000 jobs the hot statements read a handful of pages, whatever the statistics say.

Rows and buffers are asserted, never time. Both kinds of plans are checked: asyncpg prepares statements,
and PostgreSQL may stop planning for the arguments after five executions.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from tane.store import jobs, queue_admin, sql
from tane.store.jobs import Ending
from tane.store.pool import Connection
from tests.tane.store.queue import claim, enqueue, explain, fill, nodes, pass_time

SQL = sql.load("jobs")
TYPES = ["never_queued", "utterance_role", "embedding", "did_asked_knowledge", "cluster_body"]
MOST_ROWS_AT_A_STEP = 200
# Reading and locking cost a few pages of a claimed job, updating its six indexes most of the rest.
MOST_BUFFERS = 60
MOST_BUFFERS_PER_JOB = 30

SHAPES = {
    "half of it paused": [("paused", 50_000, 5, "queued"), ("embedding", 25_000, 10, "queued"), ("utterance_role", 25_000, 30, "queued")],
    "a backlog of a type without a free slot": [("no_slot", 29_900, 1, "queued"), ("embedding", 100, 10, "queued")],
    "one type alone": [("embedding", 30_000, 10, "queued")],
    "mostly done jobs": [("embedding", 29_000, 10, "done"), ("cluster_body", 1_000, 5, "queued")],
    "a thousand running": [("embedding", 29_000, 10, "queued"), ("utterance_role", 1_000, 30, "running")],
}  # fmt: skip


def assert_lean(plan: dict[str, Any], *, ended: int, index: str | None = None) -> None:
    steps = list(nodes(plan))
    on_jobs = [step for step in steps if step.get("Relation Name") == "worker_jobs"]
    assert not [step for step in on_jobs if step["Node Type"] == "Seq Scan"]
    assert not [step for step in steps if step.get("Actual Rows", 0) > MOST_ROWS_AT_A_STEP]
    assert not [step for step in steps if step.get("Rows Removed by Filter", 0) > MOST_ROWS_AT_A_STEP]
    assert (
        plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= MOST_BUFFERS + MOST_BUFFERS_PER_JOB * ended
    )
    if index:
        assert index in {step.get("Index Name") for step in steps}


async def plan_modes(conn: Connection) -> AsyncIterator[str]:
    """Go through both kinds of plans, first without statistics, then with them."""
    for statistics in ("never analyzed", "analyzed"):
        if statistics == "analyzed":
            await conn.execute("VACUUM ANALYZE worker_jobs")
        for mode in ("force_custom_plan", "force_generic_plan"):
            await conn.execute(f"SET plan_cache_mode = {mode}")
            yield f"{statistics}, {mode}"


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_claim_uses_its_index_and_reads_only_what_it_takes(conn: Connection, shape: str):
    await queue_admin.pause(conn, "paused", None)
    for job_type, count, priority, status in SHAPES[shape]:
        await fill(conn, job_type, count, priority=priority, status=status)

    async for _ in plan_modes(conn):
        for free in (1, 64):
            slots = TYPES, [free] * len(TYPES), [60.0] * len(TYPES)
            plan = await explain(conn, SQL["claim_jobs"], *slots, uuid4(), 30.0, [])

            assert plan["Actual Rows"] == free
            assert_lean(plan, ended=free, index="worker_jobs_claim")


async def test_a_claim_finds_what_waits_for_the_same_targets_by_index(conn: Connection):
    questions = [f"question_{number}" for number in range(12)]
    targets = await fill(conn, questions[0], 8_000)
    for question in questions[1:]:
        await fill(conn, question, 8_000, targets=targets)

    async for _ in plan_modes(conn):
        for free in (1, 8):
            arguments = questions, [free] * 12, [60.0] * 12, uuid4(), 30.0, questions
            plan = await explain(conn, SQL["claim_jobs"], *arguments)

            assert plan["Actual Rows"] == 12 * free
            assert_lean(plan, ended=12 * free, index="worker_jobs_waiting")


async def test_what_a_worker_does_all_the_time_stays_lean_beside_a_backlog(conn: Connection):
    await fill(conn, "other", 100_000)
    await enqueue(conn, 64)
    claimed = await claim(conn, 64)
    fences = [job.job_id for job in claimed], [job.claim_token for job in claimed]
    endings = [[ending] * 64 for ending in Ending]
    rest: tuple[list[object], ...] = ([None] * 64, [None] * 64, [1.0] * 64)

    async for _ in plan_modes(conn):
        for plan in [
            await explain(conn, SQL["heartbeat_jobs"], *fences, 30.0),
            await explain(conn, SQL["hold_jobs"], *fences, "90s"),
            await explain(conn, SQL["ended_by"], *fences),
            *[await explain(conn, SQL["settle_jobs"], *fences, ending, *rest) for ending in endings],
            await explain(conn, SQL["release_orphans"], uuid4(), *fences),
        ]:
            assert_lean(plan, ended=64)


async def test_upkeep_stays_lean_beside_a_backlog(conn: Connection):
    await fill(conn, "waiting", 15_000)
    await fill(conn, "ended", 15_000, status="done")
    await enqueue(conn, 10, delay_s=5)
    await enqueue(conn, 10, "reaped")
    await claim(conn, 10, "reaped")
    await pass_time(conn, 60)

    async for _ in plan_modes(conn):
        assert_lean(await explain(conn, SQL["promote_jobs"], 100), ended=10, index="worker_jobs_due")
        assert_lean(await explain(conn, SQL["reap_jobs"], 100, 2.0, 600.0), ended=10)
        assert_lean(await explain(conn, SQL["expire_jobs"]), ended=0)
        assert_lean(
            await explain(conn, SQL["discard_unknown_jobs"], ["waiting"]), ended=0, index="worker_jobs_claim"
        )


async def statistics(conn: Connection, *names: str) -> list[int]:
    await conn.execute("SELECT pg_stat_force_next_flush()")
    row = await conn.fetchrow("SELECT * FROM pg_stat_user_tables WHERE relname = 'worker_jobs'")
    assert row is not None
    return [row[name] for name in names]


async def test_heartbeats_write_no_index(conn: Connection):
    await enqueue(conn, 20)
    claimed = await claim(conn, 20)

    names = ("n_tup_upd", "n_tup_hot_upd", "n_tup_newpage_upd")
    updates, hot, moved = await statistics(conn, *names)
    for _ in range(50):
        await jobs.heartbeat(conn, claimed, lease_s=30)
    updates_then, hot_then, moved_then = await statistics(conn, *names)

    # A full page that another snapshot keeps from being pruned moves a row, whatever was updated;
    # a touched index would make updates cold in their own page.
    assert updates_then - updates == 1000
    assert (hot_then - hot) + (moved_then - moved) == 1000
    assert hot_then - hot >= 500


async def test_a_large_import_into_a_queue_that_was_empty_never_scans_it(conn: Connection):
    """The trigger's plan stays cached: made for an empty table, it must serve a full one."""
    await conn.execute("ANALYZE worker_jobs")
    (before,) = await statistics(conn, "seq_tup_read")

    for _ in range(3):
        await enqueue(conn, 500)

    assert await statistics(conn, "seq_tup_read") == [before]
