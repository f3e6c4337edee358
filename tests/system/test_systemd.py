"""What a service manager hears of a real daemon: ready when it claims, alive while it claims, and no longer."""

import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tane.store.pool import Connection
from tests.faults import Fault, FaultProxy
from tests.manager import Manager, managing
from tests.relay import Relay
from tests.system.daemon_process import Site
from tests.system.work import Work
from tests.waiting import until

WATCHDOG_S = 0.4  # fed every 0.2 s; a claim counts for three polls of 0.2 s


@pytest.fixture
async def manager(tmp_path: Path) -> AsyncIterator[Manager]:
    async with managing(tmp_path) as opened:
        yield opened


class TestReady:
    async def test_is_said_once_and_only_after_the_queue_was_read(
        self, site: Site, manager: Manager, conn: Connection
    ):
        async with conn.transaction():
            await conn.execute("LOCK TABLE worker_jobs IN ACCESS EXCLUSIVE MODE")
            daemon = await site.start(settings=manager.environment(), is_ready=False)
            await daemon.logged("daemon.ready")
            await until(lambda: _is_waiting(conn))
            before = manager.told("READY")

        await manager.hears("READY")

        assert before == []
        assert manager.told("READY") == ["1"]

    async def test_time_is_asked_for_while_the_database_is_silent(
        self, relayed_site: Site, relay: Relay, manager: Manager
    ):
        relay.silence()
        await relayed_site.start(settings=manager.environment(), is_ready=False)

        await manager.hears("EXTEND_TIMEOUT_USEC")

        assert manager.told("STATUS") == ["starting: opening the database"]
        assert manager.told("READY") == []


class TestTheWatchdog:
    async def test_starves_while_the_claim_hangs_and_is_fed_again_after(
        self, site: Site, manager: Manager, conn: Connection
    ):
        daemon = await site.start(settings=manager.environment(watchdog_s=WATCHDOG_S))
        await manager.hears("WATCHDOG", times=3)

        async with conn.transaction():
            await conn.execute("LOCK TABLE worker_jobs IN ACCESS EXCLUSIVE MODE")
            await until(lambda: _is_waiting(conn))
            await manager.misses("WATCHDOG", for_s=4 * WATCHDOG_S)
        fed = len(manager.told("WATCHDOG"))

        await manager.hears("WATCHDOG", times=fed + 2)
        assert daemon.process.returncode is None

    async def test_leaves_where_every_thread_was_when_it_aborts(self, site: Site):
        daemon = await site.start()

        daemon.send(signal.SIGABRT)

        assert await daemon.ended() == -signal.SIGABRT
        assert "Fatal Python error: Aborted" in daemon.log()
        assert "in run_until_complete" in daemon.log()


class TestTheStatusLine:
    async def test_says_how_much_waits_and_for_how_long(
        self, site: Site, manager: Manager, work: Work, proxy: FaultProxy
    ):
        await work.ask(6)
        proxy.script(*[Fault.HANG] * 6, path="/api/generate")

        await site.start(settings=manager.environment())

        await until(
            lambda: any("4 of 8 slots busy, 2 waiting, oldest" in line for line in manager.told("STATUS"))
        )


class TestSignals:
    async def test_hup_is_told_as_reloading_and_ready(self, site: Site, manager: Manager):
        daemon = await site.start(settings=manager.environment())
        await manager.hears("READY")

        daemon.send(signal.SIGHUP)
        await manager.hears("READY", times=2)

        (reloading,) = [message for message in manager.heard if "RELOADING" in message]
        assert 0 < int(reloading["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000

    async def test_term_is_told_before_the_jobs_are_waited_for(
        self, site: Site, manager: Manager, work: Work, proxy: FaultProxy
    ):
        await work.ask(1)
        proxy.script(Fault.HANG, path="/api/generate")
        daemon = await site.start(settings=manager.environment())
        await work.running()

        daemon.send(signal.SIGTERM)
        await manager.hears("STOPPING")
        is_still_there = daemon.process.returncode is None
        proxy.clear()

        assert is_still_there
        assert await daemon.ended() == 0


async def test_children_do_not_inherit_the_socket(site: Site, manager: Manager):
    daemon = await site.start(settings={**manager.environment(), "TANE_LLM__STANDIN": "true"})
    await manager.hears("READY")

    environments = _environments_of_children(daemon.process.pid)

    assert environments
    assert not [one for one in environments if b"NOTIFY_SOCKET" in one]


def _environments_of_children(parent: int) -> list[bytes]:
    if not Path("/proc/self/stat").exists():
        pytest.skip("the system has no /proc")
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and os.access(folder / "stat", os.R_OK):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found.append((folder / "environ").read_bytes())
    return found


async def _is_waiting(conn: Connection) -> bool:
    """Whether somebody waits for the table of jobs."""
    return bool(
        await conn.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'worker_jobs'::regclass"
        )
    )
