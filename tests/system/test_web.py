"""The HTTP side of a real daemon."""

import json
import signal
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families as parsed

from tane.store.pool import Connection
from tane.web.server import listen
from tests.relay import Relay
from tests.system.daemon_process import TOKEN, Daemon, Site
from tests.system.work import Work
from tests.tane.web.http import Answer
from tests.tane.web.http import ask as ask_plainly
from tests.waiting import until


async def ask(url: str, path: str) -> Answer:
    return await ask_plainly(url, path, headers={"Authorization": f"Bearer {TOKEN}"})


def free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        return int(listener.getsockname()[1])


async def start(site: Site) -> tuple[Daemon, str]:
    """Start a daemon with its HTTP side, and return it with the address."""
    daemon = await site.start(settings={"TANE_WEB__PORT": str(free_port())})
    listening = await daemon.logged("web.listening")
    return daemon, listening["url"]


class TestADaemonThatWorks:
    async def test_is_alive_ready_and_well_and_counts_what_it_does(self, site: Site, work: Work):
        await work.ask(2)
        daemon, url = await start(site)
        await work.done()

        await until(lambda: _says(url, "/healthz", '"status":"ok"'))
        assert (await ask(url, "/livez")).body == "ok\n"
        health = await ask(url, "/healthz")
        metrics = await ask(url, "/metrics")

        assert health.status == 200
        found = {family.name: family for family in parsed(metrics.body)}
        assert next(iter(found)) == "tane_oldest_waiting_seconds"
        ended = {
            (one.labels["type"], one.labels["outcome"]): one.value for one in found["tane_jobs_ended"].samples
        }
        assert ended["did_asked_knowledge", "done"] == 2
        calls = {
            one.labels["operation"]: one.value
            for one in found["tane_llm_calls"].samples
            if one.labels["outcome"] == "ok"
        }
        assert calls["embed"] >= 1
        assert sum(calls.values()) >= 3
        (claiming,) = found["tane_claiming"].samples
        assert claiming.value == 1
        assert "睡眠" not in metrics.body + health.body

        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0

    async def test_goes_on_without_a_port_that_is_taken(self, site: Site, work: Work):
        await work.ask(1)
        with listen("127.0.0.1", 0) as taken:
            port = str(taken.getsockname()[1])
            daemon = await site.start(settings={"TANE_WEB__PORT": port})
            refused = await daemon.logged("web.unavailable")
            await work.done()

        assert refused["level"] == "warning"
        assert daemon.process.returncode is None

    async def test_makes_a_token_of_its_own_and_tells_it_to_no_log(self, site: Site, tmp_path: Path):
        settings = {"TANE_WEB__PORT": str(free_port()), "TANE_DATABASE__DATA_DIR": str(tmp_path / "data")}
        del site.settings["TANE_WEB__TOKEN"]
        daemon = await site.start(settings=settings)
        url = (await daemon.logged("web.listening"))["url"]
        token = (tmp_path / "data" / "web-token").read_text().strip()

        assert (await ask_plainly(url, "/livez")).status == 200
        assert (await ask_plainly(url, "/metrics")).status == 401
        shown = {"Authorization": f"Bearer {token}"}
        assert (await ask_plainly(url, "/api/v1/status", headers=shown)).status == 200
        assert token not in daemon.log()


class TestADaemonInTrouble:
    async def test_without_its_database_is_not_ready_but_still_counts(self, relayed_site: Site, relay: Relay):
        _, url = await start(relayed_site)
        await until(lambda: _says(url, "/readyz", "ok"))

        await relay.cut()
        await until(lambda: _says(url, "/readyz", "database_unreachable"))
        health = await ask(url, "/healthz")
        metrics = await ask(url, "/metrics")
        await relay.mend()

        assert health.status == 503
        assert {family.name: family.samples[0].value for family in parsed(metrics.body)}[
            "tane_database_up"
        ] == 0
        await until(lambda: _says(url, "/readyz", "ok"))

    async def test_without_its_models_is_ready_but_degraded(self, site: Site):
        _, url = await start_without_models(site)

        await until(lambda: _says(url, "/readyz", "ok"))
        health = await ask(url, "/healthz")

        assert health.status == 200
        body = json.loads(health.body)
        assert body["status"] == "degraded"
        assert "model_server_down" in {trouble["what"] for trouble in body["troubles"]}

    async def test_answers_probes_while_the_table_of_jobs_is_locked(self, site: Site, conn: Connection):
        _, url = await start(site)
        async with conn.transaction():
            await conn.execute("LOCK TABLE worker_jobs IN ACCESS EXCLUSIVE MODE")

            await until(lambda: _says(url, "/readyz", "database_silent"))
            assert (await ask(url, "/livez")).status == 200


async def start_without_models(site: Site) -> tuple[Daemon, str]:
    daemon = await site.start(
        settings={"TANE_WEB__PORT": str(free_port()), "TANE_LLM__URL": "http://127.0.0.1:9"}
    )
    return daemon, (await daemon.logged("web.listening"))["url"]


async def _says(url: str, path: str, words: str) -> bool:
    return words in (await ask(url, path)).body
