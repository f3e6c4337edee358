"""Articles come in from tables, objects and folders."""

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from tane.importing.identity import Rewording
from tane.importing.records import ImportProblem
from tane.store.pool import Pool
from tests.tane.importing.importing import Import, count, write, write_bytes

BRIDGE = "The new bridge over the river was opened by the mayor on Monday morning."
ITEM = {
    "id": "a1",
    "title": "Bridge opened",
    "url": "https://www.news.example/bridge",
    "html": f"<p>{BRIDGE}</p><script>var x</script>",
    "published_at": "2026-11-23T09:00:00+09:00",
    "tags": ["town", {"tag_name": "bridges", "confidence": 0.5}],
}


async def articles(pool: Pool) -> list[dict[str, Any]]:
    rows = await pool.fetch(
        "SELECT u.external_id, u.contents, u.uttered_at, a.title, a.url, a.host, a.lang, a.raw_body, a.body_format, "
        "a.cleaning_version, s.kind, s.is_mapped, array(SELECT tag FROM article_tags t WHERE t.utterance_id = u.utterance_id "
        "ORDER BY tag) AS tags FROM articles a JOIN utterances u USING (utterance_id) JOIN sources s USING (source_id) "
        "ORDER BY u.external_id"
    )
    return [dict(row) for row in rows]


async def test_an_article_is_an_utterance_with_its_text_and_its_raw_body_beside_it(run: Import, pool: Pool):
    report = await run(write("news.jsonl", [ITEM]), format="articles")

    (stored,) = await articles(pool)
    assert (report.added, report.rejected) == (1, 0)
    assert stored["contents"] == BRIDGE
    assert zlib.decompress(stored.pop("raw_body")).decode() == ITEM["html"]
    assert (stored["title"], stored["host"], stored["lang"]) == ("Bridge opened", "news.example", "en")
    assert (stored["kind"], stored["is_mapped"], stored["tags"]) == ("articles", 0, ["bridges", "town"])
    assert str(stored["uttered_at"]) == "2026-11-23 00:00:00+00:00"


async def test_an_article_is_asked_for_its_vectors_alone(run: Import, pool: Pool):
    await run(write("news.jsonl", [ITEM]), format="articles")

    assert {row["job_type"] for row in await pool.fetch("SELECT job_type FROM worker_jobs")} == {"embedding"}


async def test_the_same_articles_again_add_nothing_and_an_edited_one_has_new_words(run: Import, pool: Pool):
    await run(write("news.jsonl", [ITEM]), format="articles", rewording=Rewording.ALL)
    again = await run(write("news.jsonl", [ITEM]), format="articles", rewording=Rewording.ALL)
    edited = {
        **ITEM,
        "html": "<p>The bridge was closed again after an hour, for the wind was strong.</p>",
        "tags": "wind",
    }
    report = await run(write("news.jsonl", [edited]), format="articles", rewording=Rewording.ALL)

    (stored,) = await articles(pool)
    assert (again.unchanged, report.updated) == (1, 1)
    assert "closed again" in str(stored["contents"])
    assert "closed again" in zlib.decompress(stored["raw_body"]).decode()
    assert stored["tags"] == ["wind"]


@pytest.mark.parametrize("body", [
    json.dumps({"articles": [{"article_id": 7, "title": "T", "fulltext": BRIDGE, "source_url": "https://b.example/1"}]}),
    json.dumps([{"articleId": 7, "title": "T", "text": BRIDGE, "sourceUrl": "https://b.example/1"}]),
    f'id,title,url,body\n7,T,https://b.example/1,"{BRIDGE}"\n',
])  # fmt: skip
async def test_lists_answers_and_tables_are_understood(run: Import, pool: Pool, body: str):
    name = "given.csv" if body.startswith("id") else "given.json"

    await run(write_bytes(name, body.encode()), format="articles")

    (stored,) = await articles(pool)
    assert (stored["external_id"], stored["contents"], stored["host"]) == ("7", BRIDGE, "b.example")


async def test_a_folder_of_notes_pages_and_texts_is_one_source(run: Import, pool: Pool):
    folder = Path("clippings")
    (folder / "deep" / ".hidden").mkdir(parents=True)
    (folder / "bridge.md").write_text(
        f"---\ntitle: The bridge\ndate: 2026-11-20\ntags: [town, river]\n---\n# Bridge\n\n{BRIDGE}\n",
        encoding="utf-8",
    )
    (folder / "deep" / "page.html").write_text(
        '<html lang="ja"><head><title>橋の話</title><meta property="article:published_time" content="2026-11-21T00:00:00Z">'
        "</head><body><p>新しい橋が月曜日の朝に市長によって開通した。</p></body></html>",
        encoding="utf-8",
    )
    (folder / "old.txt").write_bytes("古い橋は来年に取り壊されるという。".encode("cp932"))
    (folder / "deep" / ".hidden" / "secret.txt").write_text("Nobody asked for this file.", encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")

    report = await run(folder, format="articles")

    stored = {str(one["external_id"]): one for one in await articles(pool)}
    assert sorted(stored) == ["bridge.md", "deep/page.html", "old.txt"]
    assert (report.added, report.rejected_by_reason) == (3, {"no text": 1})
    assert {one["kind"] for one in stored.values()} == {"folder"}
    assert (stored["bridge.md"]["title"], stored["bridge.md"]["tags"]) == ("The bridge", ["river", "town"])
    assert (stored["deep/page.html"]["title"], stored["deep/page.html"]["lang"]) == ("橋の話", "ja")
    assert str(stored["deep/page.html"]["uttered_at"]).startswith("2026-11-21")
    assert stored["old.txt"]["contents"] == "古い橋は来年に取り壊されるという。"


async def test_what_cannot_be_an_article_is_rejected_with_its_reason(run: Import, pool: Pool):
    rows: list[dict[str, Any]] = [
        ITEM,
        {"id": "nav", "html": "<ul>" + "<li><a href='/x'>Section of the paper</a></li>" * 20 + "</ul>"},
        {"id": "title only", "title": "Bridge to be opened on Monday"},
        {"id": "later", "body": BRIDGE, "published_at": "2999-01-01"},
        {"id": "never", "body": BRIDGE, "published_at": "the day before"},
        {"id": "long", "body": "word " * 1_100_000},
        {},
    ]

    report = await run(write("news.jsonl", rows), format="articles")

    stored = {str(one["external_id"]): one for one in await articles(pool)}
    assert report.rejected_by_reason == {"no text": 2, "longer than 5,000,000 characters": 1}
    assert stored["title only"]["contents"] == "Bridge to be opened on Monday"
    assert stored["later"]["uttered_at"] is stored["never"]["uttered_at"] is None
    assert report.times_unreadable == 1


async def test_talk_and_articles_are_never_in_one_source(run: Import, pool: Pool):
    await run(write("talk.jsonl", [{"text": "We will cross the bridge."}]), source="mine")

    with pytest.raises(ImportProblem, match="holds what was said, not articles: use --source"):
        await run(write("news.jsonl", [ITEM]), format="articles", source="mine")

    assert await count(pool, "articles") == 0


async def test_kinds_that_map_sources_names_are_on_maps(run: Import, pool: Pool):
    await run(write("news.jsonl", [ITEM]), format="articles", map_sources=frozenset({"articles"}))
    is_mapped = await pool.fetchval("SELECT count(*) FROM mapped_utterances")
    await run(write("news.jsonl", [ITEM]), format="articles")

    assert is_mapped == 1
    assert await count(pool, "mapped_utterances") == 0
