"""The fault proxy is trusted by many tests, so it is tested itself."""

import asyncio

import httpx
import pytest

from demo.standin import EMBED_MODEL, TEXT_MODEL
from tests.faults import Fault, FaultProxy
from tests.tane.llm.conftest import driver, prompt
from tests.waiting import until

BODY = {"model": TEXT_MODEL, "prompt": "甲", "stream": False}


async def test_an_unspoilt_reply_passes_unchanged(proxy: FaultProxy):
    async with httpx.AsyncClient(trust_env=False) as http:
        direct, forwarded = [await http.get(f"{url}/api/tags") for url in (proxy.upstream, proxy.url)]

    assert direct.content == forwarded.content


async def test_faults_come_in_the_order_of_the_script_and_then_no_more(proxy: FaultProxy):
    proxy.script(Fault.CRASH, None, Fault.BUSY)

    async with httpx.AsyncClient(trust_env=False, base_url=proxy.url) as http:
        statuses = [(await http.post("/api/generate", json=BODY)).status_code for _ in range(4)]

    assert statuses == [500, 200, 503, 200]
    assert [asked.fault for asked in proxy.calls()] == [Fault.CRASH, None, Fault.BUSY, None]


async def test_what_only_looks_is_spared_unless_it_is_meant(proxy: FaultProxy):
    proxy.rates = {Fault.CRASH: 1.0}
    proxy.script(Fault.BUSY, path="/api/tags")

    async with httpx.AsyncClient(trust_env=False, base_url=proxy.url) as http:
        statuses = [(await http.get(path)).status_code for path in ("/api/tags", "/api/tags", "/api/ps")]

    assert statuses == [503, 200, 200]


async def test_rates_are_drawn_from_a_seed(standin_url: str):
    async def faults() -> list[Fault | None]:
        async with FaultProxy(standin_url, seed=7, rates={Fault.BUSY: 0.5}) as proxy:
            async with httpx.AsyncClient(trust_env=False, base_url=proxy.url) as http:
                for _ in range(12):
                    await http.post("/api/generate", json=BODY)
            return [asked.fault for asked in proxy.calls()]

    assert await faults() == await faults()


async def test_replies_are_reworded(proxy: FaultProxy):
    proxy.script(Fault.FULL_WIDTH)

    async with driver(proxy.url) as ollama:
        assert (await ollama.generate(prompt())).text == "０．８５"


async def test_slots_are_taken_in_turn_for_each_model(standin_url: str):
    async with (
        FaultProxy(standin_url, slots=1) as proxy,
        httpx.AsyncClient(trust_env=False, base_url=proxy.url) as http,
    ):
        proxy.script(Fault.HANG)
        hanging = asyncio.create_task(http.post("/api/generate", json=BODY))
        await until(lambda: len(proxy.calls()) == 1)

        embedded = await http.post("/api/embed", json={"model": EMBED_MODEL, "input": ["甲"]})

        assert embedded.status_code == 200
        proxy.clear()
        assert (await hanging).status_code == 200


async def test_no_more_calls_go_on_than_there_are_slots(proxy: FaultProxy):
    async with FaultProxy(proxy.url, slots=2, latency_s=0.001) as before:
        proxy.latency_s = 0.001
        async with httpx.AsyncClient(trust_env=False, base_url=before.url) as http:
            await asyncio.gather(*(http.post("/api/generate", json=BODY) for _ in range(8)))

    assert max(asked.in_flight for asked in before.calls()) == 8
    assert max(asked.in_flight for asked in proxy.calls()) == 2


async def test_a_stopped_proxy_breaks_what_is_open_and_comes_back_at_its_address(proxy: FaultProxy):
    proxy.script(Fault.HANG)
    async with httpx.AsyncClient(trust_env=False, base_url=proxy.url) as http:
        hanging = asyncio.create_task(http.post("/api/generate", json=BODY))
        await until(lambda: len(proxy.calls()) == 1)

        await proxy.stop()

        with pytest.raises(httpx.TransportError):
            await hanging
        with pytest.raises(httpx.ConnectError):
            await http.get("/")
        await proxy.start()
        assert (await http.get("/")).status_code == 200
