"""The page in a real browser: the map, what stands beside it, and what is shown of it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.tane.web.api.planted import QUOTED
from tests.tane.web.page.conftest import opened
from tests.tane.web.page.garden import ALL, IN_SLEEP, MINUTES, SAID, SEED, SLEEP, WORK, Garden, drawn, titles
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")


def said_by(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).fragment)


async def seen(page: Page, *texts: str) -> None:
    """Wait until these labels are in sight."""
    for text in texts:
        await expect(page.locator(".label:not(.away)", has_text=text).first).to_be_visible()


async def kept_in_address(page: Page, name: str, value: str) -> None:
    """Wait until the address says it."""
    await until(lambda: said_by(page).get(name) == [value], what=f"{name} in the address")


async def test_the_atlas_is_drawn_in_the_colours_of_its_themes(page: Page):
    await seen(page, SLEEP, WORK)

    blue, orange = await drawn(page, lambda blue, orange: blue > 200 < orange)

    assert blue > 200
    assert orange > 200


async def test_beside_the_atlas_stands_what_today_says(page: Page):
    await expect(page.locator(".today h3")).to_have_text("まだ開いている問い")
    await expect(page.locator(".today .row")).to_contain_text(str(QUOTED["text"]))


async def test_a_map_at_rest_draws_no_pictures(page: Page):
    await page.evaluate(
        "() => { window.pictures = 0; const draw = window.requestAnimationFrame.bind(window);"
        " window.requestAnimationFrame = (act) => { window.pictures += 1; return draw(act); }; }"
    )
    await page.mouse.move(300, 300)
    await page.mouse.move(310, 300)
    # Two looks 300 ms apart see the same number; a page that draws for ever never holds still.
    rests = await page.evaluate(
        "async () => { for (let looks = 0, seen; looks < 60; looks += 1) {"
        " if (seen === window.pictures) return true;"
        " seen = window.pictures; await new Promise((wake) => setTimeout(wake, 300)); }"
        " return false; }"
    )

    assert rests
    assert await page.evaluate("window.pictures") > 0


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
    await until(lambda: "at" in said_by(page), what="the place in the address")

    boxes = await page.locator(".label:not(.away)").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"
    )

    assert far == {SLEEP, WORK}
    for n, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[n + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


async def test_search_lets_the_hits_stand_out(page: Page):
    before, _ = await drawn(page, lambda blue, orange: blue > 200 < orange)

    await page.fill("#query", "早く寝る")
    await expect(page.locator("body")).to_have_attribute("data-highlighted", "2")
    await expect(page.locator("#panel mark").first).to_have_text("早く寝る")

    after, orange = await drawn(page, lambda blue, orange: 0 < blue < before / 2 and orange == 0)
    assert 0 < after < before / 2
    assert orange == 0
    await kept_in_address(page, "q", "早く寝る")


async def test_the_lasso_lists_what_it_encloses(page: Page):
    await seen(page, SLEEP, WORK)
    centres = [await page.locator(".label", has_text=text).bounding_box() for text in (SLEEP, WORK)]
    await page.click("#lasso")
    box = await page.locator("#stage").bounding_box()
    assert box is not None
    left, top, low = box["x"] + 4, box["y"] + 4, box["y"] + box["height"] - 4
    middle = sum(one["x"] + one["width"] / 2 for one in centres if one) / 2
    await page.mouse.move(left, top)
    await page.mouse.down()
    for x, y in ((middle, top), (middle, low), (left, low)):
        await page.mouse.move(x, y, steps=4)
    await page.mouse.up()

    await expect(page.locator("#panel h2")).to_have_text(f"選んだもの: {IN_SLEEP + 2}")
    await expect(page.locator("#panel .rows li")).to_have_count(IN_SLEEP + 2)
    await expect(page.locator("#panel .rows li").first).to_contain_text(SLEEP)  # themes come first
    _, orange = await drawn(page, lambda blue, orange: blue > 200 and orange == 0)
    assert orange == 0


async def test_a_point_under_the_pointer_says_what_it_is(page: Page):
    await seen(page, SLEEP)
    box = await page.locator(".label", has_text=SLEEP).bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] + 40)
    await page.mouse.move(
        box["x"] + box["width"] / 2, box["y"] + box["height"] + 7, steps=3
    )  # the sign below its title

    await expect(page.locator("#tip")).to_contain_text("話題")
    await expect(page.locator("#tip p")).to_have_text(SLEEP)


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
    await expect(page.locator("#panel .meter")).to_contain_text("0.70")  # the average of confidence
    assert said_by(page)["map"] == [str(garden.sleep)]
    await page.go_back()
    await expect(page.locator("body")).to_have_attribute("data-map", str(garden.atlas))


async def test_a_seed_leads_to_the_words_it_was_taken_from(page: Page):
    await page.fill("#query", SEED)
    signs = page.locator("#panel .row").first.locator(".mark")
    await expect(signs).to_have_count(2)  # the utterance, and the seed that says the same
    await signs.first.click()
    await expect(page.locator("#panel h2.words")).to_have_text(SAID)
    await page.locator("#panel .row", has=page.locator(".mark.seed")).first.click()
    await expect(page.locator("blockquote mark")).to_have_text(SEED)
    await expect(page.locator("body")).to_have_attribute("data-lines", "1")  # to its cluster
    await page.locator("blockquote .row").click()

    await expect(page.locator("#panel h2")).to_have_text(SAID)
    await expect(page.locator("#panel .meter")).to_contain_text("0.80")
    await expect(page.locator("#panel .rows")).to_contain_text(SEED)


async def test_an_address_shows_again_what_was_looked_at(browser: Browser, url: str, garden: Garden):
    async with opened(browser, f"{url}#item=seed.{garden.seed}&kinds=seed&colour=kind") as page:
        await expect(page.locator("#panel h2")).to_have_text(SEED)
        await expect(page.locator("body")).to_have_attribute("data-shown", "48")
        await expect(page.locator("select[name=colour]")).to_have_value("kind")


async def test_filters_take_points_away_and_give_them_back(page: Page):
    shown = page.locator("body")
    await page.click("#filter")
    await page.uncheck("input[name=seed]")
    await expect(shown).to_have_attribute("data-shown", str(ALL - 48))
    await expect(page.locator("input[name=seed]")).to_be_focused()
    await page.select_option("select[name=score]", "confidence")
    await page.fill("input[name=least]", "0.5")
    await expect(shown).to_have_attribute("data-shown", "1")
    await page.fill("input[name=most]", "0.7")
    await expect(shown).to_have_attribute("data-shown", "0")
    await page.click("button[name=reset]")
    await expect(shown).to_have_attribute("data-shown", str(ALL))
    await page.select_option("select[name=speaker]", "健")
    await expect(shown).to_have_attribute("data-shown", "1")
    await kept_in_address(page, "speaker", "健")


async def test_the_time_brush_leaves_out_what_was_said_before_or_after(page: Page):
    shown = page.locator("body")
    await page.click("#filter")
    await page.focus("input[name=from]")
    await page.keyboard.press("PageUp")
    await expect(shown).to_have_attribute("data-shown", str(ALL - 2))  # what was said first, and its seed
    await expect(page.locator("input[name=from]")).to_be_focused()
    assert await page.locator(".bins i.out").count() > 0
    await page.keyboard.press("Home")
    await expect(shown).to_have_attribute("data-shown", str(ALL))
    await page.focus("input[name=to]")
    await page.keyboard.press("PageDown")
    await expect(shown).to_have_attribute(
        "data-shown", "5"
    )  # these two, and the clusters, which have no time


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


async def test_enter_opens_the_chosen_cluster_and_a_reader_is_told_what_was_chosen(
    page: Page, garden: Garden
):
    await page.evaluate(f"location.hash = 'item=cluster.{garden.sleep}'")
    await expect(page.locator("#spoken")).to_have_text(f"話題: {SLEEP}")
    await page.keyboard.press("Enter")

    await expect(page.locator("body")).to_have_attribute("data-map", str(garden.sleep_map))


async def test_everything_that_can_be_used_has_a_name(page: Page):
    await page.click("#filter")
    nameless = await page.locator("button, input, select, summary").evaluate_all(
        "all => all.filter(one => one.checkVisibility() && !(one.innerText.trim() || one.ariaLabel || one.labels?.length))"
        ".map(one => one.outerHTML)"
    )

    assert nameless == []
    await expect(page.get_by_role("img", name="地図: 53 点")).to_be_attached()
    await expect(page.get_by_role("slider", name="時期: から")).to_be_visible()


async def test_on_a_phone_nothing_stands_beside_the_screen(page: Page, garden: Garden):
    before = page.viewport_size
    await page.set_viewport_size({"width": 390, "height": 844})
    try:
        await page.evaluate(f"location.hash = 'item=seed.{garden.seed}'")
        await expect(page.locator("#panel h2")).to_have_text(SEED)
        beside = await page.locator("button:visible, input:visible, #panel *:visible").evaluate_all(
            "all => all.map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])"
            ".filter(([, box]) => box.left < 0 || box.right > innerWidth).map(([what]) => what)"
        )
        tools = await page.locator("#top button").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"
        )
    finally:
        await page.set_viewport_size(before or {"width": 1280, "height": 800})

    assert beside == []
    for n, (left, top, right, bottom) in enumerate(tools):
        for other in tools[n + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


async def test_the_page_speaks_both_languages_and_is_light_or_dark(page: Page):
    async def background() -> str:
        return str(await page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = await background()
    await page.click("#language")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("#panel h2")).to_have_text("Atlas")
    await page.click("#looks")
    dark = await background()
    await page.click("#looks")
    await page.click("#language")

    assert dark != light
    assert await background() == light
    await expect(page.locator("html")).to_have_attribute("lang", "ja")


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
    await expect(page.locator("#panel h2")).to_be_focused()
    assert not await page.locator("canvas").count()
    await page.close()
