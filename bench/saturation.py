"""How busy the daemon keeps a model server, and how soon it picks up a job from an idle queue.

1,000 jobs of one model call each at a stand-in with 4 slots and 50 ms latency could take 12.5 s. The real
daemon, a real database with durable commits, and the stand-in each run in a process of their own.
"""

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np

from bench.measure import Measure
from bench.throwaway import throwaway_server
from daemon.options import handler_options
from demo.standin import EMBED_MODEL, TEXT_MODEL
from demo.standin.process import start_standin
from tane.llm.model_host import HostOptions
from tane.llm.ollama import Ollama
from tane.settings.model import Settings
from tane.store import migrate
from tane.store.pool import Connection, connect
from tests.system.daemon_process import open_site
from tests.waiting import until

JOB_TYPE = "utterance_role"
JOBS = 1_000
SLOTS = 4
LATENCY_S = 0.05
PICKUPS = 300
TEXT = "明日までに資料を送ってくれませんか。会議は十時からです。"
SETTINGS = {
    "TANE_LLM__PARALLEL": str(SLOTS),
    "TANE_JOBS__LEASE_S": "30",
    "TANE_JOBS__POLL_S": "1",
    "TANE_LOG__LEVEL": "info",
}


def measure() -> Measure:
    with throwaway_server() as (server, folder):
        return asyncio.run(_measure(server.dsn(), folder))


async def _measure(dsn: str, folder: Path) -> Measure:
    await migrate.migrate(dsn)
    conn = await connect(dsn)
    standin = await start_standin(latency_ms=LATENCY_S * 1000, parallel=SLOTS)
    try:
        bare_s = await _bare_client(standin.url)
        async with open_site(folder=folder, dsn=dsn, llm_url=standin.url, is_cold=True) as site:
            await site.start(settings=SETTINGS)
            await _work_off(conn, 20)
            took_s = await _work_off(conn, JOBS)
            pickups_ms = np.array([await _pick_up(conn) for _ in range(PICKUPS)])
    finally:
        await standin.aclose()
        await conn.close()
    ideal_s = JOBS * LATENCY_S / SLOTS
    return Measure(
        name="saturation",
        ours=round(took_s, 3),
        peer=ideal_s,
        ratio=round(took_s / ideal_s, 4),
        unit="s",
        details={
            "target": "<= 1.05x the ideal; p99 pickup <= 20 ms",
            "jobs": JOBS,
            "slots": SLOTS,
            "latency_ms": LATENCY_S * 1000,
            "bare_client_s": round(bare_s, 3),
            "ours_to_bare_client": round(took_s / bare_s, 4),
            "pickups": PICKUPS,
            "pickup_ms_p50": round(float(np.quantile(pickups_ms, 0.5)), 2),
            "pickup_ms_p99": round(float(np.quantile(pickups_ms, 0.99)), 2),
            "pickup_ms_max": round(float(pickups_ms.max()), 2),
        },
    )


async def _bare_client(url: str) -> float:
    """Return how long a loop without queue and database needs for the same calls: what the stand-in can do."""
    prompt = handler_options(Settings()).prompts.render(JOB_TYPE, contents=TEXT, allowed=["質問", "依頼"])
    loop = asyncio.get_running_loop()
    async with Ollama(
        HostOptions(url=url, text_model=TEXT_MODEL, embed_model=EMBED_MODEL, parallel=SLOTS)
    ) as models:
        await models.generate(prompt)
        started_s = loop.time()
        await asyncio.gather(*(models.generate(prompt) for _ in range(JOBS)))
        return loop.time() - started_s


async def _work_off(conn: Connection, number: int) -> float:
    """Queue jobs in one transaction and return the time from its commit to the end of the last of them."""
    ids = await _queue(conn, number)
    queued_at = await conn.fetchval("SELECT clock_timestamp()")
    await until(lambda: _is_idle(conn), deadline_s=120)
    return float(
        await conn.fetchval(
            "SELECT extract(epoch FROM max(finished_at) - $2::timestamptz) FROM worker_jobs WHERE target_id = ANY ($1)",
            ids,
            queued_at,
        )
    )


async def _pick_up(conn: Connection) -> float:
    """Queue one job while nothing else waits; return the milliseconds until it is claimed."""
    ids = await _queue(conn, 1)
    await until(lambda: _is_idle(conn))
    return 1000 * float(
        await conn.fetchval(
            "SELECT extract(epoch FROM claimed_at - created_at) FROM worker_jobs WHERE target_id = $1", ids[0]
        )
    )


async def _queue(conn: Connection, number: int) -> list[UUID]:
    ids = [uuid4() for _ in range(number)]
    async with conn.transaction():
        await conn.executemany(
            "INSERT INTO utterances (utterance_id, contents) VALUES ($1, $2)", [(item, TEXT) for item in ids]
        )
        await conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id, priority, created_at) "
            "SELECT $2, 'utterance', target, 30, clock_timestamp() FROM unnest($1::uuid[]) AS target",
            ids,
            JOB_TYPE,
        )
    return ids


async def _is_idle(conn: Connection) -> bool:
    return not await conn.fetchval("SELECT EXISTS (SELECT FROM worker_jobs WHERE status <> 'done')")
