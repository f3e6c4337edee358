"""Articles leave, are backed up and are written out as everything else."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from tane.store import backup, forgetting, restoring
from tane.store.articles import StoredArticle, follow_mapped_kinds, save_articles
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, connected, transaction

ARTICLE = StoredArticle(
    external_id="1", title="Bridge", url="https://news.example/1", host="news.example", lang="en", raw_body=b"raw",
    body_format="html", raw_hash=b"hash", tags=(("town", 0.5), ("river", 1.0)),
)  # fmt: skip
TABLES = {
    "articles": "SELECT utterance_id, title, url, host, lang, raw_body, body_format, raw_hash, cleaning_version FROM articles",
    "article_tags": "SELECT utterance_id, tag, confidence, source FROM article_tags ORDER BY tag",
    "feeds": "SELECT url, state, etag FROM feeds",
    "sources": "SELECT name, kind, is_mapped FROM sources",
}


@pytest.fixture
async def published(conn: Connection) -> UUID:
    """A feed with one article; its utterance."""
    source = await conn.fetchval(
        "INSERT INTO sources (name, kind) VALUES ('news', 'feed') RETURNING source_id"
    )
    utterance: UUID = await conn.fetchval(
        "INSERT INTO utterances (source_id, external_id, contents) VALUES ($1, '1', 'The bridge was opened.') "
        "RETURNING utterance_id",
        source,
    )
    await conn.execute(
        "INSERT INTO feeds (source_id, url, etag) VALUES ($1, 'https://news.example/feed', 'v1')", source
    )
    await save_articles(conn, source, [ARTICLE], cleaning_version=1, origin="feed")
    return utterance


async def rows(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    return {table: [tuple(row) for row in await conn.fetch(query)] for table, query in TABLES.items()}


async def test_an_article_is_forgotten_with_its_raw_body_and_its_tags(
    pool: Pool, conn: Connection, published: UUID
):
    source = await conn.fetchval("SELECT source_id FROM sources")

    async with transaction(pool) as writing:
        await forgetting.forget(writing, [published], source_id=source)

    assert await rows(conn) == {"articles": [], "article_tags": [], "feeds": [], "sources": []}


@pytest.mark.usefixtures("published")
async def test_a_backup_holds_articles_tags_and_feeds(conn: Connection, dsn: str, other: str, tmp_path: Path):
    archive = await backup.back_up(dsn, tmp_path / "tane.backup")

    await restoring.restore(other, archive, removals=(), on_table=lambda _: None)

    async with connected(other) as restored:
        assert await rows(restored) == await rows(conn)


@pytest.fixture
def other(server: EmbeddedServer) -> Iterator[str]:
    """The address of an empty database."""
    name = f"articles_{os.getpid()}"
    server.recreate(name)
    yield server.dsn(name)
    server.recreate(name)


async def test_tags_of_one_origin_follow_it_and_those_of_others_stay(conn: Connection, published: UUID):
    source = await conn.fetchval("SELECT source_id FROM sources")
    await conn.execute(
        "INSERT INTO article_tags (utterance_id, tag, source) VALUES ($1, 'own', 'user')", published
    )

    await save_articles(
        conn, source, [replace(ARTICLE, tags=(("town", 0.9),))], cleaning_version=1, origin="feed"
    )

    assert [(row["tag"], round(row["confidence"], 2)) for row in await conn.fetch(TABLES["article_tags"])] == [
        ("own", 1.0), ("town", 0.9),
    ]  # fmt: skip


async def test_a_source_of_articles_is_on_no_map_from_the_first_and_on_maps_when_its_kind_is_named(
    conn: Connection,
):
    await conn.execute(
        "INSERT INTO sources (name, kind) VALUES ('a', 'feed'), ('b', 'http'), ('c', 'import')"
    )
    seen = []
    for kinds in ([], ["http"], []):
        await follow_mapped_kinds(conn, kinds)
        seen.append([row[0] for row in await conn.fetch("SELECT is_mapped FROM sources ORDER BY name")])

    assert seen == [[0, 0, 1], [0, 1, 1], [0, 0, 1]]
