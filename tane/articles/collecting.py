"""Fetches feeds that are due, and stores what is new in them; a feed that fails loses nothing and is asked again later."""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import structlog

from tane.articles.fetching import Fetcher, FetchTrouble, open_fetcher
from tane.articles.syndication import (
    Item,
    NoFeed,
    id_of,
    parse_feed,
    parse_server_page,
    parse_tags,
)
from tane.importing.batches import JobPlan
from tane.importing.identity import Rewording
from tane.importing.importer import ImportOptions, import_files
from tane.importing.inputs import ARTICLES
from tane.importing.publications import host_of
from tane.importing.records import ImportProblem, NothingUsable
from tane.recap.cleaning import clean_body
from tane.store import feeds
from tane.store.articles import save_tags
from tane.store.feeds import Subscription
from tane.store.pool import Pool, connection, transaction

ACCEPTED = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
CLAIM_S = 900.0
MOST_PAGES = 50  # of articles, at one fetch
PAGES_AT_ONCE = 4
SERVER_PAGES = 200
MOST_TAGS = 20  # of an article, from a tag server
SERVER_PAGE_SIZE = 500
SERVER_OVERLAP = timedelta(days=7)
"""How long before the last good fetch the next one begins: articles are published before a server has them."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one fetch brought."""

    name: str
    state: feeds.FeedState
    error: str | None = None
    added: int = 0
    updated: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Fetches feeds into the database."""

    pool: Pool
    fetcher: Fetcher
    plan: JobPlan
    every_s: float
    full_text: bool
    timezone: str
    map_sources: frozenset[str]
    tags_url: str = ""
    """Of a server that knows the tags of articles of article servers; empty: none does."""

    async def collect(self, feed_id: UUID | None = None) -> AsyncIterator[Collected]:
        """Fetch one feed, or one after the other all that are due."""
        tried: list[UUID] = []
        while True:
            async with connection(self.pool) as conn:
                feed = await feeds.claim_feed(conn, feed_id, besides=tried, for_s=CLAIM_S)
            if feed is None:
                return
            tried.append(feed.feed_id)
            yield await self._collect(feed)

    async def _collect(self, feed: Subscription) -> Collected:
        try:
            done = await (self._from_server(feed) if feed.kind == "http" else self._from_feed(feed))
        except (FetchTrouble, NoFeed, ImportProblem) as trouble:
            error = (
                str(trouble) if isinstance(trouble, FetchTrouble | NoFeed) else "its articles cannot be read"
            )
            async with connection(self.pool) as conn:
                await feeds.note_failure(conn, feed.feed_id, error, every_s=self.every_s)
            log.warning("feed.failed", host=host_of(feed.url), reason=error, failures=feed.failures + 1)
            return Collected(name=feed.name, state="failed", error=error)
        log.info(
            "feed.fetched", host=host_of(feed.url), state=done.state, added=done.added, updated=done.updated
        )
        return done

    async def _from_feed(self, feed: Subscription) -> Collected:
        answer = await self.fetcher.get(
            feed.url, private_host=_private_host(feed), etag=feed.etag, last_modified=feed.last_modified, accept=ACCEPTED
        )  # fmt: skip
        if answer.is_unchanged:
            await self._note(feed, "unchanged", title=None, etag=feed.etag, last_modified=feed.last_modified)
            return Collected(name=feed.name, state="unchanged")
        parsed = await asyncio.to_thread(parse_feed, answer.body, answer.headers, answer.url)
        async with connection(self.pool) as conn:
            known = await feeds.known_items(conn, feed.source_id, [item.fingerprint for item in parsed.items])
        new = [item for item in parsed.items if item.fingerprint not in known]
        counts = await self._store(feed, await self._articles(feed, new))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        await self._note(
            feed,
            "ok",
            title=parsed.title,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
        )
        return _collected(feed, counts)

    async def _articles(self, feed: Subscription, items: Sequence[Item]) -> list[Mapping[str, Any]]:
        """Return the items with their whole texts, as far as these can be had."""
        gate = asyncio.Semaphore(PAGES_AT_ONCE)
        paged = [item for item in items if item.page and self.full_text][:MOST_PAGES]
        bodies = await asyncio.gather(*(self._page(feed, item, gate) for item in paged))
        whole = dict(zip((item.fingerprint for item in paged), bodies, strict=True))
        pages = [whole.get(item.fingerprint, _NO_PAGE) for item in items]
        return await asyncio.to_thread(lambda: list(map(_with_page, items, pages)))

    async def _page(self, feed: Subscription, item: Item, gate: asyncio.Semaphore) -> "_Page":
        async with gate:
            try:
                answer = await self.fetcher.get(
                    item.page or "", private_host=_private_host(feed), accept="text/html"
                )
            except FetchTrouble as trouble:
                return _Page(body=None, may_come=not trouble.is_final)
        media = {name.lower(): value for name, value in answer.headers.items()}.get("content-type", "")
        if "html" not in media.lower():
            return _NO_PAGE
        return _Page(body=await asyncio.to_thread(_decoded, answer.body, media), may_come=False)

    async def _from_server(self, feed: Subscription) -> Collected:
        """Read an article server page by page; what an earlier page brought stays if a later one fails.

        It is asked for what was published since shortly before the last good fetch.
        """
        totals: Counter[str] = Counter()
        since = feed.succeeded_at - SERVER_OVERLAP if feed.succeeded_at else BEGINNING
        window = {"from": since.isoformat(), "to": datetime.now(UTC).isoformat()}
        for page in range(1, SERVER_PAGES + 1):
            asked = urlencode({**window, "page": page, "page_size": SERVER_PAGE_SIZE})
            joint = "&" if urlsplit(feed.url).query else "?"
            answer = await self.fetcher.get(
                f"{feed.url}{joint}{asked}", private_host=_private_host(feed), accept="application/json"
            )
            found = await asyncio.to_thread(parse_server_page, answer.body)
            totals.update(await self._store(feed, found.articles))
            await self._tag(feed, found.articles)
            if not found.has_more or not found.articles:
                break
        await self._note(feed, "ok", title=None, etag=None, last_modified=None)
        return _collected(feed, totals)

    async def _tag(self, feed: Subscription, articles: Sequence[Mapping[str, Any]]) -> None:
        """Ask the tag server for the tags of some articles; if it fails, they have those that came with them."""
        ids = [name for one in articles if (name := id_of(one)) is not None]
        if not self.tags_url or not ids:
            return
        host = host_of(self.tags_url)
        try:
            answer = await self.fetcher.post(
                self.tags_url,
                json.dumps({"article_ids": ids}).encode(),
                private_host=urlsplit(self.tags_url).hostname,
            )
            found = await asyncio.to_thread(parse_tags, answer.body)
        except (FetchTrouble, NoFeed) as trouble:
            log.warning("feed.tags_failed", host=host, reason=str(trouble))
            return
        tags = {name: found[name][:MOST_TAGS] for name in ids if name in found}
        async with transaction(self.pool) as conn:
            await save_tags(conn, feed.source_id, tags, origin=f"tags:{host}")

    async def _store(self, feed: Subscription, articles: Iterable[Mapping[str, Any]]) -> Counter[str]:
        """Store articles just as an import does; those that say nothing are counted."""
        lines = [json.dumps(article) for article in articles]
        if not lines:
            return Counter()
        with tempfile.TemporaryDirectory(prefix="tane-") as folder:
            path = Path(folder) / "articles.jsonl"
            await asyncio.to_thread(path.write_text, "\n".join(lines), encoding="utf-8")
            options = ImportOptions(
                source=feed.name, format=ARTICLES, encoding="utf-8", timezone=self.timezone, rewording=Rewording.ALL,
                rejects=path.with_suffix(".rejects.csv"), origin=host_of(feed.url) or "feed", map_sources=self.map_sources,
                kind="http" if feed.kind == "http" else "feed",
            )  # fmt: skip
            try:
                done = await import_files(self.pool, [path], options, plan=self.plan)
            except NothingUsable as nothing:
                return Counter(rejected=sum(nothing.rejected.values()))
        return Counter(added=done.added, updated=done.updated, rejected=done.rejected)

    async def _note(
        self,
        feed: Subscription,
        state: feeds.FeedState,
        *,
        title: str | None,
        etag: str | None,
        last_modified: str | None,
    ) -> None:
        async with connection(self.pool) as conn:
            await feeds.note_success(
                conn, feed.feed_id, state=state, title=title, etag=etag, last_modified=last_modified, every_s=self.every_s
            )  # fmt: skip


@asynccontextmanager
async def open_collector(
    pool: Pool,
    *,
    plan: JobPlan,
    every_s: float,
    full_text: bool,
    timeout_s: float,
    timezone: str,
    map_sources: frozenset[str],
    tags_url: str = "",
) -> AsyncIterator[Collector]:
    """Lend a collector with its connections."""
    async with open_fetcher(timeout_s=timeout_s) as fetcher:
        yield Collector(
            pool=pool, fetcher=fetcher, plan=plan, every_s=every_s, full_text=full_text, timezone=timezone,
            map_sources=map_sources, tags_url=tags_url,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The page of an item; `may_come`: it failed in a way that may pass."""

    body: str | None
    may_come: bool


_NO_PAGE = _Page(body=None, may_come=False)


def _collected(feed: Subscription, counts: Counter[str]) -> Collected:
    return Collected(
        name=feed.name,
        state="ok",
        added=counts["added"],
        updated=counts["updated"],
        rejected=counts["rejected"],
    )


def _with_page(item: Item, page: _Page) -> Mapping[str, Any]:
    """Return an item as an article; one whose page may come yet is not remembered as read, so that it is asked for again."""
    fields = dict(item.fields) if page.may_come else {**item.fields, "item": item.fingerprint}
    excerpt = clean_body(str(fields.get("html", "")), "html").text
    if page.body is not None and len(clean_body(page.body, "html").text) > len(excerpt):
        fields["html"] = page.body
    return fields


def _decoded(body: bytes, media: str) -> str:
    """Decode a page by what its server says, what it says itself, or what its bytes look like."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only where pages are fetched

    named = media.partition("charset=")[2].split(";")[0].strip(" \"'")
    for name in filter(None, (named, "utf-8")):
        try:
            return body.decode(name)
        except (LookupError, UnicodeError):
            continue
    best = from_bytes(body[:200_000]).best()
    return body.decode(best.encoding if best else "utf-8", "replace")


def _private_host(feed: Subscription) -> str | None:
    return urlsplit(feed.url).hostname if feed.is_private else None
