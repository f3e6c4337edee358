"""What a feed (RSS, Atom) or an article server says, as articles for the importer. Pure, but for the parser's own state."""

import hashlib
import html
import io
import json
import re
from calendar import timegm
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from tane.importing.publications import tags_of
from tane.recap.cleaning import text_of_html

MOST_ITEMS = 500
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_FULL_LETTERS = 600  # fewer are an excerpt, where a feed has descriptions only
_FEWEST_LETTERS = 200  # fewer are an excerpt in any case


class NoFeed(Exception):  # noqa: N818 - reads as the state it reports
    """What came is neither RSS nor Atom; the message is a sentence about "it"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed; `fields` are those of an article."""

    fields: Mapping[str, Any]
    fingerprint: str  # of everything that an edit can change
    page: str | None  # where its whole text is, if this is an excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed and its items, each once, in the feed's order."""

    title: str | None
    items: tuple[Item, ...]


def parse_feed(body: bytes, headers: Mapping[str, str], url: str) -> ParsedFeed:
    """Read a feed in whatever encoding and state it is.

    Raises:
        NoFeed: there is no feed in it.
    """
    import feedparser  # noqa: PLC0415 - only where feeds are fetched

    given = {
        name.lower(): value
        for name, value in headers.items()
        if name.lower() in ("content-type", "content-language")
    }
    parsed = feedparser.parse(io.BytesIO(body), response_headers={**given, "content-location": url})
    if not parsed.get("version") and not parsed.entries:
        raise NoFeed("it is neither RSS nor Atom")
    lang = parsed.feed.get("language")
    items: dict[str, Item] = {}
    for entry in parsed.entries[:MOST_ITEMS]:
        # A dictionary without the parser's aliases, one of which warns.
        item = _item(dict(entry), url, lang)
        items.setdefault(str(item.fields.get("id") or item.fingerprint), item)
    return ParsedFeed(title=parsed.feed.get("title") or None, items=tuple(items.values()))


def _item(entry: Mapping[str, Any], url: str, lang: str | None) -> Item:
    link = _joined(url, entry.get("link"))
    contents = [str(one.get("value") or "") for one in entry.get("content", ())]
    whole = max(contents, key=len, default="")
    excerpt = str(entry.get("summary") or "")
    body = whole if len(whole) >= len(excerpt) else excerpt
    fields = {
        "id": entry.get("id") or link,
        "title": _plain(entry.get("title"), entry.get("title_detail")),
        "url": link,
        "html": body,
        "published_at": _moment(entry),
        "lang": lang,
        "tags": [tag["term"] for tag in entry.get("tags", ()) if tag.get("term")],
    }
    told = json.dumps([fields[name] for name in ("id", "title", "url", "html", "published_at")])
    fewest = _FEWEST_LETTERS if whole else _FULL_LETTERS
    is_excerpt = sum(map(str.isalnum, text_of_html(body))) < fewest
    return Item(
        fields={name: value for name, value in fields.items() if value},
        fingerprint=hashlib.sha256(told.encode("utf-8", "replace")).hexdigest(),
        page=link if is_excerpt and link and link.startswith(("http://", "https://")) else None,
    )


def _plain(title: str | None, detail: Mapping[str, Any] | None) -> str | None:
    """Return a title without the markup that many feeds write it in."""
    if not title or str((detail or {}).get("type")) == "text/plain":
        return title
    return html.unescape(_TAG.sub("", title))


def _joined(url: str, link: str | None) -> str | None:
    try:
        return urljoin(url, link) if link else None
    except ValueError:
        return None


def _moment(entry: Mapping[str, Any]) -> str | None:
    """Return when an item was published, else changed; a date that nobody can read is none."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        try:
            if entry.get(name):  # asked for with get, one stands for another with a warning
                return datetime.fromtimestamp(timegm(entry[name]), UTC).isoformat()
        except (ValueError, OverflowError, OSError):
            continue
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPage:
    """A page of articles of an article server."""

    articles: tuple[Mapping[str, Any], ...]
    has_more: bool


def parse_server_page(body: bytes) -> ServerPage:
    """Read a page of an article server, {articles: [...], has_more}, in snake or camel case.

    Raises:
        NoFeed: it is something else.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    listed = answer.get("articles") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise NoFeed("it does not answer with articles in JSON")
    articles = tuple(one for one in listed if isinstance(one, dict))
    return ServerPage(articles=articles, has_more=bool(answer.get("has_more") or answer.get("hasMore")))


def id_of(article: Mapping[str, Any]) -> str | None:
    """Return the id of an article as its server names it."""
    given = next((article[name] for name in ("article_id", "articleId", "id") if article.get(name)), None)
    return str(given) if isinstance(given, str | int) else None


def parse_tags(body: bytes) -> dict[str, tuple[tuple[str, float], ...]]:
    """Read what a tag server answers, [{article_id, tags: [{tag_name, confidence}]}]: tags with confidences by article.

    The list may stand by itself or under `articles` or `results`; names in snake or camel case.

    Raises:
        NoFeed: it is something else.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        answer = answer.get("articles", answer.get("results"))
    if not isinstance(answer, list):
        raise NoFeed("it does not answer with tags in JSON")
    listed = [one for one in answer if isinstance(one, dict)]
    return {name: tags_of(one.get("tags")) for one in listed if (name := id_of(one)) is not None}


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed that an OPML file names."""

    url: str
    title: str | None


class _Outlines(HTMLParser):
    """Reads the start tags: OPML may be broken, and entities of its own are of no use to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, Outline] = {}

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value}
        if tag == "outline" and (url := given.get("xmlurl", "").strip()).startswith(("http://", "https://")):
            title = (given.get("title") or given.get("text") or "").strip()
            self.found.setdefault(url, Outline(url, title or None))


def read_opml(text: str) -> Iterator[Outline]:
    """Yield the feeds that an OPML file names, each once."""
    parser = _Outlines()
    parser.feed(text)
    parser.close()
    yield from parser.found.values()
