"""Article servers and tag servers on real sockets: windows, pages, tags, and what happens where one of them fails."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tane.articles import subscriptions
from tane.articles.collecting import BEGINNING, SERVER_OVERLAP, Collected, Collector
from tane.articles.syndication import NoFeed, parse_tags
from tane.store import feeds
from tane.store.pool import Pool, connection
from tests.tane.articles.publisher import Page, Publisher

TEXT = "The council has agreed on the plan for the old harbour after a long debate. " * 3


def article(name: str, **others: Any) -> dict[str, Any]:
    return {
        "article_id": name,
        "title": name,
        "fulltext": TEXT,
        "published_at": "2026-11-23T00:00:00Z",
        **others,
    }


def answer(content: Any) -> Page:
    return Page(json.dumps(content).encode())


@pytest.fixture
async def served(collector: Collector, publisher: Publisher) -> Collector:
    """An article server of two pages, and a collector that knows the address of a tag server."""
    publisher.pages["/articles?page=1&page_size=500"] = answer(
        {"articles": [article("a1", tags=["harbour"]), article("a2")], "has_more": True}
    )
    publisher.pages["/articles?page=2&page_size=500"] = answer(
        {"articles": [article("a3")], "hasMore": False}
    )
    async with connection(collector.pool) as conn:
        await subscriptions.add(conn, publisher.url("/articles"), name="archive", kind="http")
    return replace(collector, tags_url=publisher.url("/tags"))


async def fetched(collector: Collector) -> Collected:
    async with connection(collector.pool) as conn:
        (feed,) = await feeds.list_feeds(conn)
    (done,) = [one async for one in collector.collect(feed.feed_id)]
    return done


async def tags_of(pool: Pool, name: str) -> dict[str, float]:
    rows = await pool.fetch(
        "SELECT t.tag, t.confidence FROM article_tags t JOIN articles a USING (utterance_id) WHERE a.title = $1",
        name,
    )
    return {row["tag"]: round(row["confidence"], 3) for row in rows}


def windows(publisher: Publisher) -> list[tuple[datetime, datetime]]:
    """Return the times that the server was asked for, page by page."""
    asked = [parse_qs(urlsplit(path).query) for path in publisher.asked if path.startswith("/articles")]
    return [(datetime.fromisoformat(one["from"][0]), datetime.fromisoformat(one["to"][0])) for one in asked]


async def test_a_server_is_asked_for_all_at_first_and_then_for_what_is_new_with_some_overlap(
    served: Collector, publisher: Publisher
):
    first = await fetched(served)
    async with connection(served.pool) as conn:
        (feed,) = await feeds.list_feeds(conn)
    again = await fetched(served)

    (begin, end), other, (since, until), _ = windows(publisher)
    assert (first.added, again.added, again.error) == (3, 0, None)
    assert (begin, end) == other
    assert begin == BEGINNING
    assert feed.succeeded_at is not None
    assert since == feed.succeeded_at - SERVER_OVERLAP
    assert until - since >= timedelta(days=7)


async def test_tags_come_from_the_tag_server_beside_those_of_the_article(
    served: Collector, publisher: Publisher, pool: Pool
):
    publisher.pages["/tags"] = answer(
        [
            {"article_id": "a1", "tags": [{"tag_name": "politics", "confidence": 0.75, "source": "ml"}]},
            {"articleId": "a3", "tags": [{"tagName": f"t{n}", "confidence": 0.5} for n in range(30)]},
            {"article_id": "nobody asked", "tags": ["x"]}, "no object",
        ]
    )  # fmt: skip

    await fetched(served)

    assert await tags_of(pool, "a1") == {"harbour": 1.0, "politics": 0.75}
    assert await tags_of(pool, "a2") == {}
    assert len(await tags_of(pool, "a3")) == 20
    assert [json.loads(sent) for sent in publisher.sent if sent] == [
        {"article_ids": ["a1", "a2"]},
        {"article_ids": ["a3"]},
    ]


async def test_a_tag_that_the_server_has_taken_back_is_gone(
    served: Collector, publisher: Publisher, pool: Pool
):
    publisher.pages["/tags"] = answer([{"article_id": "a1", "tags": ["politics", "sea"]}])
    await fetched(served)
    publisher.pages["/tags"] = answer({"results": [{"article_id": "a1", "tags": ["sea"]}]})

    await fetched(served)

    assert set(await tags_of(pool, "a1")) == {"harbour", "sea"}


@pytest.mark.parametrize(
    "page",
    [
        Page(status=500), Page(b"<html>"), Page(b'{"tags": 3}'), Page(b"[" * 100_000),
        Page(status=307, headers={"Location": "/elsewhere"}), Page(None),
    ],
)  # fmt: skip
async def test_a_tag_server_that_fails_costs_no_article_and_no_tag(
    served: Collector, publisher: Publisher, pool: Pool, page: Page
):
    publisher.pages["/tags"] = answer([{"article_id": "a1", "tags": ["politics"]}])
    await fetched(served)
    publisher.pages["/tags"] = page

    done = await fetched(replace(served, fetcher=replace(served.fetcher, timeout_s=0.5)))

    assert (done.state, done.error) == ("ok", None)
    assert set(await tags_of(pool, "a1")) == {"harbour", "politics"}


def test_an_answer_without_tags_is_no_answer():
    with pytest.raises(NoFeed):
        parse_tags(b'"tags"')
    assert parse_tags(b'[{"article_id": 7, "tags": null}, {"tags": ["x"]}]') == {"7": ()}
