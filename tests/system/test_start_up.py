"""Before the daemon is ready: a database that comes later is waited for, and signals are heard from the first line on."""

import signal
from pathlib import Path

from tane.store.pool import Pool
from tests.relay import Relay
from tests.system.daemon_process import Daemon, Site
from tests.waiting import until

ASKING = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


def is_deaf_to(daemon: Daemon, numbers: tuple[signal.Signals, ...]) -> bool:
    """Tell whether the process keeps these signals for later."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text()
    blocked = int(next(line for line in status.splitlines() if line.startswith("SigBlk")).split()[1], 16)
    return all(blocked >> (number - 1) & 1 for number in numbers)


async def test_a_database_that_comes_later_is_waited_for(relayed_site: Site, relay: Relay):
    await relay.cut()
    daemon = await relayed_site.start(is_ready=False)
    awaited = await daemon.logged("db.awaited")
    await relay.mend()

    await daemon.logged("daemon.ready")

    assert (awaited["level"], awaited["tries"]) == ("warning", 1)
    assert "start PostgreSQL" in awaited["remedy"]


async def test_what_is_asked_of_a_daemon_that_is_being_loaded_is_done(
    relayed_site: Site, relay: Relay, pool: Pool, tmp_path: Path
):
    config = tmp_path / "tane.toml"
    config.write_text("")
    relay.silence()
    daemon = await relayed_site.start("--config", str(config), "run", is_ready=False)
    await until(lambda: is_deaf_to(daemon, ASKING) or bool(daemon.events("daemon.starting")))

    for number in ASKING:
        daemon.send(number)

    dump = await daemon.logged("state.dump")
    assert dump["worker"] is None
    assert any(place.endswith(" in open_once") for place in dump["tasks"].values())
    await daemon.logged("config.reloaded")
    config.write_text("[jobs]\nbackoff_cap_s = 'long'\n")
    daemon.send(signal.SIGHUP)
    assert "jobs.backoff_cap_s" in (await daemon.logged("config.rejected"))["reason"]
    await relay.mend()
    await daemon.logged("nightly.requested")
    assert await pool.fetchval("SELECT trigger FROM nightly_runs") == "signal"
