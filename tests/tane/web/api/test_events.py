"""What an open page hears."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tane.store.pool import Connection, Pool
from tests.tane.web.api.planted import Planted, client, served, stand

PATIENCE_S = 20


async def heard(api: httpx.AsyncClient, *, begun: asyncio.Event) -> AsyncIterator[tuple[str, Any]]:
    async with api.stream("GET", "events") as answer:
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("retry"):
                begun.set()
            elif line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


async def hear(api: httpx.AsyncClient, begun: asyncio.Event, *, wanted: int) -> list[tuple[str, Any]]:
    events = []
    async for event in heard(api, begun=begun):
        events.append(event)
        if len(events) == wanted:
            break
    return events


async def test_what_is_placed_by_day_is_told_once_to_every_page(
    api: httpx.AsyncClient, conn: Connection, planted: Planted
):
    begun = [asyncio.Event(), asyncio.Event()]
    pages = [asyncio.create_task(hear(api, event, wanted=2)) for event in begun]
    await asyncio.gather(*(event.wait() for event in begun))
    new = []
    # The first look only learns what is there: what comes later is told, each as it comes.
    while not all(page.done() for page in pages):
        seed = await conn.fetchval(
            "INSERT INTO seeds (body) VALUES (gen_random_uuid()::text) RETURNING seed_id"
        )
        await stand(conn, planted.atlas, "seed", seed, (0.5, 0.5), provisional=1)
        new.append(str(seed))
        await asyncio.wait(pages, timeout=0.2)
        assert len(new) < PATIENCE_S * 5

    for page in pages:
        first, second = page.result()
        assert first[0] == second[0] == "item"
        assert first[1]["map_id"] == str(planted.atlas)
        assert first[1]["id"] != second[1]["id"]
        assert {first[1]["id"], second[1]["id"]} <= set(new)


async def test_an_open_page_does_not_hold_up_a_server_that_closes(
    dsn: str, pool: Pool, caplog: pytest.LogCaptureFixture
):
    begun = asyncio.Event()
    async with served(dsn, pool) as url:
        api = client(url)
        page = asyncio.create_task(hear(api, begun, wanted=1))
        await begun.wait()

    assert await asyncio.wait_for(page, PATIENCE_S) == []
    assert caplog.records == []
    await api.aclose()


async def test_a_new_map_and_new_words_are_told_as_a_change(
    api: httpx.AsyncClient, conn: Connection, planted: Planted
):
    begun = asyncio.Event()
    page = asyncio.create_task(hear(api, begun, wanted=1))
    await begun.wait()
    for _ in range(PATIENCE_S * 5):
        await conn.execute("INSERT INTO cluster_generations (mode, status) VALUES ('density', 'published')")
        if (await asyncio.wait([page], timeout=0.2))[0]:
            break

    assert page.result() == [("changed", {"maps": True})]
