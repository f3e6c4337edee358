"""Feeds that cannot be read: named with the step that misses what they would have brought."""

from pathlib import Path

import pytest

from tane.runs.recap.fetching import SourcesFailed
from tane.store.pool import Pool
from tests.tane.runs.recap.newsroom import WEEK, Newsroom, shipped


@pytest.fixture
async def newsroom(pool: Pool, dsn: str, tmp_path: Path) -> Newsroom:
    """Nothing yet."""
    return await Newsroom(pool=pool, dsn=dsn, folder=tmp_path).open()


async def subscribe(newsroom: Newsroom, name: str, *, state: str, last_good: str | None) -> None:
    await newsroom.pool.execute(
        "WITH s AS (INSERT INTO sources (name, kind, is_mapped) VALUES ($1, 'feed', 0) RETURNING source_id) "
        "INSERT INTO feeds (source_id, url, state, succeeded_at, created_at) "
        "SELECT source_id, 'https://' || $1, $2, $3::text::timestamptz, '2026-09-01' FROM s",
        name, state, last_good,
    )  # fmt: skip


async def test_one_that_fails_is_named_and_the_recap_is_partial(newsroom: Newsroom):
    await newsroom.publish(shipped()[:12])
    await subscribe(newsroom, "a.example", state="ok", last_good="2026-09-20T23:00:00Z")
    await subscribe(newsroom, "b.example", state="failed", last_good="2026-09-17T00:00:00Z")
    await subscribe(newsroom, "c.example", state="failed", last_good="2026-09-20T23:00:00Z")  # for an hour
    await subscribe(newsroom, "d.example", state="failed", last_good=None)

    _, details = await newsroom.recap()

    assert details["fetch"]["degraded"] == "cannot be read: b.example, d.example"
    assert details["finish"]["outcome"] == "partial"
    assert details["finish"]["degraded_steps"] == {"fetch": details["fetch"]["degraded"]}


async def test_where_all_fail_what_is_stored_is_told_all_the_same(newsroom: Newsroom):
    await newsroom.publish(shipped()[:12])
    await subscribe(newsroom, "b.example", state="failed", last_good=None)

    _, details = await newsroom.recap()

    assert details["finish"]["outcome"] == "partial"


async def test_where_all_fail_and_nothing_is_stored_the_recap_fails(newsroom: Newsroom):
    await subscribe(newsroom, "b.example", state="failed", last_good=None)

    with pytest.raises(SourcesFailed):
        await newsroom.recap()


async def test_feeds_do_not_concern_a_recap_of_talk_or_one_of_before_they_failed(newsroom: Newsroom):
    await newsroom.publish(shipped()[:12])
    await subscribe(newsroom, "b.example", state="failed", last_good="2026-10-01T00:00:00Z")

    _, articles = await newsroom.recap()
    _, talk = await newsroom.recap(WEEK | {"sources": "talk"})

    assert "degraded" not in articles["fetch"]
    assert talk["nothing"] == "no_documents"
