"""The page in a real browser."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from store.pool import Connection, Pool
from tests.web.api.planted import QUOTED, TOKEN, served, stand
from tests.web.page.garden import IN_SLEEP, MINUTES, SAID, SEED, SLEEP, WORK, Garden, drawn, titles

pytestmark = pytest.mark.asyncio(loop_scope="package")


def said_by(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).fragment)


async def seen(page: Page, *texts: str) -> None:
    """Wait until these labels are in sight."""
    for text in texts:
        await expect(page.locator(".label:not(.away)", has_text=text).first).to_be_visible()


async def test_the_atlas_is_drawn_in_the_colours_of_its_themes(page: Page):
    await seen(page, SLEEP, WORK)

    blue, orange = await drawn(page, lambda blue, orange: blue > 200 < orange)

    assert blue > 200
    assert orange > 200


async def test_beside_the_atlas_stands_what_today_says(page: Page):
    await expect(page.locator(".today h3")).to_have_text("まだ開いている問い")
    await expect(page.locator(".today .row")).to_contain_text(str(QUOTED["text"]))


async def test_titles_never_cover_each_other_and_more_of_them_come_with_nearness(page: Page):
    await seen(page, SLEEP, WORK)
    far = await titles(page)
    box = await page.locator(".label", has_text=WORK).bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)  # over the title: it is no obstacle
    await page.mouse.wheel(0, -150)
    await page.mouse.move(box["x"] + box["width"] / 2 + 220, box["y"] + 10)  # towards the cluster within
    await page.mouse.wheel(0, -250)
    await seen(page, MINUTES)
    for _ in range(2):
        await page.mouse.wheel(0, -300)
    await seen(page, "番目に言えること")

    boxes = await page.locator(".label:not(.away)").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"
    )

    assert far == {SLEEP, WORK}
    for n, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[n + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
    assert "at" in said_by(page)


async def test_search_lets_the_hits_stand_out(page: Page):
    before, _ = await drawn(page, lambda blue, orange: blue > 200 < orange)

    await page.fill("#query", "早く寝る")
    await expect(page.locator("body")).to_have_attribute("data-highlighted", "2")
    await expect(page.locator("#panel mark").first).to_have_text("早く寝る")

    after, orange = await drawn(page, lambda blue, orange: 0 < blue < before / 2 and orange == 0)
    assert 0 < after < before / 2
    assert orange == 0
    assert said_by(page)["q"] == ["早く寝る"]


async def test_a_cluster_opens_a_map_of_its_own(page: Page, garden: Garden):
    await page.locator(".label", has_text=SLEEP).click()
    await expect(page.locator("#panel h2")).to_have_text(SLEEP)
    await expect(page.locator("body")).to_have_attribute(
        "data-highlighted", str(IN_SLEEP + 2)
    )  # its own sign, and what was said
    await page.click("[data-open]")

    await expect(page.locator("body")).to_have_attribute("data-map", str(garden.sleep_map))
    await expect(page.locator("body")).to_have_attribute("data-shown", str(IN_SLEEP))
    await expect(page.locator(".crumb")).to_have_text(SLEEP)
    assert said_by(page)["map"] == [str(garden.sleep)]
    await page.go_back()
    await expect(page.locator("body")).to_have_attribute("data-map", str(garden.atlas))


async def test_a_seed_leads_to_the_words_it_was_taken_from(page: Page):
    await page.fill("#query", SEED)
    await page.locator("#panel .row", has=page.locator(".mark.seed")).first.click()
    await expect(page.locator("blockquote mark")).to_have_text(SEED)
    await page.locator("blockquote .row").click()

    await expect(page.locator("#panel h2")).to_have_text(SAID)
    await expect(page.locator("#panel .meter")).to_contain_text("0.80")
    await expect(page.locator("#panel .rows")).to_contain_text(SEED)


async def test_an_address_shows_again_what_was_looked_at(page: Page, url: str, garden: Garden):
    await page.goto(f"{url}#item=seed.{garden.seed}&kinds=seed&colour=kind")
    await page.reload()

    await expect(page.locator("#panel h2")).to_have_text(SEED)
    await expect(page.locator("body")).to_have_attribute("data-shown", "48")
    await expect(page.locator("select[name=colour]")).to_have_value("kind")


async def test_filters_take_points_away_and_give_them_back(page: Page):
    await page.click("#filter")
    await page.uncheck("input[name=seed]")
    await expect(page.locator("body")).to_have_attribute("data-shown", "4")
    await page.select_option("select[name=score]", "confidence")
    await expect(page.locator("body")).to_have_attribute("data-shown", "1")
    await page.locator("#filters button").click()

    await expect(page.locator("body")).to_have_attribute("data-shown", "52")


async def test_a_new_item_appears_on_the_open_page(page: Page, conn: Connection, garden: Garden):
    panel = page.locator("#panel")
    for n in range(20):  # the first look of a page only learns what is there
        seed = await conn.fetchval("INSERT INTO seeds (body) VALUES ($1) RETURNING seed_id", f"届いた種{n}")
        await stand(conn, garden.atlas, "seed", seed, (4.0, n / 10), provisional=1)
        try:
            await expect(panel).to_contain_text("届いた種", timeout=2_000)
        except AssertionError:
            continue
        break

    await expect(panel).to_contain_text("届いた種")
    assert int(await page.locator("body").get_attribute("data-shown") or 0) > 52


async def test_keys_search_list_and_walk_from_point_to_point(page: Page):
    await page.keyboard.press("/")
    await expect(page.locator("#query")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#panel article")).to_be_visible()
    first = said_by(page)["item"]
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#panel article")).to_be_visible()
    assert said_by(page)["item"] != first
    await page.keyboard.press("l")
    await expect(page.locator("#list .tree").first).to_be_visible()


async def test_the_page_speaks_both_languages_and_is_light_or_dark(page: Page):
    light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.click("#language")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("#panel h2")).to_have_text("Atlas")
    await page.click("#looks")

    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != light


async def test_without_webgl_the_same_is_a_tree_to_read(browser: Browser, url: str):
    page = await browser.new_page(locale="ja-JP")
    await page.add_init_script(
        "const got = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        "  return kind === 'webgl2' ? null : got.call(this, kind, ...more); };"
    )
    await page.goto(url)
    await page.locator("summary", has_text=WORK).click()
    await page.locator("summary", has_text=MINUTES).click()
    await page.locator("details details .row", has_text="番目").first.click()

    await expect(page.locator("#panel h2")).to_contain_text(MINUTES)
    assert not await page.locator("canvas").count()
    await page.close()


async def test_a_server_with_a_token_asks_for_it_and_then_lets_the_owner_decide(
    browser: Browser, dsn: str, pool: Pool, conn: Connection, garden: Garden
):
    async with served(dsn, pool, token=TOKEN) as url:
        page = await browser.new_page(locale="ja-JP")
        await page.goto(f"{url}#item=seed.{garden.seed}")
        await page.fill("#token", "not the token at all")
        await page.keyboard.press("Enter")
        await expect(page.locator("dialog .warn")).to_be_visible()
        await page.fill("#token", TOKEN)
        await page.keyboard.press("Enter")
        await page.locator(".hands button", has_text="直す").click()
        await page.fill(".hands textarea", "早寝は朝を楽にする")
        await page.locator(".hands .main").click()
        await expect(page.locator("#panel h2")).to_have_text("早寝は朝を楽にする")
        await page.close()

    assert (
        await conn.fetchval("SELECT body FROM seeds WHERE seed_id = $1", garden.seed) == "早寝は朝を楽にする"
    )


async def test_an_empty_server_says_how_to_begin(browser: Browser, dsn: str, pool: Pool):
    async with served(dsn, pool, token=None) as url:
        page = await browser.new_page(locale="en-GB")
        await page.goto(url)
        await expect(page.locator(".empty")).to_contain_text("tane import")
        await page.close()
