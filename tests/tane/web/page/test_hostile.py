"""Hostile words on the page: they are words, wherever they stand, and leave its layout whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection
from tests.conftest import Nursery
from tests.hostile import BACKWARDS, KEPT, LONG, MARKUP, SCRIPT, STORED
from tests.tane.web.page.conftest import HOME, SCREEN, Watched, at_home, served_garden, watched_page
from tests.tane.web.page.garden import Garden
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

# Of the clusters, the oldest first; each drawing of the map breaks titles into lines, which is a second for ten thousand signs.
TITLES = (SCRIPT + LONG[:2_000], MARKUP, BACKWARDS)
ALONE = (LONG,)
REST = "\n".join(text for text in STORED if text not in ALONE)
TOGETHER = (*ALONE, REST)  # each look at an item costs a drawing
TEXTS = (*STORED, REST)
WIDTHS = (SCREEN["width"], 390)
WIDER = """() => [...document.querySelectorAll('#top, #top *, #panel, #panel *, #list, #list *, #filters.open, #filters.open *')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))"""


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """A server over a garden of hostile words, which nobody changes, and a page that looks at it."""

    watched: Watched
    garden: Garden
    seeds: dict[str, str]


@pytest_asyncio.fixture(loop_scope="package", scope="module")
async def hostile(browser: Browser, nursery: Nursery, server: EmbeddedServer) -> AsyncIterator[Hostile]:
    seeds: dict[str, str] = {}

    async def change(conn: Connection, garden: Garden) -> None:
        seeds.update(await plant(conn, garden))

    async with (
        served_garden(nursery, server, change) as (url, garden),
        watched_page(browser, url) as watched,
    ):
        yield Hostile(watched=watched, garden=garden, seeds=seeds)


@pytest_asyncio.fixture(loop_scope="package")
async def page(hostile: Hostile) -> AsyncIterator[Page]:
    async with at_home(hostile.watched) as page:
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
    """On a desk and on a phone, first as it is: what is shown stays, for each change of the size is a drawing."""
    await harmless(page)
    width = next(width for width in WIDTHS if page.viewport_size and width != page.viewport_size["width"])
    await page.set_viewport_size({"width": width, "height": SCREEN["height"]})
    await harmless(page)


async def plant(conn: Connection, garden: Garden) -> dict[str, str]:
    """Give seeds, their utterances, speakers, roles and clusters hostile words; returns the seed of each text."""
    seeds = await conn.fetch("SELECT seed_id FROM seeds ORDER BY created_at, seed_id LIMIT $1", len(TEXTS))
    for number, (row, text) in enumerate(zip(seeds, TEXTS, strict=True)):
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
    return {text: str(row["seed_id"]) for row, text in zip(seeds, TEXTS, strict=True)}


async def test_items_with_hostile_words_are_shown_as_words_on_any_screen(page: Page, hostile: Hostile):
    await harmless_at_any_width(page)

    for text in TOGETHER:
        await page.evaluate("hash => { location.hash = hash; }", f"item=seed.{hostile.seeds[text]}")
        await reads(page, "#panel h2", text)
        await harmless_at_any_width(page)
        await page.locator("blockquote .row").last.click()
        await page.wait_for_selector("#panel .eyebrow .mark.utterance")
        await reads(page, "#panel h2", text)
        await harmless_at_any_width(page)


async def test_titles_lists_filters_and_search_are_harmless(page: Page, hostile: Hostile):
    await page.evaluate("hash => { location.hash = hash; }", f"item=cluster.{hostile.garden.sleep}")
    await page.wait_for_selector("[data-open]")
    await harmless(page)
    await page.click("[data-open]")
    await reads(page, ".crumb", TITLES[0])
    await harmless(page, title=f"{TITLES[0]} – Tane")
    await page.evaluate(HOME)
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


async def test_a_title_of_any_length_takes_two_lines_and_stays_on_the_map(page: Page):
    label = page.locator(".label:not(.away)", has_text=SCRIPT)
    await expect(label).to_be_visible()

    box, stage = await label.bounding_box(), await page.locator("#stage").bounding_box()
    lines = await label.evaluate("one => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight)")

    assert box is not None
    assert stage is not None
    assert 1.5 < lines < 2.5
    assert stage["x"] <= box["x"]
    assert box["x"] + box["width"] <= stage["x"] + stage["width"]
