"""Recaps and mornings on the page, over a store of articles and talk whose vectors the built-in encoder has made."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from tane.runs.recap.view import RecapView, read_recap
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, close_pool, connection, open_pool
from tests.conftest import Nursery
from tests.hostile import BACKWARDS, LONG, MARKUP, SCRIPT
from tests.tane.runs.recap.newsroom import WEEK, Newsroom, shipped
from tests.tane.web.api.planted import TOKEN, plant, served
from tests.tane.web.api.planted_recap import plant_recap
from tests.tane.web.page.conftest import SCREEN, Watched, at_home, opened, watched_page
from tests.tane.web.page.garden import grow
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

PHONE: ViewportSize = {"width": 390, "height": 844}
SAID = "図書館が椚沢にできた。酒蔵を直したそうで、一度見に行きたい。"
TALK = [
    {"id": f"t{n}", "conversation": "c", "speaker": "花子", "at": f"2026-09-19T0{n + 1}:00:00+09:00", "text": text}
    for n, text in enumerate([SAID, "朝の散歩を始めたら、夜よく眠れるようになった。"])
]  # fmt: skip
UNNAMED = """() => [...document.querySelectorAll('button, a, summary')].filter((one) => one.checkVisibility()
    && !(one.innerText.trim() || one.ariaLabel)).map((one) => one.outerHTML.slice(0, 80))"""
BESIDE = """() => [...document.querySelectorAll('#list *, #top *, #panel *')].filter((one) => one.checkVisibility())
    .filter((one) => { const box = one.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1; })
    .map((one) => one.outerHTML.slice(0, 80))"""
# Colours as the page draws them, by the formula of WCAG 2: words and what they stand on.
FAINT = """() => {
    const light = (rgb) => rgb.map((c) => c / 255).map((c) => (c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
    const of = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const ground = (one) => { for (; one; one = one.parentElement) {
        const [r, g, b, a = 1] = of(getComputedStyle(one).backgroundColor); if (a === 1 && r !== undefined) return [r, g, b]; } return [255, 255, 255]; };
    return [...document.querySelectorAll('#list *, #panel *')].filter((one) => one.checkVisibility() && !one.closest(':disabled')
        && [...one.childNodes].some((child) => child.nodeType === 3 && child.data.trim())).filter((one) => {
        const [x, y] = [light(of(getComputedStyle(one).color).slice(0, 3)), light(ground(one))].sort((p, q) => q - p);
        return (x + .05) / (y + .05) < 4.5; }).map((one) => one.outerHTML.slice(0, 80));
}"""


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A server with two recaps of both, one of talk, and two mornings; nobody changes them."""

    url: str
    last: RecapView
    runs: tuple[int, ...]


@pytest_asyncio.fixture(loop_scope="package", scope="module")
async def stand(
    nursery: Nursery, server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stand]:
    name = nursery.take()
    dsn = server.dsn(name)
    pool = await open_pool(dsn, size=4)
    try:
        async with connection(pool) as conn:
            await grow(conn)
        newsroom = await filled(pool, dsn, tmp_path_factory.mktemp("runs"))
        runs = [
            (await newsroom.recap(WEEK | more))[0]
            for more in (
                {"window_end": "2026-09-18T00:00:00+00:00"},
                {"sources": "talk"},
                {"sources": "both"},
            )
        ]
        for day in ("2026-09-17", "2026-09-18"):
            await newsroom.morning(f"{day}T21:30:00+00:00")
        async with connection(pool) as conn:
            last = await read_recap(conn)
        assert last is not None
        async with served(dsn, pool, token=None) as url:
            yield Stand(url=url, last=last, runs=tuple(runs))
    finally:
        await close_pool(pool)
        nursery.give_back(name)


async def filled(pool: Pool, dsn: str, folder: Path) -> Newsroom:
    newsroom = await Newsroom(pool=pool, dsn=dsn, folder=folder).open()
    await newsroom.publish(shipped())
    await newsroom.say(TALK)
    return newsroom


@pytest_asyncio.fixture(loop_scope="package", scope="module")
async def kept_stand(browser: Browser, stand: Stand) -> AsyncIterator[Watched]:
    async with watched_page(browser, stand.url) as watched:
        yield watched


@pytest_asyncio.fixture(loop_scope="package")
async def page(kept_stand: Watched) -> AsyncIterator[Page]:
    async with at_home(kept_stand) as page:
        yield page


async def turned_to(page: Page, pane: str, edition: object) -> None:
    """Go to a view by its button, and wait for an edition of it."""
    await page.click(f"#to-{pane}")
    await expect(page.locator("#list")).to_have_attribute("data-edition", str(edition))


def address(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).fragment)


async def test_a_recap_leads_with_its_largest_stories_each_with_a_sentence_and_a_source(
    page: Page, stand: Stand
):
    await turned_to(page, "recap", stand.last.run_id)

    assert await page.locator(".leading h3").all_inner_texts() == [one.title for one in stand.last.leading]
    assert len(stand.last.leading) == 3
    first = page.locator(".leading .story").first
    await expect(first.locator(".told > p").first).to_have_text(stand.last.leading[0].bullets[0].text)
    await expect(first.locator(".cite .number").first).to_have_text("1")
    await expect(page.locator(".further .story")).to_have_count(len(stand.last.further))
    await expect(page.locator(".edition .notice")).to_contain_text("元の文をそのまま")  # no model has written
    assert address(page)["view"] == ["recap"]
    assert await page.title() == "まとめ – Tane"


async def test_a_number_opens_the_very_sentence_in_its_document(page: Page, stand: Stand):
    cited = stand.last.leading[0].bullets[0].citations[0]
    await turned_to(page, "recap", stand.last.run_id)

    await page.locator(".leading .cite").first.focus()
    await page.keyboard.press("Enter")

    await expect(page.locator("#panel mark.quote")).to_have_text(str(cited.text))
    await expect(page.locator("#panel h2")).to_have_text(str(cited.title))
    await expect(page.locator("#panel mark.quote")).to_be_in_viewport()
    link = page.locator("#panel a.outward")
    await expect(link).to_have_attribute("href", str(cited.url))
    await expect(link).to_have_attribute("rel", "noreferrer")
    await expect(link).to_have_attribute("target", "_blank")
    assert address(page)["item"] == [f"utterance.{cited.utterance_id}"]
    await page.keyboard.press("Escape")
    await expect(page.locator(".leading .cite").first).to_be_focused()


async def test_an_address_opens_an_edition_at_a_sentence(browser: Browser, stand: Stand):
    cited = stand.last.leading[1].bullets[0].citations[0]
    hash_ = f"#view=recap&run={stand.last.run_id}&item=utterance.{cited.utterance_id}&quote={cited.text}"
    async with opened(browser, stand.url + hash_) as page:
        await expect(page.locator("#panel mark.quote")).to_have_text(str(cited.text))
        await expect(page.locator("#list")).to_have_attribute("data-edition", str(stand.last.run_id))


async def test_what_stands_above_is_not_told_again_below(page: Page, stand: Stand):
    await turned_to(page, "recap", stand.last.run_id)
    told = await page.locator(
        ".leading .told > p:first-child, .further .told > p:first-child"
    ).all_inner_texts()
    folded = await page.locator(".parts .told > p:first-child").all_text_contents()

    assert folded
    assert not set(told) & set(folded)
    await page.locator(".parts summary").first.click()
    await page.locator(".parts .cite").first.click()
    await expect(page.locator("#panel mark.quote")).to_be_visible()


async def test_earlier_editions_and_the_owners_own_week_are_a_button_away(page: Page, stand: Stand):
    first, talk, last = stand.runs
    await turned_to(page, "recap", last)
    await page.locator("header [name=earlier]").click()
    await expect(page.locator("#list")).to_have_attribute("data-edition", str(first))
    await expect(page.locator("header [name=earlier]")).to_be_disabled()
    assert address(page)["run"] == [str(first)]
    await page.locator("header [name=later]").click()
    await expect(page.locator("#list")).to_have_attribute("data-edition", str(last))
    await page.locator(".tabs button", has_text="自分の話").click()
    await expect(page.locator("#list")).to_have_attribute("data-edition", str(talk))
    await expect(page.locator(".told .cite").first).to_contain_text("花子")
    await page.go_back()
    await expect(page.locator("#list")).to_have_attribute("data-edition", str(last))


async def test_a_morning_shows_groups_with_what_stands_for_each_and_the_owners_own_talk(page: Page):
    await turned_to(page, "morning", "2026-09-18")

    articles, talk = page.locator(".further").first, page.locator(".further").last
    assert await articles.locator(".story").count() > 3
    assert SAID[:20] not in await articles.inner_text()
    await expect(talk.locator(".story")).to_have_count(1)
    await expect(talk).to_contain_text(SAID[:20])
    await page.locator("header [name=earlier]").click()
    await expect(page.locator("#list")).to_have_attribute("data-edition", "2026-09-17")
    headline = page.locator(".headline").first
    title = await headline.inner_text()
    await headline.click()
    await expect(page.locator("#panel h2")).to_have_text(title)
    assert address(page)["day"] == ["2026-09-17"]


async def test_search_shows_title_and_publisher_of_an_article(page: Page, stand: Stand):
    cited = stand.last.leading[0].bullets[0].citations[0]
    await turned_to(page, "recap", stand.last.run_id)

    await page.fill("#query", str(cited.text)[:12])

    row = page.locator("#panel .row").first
    await expect(row.locator(".title")).to_be_visible()
    await expect(row.locator("small")).to_contain_text("example")
    await page.fill("#query", "")


@pytest.mark.parametrize("pane", ["recap", "morning"])
async def test_on_a_phone_it_is_one_column_and_the_source_comes_up_from_below(
    page: Page, stand: Stand, pane: str
):
    await turned_to(page, pane, stand.last.run_id if pane == "recap" else "2026-09-18")
    await page.set_viewport_size(PHONE)
    await expect(page.locator("#panel")).to_be_hidden()
    assert await page.evaluate(BESIDE) == []
    await page.locator(".cite, .headline").first.click()
    await expect(page.locator("#panel h2").first).to_be_visible()
    assert await page.evaluate(BESIDE) == []
    await page.set_viewport_size(SCREEN)


@pytest.mark.parametrize("pane", ["recap", "morning"])
async def test_all_can_be_read_and_named_light_and_dark_and_in_both_languages(
    page: Page, stand: Stand, pane: str
):
    await turned_to(page, pane, stand.last.run_id if pane == "recap" else "2026-09-18")
    for _ in range(2):
        assert await page.evaluate(FAINT) == []
        assert await page.evaluate(UNNAMED) == []
        await page.click("#looks")
    await page.click("#language")
    await expect(page.locator("#to-morning")).to_have_text("This morning")
    await expect(page.locator("#panel h2")).to_contain_text("About")
    await page.click("#language")


async def test_before_the_first_edition_the_page_says_what_will_fill_it_and_one_can_be_asked_for(
    browser: Browser, dsn: str, pool: Pool
):
    async with (
        served(dsn, pool, token=TOKEN) as url,
        opened(browser, f"{url}?token={TOKEN}#view=recap") as page,
    ):
        await expect(page.locator("#list h2")).to_have_text("まだ、まとめはありません")
        await page.click("#to-morning")
        await expect(page.locator("#list h2")).to_have_text("今朝の号はまだありません")
        await page.click("#to-recap")
        await page.click("[name=make]")
        await expect(page.locator("#list .making")).to_contain_text("頼みました")
        assert (
            await pool.fetchval(
                "SELECT count(*) FROM nightly_runs WHERE kind = 'recap' AND status = 'requested'"
            )
            == 1
        )
        await pool.execute(
            "UPDATE nightly_runs SET status = 'skipped', finished_at = now(), report = '{\"reason\": \"no_documents\"}'"
        )
        await expect(page.locator("#list .making")).to_contain_text("読むものがありませんでした")


async def test_marks_say_what_repeats_what_is_unverified_and_what_was_reworded(
    browser: Browser, dsn: str, pool: Pool, conn: Connection
):
    planted = await plant(conn)
    await plant_recap(conn, planted.said)
    await conn.execute(
        "UPDATE recap_outputs SET is_degraded = 0, degraded_reason = NULL, bullets = (SELECT jsonb_agg(b || $1) FROM "
        "jsonb_array_elements(bullets) b)", {"is_verified": False, "is_degraded": False},
    )  # fmt: skip
    async with served(dsn, pool, token=None) as url, opened(browser, f"{url}#view=recap") as page:
        await expect(page.locator(".sources small")).to_have_text("同じ内容がほかに1件")
        await expect(page.locator(".unsure")).to_have_text("未確認")
        await expect(page.locator(".edition .notice")).to_have_count(0)
        await conn.execute("UPDATE utterances SET contents = '訂正：夜は早く寝る。'")
        await page.reload()
        await expect(page.locator(".sources small")).to_contain_text("書き換えられています")
        await page.locator(".cite").click()
        await expect(page.locator("#panel .notice blockquote")).to_contain_text("早く寝ると朝が楽になる")


async def test_hostile_words_are_words_and_lead_nowhere(
    browser: Browser, dsn: str, pool: Pool, conn: Connection
):
    planted = await plant(conn)
    recap = await plant_recap(conn, planted.said)
    await conn.execute(
        "UPDATE articles SET title = $1, url = 'javascript:alert(1)', host = $2", MARKUP, BACKWARDS
    )
    await conn.execute("UPDATE stories SET title = $1", SCRIPT)
    await conn.execute("UPDATE recap_cluster_evidence SET publisher = $1", LONG)
    async with served(dsn, pool, token=None) as url, opened(browser, f"{url}#view=recap") as page:
        await expect(page.locator("#list")).to_have_attribute("data-edition", str(recap.run))
        assert await page.locator(".leading h3").text_content() == SCRIPT
        await page.locator(".leading .cite").click()
        await expect(page.locator("#panel mark.quote")).to_be_visible()
        assert await page.locator("#panel h2").text_content() == MARKUP
        await page.set_viewport_size(PHONE)
        assert await page.evaluate(BESIDE) == []
        await page.click("#to-morning")
        await expect(page.locator(".headline")).to_be_visible()
        assert await page.evaluate(BESIDE) == []
        assert not await page.locator("main img, main script, main a").count()


async def test_where_nothing_may_be_written_none_can_be_asked_for(page: Page, stand: Stand):
    await turned_to(page, "recap", stand.last.run_id)
    await expect(page.locator("#panel h2")).to_have_text("このまとめについて")

    await until(lambda: "view" in address(page), what="the view in the address")
    assert not await page.locator("[name=make]").count()
