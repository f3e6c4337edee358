"""Faults 1 and 3: daemons are killed with SIGKILL again and again while they work, or stopped for longer than their lease and continued."""

import asyncio
import random
import signal
import time
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from chaos.scenarios import ledger
from chaos.scenarios.daemon_testbed import DaemonTestbed, ask, asked, is_done
from chaos.scenarios.ledger import ScenarioResult
from tane.store import queue_admin
from tane.store.pool import Pool, transaction
from tests.faults import Fault, FaultProxy
from tests.system.daemon_process import Daemon
from tests.waiting import until

PATIENCE_S = 300.0
LATENCY_S = 0.02  # of the model server: a process that is killed has calls under way
Claims = list[tuple[UUID, int]]


async def kill_again_and_again(
    ground: DaemonTestbed,
    *,
    utterances: int,
    kills: int,
    daemons: int = 1,
    settings: Mapping[str, str] | None = None,
    seed: int = 1,
) -> ScenarioResult:
    """Kill one of the daemons in the middle of each part of the work, and start another in its place.

    A lost lease charges its job an attempt: it may have brought its worker down. So a job that is hit as often as a job is
    tried dies by design. Those are put back in line as their owner would do it, and every job must be done in the end.
    """
    pool = ground.pool
    running = [await ground.start(settings) for _ in range(daemons)]
    drawn = random.Random(seed)
    killed: list[Daemon] = []
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
        killed.append(victim)
        waits.append(asyncio.create_task(_taken_back(pool, await claims_of(pool, victim), killed_s)))
        running.append(await ground.start(settings))
    dead = 0
    for _ in range(kills):  # at most: no process is killed any more
        await until(lambda: is_done(pool), what="every job has ended", deadline_s=PATIENCE_S)
        executed = await ledger.executed(pool, {daemon.worker for daemon in killed})
        if not executed:
            break
        dead += len(executed)
        async with transaction(pool) as conn:
            await queue_admin.retry_jobs(conn, ids=executed)
    taken_back_s = [await wait for wait in waits]
    orphaned = [seconds for seconds in taken_back_s if seconds > 0]
    return ScenarioResult(
        name="SIGKILL",
        did={
            "kills": kills,
            "daemons at a time": daemons,
            **await ledger.totals(pool),
            "kills that left claims": len(orphaned),
            "jobs hit by every attempt, dead by design and put back by hand": dead,
            "longest until they ran again, s": round(max(orphaned, default=0.0), 2),
        },
        wrong=await ground.discrepancies(asked=utterances),
    )


async def _has_asked(pool: Pool, number: int) -> bool:
    return await asked(pool) >= number


async def claims_of(pool: Pool, daemon: Daemon) -> Claims:
    """Return the claims of a daemon, running or not."""
    rows = await pool.fetch(
        "SELECT job_id, claim_token FROM worker_jobs WHERE claimed_by = $1", daemon.worker
    )
    return [(row["job_id"], row["claim_token"]) for row in rows]


async def _taken_back(pool: Pool, claims: Claims, killed_s: float) -> float:
    """Wait until each of these jobs was claimed by another; return the seconds since the kill, 0 if there are none.

    One whose commit was on its way is done, and one that died by design never runs again: neither is waited for.
    """
    if not claims:
        return 0.0

    async def is_claimed_again() -> bool:
        return not await pool.fetchval(
            "SELECT EXISTS (SELECT FROM worker_jobs w JOIN unnest($1::uuid[], $2::bigint[]) AS old (job_id, token) "
            "ON w.job_id = old.job_id WHERE w.claim_token = old.token AND w.status NOT IN ('done', 'dead'))",
            [job_id for job_id, _ in claims],
            [token for _, token in claims],
        )

    await until(is_claimed_again, what="the orphans run again", deadline_s=PATIENCE_S)
    return time.monotonic() - killed_s


AT_ONCE = 2


async def freeze_again_and_again(ground: DaemonTestbed, *, rounds: int, utterances: int) -> ScenarioResult:
    """Freeze a daemon whose calls are answered only after another has done its jobs; then let it go on."""
    pool, proxy = ground.pool, ground.proxy
    frozen = await ground.start()
    stale, held = 0, 0
    for number in range(rounds):
        lost = len(frozen.events("job.lost_claim"))
        before = len(proxy.calls("/api/generate"))
        proxy.script(*[Fault.HANG] * AT_ONCE, path="/api/generate")
        await ask(pool, AT_ONCE, first=number * (utterances + AT_ONCE))
        await until(partial(_has_calls, proxy, before + AT_ONCE))
        frozen.send(signal.SIGSTOP)
        claims = await claims_of(pool, frozen)  # on a machine without time its lease may be over already
        held += bool(claims)
        other = await ground.start()
        await ask(pool, utterances, first=number * (utterances + AT_ONCE) + AT_ONCE)
        await until(lambda: is_done(pool), what="another did its jobs", deadline_s=PATIENCE_S)
        proxy.clear()
        frozen.send(signal.SIGCONT)
        if claims:
            await until(
                partial(_has_lost, frozen, lost), what="it finds its claims lost", deadline_s=PATIENCE_S
            )
        stale += len(frozen.events("job.lost_claim")) - lost
        await other.kill()
    await until(lambda: is_done(pool), deadline_s=PATIENCE_S)
    return ScenarioResult(
        name="SIGSTOP beyond the lease",
        did={
            "freezes": rounds,
            "freezes that held claims": held,
            "results that came too late": stale,
            **await ledger.totals(pool),
        },
        wrong=await ground.discrepancies(asked=rounds * (utterances + AT_ONCE)),
    )


def _has_calls(proxy: FaultProxy, number: int) -> bool:
    return len(proxy.calls("/api/generate")) >= number


def _has_lost(daemon: Daemon, before: int) -> bool:
    return len(daemon.events("job.lost_claim")) > before
