import signal
from pathlib import Path

from tests.faults import Fault, FaultProxy
from tests.relay import Relay
from tests.system.daemon_process import LEASE_S, Site
from tests.system.work import Work
from tests.waiting import until


class TestTerm:
    async def test_lets_running_jobs_finish_and_leaves_the_others_in_line(
        self, site: Site, work: Work, proxy: FaultProxy
    ):
        await work.ask(6)
        proxy.script(*[Fault.HANG] * 6, path="/api/generate")
        daemon = await site.start()
        await work.running(4)

        daemon.send(signal.SIGTERM)
        await daemon.logged("daemon.waiting")
        proxy.clear()

        assert await daemon.ended() == 0
        assert (await work.effects())["asked"] == 4
        assert "running" not in await work.statuses()
        assert await work.attempts() == {0, 1}

    async def test_a_second_time_gives_the_jobs_back_uncharged(
        self, site: Site, work: Work, proxy: FaultProxy
    ):
        await work.ask(2)
        proxy.script(*[Fault.HANG] * 2, path="/api/generate")
        daemon = await site.start()
        await work.running(2)

        daemon.send(signal.SIGTERM)
        await daemon.logged("daemon.waiting")
        daemon.send(signal.SIGTERM)

        assert await daemon.ended() == 1
        assert await work.statuses() == {"queued": 2}
        assert await work.attempts() == {0}

    async def test_a_second_time_does_not_wait_for_a_database_that_is_silent(
        self, relayed_site: Site, work: Work, proxy: FaultProxy, relay: Relay
    ):
        await work.ask(4)
        proxy.script(*[Fault.HANG] * 4, path="/api/generate")
        # All slots, no polls, and a lease that a busy machine does not lose before it is told to end.
        daemon = await relayed_site.start(settings={"TANE_JOBS__POLL_S": "3600", "TANE_JOBS__LEASE_S": "60"})
        await work.running(4)
        await until(
            lambda: len(proxy.calls("/api/generate")) > 0, what="work has begun, after the last claim"
        )
        relay.silence()

        daemon.send(signal.SIGTERM)
        await daemon.logged("daemon.waiting")
        daemon.send(signal.SIGTERM)

        assert await daemon.ended() == 1

    async def test_keeps_leases_alive_while_it_waits(self, site: Site, work: Work, proxy: FaultProxy):
        await work.ask(1)
        proxy.script(Fault.HANG, path="/api/generate")
        daemon = await site.start()
        await work.running()
        daemon.send(signal.SIGTERM)
        await daemon.logged("daemon.waiting")
        lease = await work.lease_end()

        await until(lambda: work.is_lease_extended(lease, by_s=LEASE_S))
        proxy.clear()

        assert await daemon.ended() == 0
        assert (await work.effects())["asked"] == 1

    async def test_during_start_up_ends_it_before_it_has_begun(self, relayed_site: Site, relay: Relay):
        relay.silence()
        daemon = await relayed_site.start(is_ready=False)
        await daemon.logged("daemon.starting")

        daemon.send(signal.SIGTERM)

        assert await daemon.ended() == 0
        assert not daemon.events("daemon.ready")


class TestADaemonThatFroze:
    async def test_writes_nothing_that_another_has_done_meanwhile(
        self, site: Site, work: Work, proxy: FaultProxy
    ):
        await work.ask(2)
        proxy.script(*[Fault.HANG] * 2, path="/api/generate")
        frozen = await site.start()
        await until(lambda: len(proxy.calls("/api/generate")) == 2)
        frozen.send(signal.SIGSTOP)

        other = await site.start()
        await work.done()
        done = await work.effects()
        proxy.clear()
        frozen.send(signal.SIGCONT)
        await frozen.logged("job.lost_claim")
        frozen.send(signal.SIGTERM)

        assert await frozen.ended() == 0
        assert await work.effects() == done
        assert other.events("job.rescued")


class TestOtherSignals:
    async def test_reload_what_is_valid_and_keep_the_rest(self, site: Site, tmp_path: Path):
        config = tmp_path / "tane.toml"
        config.write_text('timezone = "Asia/Tokyo"\n')
        daemon = await site.start("--config", str(config), "run")

        config.write_text("[nightly]\nexecutor = 'dask//wrong'\n[jobs]\nlease_s = 'long'\n")
        daemon.send(signal.SIGHUP)
        rejected = await daemon.logged("config.rejected")
        config.write_text('[nightly]\nat = "03:30"\n[log]\ntext = true\n')
        daemon.send(signal.SIGHUP)
        reloaded = await daemon.logged("config.reloaded")
        await daemon.logged("listener.ready")
        daemon.send(signal.SIGUSR1)
        daemon.send(signal.SIGUSR2)

        dump = await daemon.logged("state.dump")
        assert "nightly.executor" in rejected["reason"]
        assert reloaded["changed"] == ["log.text"]
        assert reloaded["at_next_start"] == ["nightly.at", "timezone"]
        assert dump["breaker"] == "<Breaker closed>"
        assert dump["tasks"]["heartbeat"].startswith("daemon/queue/leases.py:")
        assert dump["tasks"]["listener"].endswith(" in wait_closed")


class TestAbrt:
    async def test_of_a_watchdog_leaves_where_every_thread_was(self, site: Site):
        daemon = await site.start()

        daemon.send(signal.SIGABRT)

        assert await daemon.ended() == -signal.SIGABRT
        assert "Fatal Python error: Aborted" in daemon.log()
        assert "tane/cli/run.py" in daemon.log()
