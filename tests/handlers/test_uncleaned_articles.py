"""Articles that other programs store are cleaned before their first split."""

import zlib
from uuid import UUID

import pytest

from tane.store.pool import Connection, Pool
from tests.handlers.world import EMBEDDING_UTTERANCE, HandMadeModels, World, run

NO_MODELS = HandMadeModels({})
MARKUP = "<p>The new bridge over the river was opened by the mayor.</p><script>var x = 1;</script>"
TEXT = "The new bridge over the river was opened by the mayor."


async def store(
    conn: Connection, contents: str | None, raw: bytes | None, *, body_format: str = "html"
) -> UUID:
    """Insert an article as another program does."""
    source = await conn.fetchval(
        "INSERT INTO sources (name, kind) VALUES (gen_random_uuid()::text, 'articles') RETURNING source_id"
    )
    utterance: UUID = await conn.fetchval(
        "INSERT INTO utterances (source_id, contents) VALUES ($1, $2) RETURNING utterance_id",
        source,
        contents,
    )
    await conn.execute(
        "INSERT INTO articles (utterance_id, title, raw_body, body_format) VALUES ($1, 'Bridge', $2, $3)",
        utterance, raw, body_format,
    )  # fmt: skip
    return utterance


@pytest.mark.parametrize(
    ("contents", "raw"),
    [
        (MARKUP, None),
        (None, zlib.compress(MARKUP.encode())),
        ("something else", zlib.compress(MARKUP.encode())),
        (MARKUP, b"no zlib"),
    ],
)
async def test_its_contents_become_the_text_of_its_body(
    pool: Pool, conn: Connection, contents: str | None, raw: bytes | None
):
    utterance = await store(conn, contents, raw)

    assert await run(pool, EMBEDDING_UTTERANCE, "utterance", [utterance], NO_MODELS) == ["split"]

    row = await conn.fetchrow(
        "SELECT contents, lang, cleaning_version FROM articles JOIN utterances USING (utterance_id)"
    )
    assert row is not None
    assert tuple(row) == (TEXT, "en", 1)
    splits = await conn.fetch("SELECT contents FROM utterance_splits")
    assert [split["contents"] for split in splits] == [TEXT]
    waiting = await conn.fetch(
        "SELECT DISTINCT job_type FROM worker_jobs WHERE status IN ('queued', 'scheduled') ORDER BY 1"
    )
    assert "embedding" in {row["job_type"] for row in waiting} <= {"embedding", "embedding_utterance"}


async def test_one_without_words_keeps_its_title(pool: Pool, conn: Connection):
    utterance = await store(conn, "<script>var x;</script>", None)

    assert await run(pool, EMBEDDING_UTTERANCE, "utterance", [utterance], NO_MODELS) == ["split"]

    assert await conn.fetchval("SELECT contents FROM utterances") == "Bridge"


async def test_talk_is_left_as_it_is(pool: Pool, conn: Connection):
    utterance = await World(conn).utterance("a <b>bold</b> word")

    await run(pool, EMBEDDING_UTTERANCE, "utterance", [utterance], NO_MODELS)

    assert await conn.fetchval("SELECT contents FROM utterances") == "a <b>bold</b> word"
