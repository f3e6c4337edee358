from demo.standin import TEXT_MODEL
from tane.store.pool import Pool
from tests.faults import Fault, FaultProxy
from tests.relay import Relay
from tests.system.daemon_process import Daemon, Site
from tests.system.work import Work
from tests.waiting import until


class TestAModelServerThatIsDown:
    async def test_at_start_is_waited_for(self, site: Site, work: Work, proxy: FaultProxy):
        await work.ask(2)
        await proxy.stop()
        daemon = await site.start()
        await daemon.logged("ollama.down")

        await proxy.start()

        await work.done()
        assert await work.attempts() == {1}

    async def test_for_a_while_costs_no_attempt(self, site: Site, work: Work, proxy: FaultProxy):
        proxy.script(*[Fault.HANG] * 2, path="/api/generate")
        daemon = await site.start()
        await work.ask(2)
        await until(lambda: len(proxy.calls("/api/generate")) == 2)

        await proxy.stop()
        await daemon.logged("ollama.down")
        await proxy.start()

        await work.done()
        assert await work.attempts() == {1}


class TestAMissingModel:
    async def test_ends_a_drain_with_69_and_the_remedy(self, site: Site, work: Work, proxy: FaultProxy):
        await work.ask(1)
        proxy.when(lambda asked: asked.path == "/api/generate", Fault.MISSING)

        daemon = await site.start("run", "--drain")

        assert await daemon.ended() == 69
        assert f"ollama pull {TEXT_MODEL}" in daemon.events("daemon.cannot_drain")[0]["reason"]
        assert await work.statuses() == {"queued": 1}
        assert await work.attempts() == {0}


async def amid_two_calls(site: Site, work: Work, proxy: FaultProxy) -> Daemon:
    """Start a daemon and return it when two calls of its model hang."""
    await work.ask(2)
    proxy.script(*[Fault.HANG] * 2, path="/api/generate")
    daemon = await site.start()
    await until(lambda: len(proxy.calls("/api/generate")) == 2)
    return daemon


class TestADatabaseThatIsAway:
    async def test_while_a_result_waits_costs_neither_the_result_nor_a_call(
        self, relayed_site: Site, work: Work, relay: Relay, proxy: FaultProxy
    ):
        daemon = await amid_two_calls(relayed_site, work, proxy)

        await relay.cut()
        await daemon.logged("db.lost")
        proxy.clear()
        await until(lambda: all(call.ended_at for call in proxy.calls("/api/generate")))
        await relay.mend()

        await work.done()
        assert len(proxy.calls("/api/generate")) == 2
        assert await work.attempts() == {1}

    async def test_longer_than_the_lease_charges_nobody(
        self, relayed_site: Site, work: Work, relay: Relay, proxy: FaultProxy
    ):
        daemon = await amid_two_calls(relayed_site, work, proxy)

        await relay.cut()
        await daemon.logged("leases.abandoned")
        proxy.clear()
        await relay.mend()

        await work.done()
        assert await work.attempts() == {1}


class TestASchemaThatChangesUnderTheDaemon:
    async def test_ends_it_with_a_clear_line(self, site: Site, pool: Pool):
        daemon = await site.start()

        await pool.execute("ALTER TABLE worker_jobs RENAME COLUMN run_at TO due_at")

        assert await daemon.ended() == 1
        assert daemon.events("daemon.task_died")[0]["task"] == "upkeep"


class TestAnotherProgram:
    async def test_that_writes_only_the_documented_columns_is_served(self, site: Site, work: Work):
        await site.start(settings={"TANE_JOBS__POLL_S": "3600"})

        utterance = await work.add_utterance()
        await work.add_job(utterance, job_type="utterance_role", table="utterances", priority=30)
        await work.add_job(utterance, job_type="did_asked_knowledge", table="utterance")
        await work.add_job(utterance, job_type="did_asked_knowledge", table="utterances")
        await work.add_job(utterance, job_type="embedding_utterance", table="utterance", priority=11)

        await work.done()
        assert (await work.effects())["asked"] == 1
