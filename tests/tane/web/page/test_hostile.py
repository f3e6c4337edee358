"""Hostile words on the page: they are words, wherever they stand, and leave its layout whole."""

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tane.store.pool import Connection, Pool
from tests.hostile import BACKWARDS, FAMILY, KEPT, LONG, MARKUP, SCRIPT, STORED
from tests.tane.web.api.planted import served
from tests.tane.web.page.conftest import opened
from tests.tane.web.page.garden import Garden
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

TITLES = (SCRIPT + LONG, MARKUP, BACKWARDS)  # of the clusters, the oldest first
ALONE = (SCRIPT, LONG, FAMILY)
TOGETHER = (
    *ALONE,
    "\n".join(text for text in STORED if text not in ALONE),
)  # each look at an item costs a drawing
WIDTHS = (1280, 390)
WIDER = """() => [...document.querySelectorAll('#top, #top *, #panel, #panel *, #list, #list *, #filters.open, #filters.open *')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))"""


@pytest_asyncio.fixture(loop_scope="package")
async def page(browser: Browser, dsn: str, pool: Pool, own_garden: Garden) -> AsyncIterator[Page]:
    """A page over a garden of its own, for what is planted there stays."""
    async with served(dsn, pool, token=None) as url, opened(browser, url) as page:
        yield page


async def reads(page: Page, where: str, *texts: str) -> None:
    """Wait until exactly these texts stand there, to the letter."""

    async def is_so() -> bool:
        return await page.locator(where).all_text_contents() == list(texts)

    await until(is_so, what=f"{len(texts)} texts in {where}")


async def harmless(page: Page, *, title: str = "Tane") -> None:
    """Nothing was executed, nothing became an element, and nothing stands beyond the window."""
    await expect(page).to_have_title(title)
    assert not await page.locator("main img, main script, header img, header script").count()
    assert not await page.evaluate(WIDER)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def harmless_at_any_width(page: Page) -> None:
    """On a desk and on a phone; what is shown stays, for drawing it anew at each width would cost more than looking."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 844})
        await harmless(page)


async def plant(conn: Connection, garden: Garden, texts: Sequence[str] = STORED) -> dict[str, str]:
    """Give seeds, their utterances, speakers, roles and clusters hostile words; returns the seed of each text."""
    seeds = await conn.fetch("SELECT seed_id FROM seeds ORDER BY created_at, seed_id LIMIT $1", len(texts))
    for number, (row, text) in enumerate(zip(seeds, texts, strict=True)):
        await conn.execute("UPDATE seeds SET body = $2 WHERE seed_id = $1", row["seed_id"], text)
        role = await conn.fetchval(
            "INSERT INTO utterance_roles (utterance_role_name) VALUES ($1) RETURNING utterance_role_id",
            f"{number} {text[:40]}".splitlines()[0],
        )
        said = await conn.fetchval(
            "INSERT INTO utterances (contents, speaker, utterance_role_id) VALUES ($1, $1, $2) RETURNING utterance_id",
            text,
            role,
        )
        await conn.execute(
            "INSERT INTO utterance_seeds (utterance_id, seed_id, span_start, span_end) VALUES ($1, $2, 0, 3)",
            said,
            row["seed_id"],
        )
        await conn.execute(
            "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) VALUES ($1, 'utterance', $2, $3, 3)",
            garden.atlas, said, float(number),
        )  # fmt: skip
    clusters = [
        row["cluster_id"]
        for row in await conn.fetch("SELECT cluster_id FROM clusters ORDER BY created_at, cluster_id")
    ]
    for cluster, title in zip(clusters, TITLES, strict=True):
        await conn.execute(
            "UPDATE clusters SET cluster_title = $2, cluster_overview = $2, cluster_category = $3 WHERE cluster_id = $1",
            cluster, title, title[:60],
        )  # fmt: skip
    return {text: str(row["seed_id"]) for row, text in zip(seeds, texts, strict=True)}


async def test_items_with_hostile_words_are_shown_as_words_on_any_screen(
    page: Page, conn: Connection, own_garden: Garden
):
    seeds = await plant(conn, own_garden, TOGETHER)
    await page.reload()
    await page.wait_for_selector("body[data-map]")
    await harmless_at_any_width(page)

    for text, seed in seeds.items():
        await page.evaluate("hash => { location.hash = hash; }", f"item=seed.{seed}")
        await reads(page, "#panel h2", text)
        await harmless_at_any_width(page)
        await page.locator("blockquote .row").last.click()
        await page.wait_for_selector("#panel .eyebrow .mark.utterance")
        await reads(page, "#panel h2", text)
        await harmless_at_any_width(page)


async def test_titles_lists_filters_and_search_are_harmless(page: Page, conn: Connection, own_garden: Garden):
    await plant(conn, own_garden)
    await page.reload()
    await page.wait_for_selector("body[data-map]")
    for cluster in (own_garden.sleep,):
        await page.evaluate("hash => { location.hash = hash; }", f"item=cluster.{cluster}")
        await page.wait_for_selector("[data-open]")
        await harmless(page)
        await page.click("[data-open]")
        await reads(page, ".crumb", TITLES[0])
        await harmless(page, title=f"{TITLES[0]} – Tane")
    await page.goto(page.url.split("#")[0])
    await page.wait_for_selector("body[data-map]")
    await page.click("#filter")
    await harmless(page)
    for text in KEPT:
        async with page.expect_response(lambda answer: "/api/v1/search?" in answer.url) as answer:
            await page.fill("#query", text[:60])
        found = (await (await answer.value).json())["items"]
        assert text in [hit["text"] for hit in found]
        await reads(page, "#panel .row .grow > span", *(hit["text"] for hit in found))
        await harmless(page)
    await page.click("#flip")
    await page.locator("summary").first.click()
    await harmless(page)
