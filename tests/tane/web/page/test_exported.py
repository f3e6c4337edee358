"""The map as one file, in a real browser that has no network."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tane.exporting.exporter import export, writer_of
from tane.store.embedded import EmbeddedServer
from tane.store.exporting import Chosen
from tane.store.pool import Connection, Pool
from tests.conftest import Nursery
from tests.tane.web.page.conftest import Watched, at_home, context_of, grown
from tests.tane.web.page.garden import IN_SLEEP, MINUTES, SAID, SEED, SLEEP, WORK, Garden, drawn

pytestmark = pytest.mark.asyncio(loop_scope="package")

HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">\u2028{{7*7}}"


class Opened(Watched):
    """A file in a browser, all that it complains of, and all that it asks for."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, home="")
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url.split(":")[0]))


@pytest_asyncio.fixture(loop_scope="package", scope="module")
async def file(
    nursery: Nursery, server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Path, Garden]]:
    """The map of a garden, and what grew there."""
    path = tmp_path_factory.mktemp("exported") / "map.html"
    async with grown(nursery, server) as (_, _, pool, garden):
        await export(pool, path, writer=writer_of("html"), chosen=Chosen(), told=lambda *_: None)
    yield path, garden


@pytest_asyncio.fixture(loop_scope="package", scope="module")
async def offline(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await context_of(browser)
    await context.set_offline(True)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="package", scope="module")
async def kept(offline: BrowserContext, file: tuple[Path, Garden]) -> Opened:
    opened = Opened(await offline.new_page())
    await opened.page.goto(file[0].as_uri())
    return opened


@pytest_asyncio.fixture(loop_scope="package")
async def page(kept: Opened) -> AsyncIterator[Page]:
    """The page that all share, at home."""
    async with at_home(kept) as page:
        yield page
    assert set(kept.asked) <= {"file", "data", "blob"}
    assert kept.asked.count("file") == 1, "nothing but itself"


async def test_a_file_draws_the_atlas_with_its_titles(page: Page):
    for title in (SLEEP, WORK):
        await expect(page.locator(".label:not(.away)", has_text=title).first).to_be_visible()

    blue, orange = await drawn(page, lambda blue, orange: blue > 200 < orange)

    assert blue > 200
    assert orange > 200
    await expect(page.locator("#status")).to_be_hidden()


async def test_search_in_a_file_finds_and_a_seed_leads_to_its_utterance(page: Page):
    await page.fill("#query", "早く 寝る")
    await expect(page.locator("body")).to_have_attribute("data-highlighted", "2")
    await page.locator("#panel .row", has=page.locator(".mark.seed")).first.click()
    await expect(page.locator("blockquote mark")).to_have_text(SEED)
    await page.locator("blockquote .row").click()

    await expect(page.locator("#panel h2")).to_have_text(SAID)
    await expect(page.locator("#panel .meter")).to_contain_text("0.80")


async def test_a_cluster_in_a_file_opens_a_map_of_its_own(page: Page, file: tuple[Path, Garden]):
    await page.locator(".label", has_text=SLEEP).click()
    await expect(page.locator("#panel h2")).to_have_text(SLEEP)
    await expect(page.locator("body")).to_have_attribute("data-highlighted", str(IN_SLEEP + 2))
    await page.click("[data-open]")

    await expect(page.locator("body")).to_have_attribute("data-map", str(file[1].sleep))
    await expect(page.locator("body")).to_have_attribute("data-shown", str(IN_SLEEP))
    await page.go_back()
    await expect(page.locator("body")).to_have_attribute("data-map", "atlas")


async def test_an_address_that_asks_a_file_for_what_it_has_not_is_told_so(page: Page):
    await page.evaluate("location.hash = 'map=global&show=status'")  # nothing stands outside all clusters

    await expect(page.locator("body")).to_have_attribute("data-map", "none")
    await expect(page.locator("#stage .empty")).to_be_visible()
    await expect(page.locator("#said")).to_be_empty()
    await expect(page.locator("#panel")).to_be_empty()
    await page.evaluate("location.hash = 'mode=meaning&q=朝'")
    await expect(page.locator("#panel .row")).to_have_count(2)


async def test_a_file_without_webgl_is_a_tree_to_read(offline: BrowserContext, file: tuple[Path, Garden]):
    page = await offline.new_page()
    await page.add_init_script("delete window.WebGL2RenderingContext")
    await page.goto(file[0].as_uri())
    await page.locator("summary", has_text=WORK).click()
    await page.locator("summary", has_text=MINUTES).click()
    await page.locator("details details .row", has_text="番目").first.click()

    await expect(page.locator("#panel h2")).to_contain_text(MINUTES)
    await page.close()


async def test_hostile_words_in_a_file_are_words(
    offline: BrowserContext, conn: Connection, pool: Pool, own_garden: Garden, tmp_path: Path
):
    await conn.execute("UPDATE seeds SET body = $2 WHERE seed_id = $1", own_garden.seed, HOSTILE)
    await conn.execute(
        "UPDATE clusters SET cluster_title = $2 WHERE cluster_id = $1", own_garden.sleep, HOSTILE
    )
    path = tmp_path / "hostile.html"
    await export(pool, path, writer=writer_of("html"), chosen=Chosen(), told=lambda *_: None)
    opened = Opened(await offline.new_page())
    await opened.page.goto(f"{path.as_uri()}#item=seed.{own_garden.seed}")

    await expect(opened.page.locator("#panel h2")).to_have_text(HOSTILE.replace("\u2028", "\u2028"))
    await expect(opened.page).to_have_title("Tane")
    assert not await opened.page.locator("img").count()
    assert not opened.complaints
    await opened.page.close()
