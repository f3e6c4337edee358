"""Two daemons on one database share the jobs and have one night between them; what one leaves behind, the other does."""

import signal

from tane.store.pool import Connection, Pool
from tests.faults import Fault, FaultProxy
from tests.system.daemon_process import Site
from tests.system.work import Work
from tests.waiting import until

SLOTS = 4  # of each daemon, for the text model


async def claimants(pool: Pool) -> dict[str, int]:
    rows = await pool.fetch(
        "SELECT claimed_by::text AS who, count(*)::int AS n FROM worker_jobs WHERE status = 'running' GROUP BY 1"
    )
    return {row["who"]: row["n"] for row in rows}


async def test_one_dies_in_the_middle_of_jobs_and_night_and_the_other_ends_both(
    site: Site, work: Work, proxy: FaultProxy, pool: Pool, conn: Connection
):
    daemons = [await site.start(), await site.start()]
    await work.ask(6)
    await work.done()

    async with conn.transaction():
        await conn.execute("LOCK TABLE night_sources IN ACCESS EXCLUSIVE MODE")
        for daemon in daemons:
            daemon.send(signal.SIGUSR1)
        await until(work.is_blocked, what="a night is about to be published")
        proxy.script(*[Fault.HANG] * 2 * SLOTS, path="/api/generate")
        await work.ask(2 * SLOTS)
        await work.running(2 * SLOTS)
        shares = await claimants(pool)
        (dead,) = [daemon for daemon in daemons if daemon.events("nightly.started")]
        (heir,) = [daemon for daemon in daemons if daemon is not dead]
        await dead.kill()
    proxy.clear()

    await heir.logged("nightly.published")
    await work.done()
    assert sorted(shares.values()) == [SLOTS, SLOTS]
    assert heir.events("nightly.resumed")
    assert [row["status"] for row in await pool.fetch("SELECT status FROM nightly_runs")] == ["published"]
    assert len(heir.events("job.rescued")) == SLOTS
    effects = await work.effects()
    assert effects["asked"] == 6 + 2 * SLOTS
    assert effects["seeds"] == effects["links"] == effects["vectors"] == effects["embedding_jobs"] > 0
