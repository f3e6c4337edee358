"""Fault 1: daemons are killed with SIGKILL, again and again, while they work."""

import asyncio
import random
import time
from functools import partial
from uuid import UUID

from store.pool import Pool
from tests.chaos import ledger
from tests.chaos.ground import Ground, ask, asked, is_done
from tests.chaos.ledger import Outcome
from tests.system.daemon_process import Daemon
from tests.waiting import until

PATIENCE_S = 300.0
LATENCY_S = 0.02  # of the model server: whoever is killed has calls under way
Claims = list[tuple[UUID, int]]


async def kill_again_and_again(
    ground: Ground, *, utterances: int, kills: int, daemons: int = 1, seed: int = 1
) -> Outcome:
    """Kill one of the daemons in the middle of each part of the work, and start another in its place."""
    pool = ground.pool
    running = [await ground.start() for _ in range(daemons)]
    drawn = random.Random(seed)
    waits: list[asyncio.Task[float]] = []
    ground.proxy.latency_s = LATENCY_S
    for number in range(kills):
        # A part for each kill, or all would be done before the last daemons have started.
        first, end = number * utterances // kills, (number + 1) * utterances // kills
        await ask(pool, end - first, first=first)
        least = drawn.randrange(first, end)
        await until(partial(_has_asked, pool, least), deadline_s=PATIENCE_S)
        victim = running.pop(drawn.randrange(len(running)))
        killed_s = time.monotonic()
        await victim.kill()
        waits.append(asyncio.create_task(_taken_back(pool, await _claims_of(pool, victim), killed_s)))
        running.append(await ground.start())
    await until(lambda: is_done(pool), what="every job is done", deadline_s=PATIENCE_S)
    taken_back_s = [await wait for wait in waits]
    orphaned = [seconds for seconds in taken_back_s if seconds > 0]
    return Outcome(
        name="SIGKILL",
        did={
            "kills": kills,
            "daemons at a time": daemons,
            **await ledger.totals(pool),
            "kills that left claims": len(orphaned),
            "longest until they ran again, s": round(max(orphaned, default=0.0), 2),
        },
        wrong=await ledger.discrepancies(pool),
    )


async def _has_asked(pool: Pool, number: int) -> bool:
    return await asked(pool) >= number


async def _claims_of(pool: Pool, daemon: Daemon) -> Claims:
    worker = UUID(daemon.events("daemon.ready")[0]["worker"])
    rows = await pool.fetch("SELECT job_id, claim_token FROM worker_jobs WHERE claimed_by = $1", worker)
    return [(row["job_id"], row["claim_token"]) for row in rows]


async def _taken_back(pool: Pool, claims: Claims, killed_s: float) -> float:
    """Wait until each of these jobs was claimed by another; return the seconds since the kill, 0 if there are none."""
    if not claims:
        return 0.0

    async def is_claimed_again() -> bool:
        return not await pool.fetchval(
            "SELECT EXISTS (SELECT FROM worker_jobs w JOIN unnest($1::uuid[], $2::bigint[]) AS old (job_id, token) "
            "ON w.job_id = old.job_id WHERE w.claim_token = old.token)",
            [job_id for job_id, _ in claims],
            [token for _, token in claims],
        )

    await until(is_claimed_again, what="the orphans run again", deadline_s=PATIENCE_S)
    return time.monotonic() - killed_s
