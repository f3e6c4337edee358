"""A map large enough to look at: two themes far apart, one with a cluster within, and a browser that looks."""

import base64
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from playwright.async_api import Browser, FloatRect, Page, async_playwright

from tane.store.pool import Connection
from tests.handlers.conversation import cluster
from tests.tane.web.api.planted import join, stand
from tests.waiting import Overdue, until

SAID = "夜更かしをやめた。早く寝ると朝が楽になる。だから今は十時に寝る。"
SEED = "早く寝ると朝が楽になる"
LATER = "議事録は会議の前に書き始める。"
SLEEP, WORK, MINUTES = "眠り", "仕事", "議事録"
ALL = 25 + 15 + 8 + 3 + 2  # seeds, clusters, utterances
IN_SLEEP, IN_WORK, IN_MINUTES = 25, 15, 8  # the larger theme has the first colour
DRAWN_S = 30.0  # on a machine that draws slowly
FLAGS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Garden:
    """Ids of what grows there."""

    atlas: UUID
    sleep: UUID
    sleep_map: UUID
    seed: UUID
    said: UUID
    later: UUID


async def grow(conn: Connection) -> Garden:
    """Plant it."""
    atlas = await conn.fetchval("INSERT INTO layout_runs (scope_type) VALUES ('atlas') RETURNING layout_id")
    sleep = await cluster(
        conn, title=SLEEP, overview="よく眠ること", total_count=IN_SLEEP, avg_confidence=0.7
    )
    work = await cluster(conn, title=WORK, total_count=IN_WORK + IN_MINUTES)
    minutes = await cluster(conn, title=MINUTES, parent=work, depth=2, total_count=IN_MINUTES)
    sleep_map = await conn.fetchval(
        "INSERT INTO layout_runs (scope_type, scope_cluster_id) VALUES ('cluster', $1) RETURNING layout_id",
        sleep,
    )
    said = await conn.fetchval(
        "INSERT INTO utterances (contents, speaker, uttered_at, confidence) VALUES ($1, '美咲', '2026-08-03', 0.8) "
        "RETURNING utterance_id", SAID,
    )  # fmt: skip
    seeds: list[UUID] = []
    groups = [(sleep, SLEEP, IN_SLEEP, 0.0), (work, WORK, IN_WORK, 9.0), (minutes, MINUTES, IN_MINUTES, 12.0)]
    for where, name, number, x in groups:
        for n in range(number):
            body = SEED if not seeds else f"{name}について、{n}番目に言えること"
            seed = await conn.fetchval(
                "INSERT INTO seeds (body, seed_kind, created_at) VALUES ($1, 'knowledge', '2026-08-23') RETURNING seed_id",
                body,
            )
            seeds.append(seed)
            await join(conn, seed, where)
            angle, radius = n * 2.4, math.sqrt(n + 1) / 2  # a sunflower's: no two on one place
            place = (x + radius * math.cos(angle), radius * math.sin(angle))
            await stand(conn, atlas, "seed", seed, place)
            if where == sleep:
                await stand(conn, sleep_map, "seed", seed, place)
        await stand(conn, atlas, "cluster", where, (x, 0.0))
    await conn.execute(
        "INSERT INTO utterance_seeds (utterance_id, seed_id, span_start, span_end) VALUES ($1, $2, $3, $4)",
        said, seeds[0], SAID.index(SEED), SAID.index(SEED) + len(SEED),
    )  # fmt: skip
    await stand(conn, atlas, "utterance", said, (0.3, 0.3))
    later = await conn.fetchval(
        "INSERT INTO utterances (contents, speaker, uttered_at) VALUES ($1, '健', '2026-08-23') RETURNING utterance_id", LATER
    )  # fmt: skip
    await stand(conn, atlas, "utterance", later, (9.3, 0.3))
    return Garden(atlas=atlas, sleep=sleep, sleep_map=sleep_map, seed=seeds[0], said=said, later=later)


async def turn(conn: Connection, garden: Garden) -> UUID:
    """Let a night publish a new atlas on which left and right are exchanged; returns its id."""
    async with conn.transaction():
        await conn.execute("UPDATE layout_runs SET is_active = 0 WHERE layout_id = $1", garden.atlas)
        atlas: UUID = await conn.fetchval(
            "INSERT INTO layout_runs (scope_type) VALUES ('atlas') RETURNING layout_id"
        )
        await conn.execute(
            "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) "
            "SELECT $2, target_type, target_id, -x, y FROM layout_points WHERE layout_id = $1", garden.atlas, atlas,
        )  # fmt: skip
        await conn.execute("INSERT INTO cluster_generations (status, mode) VALUES ('published', 'density')")
    return atlas


@asynccontextmanager
async def browsing(executable: str) -> AsyncIterator[Browser]:
    """Run one browser that asks nobody but the page's server."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


# A screenshot is decoded by the page itself: the pixels that are clearly blue, and clearly orange.
_COUNT = """async (png) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + png;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let [blue, orange] = [0, 0];
    for (let i = 0; i < data.length; i += 4) {
        if (data[i + 2] - data[i] > 70) blue += 1;
        if (data[i] - data[i + 2] > 90) orange += 1;
    }
    return [blue, orange];
}"""


async def pixels(page: Page, *, only_left: bool = False) -> tuple[int, int]:
    """How much of the drawn map, or of its left third, is in the colours of its two themes, titles left out."""
    await page.evaluate("labels.hidden = true")
    box = await page.locator("#canvas").bounding_box()
    assert box is not None
    clip: FloatRect = {**box, "width": box["width"] / 3} if only_left else box
    png = await page.screenshot(clip=clip)
    await page.evaluate("labels.hidden = false")
    blue, orange = await page.evaluate(_COUNT, base64.b64encode(png).decode())
    return blue, orange


async def drawn(page: Page, holds: Callable[[int, int], bool], *, only_left: bool = False) -> tuple[int, int]:
    """Look until the picture is as expected, or a while has passed; returns the last look, for the test to judge."""
    blue, orange = 0, 0

    async def is_so() -> bool:
        nonlocal blue, orange
        blue, orange = await pixels(page, only_left=only_left)
        return holds(blue, orange)

    with suppress(Overdue):
        await until(is_so, deadline_s=DRAWN_S)
    return blue, orange


async def titles(page: Page) -> set[str]:
    """The labels in sight."""
    return set(await page.locator(".label:not(.away)").all_inner_texts())
