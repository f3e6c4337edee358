"""The database's files are written anew under a daemon at work: it waits, and loses nothing."""

from tane.store import remains
from tane.store.pool import Pool, connection
from tests.system.daemon_process import Site
from tests.system.work import Work
from tests.waiting import until


async def test_a_daemon_at_work_waits_for_the_tables_and_loses_no_job(site: Site, work: Work, pool: Pool):
    await work.ask(40)
    daemon = await site.start()
    await daemon.logged("daemon.ready")

    async def is_done_after_a_rewriting() -> bool:
        async with connection(pool) as conn:
            await remains.rewrite(conn)
        return await work.is_done()

    await until(is_done_after_a_rewriting, what="every job is done, with the files written anew meanwhile")

    effects = await work.effects()
    assert (effects["asked"], effects["seeds"]) == (40, effects["vectors"])
    assert effects["seeds"] == effects["links"] == effects["embedding_jobs"]
    assert await work.attempts() == {1}
    assert daemon.events("job.dead") == []
