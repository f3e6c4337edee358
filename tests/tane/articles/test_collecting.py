"""Feeds of all sorts, served on a real socket, and what of them is stored."""

import json
from collections.abc import Mapping
from dataclasses import replace
from html import escape

import pytest

from tane.articles import subscriptions
from tane.articles.collecting import Collected, Collector
from tane.articles.subscriptions import FeedRefused
from tane.store import feeds
from tane.store.feeds import Subscription
from tane.store.pool import Pool, connection
from tests.tane.articles.publisher import Page, Publisher

WHOLE = "".join(
    f"<p>On day {day} the council has agreed on the plan for the old harbour after a debate of {day + 3} hours. </p>"
    for day in range(9)
)
XML = {"Content-Type": "application/xml; charset=utf-8"}


def rss(*items: str, title: str = "Harbour News") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{title}</title><language>en-gb</language>{''.join(items)}</channel></rss>"
    ).encode()


def item(
    title: str,
    body: str = "",
    *,
    guid: str | None = None,
    link: str = "",
    date: str = "",
    tag: str = "content:encoded",
) -> str:
    parts = [f"<title>{escape(title)}</title>", f"<{tag}>{escape(body)}</{tag}>" if body else ""]
    parts += [
        f'<guid isPermaLink="false">{guid}</guid>' if guid else "",
        f"<link>{link}</link>" if link else "",
    ]
    parts += [f"<pubDate>{date}</pubDate>" if date else "", "<category>harbour</category>"]
    return f"<item>{''.join(parts)}</item>"


async def fetched(collector: Collector, url: str) -> tuple[Collected, Subscription]:
    """Add a feed if it is new, fetch it, and return what came of it."""
    async with connection(collector.pool) as conn:
        if not any(feed.url == url for feed in await feeds.list_feeds(conn)):
            await subscriptions.add(conn, url, name="news")
        (feed,) = [feed for feed in await feeds.list_feeds(conn) if feed.url == url]
    (done,) = [one async for one in collector.collect(feed.feed_id)]
    async with connection(collector.pool) as conn:
        (after,) = [one for one in await feeds.list_feeds(conn) if one.url == url]
    return done, after


async def stored(pool: Pool) -> dict[str, tuple[str, str | None]]:
    """Contents and title by title or contents."""
    rows = await pool.fetch(
        "SELECT coalesce(a.title, left(u.contents, 20)) AS name, u.contents, u.uttered_at::text AS at "
        "FROM articles a JOIN utterances u USING (utterance_id) WHERE u.deleted_at IS NULL"
    )
    return {row["name"]: (row["contents"], row["at"]) for row in rows}


async def test_items_as_publishers_really_write_them(collector: Collector, publisher: Publisher, pool: Pool):
    big = "".join(
        f"<p>Paragraph {number} of a very long report on the harbour.</p>" for number in range(17_000)
    )
    publisher.pages["/page"] = Page(
        f"<html><body><article>{WHOLE}</article></body></html>".encode(),
        headers={"Content-Type": "text/html"},
    )
    publisher.pages["/cp932"] = Page(
        "<html><body><article><p>{}</p></article></body></html>".format(
            "港の計画について市議会が合意した。" * 9
        ).encode("cp932"),
        headers={"Content-Type": "text/html; charset=Shift_JIS"},
    )
    publisher.pages["/feed"] = Page(rss(
        item("whole", WHOLE, guid="1", date="Mon, 23 Nov 2026 09:00:00 +0900"),
        item("excerpt", "A short beginning ...", guid="2", link=publisher.url("/page"), tag="description"),
        item("excerpt in another encoding", "港の計画 ...", guid="3", link=publisher.url("/cp932"), tag="description"),
        item("excerpt whose page is gone", "Only these few words came with the feed.", guid="4", link=publisher.url("/gone"), tag="description"),
        item("broken date", WHOLE, guid="5", date="the day before yesterday"),
        item("date to come", WHOLE, guid="6", date="Mon, 23 Nov 2099 09:00:00 GMT"),
        item("date in no standard", WHOLE, guid="7", date="2026-11-23 09:00:00"),
        item("only a title", guid="8"),
        item("no id but a link", WHOLE, link="https://news.example/9"),
        item("", "<p>Neither id nor title nor link has this short note of the harbour master.</p>"),
        item("one megabyte", big, guid="11"),
        item("html only", "<table><tr><td>Ships in the harbour today: 14, as many as never before this year.</td></tr></table>" + WHOLE, guid="12"),
        item("scripts", f"<script>alert(1)</script>{WHOLE}<img src=x onerror=alert(1)>", guid="13"),
        item("entities", "<p>Fish &amp; chips &nbsp; at the caf&eacute; by the quay, for &#8364;7 &mdash; every day of the week.</p>" + WHOLE, guid="14"),
        item("日本語", "<p>港の古い倉庫を残すかどうかで議論が続いている。</p>" * 20, guid="15"),
        item("twice", WHOLE, guid="16"), item("twice", WHOLE, guid="16"),
        item("nothing but links", '<a href="/a">More</a> <a href="/b">Share this</a>', guid="17"),
        item("😀 emoji", f"👨‍👩‍👧{WHOLE}", guid="18"),
        item("control", f"a\x01b{WHOLE}".replace("\x01", ""), guid="19"),
        item("relative link", WHOLE, guid="20", link="/relative"),
    ), headers=XML)  # fmt: skip

    done, feed = await fetched(collector, publisher.url("/feed"))

    found = await stored(pool)
    assert (done.state, done.added, done.rejected) == ("ok", 20, 0)
    assert (feed.state, feed.title, feed.articles) == ("ok", "Harbour News", 20)
    assert found["excerpt"][0].count("agreed on the plan") == 9
    assert "市議会が合意した" in found["excerpt in another encoding"][0]
    assert found["excerpt whose page is gone"][0] == "Only these few words came with the feed."
    assert found["whole"][1] == "2026-11-23 00:00:00+00"
    assert found["broken date"][1] is found["date to come"][1] is None
    assert str(found["date in no standard"][1]).startswith("2026-11-23")
    assert found["only a title"][0] == "only a title"
    assert found["nothing but links"][0] == "nothing but links"
    assert found["one megabyte"][0].count("Paragraph") == 17_000
    assert "alert" not in found["scripts"][0]
    assert "Fish & chips at the café by the quay, for €7 — every day" in found["entities"][0]
    assert await pool.fetchval("SELECT lang FROM articles WHERE title = '日本語'") == "ja"
    assert await pool.fetchval("SELECT url FROM articles WHERE title = 'relative link'") == publisher.url(
        "/relative"
    )
    assert await pool.fetchval("SELECT count(*) FROM article_tags WHERE tag = 'harbour'") == 20


async def test_atom_with_and_without_whole_texts(collector: Collector, publisher: Publisher, pool: Pool):
    publisher.pages["/atom"] = Page(
        '<?xml version="1.0" encoding="iso-8859-1"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Caf\xe9</title>'
        '<entry><id>tag:a,1</id><title type="html">Quay &amp;amp; caf\xe9</title><updated>2026-11-23T09:00:00Z</updated>'
        f'<content type="html">{escape(WHOLE)}</content></entry><entry><id>tag:a,2</id><title>Summary</title>'
        "<summary>A summary of what the council has said.</summary></entry></feed>".encode("latin-1"),
        headers={"Content-Type": "application/atom+xml"},
    )

    done, feed = await fetched(collector, publisher.url("/atom"))

    assert (done.added, feed.title) == (2, "Café")
    assert set(await stored(pool)) == {"Quay & café", "Summary"}


async def test_what_has_not_changed_is_neither_sent_nor_stored_again(
    collector: Collector, publisher: Publisher, pool: Pool
):
    def answer(asked: Mapping[str, str]) -> Page:
        if asked.get("if-none-match") == '"v1"' and asked.get("if-modified-since") == "Mon":
            return Page(status=304)
        return Page(
            rss(item("whole", WHOLE, guid="1")), headers={**XML, "ETag": '"v1"', "Last-Modified": "Mon"}
        )

    publisher.pages["/feed"] = answer
    await fetched(collector, publisher.url("/feed"))

    done, feed = await fetched(collector, publisher.url("/feed"))

    assert (done.state, feed.state, feed.failures) == ("unchanged", "unchanged", 0)
    assert len(await stored(pool)) == 1


async def test_the_page_of_an_excerpt_is_fetched_once(collector: Collector, publisher: Publisher, pool: Pool):
    publisher.pages["/page"] = Page(WHOLE.encode(), headers={"Content-Type": "text/html"})
    publisher.pages["/feed"] = Page(
        rss(item("a", "Short.", guid="1", link=publisher.url("/page"))), headers=XML
    )

    await fetched(collector, publisher.url("/feed"))
    done, _ = await fetched(collector, publisher.url("/feed"))

    assert publisher.asked.count("/page") == 1
    assert (done.added, done.updated) == (0, 0)
    assert "agreed" in (await stored(pool))["a"][0]


async def test_a_page_that_failed_for_a_moment_is_asked_for_again(
    collector: Collector, publisher: Publisher, pool: Pool
):
    publisher.pages["/feed"] = Page(
        rss(item("a", "Short words of it.", guid="1", link=publisher.url("/page"))), headers=XML
    )
    publisher.pages["/page"] = Page(status=503)
    await fetched(collector, publisher.url("/feed"))
    publisher.pages["/page"] = Page(WHOLE.encode(), headers={"Content-Type": "text/html"})

    done, _ = await fetched(collector, publisher.url("/feed"))

    assert done.updated == 1
    assert "agreed" in (await stored(pool))["a"][0]


async def test_an_item_that_is_issued_again_has_new_words_and_stays_itself(
    collector: Collector, publisher: Publisher, pool: Pool
):
    publisher.pages["/feed"] = Page(rss(item("plan", WHOLE, guid="1")), headers=XML)
    await fetched(collector, publisher.url("/feed"))
    before = await pool.fetchval("SELECT utterance_id FROM articles")
    publisher.pages["/feed"] = Page(
        rss(item("plan", WHOLE.replace("agreed", "not agreed"), guid="1")), headers=XML
    )

    done, _ = await fetched(collector, publisher.url("/feed"))

    assert (done.added, done.updated) == (0, 1)
    assert await pool.fetchval("SELECT utterance_id FROM articles") == before
    assert "not agreed" in (await stored(pool))["plan"][0]


@pytest.mark.parametrize(("page", "says"), [
    (Page(None), "it did not answer within"),
    (Page(status=302, headers={"Location": "/feed"}), "it redirects more than 5 times"),
    (Page(status=302, headers={"Location": "http://10.0.0.1/feed"}), "it leads to a private address"),
    (Page(b"x" * 5_000_001), "it sends more than 5,000,000 bytes"),
    (Page(status=404), "it answered 404 Not Found"),
    (Page(b"<html><body><p>Welcome to our new site</p></body></html>", headers={"Content-Type": "text/html"}), "it is neither RSS nor Atom"),
    (Page(b"\x00\xff\xfe no xml at all"), "it is neither RSS nor Atom"),
    (Page(b""), "it is neither RSS nor Atom"),
])  # fmt: skip
async def test_a_bad_fetch_loses_nothing_and_says_why(
    collector: Collector, publisher: Publisher, pool: Pool, page: Page, says: str
):
    publisher.pages["/feed"] = Page(rss(item("plan", WHOLE, guid="1")), headers={**XML, "ETag": '"v1"'})
    await fetched(collector, publisher.url("/feed"))
    kept = await stored(pool)
    publisher.pages["/feed"] = page
    hurried = replace(collector, fetcher=replace(collector.fetcher, timeout_s=0.5))

    done, feed = await fetched(hurried, publisher.url("/feed"))
    again, later = await fetched(hurried, publisher.url("/feed"))

    assert done.error is not None
    assert done.error.startswith(says)
    assert (feed.state, feed.failures, later.failures, again.state) == ("failed", 1, 2, "failed")
    assert feed.succeeded_at is not None
    assert later.due_at > feed.due_at > feed.succeeded_at
    assert await stored(pool) == kept
    assert feed.etag == '"v1"'


async def test_feeds_of_opml_never_lead_into_the_owners_network(
    collector: Collector, publisher: Publisher, pool: Pool
):
    publisher.pages["/feed"] = Page(rss(item("plan", WHOLE, guid="1")), headers=XML)
    opml = (
        f'<opml><body><outline text="Folder"><outline text="Home" xmlUrl="{publisher.url("/feed")}"/></outline>'
        '<outline title="News &amp; more" type="rss" xmlUrl="https://news.example/feed"/><outline xmlUrl="javascript:x"/>'
    )
    async with connection(pool) as conn:
        added, refused = await subscriptions.add_opml(conn, opml)
        again, known = await subscriptions.add_opml(conn, opml)
        (home,) = [feed for feed in await feeds.list_feeds(conn) if feed.name == "Home"]

    (done,) = [one async for one in collector.collect(home.feed_id)]

    assert (sorted(added), refused, again, len(known)) == (["Home", "News & more"], [], [], 2)
    assert str(done.error).startswith("it leads to a private address")
    assert publisher.asked == []


async def test_feeds_that_are_due_are_fetched_once_by_whoever_comes_first(
    collector: Collector, publisher: Publisher, pool: Pool
):
    async with connection(pool) as conn:
        for number in range(3):
            publisher.pages[f"/{number}"] = Page(rss(item("plan", WHOLE, guid=str(number))), headers=XML)
            await subscriptions.add(conn, publisher.url(f"/{number}"))

    done = [one async for one in collector.collect()]
    again = [one async for one in collector.collect()]

    assert ([one.added for one in done], again) == ([1, 1, 1], [])


async def test_a_feed_is_added_once_and_removed_without_its_articles(
    collector: Collector, publisher: Publisher, pool: Pool
):
    publisher.pages["/feed"] = Page(rss(item("plan", WHOLE, guid="1")), headers=XML)
    await fetched(collector, publisher.url("/feed"))
    async with connection(pool) as conn:
        for url in (publisher.url("/feed"), "ftp://news.example", "news.example/feed", "http://[broken"):
            with pytest.raises(FeedRefused):
                await subscriptions.add(conn, url)
        assert await feeds.remove_feed(conn, "news")
        assert not await feeds.remove_feed(conn, "news")

    assert len(await stored(pool)) == 1


async def test_an_article_server_is_read_page_by_page(collector: Collector, publisher: Publisher, pool: Pool):
    def page(number: int, *, has_more: bool) -> Page:
        article = {
            "article_id": f"a{number}",
            "title": f"Title {number}",
            "fulltext": WHOLE,
            "published_at": "2026-11-23T00:00:00Z",
        }
        return Page(json.dumps({"articles": [article], "hasMore": has_more}).encode())

    publisher.pages["/articles?page=1&page_size=500"] = page(1, has_more=True)
    publisher.pages["/articles?page=2&page_size=500"] = page(2, has_more=False)
    async with connection(pool) as conn:
        await subscriptions.add(conn, publisher.url("/articles"), name="archive", kind="http")

    (done,) = [one async for one in collector.collect()]

    assert (done.added, done.error) == (2, None)
    assert await pool.fetchval("SELECT kind FROM sources WHERE name = 'archive'") == "http"
    assert set(await stored(pool)) == {"Title 1", "Title 2"}
