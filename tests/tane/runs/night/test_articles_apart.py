"""Articles lie beside the owner's talk: found by a search, and on no map."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from daemon.options import job_plan
from handlers.job_graph import enabled_types
from handlers.options import DOCUMENTED, Options
from handlers.placement import place_utterances
from tane.importing.importer import ImportOptions, import_files
from tane.llm.prompts import Prompts
from tane.store import reading
from tane.store.pool import Pool, connection, transaction
from tane.today.digest import read_today
from tests.tane.runs.night.planted import Store
from tests.tane.runs.night.soundness import unsound

TABLES = "SELECT src_id FROM edges WHERE is_active = 1 AND edge_type = 'part_of' UNION ALL SELECT target_id FROM layout_points"


@pytest.fixture
async def store(pool: Pool, dsn: str, tmp_path: Path) -> Store:
    """Talk of three themes, and articles about them."""
    store = await Store(pool=pool, dsn=dsn, folder=tmp_path).open()
    for theme in range(3):
        await store.say(theme, 20)
    return store


async def publish(store: Store, folder: Path, *, map_sources: frozenset[str] = frozenset()) -> list[UUID]:
    """Import ten articles about each theme, and give them vectors as their jobs would; return them."""
    file = folder / "news.jsonl"
    rows = [
        {"id": f"{theme}-{number}", "title": f"Headline {number}", "url": f"https://news.example/{theme}/{number}",
         "text": f"新聞が睡眠について伝えた、その{theme}の{number}。"}
        for theme in range(3) for number in range(10)
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    plan = job_plan(Options(prompts=Prompts.load("ja"), enabled=enabled_types("full"), context_tokens=8192))
    await import_files(
        store.pool, [file], ImportOptions(format="articles", map_sources=map_sources), plan=plan
    )
    found = await store.pool.fetch(
        "SELECT utterance_id, u.external_id FROM articles JOIN utterances u USING (utterance_id)"
    )
    async with transaction(store.pool) as conn:
        for row in found:
            await store._embed(conn, "utterance", row["utterance_id"], int(row["external_id"][0]))
        await conn.execute("DELETE FROM worker_jobs")
    return [row["utterance_id"] for row in found]


async def on_maps(store: Store, items: list[UUID]) -> set[UUID]:
    """Those of the items that are in a cluster or on a map."""
    return {row[0] for row in await store.pool.fetch(TABLES)} & set(items)


async def test_a_night_and_today_know_nothing_of_articles_and_a_search_finds_them(
    store: Store, tmp_path: Path
):
    articles = await publish(store, tmp_path)

    details = await store.night()

    assert isinstance(details, dict)
    assert details["read"]["statements"] == 60
    assert len(articles) == 30
    assert await on_maps(store, articles) == set()
    assert await unsound(store.pool) == {}
    shown = await read_today(store.pool, zone="UTC", limit=50)
    assert not {line.utterance_id for line in shown.news.lines} & set(articles)
    async with connection(store.pool) as conn:
        (hit, *_) = await reading.search_words(conn, "その2の7", limit=5)
        counts = await reading.count_items(conn)
    assert (hit.id in articles, hit.title, hit.host) == (True, "Headline 7", "news.example")
    assert counts.utterances == 60


async def test_an_article_that_comes_after_the_night_is_placed_nowhere(store: Store, tmp_path: Path):
    await store.night()
    articles = await publish(store, tmp_path)

    async with transaction(store.pool) as conn:
        model = await conn.fetchval("SELECT model_id FROM embedding_models")
        await place_utterances(conn, articles, model, linkage=DOCUMENTED)

    assert await on_maps(store, articles) == set()


async def test_articles_of_a_kind_that_the_owner_names_are_on_maps(store: Store, tmp_path: Path):
    articles = await publish(store, tmp_path, map_sources=frozenset({"articles"}))

    await store.night()

    assert len(await on_maps(store, articles)) == 30
