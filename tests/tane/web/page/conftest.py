"""One browser for all; one garden, server and page for the tests that only look, and others for those that change something.

Whatever a page complains of, or asks of anybody else, fails its test.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, close_pool, connect, open_pool
from tests.conftest import Nursery
from tests.tane.web.api.planted import served
from tests.tane.web.page.garden import Garden, browsing, grow

expect.set_options(timeout=20_000)  # a busy machine draws slowly
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Back to the first page by the way that the browser's own button takes, without another canvas.
HOME = """() => {
    delete document.body.dataset.map;
    history.replaceState(null, '', location.pathname);
    dispatchEvent(new PopStateEvent('popstate'));
}"""


class Watched:
    """A page, and all that it complains of or asks of others."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._home = home
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self._leaves(asked.url))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _leaves(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._home:
            self.complaints.append(f"asked {parts.netloc}")


async def context_of(
    browser: Browser, *, motion: bool = False, size: tuple[int, int] = (1280, 800)
) -> BrowserContext:
    """A fresh profile of somebody who reads Japanese."""
    width, height = size
    return await browser.new_context(
        viewport={"width": width, "height": height}, locale="ja-JP", color_scheme="light",
        reduced_motion="no-preference" if motion else "reduce",
    )  # fmt: skip


@asynccontextmanager
async def opened(browser: Browser, url: str, *, motion: bool = False) -> AsyncIterator[Page]:
    """A page in a profile of its own."""
    context = await context_of(browser, motion=motion)
    watched = Watched(await context.new_page(), urlsplit(url).netloc)
    await watched.page.goto(url)
    await watched.page.wait_for_selector("body[data-map]")
    yield watched.page
    await context.close()
    assert not watched.complaints


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
async def own_garden(conn: Connection) -> Garden:
    """A garden that a test may change."""
    return await grow(conn)


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def shared(nursery: Nursery, server: EmbeddedServer) -> AsyncIterator[tuple[str, Garden]]:
    """The address of a server, and the garden that it shows; nobody changes it."""
    name = nursery.take()
    dsn = server.dsn(name)
    conn = await connect(dsn)
    pool = await open_pool(dsn, size=4)
    try:
        garden = await grow(conn)
        async with served(dsn, pool, token=None) as url:
            yield url, garden
    finally:
        await close_pool(pool)
        await conn.close()
        nursery.give_back(name)


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def kept(browser: Browser, shared: tuple[str, Garden]) -> AsyncIterator[Watched]:
    url, _ = shared
    context = await context_of(browser)
    watched = Watched(await context.new_page(), urlsplit(url).netloc)
    await watched.page.goto(url)
    yield watched
    await context.close()


@pytest.fixture
def url(shared: tuple[str, Garden]) -> str:
    return shared[0]


@pytest.fixture
def garden(shared: tuple[str, Garden]) -> Garden:
    return shared[1]


@pytest_asyncio.fixture(loop_scope="package")
async def page(kept: Watched) -> AsyncIterator[Page]:
    """The page that all share, at home."""
    await kept.page.wait_for_selector("body[data-map]")
    await kept.page.mouse.move(5, 5)
    await kept.page.evaluate(HOME)
    await kept.page.wait_for_selector("body[data-map][data-highlighted='0']")
    kept.complaints.clear()
    yield kept.page
    assert not kept.complaints
