"""One browser for all, one database and one page a test; whatever a page complains of fails its test."""

import shutil
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from store.pool import Connection, Pool, close_pool, connect, open_pool
from tests.web.api.planted import served
from tests.web.page.garden import Garden, browsing, grow

expect.set_options(timeout=20_000)  # a busy machine draws slowly
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    async with browsing(found) as opened:
        yield opened


# The browser lives in one loop for all tests, and so must whatever a test waits for beside it.
@pytest_asyncio.fixture(loop_scope="package")
async def conn(dsn: str) -> AsyncIterator[Connection]:
    opened = await connect(dsn)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="package")
async def pool(dsn: str) -> AsyncIterator[Pool]:
    opened = await open_pool(dsn, size=4)
    yield opened
    await close_pool(opened)


@pytest_asyncio.fixture(loop_scope="package")
async def garden(conn: Connection) -> Garden:
    return await grow(conn)


@pytest_asyncio.fixture(loop_scope="package")
async def url(dsn: str, pool: Pool, garden: Garden) -> AsyncIterator[str]:
    async with served(dsn, pool, token=None) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="package")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="ja-JP", color_scheme="light", reduced_motion="reduce"
    )
    opened = await context.new_page()
    complaints: list[str] = []
    elsewhere: list[str] = []
    home = urlsplit(url).netloc

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    opened.on("console", hear)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: elsewhere.append(asked.url) if _leaves(asked.url, home) else None)
    await opened.goto(url)
    await opened.wait_for_selector("body[data-map]")
    yield opened
    await context.close()
    assert not complaints
    assert not elsewhere


def _leaves(address: str, home: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("data", "blob") and parts.netloc != home
