"""Which feeds there are: those that the owner typed, and those of an OPML file."""

from urllib.parse import urlsplit

from tane.articles.fetching import names_private
from tane.articles.syndication import Outline, read_opml
from tane.importing.identity import source_id_of, source_name
from tane.importing.publications import host_of
from tane.importing.records import ImportProblem
from tane.store import feeds
from tane.store.pool import Connection


class FeedRefused(Exception):  # noqa: N818 - reads as what the owner is told
    """A feed cannot be added; the message says what to do."""


async def add(
    conn: Connection, url: str, *, name: str | None = None, kind: str = "feed", is_private: bool = False
) -> str:
    """Add a feed that the owner typed, and return its name.

    Raises:
        FeedRefused: the address is none, or is there already, or the name is taken.
    """
    url = url.strip()
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if host is None or not url.startswith(("http://", "https://")):
        raise FeedRefused("the address of a feed begins with http:// or https://")
    return await _add(
        conn, url, name or _name_of(url), kind=kind, is_private=is_private or names_private(host)
    )


async def _add(conn: Connection, url: str, name: str, *, kind: str, is_private: bool) -> str:
    try:
        name = source_name(name)
    except ImportProblem:
        raise FeedRefused("a feed needs a printable name of 1 to 200 characters: use --name") from None
    added = await feeds.add_feed(
        conn, source_id=source_id_of(name), name=name, kind=kind, url=url, is_private=is_private
    )
    if added is None:
        raise FeedRefused(
            "this address is there already, or its name is taken: see `tane feeds list`, or use --name"
        )
    return name


def _name_of(url: str) -> str:
    """Return what a feed is called if nobody says: its host, with its path where that tells more."""
    path = urlsplit(url).path.strip("/")
    common = {"", "feed", "rss", "atom", "index.xml", "feed.xml", "rss.xml", "atom.xml", "index.rdf"}
    host = host_of(url) or url
    return host if path.lower() in common else f"{host}/{path}"[:200]


async def add_opml(conn: Connection, text: str) -> tuple[list[str], list[Outline]]:
    """Add the feeds of an OPML file; return the names of those added, and those that could not be. None is private."""
    added: list[str] = []
    refused: list[Outline] = []
    for outline in read_opml(text):
        for name in filter(None, (outline.title, _name_of(outline.url))):
            try:
                added.append(await _add(conn, outline.url, name, kind="feed", is_private=False))
            except FeedRefused:
                continue
            break
        else:
            refused.append(outline)
    return added, refused
