"""kill -9 in every phase of a job: nothing is lost, and nothing happens twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from tane.store.pool import Connection
from tests.faults import Fault, FaultProxy
from tests.relay import Relay
from tests.system.daemon_process import Site
from tests.system.work import Work
from tests.waiting import until

UTTERANCES = 2


@asynccontextmanager
async def locked(conn: Connection, mode: str) -> AsyncIterator[None]:
    """Hold a lock that lets a daemon come this far and no further."""
    async with conn.transaction():
        await conn.execute(f"LOCK TABLE utterances IN {mode} MODE")
        yield


async def finish_elsewhere(site: Site, work: Work) -> None:
    await site.start()
    await work.done()


async def assert_once(work: Work) -> None:
    effects = await work.effects()
    assert effects["asked"] == UTTERANCES
    assert effects["seeds"] == effects["links"] == effects["vectors"] == effects["embedding_jobs"] > 0
    assert effects["seeds"] == effects["statements"]


class TestAKilledDaemon:
    async def test_before_it_loads_leaves_its_job_to_the_next(self, site: Site, work: Work, conn: Connection):
        await work.ask(UTTERANCES)
        async with locked(conn, "ACCESS EXCLUSIVE"):
            daemon = await site.start()
            await until(work.is_blocked)
            await daemon.kill()

        await finish_elsewhere(site, work)

        await assert_once(work)

    async def test_while_the_model_thinks_leaves_its_job_to_the_next(
        self, site: Site, work: Work, proxy: FaultProxy
    ):
        await work.ask(UTTERANCES)
        proxy.script(*[Fault.HANG] * UTTERANCES, path="/api/generate")
        daemon = await site.start()
        await until(lambda: len(proxy.calls("/api/generate")) == UTTERANCES)
        await daemon.kill()

        await finish_elsewhere(site, work)

        await assert_once(work)
        assert await work.attempts() == {1}  # the lost claim is no attempt

    async def test_twice_with_the_same_job_alone_buries_it_and_goes_on_with_the_others(
        self, site: Site, work: Work, proxy: FaultProxy
    ):
        await work.ask(1)
        proxy.script(*[Fault.HANG] * 2, path="/api/generate")
        for number in (1, 2):
            daemon = await site.start()
            await until(partial(_has_called, proxy, number))
            await daemon.kill()

        daemon = await site.start()
        assert (await daemon.logged("job.rescued"))["cause"] == "poisonous"
        await work.ask(1)

        await until(lambda: _is_over(work), what="one is dead, all else is done")

    async def test_in_the_middle_of_its_save_leaves_no_half_of_it(
        self, site: Site, work: Work, conn: Connection
    ):
        await work.ask(UTTERANCES)
        async with locked(conn, "SHARE"):
            daemon = await site.start()
            await until(work.is_blocked)
            await daemon.kill()
            half = await work.effects()

        await finish_elsewhere(site, work)

        assert half["seeds"] == half["links"] == 0
        await assert_once(work)

    async def test_after_a_commit_it_never_heard_of_has_done_its_job(
        self, relayed_site: Site, work: Work, relay: Relay, proxy: FaultProxy
    ):
        await work.ask(UTTERANCES)
        proxy.script(*[Fault.HANG] * UTTERANCES, path="/api/generate")
        daemon = await relayed_site.start()
        await until(lambda: len(proxy.calls("/api/generate")) == UTTERANCES)
        relay.swallow_replies_to(b"COMMIT")
        proxy.clear()
        await until(lambda: _is_asked(work))
        await daemon.kill()

        relay.swallow_replies_to(None)
        await finish_elsewhere(relayed_site, work)

        await assert_once(work)
        assert len(proxy.calls("/api/generate")) == UTTERANCES


async def _is_asked(work: Work) -> bool:
    return (await work.effects())["asked"] == UTTERANCES


def _has_called(proxy: FaultProxy, times: int) -> bool:
    return len(proxy.calls("/api/generate")) == times


async def _is_over(work: Work) -> bool:
    statuses = await work.statuses()
    return statuses.get("dead") == 1 and statuses.keys() == {"dead", "done"}
