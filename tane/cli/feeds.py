"""tane feeds: where articles come from."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from daemon.feed_chores import collector_of
from tane.articles import subscriptions
from tane.articles.collecting import Collected
from tane.articles.subscriptions import FeedRefused
from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.output import clean, console, fold, note, one_line, show, told, when, write_json
from tane.store import feeds as stored
from tane.store.feeds import Subscription
from tane.store.pool import connection, transaction
from tane.store.session import Session

KINDS = {"feed": "feed", "http_json": "http"}
LARGEST_OPML_BYTES = 5_000_000


@click.group(
    cls=Group,
    examples=["tane feeds add https://news.example/feed.xml", "tane feeds list", "tane feeds fetch"],
)
def feeds() -> None:
    """Add, list, fetch or remove feeds of articles.

    While `tane run` runs, each is fetched every feeds.every minutes. Articles are found by `tane search` and stand on no map.
    """


@feeds.command(
    cls=Command,
    examples=[
        "tane feeds add https://news.example/feed.xml",
        "tane feeds add http://127.0.0.1:9200/articles --kind http_json --name archive",
    ],
)
@click.argument("url")
@click.option("--name", metavar="NAME", help="What it is called; otherwise by its host.")
@click.option(
    "--private",
    "is_private",
    is_flag=True,
    help="Its host may be in a private network; one that is written so may be in any case.",
)
@click.option(
    "--kind", type=click.Choice(tuple(KINDS)), default="feed", show_default=True,
    help="feed is RSS or Atom; http_json a server that answers pages of articles in JSON.",
)  # fmt: skip
@json_option
@in_session
async def add(
    _: Invocation,
    session: Session,
    /,
    *,
    url: str,
    name: str | None,
    is_private: bool,
    kind: str,
    as_json: bool,
) -> None:
    """Add a feed by its address."""
    async with transaction(session.pool) as conn:
        try:
            given = await subscriptions.add(conn, url, name=name, kind=KINDS[kind], is_private=is_private)
        except FeedRefused as refused:
            raise Failure(str(refused)) from None
    told(as_json, f"{clean(given)} is added; `tane feeds fetch` fetches it now", feed=given)


@feeds.command("import", cls=Command, examples=["tane feeds import subscriptions.opml"])
@click.argument("opml", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@in_session
async def import_(_: Invocation, session: Session, /, *, opml: Path, as_json: bool) -> None:
    """Add the feeds of an OPML file, as feed readers export it."""
    with opml.open("rb") as file:
        text = file.read(LARGEST_OPML_BYTES).decode("utf-8", "replace")
    async with transaction(session.pool) as conn:
        added, refused = await subscriptions.add_opml(conn, text)
    if not added and not refused:
        raise Failure(f"{opml} names no feeds: an OPML file has outlines with xmlUrl")
    told(
        as_json,
        f"{len(added):,} feeds added, {len(refused):,} were there already",
        added=added,
        known=len(refused),
    )


@feeds.command("list", cls=Command, examples=["tane feeds list", "tane feeds list --json"])
@json_option
@in_session
async def list_(invocation: Invocation, session: Session, as_json: bool) -> None:
    """List the feeds and how each is doing."""
    async with connection(session.pool) as conn:
        found = await stored.list_feeds(conn)
    zone = invocation.settings.timezone
    if as_json:
        write_json([asdict(feed) | {"says": state_of(feed, zone)} for feed in found])
        return
    for feed in found:
        show(*_drawn(feed, zone))
    if not found:
        note("no feeds: `tane feeds add URL` adds one")


def _drawn(feed: Subscription, zone: str) -> Iterator[RenderableType]:
    """Yield a feed: its name and size, its address, and how it is doing; an address has no place to be folded at."""
    width = console().width
    yield Text.assemble(
        (one_line(feed.name, cells=width - 20), "bold"), (f"  {feed.articles:,} articles", "dim")
    )
    yield Text(f"    {one_line(feed.url, cells=width - 6)}", style="dim")
    style = "red" if feed.state == "failed" else ""
    yield Padding(fold(Text(clean(state_of(feed, zone)), style=style), width - 6), (0, 2, 0, 4))


def state_of(feed: Subscription, zone: str) -> str:
    """Return how a feed is doing, as a sentence."""
    due = f"next at {when(feed.due_at, zone)}"
    if feed.state == "new":
        return "not fetched yet"
    if feed.state == "failed":
        times = "once" if feed.failures == 1 else f"{feed.failures:,} times in a row"
        good = f"last good {when(feed.succeeded_at, zone)}" if feed.succeeded_at else "never good so far"
        return f"failed {times}: {feed.error}; {good}, {due}"
    changed = "nothing new" if feed.state == "unchanged" else "fetched"
    return f"{changed} at {when(feed.fetched_at, zone)}, {due}"


@feeds.command(cls=Command, examples=["tane feeds remove news.example"])
@click.argument("name")
@json_option
@in_session
async def remove(_: Invocation, session: Session, name: str, as_json: bool) -> None:
    """Remove a feed, by its name or address; its articles stay."""
    async with connection(session.pool) as conn:
        is_removed = await stored.remove_feed(conn, name)
    if not is_removed:
        raise Failure(f"there is no feed {clean(name)}: `tane feeds list` shows all")
    told(as_json, f"{clean(name)} is removed; `tane forget --source` removes its articles, too", removed=name)


@feeds.command(cls=Command, examples=["tane feeds fetch", "tane feeds fetch news.example"])
@click.argument("name", required=False)
@json_option
@in_session
async def fetch(invocation: Invocation, session: Session, name: str | None, as_json: bool) -> None:
    """Fetch one feed now, or all of them."""
    async with connection(session.pool) as conn:
        chosen = [feed for feed in await stored.list_feeds(conn) if name in (None, feed.name, feed.url)]
    if name is not None and not chosen:
        raise Failure(f"there is no feed {clean(name)}: `tane feeds list` shows all")
    done: list[Collected] = []
    async with collector_of(session.pool, invocation.settings) as collector:
        for feed in chosen:
            async for one in collector.collect(feed.feed_id):
                done.append(one)
                if not as_json:
                    note(line_of(one))
    if as_json:
        write_json([asdict(one) for one in done])
    if done and all(one.state == "failed" for one in done):
        raise Failure(_failed(done))


def line_of(one: Collected) -> str:
    """Return what a fetch brought, as a line."""
    if one.error is not None:
        return f"{clean(one.name)}: {one.error}"
    if one.state == "unchanged":
        return f"{clean(one.name)}: nothing new"
    rejected = f", {one.rejected:,} rejected" if one.rejected else ""
    return f"{clean(one.name)}: {one.added:,} new, {one.updated:,} changed{rejected}"


def _failed(done: Sequence[Collected]) -> str:
    return (
        "the feed cannot be fetched" if len(done) == 1 else f"none of the {len(done):,} feeds can be fetched"
    )
