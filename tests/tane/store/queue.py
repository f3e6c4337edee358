"""Words with which the queue's tests tell their stories; time passes by shifting what rows remember."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from tane.store import jobs
from tane.store.jobs import Ending, Job, NewJob, Verdict
from tane.store.pool import Connection

LEASE_S = 30.0
DEADLINE_S = 300.0
BACKOFF = {"backoff_base_s": 2.0, "backoff_cap_s": 600.0}
TIMES = ("run_at", "created_at", "claimed_at", "lease_expires_at", "deadline_at", "finished_at", "expires_at")


def new_job(
    job_type: str = "embedding", *, priority: int = 10, target_id: UUID | None = None, **more: Any
) -> NewJob:
    return NewJob(
        job_type=job_type, target_type="seed", target_id=target_id or uuid4(), priority=priority, **more
    )


async def enqueue(conn: Connection, count: int = 1, job_type: str = "embedding", **more: Any) -> list[UUID]:
    """Queue jobs and return their targets, in order."""
    new = [new_job(job_type, **more) for _ in range(count)]
    await jobs.enqueue(conn, new)
    return [job.target_id for job in new]


async def claim(
    conn: Connection, free: int = 1, *types: str, worker: UUID | None = None, lease_s: float = LEASE_S
) -> list[Job]:
    names = types or ("embedding",)
    return await jobs.claim(
        conn,
        slots=dict.fromkeys(names, free),
        worker=worker or uuid4(),
        lease_s=lease_s,
        deadlines_s=dict.fromkeys(names, DEADLINE_S),
    )


async def claim_one(conn: Connection, *types: str, **more: Any) -> Job:
    (job,) = await claim(conn, 1, *types, **more)
    return job


async def claim_suspect(conn: Connection, *types: str, worker: UUID | None = None) -> Job:
    names = types or ("embedding",)
    (job,) = await jobs.claim_suspect(
        conn, worker=worker or uuid4(), lease_s=LEASE_S, deadlines_s=dict.fromkeys(names, DEADLINE_S)
    )
    return job


async def enqueue_and_claim(conn: Connection, job_type: str = "embedding", **more: Any) -> Job:
    await enqueue(conn, 1, job_type, **more)
    return await claim_one(conn, job_type)


async def settle(conn: Connection, job: Job, ending: Ending, **more: Any) -> bool:
    """End one claim; True if it was still held."""
    return job.job_id in await jobs.settle(conn, [Verdict(job=job, ending=ending, **more)])


async def reap(conn: Connection, limit: int = 100) -> list[jobs.Reaped]:
    return await jobs.reap(conn, limit=limit, **BACKOFF)


async def row(conn: Connection, job_id: UUID) -> asyncpg.Record:
    found = await conn.fetchrow("SELECT * FROM worker_jobs WHERE job_id = $1", job_id)
    assert found is not None
    return found


async def rows(conn: Connection, order: str = "created_at, job_id") -> list[asyncpg.Record]:
    return await conn.fetch(f"SELECT * FROM worker_jobs ORDER BY {order}")


async def states(conn: Connection) -> list[str]:
    return [job["status"] for job in await rows(conn)]


async def pass_time(conn: Connection, seconds: float) -> None:
    """Make everything the queue remembers this much older."""
    changes = ", ".join(f"{name} = {name} - make_interval(secs => $1)" for name in TIMES)
    await conn.execute(f"UPDATE worker_jobs SET {changes}", seconds)


async def blocked(watcher: Connection, pid: int) -> None:
    """Come back once the statement of this backend waits for another transaction."""
    async with asyncio.timeout(10):
        while not await watcher.fetchval("SELECT cardinality(pg_blocking_pids($1)) > 0", pid):
            pass


async def fill(
    conn: Connection,
    job_type: str,
    count: int,
    *,
    priority: int = 10,
    status: str = "queued",
    targets: Sequence[UUID] | None = None,
) -> list[UUID]:
    """Put many jobs into the table at once, past its triggers; return their targets."""
    targets = [uuid4() for _ in range(count)] if targets is None else targets
    await conn.execute("SET session_replication_role = replica")
    await conn.execute(
        """
        INSERT INTO worker_jobs (job_type, target_table, target_id, priority, status, created_at,
            claimed_by, claimed_at, lease_expires_at, deadline_at, finished_at)
        SELECT $1, 'seed', target, $2, $3, now() - random() * interval '1 day',
            CASE WHEN $3 = 'running' THEN gen_random_uuid() END, CASE WHEN $3 <> 'queued' THEN now() END,
            CASE WHEN $3 = 'running' THEN now() + interval '1 hour' END,
            CASE WHEN $3 = 'running' THEN now() + interval '1 hour' END,
            CASE WHEN $3 IN ('done', 'dead', 'cancelled') THEN now() END
        FROM unnest($4::uuid[]) AS target
        """,
        job_type, priority, status, targets,
    )  # fmt: skip
    await conn.execute("SET session_replication_role = DEFAULT")
    return list(targets)


async def explain(conn: Connection, statement: str, *arguments: object) -> dict[str, Any]:
    """Run a statement, undo it, and return its plan with rows and buffers."""
    transaction = conn.transaction()
    await transaction.start()
    text = await conn.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", *arguments)
    await transaction.rollback()
    plan: dict[str, Any] = json.loads(text)[0]["Plan"]
    return plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)
