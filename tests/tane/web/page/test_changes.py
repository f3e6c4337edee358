"""The page while something changes: what arrives, a new night, the owner's hands, how the server is."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tane.store.pool import Connection, Pool
from tane.web.health import Report, Trouble
from tests.tane.web.api.planted import TOKEN, Hands, served, stand
from tests.tane.web.page.conftest import opened
from tests.tane.web.page.garden import ALL, LATER, SAID, SEED, SLEEP, Garden, drawn, turn

pytestmark = pytest.mark.asyncio(loop_scope="package")

FACTS: Mapping[str, Any] = {
    "jobs": {"embedding": {"queued": 1234, "running": 2}, "did_asked_question": {"dead": 3, "done": 40}},
    "dead": [{"job_type": "did_asked_question", "cause": "no_number", "n": 3}],
    "models": {"state": "ok", "version": "0.9.1"},
    "night": {
        "status": "running", "step": "maps", "fraction": 0.4, "eta_s": 125.0, "last_success_age_s": 86400.0,
        "clusters": 12, "coverage": 0.91,
    },
    "nights": [
        {"at": "2026-11-20T04:30:00+09:00", "status": "published", "seconds": 63.0, "seeds": 470, "clusters": 12,
         "kept": 10, "new": 2, "gone": 1},
    ],
}  # fmt: skip


class Working(Hands):
    """A server in the middle of a night; today quotes what was said in the garden."""

    def __init__(self, garden: Garden) -> None:
        super().__init__()
        self._garden = garden

    async def status(self) -> Report:
        trouble = Trouble(degree="degraded", what="dead_jobs", remedy="`tane dead`")
        return Report(troubles=(trouble,), facts=FACTS)

    async def today(self) -> Mapping[str, Any]:
        line = {"type": "utterance", "speaker": None, "at": "2026-08-23T00:00:00Z"}
        said, later = [
            {**line, "id": str(one), "utterance_id": str(one), "text": text}
            for one, text in ((self._garden.said, SAID), (self._garden.later, LATER))
        ]
        theme = {"id": str(self._garden.sleep), "title": SLEEP, "days": ["2026-08-03", "2026-08-04"], "utterances": 1, "lines": [said]}  # fmt: skip
        return {"changed": [{"before": said, "after": later}], "open_questions": [], "without_text_model": True, "themes": [theme], "new": {"since": None, "lines": []}}  # fmt: skip


async def test_what_arrives_appears_and_a_new_night_lets_the_points_glide(
    browser: Browser, dsn: str, pool: Pool, conn: Connection, own_garden: Garden
):
    async with served(dsn, pool, token=None) as url, opened(browser, url, motion=True) as page:
        panel = page.locator("#panel")
        for n in range(20):  # the first look of a page only learns what is there
            seed = await conn.fetchval(
                "INSERT INTO seeds (body) VALUES ($1) RETURNING seed_id", f"届いた種{n}"
            )
            await stand(conn, own_garden.atlas, "seed", seed, (4.0, n / 10), provisional=1)
            try:
                await expect(panel).to_contain_text("届いた種", timeout=2_000)
            except AssertionError:
                continue
            break
        await expect(panel).to_contain_text("届いた種")
        assert int(await page.locator("body").get_attribute("data-shown") or 0) > ALL
        _, orange = await drawn(page, lambda _, orange: orange == 0, only_left=True)
        assert orange == 0
        await page.evaluate(
            "new MutationObserver(() => { window.glided ||= labels.classList.contains('gliding'); })"
            ".observe(labels, { attributes: true })"
        )

        atlas = await turn(conn, own_garden)

        await expect(page.locator("body")).to_have_attribute("data-map", str(atlas))
        await expect(page.locator("#labels:not(.gliding)")).to_be_attached()
        assert await page.evaluate("window.glided")
        blue, orange = await drawn(page, lambda blue, orange: orange > 200 > blue, only_left=True)
        assert orange > 200 > blue


async def test_the_address_with_the_token_opens_the_page_and_does_not_stay(
    browser: Browser, dsn: str, pool: Pool, own_garden: Garden
):
    async with served(dsn, pool, token=TOKEN) as url, opened(browser, f"{url}?token={TOKEN}") as page:
        assert page.url.partition("#")[0] == url
        assert await page.evaluate("history.length") <= 2  # the empty page before it, and this one
        assert await page.evaluate("[document.cookie, sessionStorage.length, document.referrer]") == [
            "",
            0,
            "",
        ]
        later = await page.context.new_page()
        await later.goto(f"{url}#item=seed.{own_garden.seed}")
        await later.locator(
            ".review button", has_text="採用"
        ).click()  # writing is allowed by the cookie, too
        await expect(later.locator(".eyebrow")).to_contain_text("採用済み")
        await expect(later.locator("dialog.token")).to_have_count(0)
        strange = await page.context.new_page()
        answer = await strange.goto(f"{url}?token=another")
        assert answer is not None
        assert answer.status == 401


async def test_the_owner_edits_accepts_and_rejects_seeds_and_names_clusters_with_the_token(
    browser: Browser, dsn: str, pool: Pool, conn: Connection, own_garden: Garden
):
    state = "SELECT review_status FROM seeds WHERE seed_id = $1"
    async with served(dsn, pool, token=TOKEN) as url:
        page = await browser.new_page(locale="ja-JP")
        await page.goto(f"{url}#item=seed.{own_garden.seed}")
        await page.fill("#token", "not the token at all")
        await page.keyboard.press("Enter")
        await expect(page.locator("dialog .warn")).to_be_visible()
        await page.fill("#token", TOKEN)
        await page.keyboard.press("Enter")
        await page.locator(".review button", has_text="採用").click()
        await expect(page.locator(".eyebrow")).to_contain_text("採用済み")
        assert await conn.fetchval(state, own_garden.seed) == "accepted"
        await page.locator(".review button", has_text="直す").click()
        await page.fill(".review textarea", "早寝は朝を楽にする")
        await page.locator(".review .main").click()
        await expect(page.locator("#panel h2")).to_have_text("早寝は朝を楽にする")
        await page.locator(".review button", has_text="却下").click()
        await expect(page.locator("#panel h2")).to_have_text("全体図")
        await expect(page.locator("body")).to_have_attribute("data-shown", str(ALL - 1))

        await page.locator(".label", has_text=SLEEP).click()
        await page.locator(".review button", has_text="名前を変える").click()
        await page.fill(".review textarea", "朝と夜")
        await page.locator(".review .main").click()
        await expect(page.locator("#panel h2")).to_have_text("朝と夜")
        await page.locator(".review button", has_text="固定を外す").click()
        await expect(page.locator(".review button", has_text="名前を固定")).to_be_visible()
        await page.locator(".review button", has_text="名前を固定").click()
        await expect(page.locator(".review button", has_text="固定を外す")).to_be_visible()
        await page.close()

    seed = await conn.fetchrow("SELECT body, review_status FROM seeds WHERE seed_id = $1", own_garden.seed)
    cluster = await conn.fetchrow(
        "SELECT cluster_title, is_pinned FROM clusters WHERE cluster_id = $1", own_garden.sleep
    )
    assert tuple(seed or ()) == ("早寝は朝を楽にする", "rejected")
    assert tuple(cluster or ()) == ("朝と夜", 1)


async def test_the_status_tells_queue_models_night_reports_and_what_died(
    browser: Browser, dsn: str, pool: Pool, own_garden: Garden
):
    async with (
        served(dsn, pool, token=None, hands=Working(own_garden)) as url,
        opened(browser, f"{url}#show=status") as page,
    ):
        status = page.locator(".status")
        await expect(status.locator("h2")).to_have_text("状態: 注意")
        await expect(status.locator(".warn").first).to_contain_text("失敗した仕事")
        await expect(status).to_contain_text("0.9.1")
        await expect(status).to_contain_text("残り 2分5秒")
        await expect(status.locator(".meter")).to_contain_text("0.40")
        await expect(status.locator(".reports")).to_contain_text("引き継ぎ 10 · 新規 2 · 消滅 1")
        await expect(status.locator("[data-job=embedding] td").first).to_have_text("1,234")
        await expect(status.locator(".dead")).to_contain_text("no_number")
        await page.locator("#panel .close").click()
        # And every line of today leads to what it quotes.
        await expect(page.locator(".today .turn .row")).to_have_count(2)
        await expect(page.locator(".today")).to_contain_text("文章のモデルを入れると")
        await page.locator(".quotes .row", has_text=SEED).click()
        await expect(page.locator("#panel h2")).to_have_text(SAID)


async def test_an_empty_server_says_how_to_begin_and_complains_of_nothing(
    browser: Browser, dsn: str, pool: Pool
):
    async with served(dsn, pool, token=None) as url, opened(browser, url) as page:
        await expect(page.locator(".empty")).to_contain_text("tane import")
        await page.keyboard.press("l")
        await expect(page.locator("#list .empty")).to_contain_text("tane import")
