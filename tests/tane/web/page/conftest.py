"""One browser for all; one garden, server and page for the tests that only look, and others for those that change something.

Whatever a page complains of, or asks of anybody else, fails its test.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, close_pool, connect, open_pool
from tests.conftest import Nursery
from tests.tane.web.api.planted import served
from tests.tane.web.page.garden import Garden, browsing, grow

expect.set_options(timeout=20_000)  # a busy machine draws slowly
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCREEN: ViewportSize = {"width": 1280, "height": 800}
Change = Callable[[Connection, Garden], Awaitable[object]]
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


async def context_of(browser: Browser, *, motion: bool = False) -> BrowserContext:
    """A fresh profile of somebody who reads Japanese."""
    return await browser.new_context(
        viewport=SCREEN, locale="ja-JP", color_scheme="light",
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


@asynccontextmanager
async def grown(
    nursery: Nursery, server: EmbeddedServer
) -> AsyncIterator[tuple[str, Connection, Pool, Garden]]:
    """A garden in a database of its own, for several tests."""
    name = nursery.take()
    dsn = server.dsn(name)
    conn = await connect(dsn)
    pool = await open_pool(dsn, size=4)
    try:
        yield dsn, conn, pool, await grow(conn)
    finally:
        await close_pool(pool)
        await conn.close()
        nursery.give_back(name)


@asynccontextmanager
async def served_garden(
    nursery: Nursery, server: EmbeddedServer, change: Change | None = None
) -> AsyncIterator[tuple[str, Garden]]:
    """The address of a server, and the garden that it shows, for several tests."""
    async with grown(nursery, server) as (dsn, conn, pool, garden):
        if change is not None:
            await change(conn, garden)
        async with served(dsn, pool, token=None) as url:
            yield url, garden


@asynccontextmanager
async def watched_page(browser: Browser, url: str) -> AsyncIterator[Watched]:
    """A page for several tests: opening one costs three seconds of a processor."""
    context = await context_of(browser)
    watched = Watched(await context.new_page(), urlsplit(url).netloc)
    await watched.page.goto(url)
    yield watched
    await context.close()


@asynccontextmanager
async def at_home(watched: Watched) -> AsyncIterator[Page]:
    """That page for one test, at home, on a screen as it was."""
    page = watched.page
    await page.wait_for_selector("body[data-map]")
    if page.viewport_size != SCREEN:
        await page.set_viewport_size(SCREEN)
    await page.mouse.move(5, 5)
    await page.evaluate(HOME)
    await page.wait_for_selector("body[data-map][data-highlighted='0']")
    watched.complaints.clear()
    yield page
    assert not watched.complaints


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def shared(nursery: Nursery, server: EmbeddedServer) -> AsyncIterator[tuple[str, Garden]]:
    """The garden that nobody changes."""
    async with served_garden(nursery, server) as both:
        yield both


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def kept(browser: Browser, shared: tuple[str, Garden]) -> AsyncIterator[Watched]:
    async with watched_page(browser, shared[0]) as watched:
        yield watched


@pytest.fixture
def url(shared: tuple[str, Garden]) -> str:
    return shared[0]


@pytest.fixture
def garden(shared: tuple[str, Garden]) -> Garden:
    return shared[1]


@pytest_asyncio.fixture(loop_scope="package")
async def page(kept: Watched) -> AsyncIterator[Page]:
    """The page that all share, at home."""
    async with at_home(kept) as page:
        yield page
