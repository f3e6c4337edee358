"""tane search and show: look at what was said and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import click
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from daemon.searching import Found
from daemon.searching import search as search_everything
from tane.cli.commands import Command
from tane.cli.detail import drawn
from tane.cli.failures import Failure
from tane.cli.folding import fold
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.output import clean, console, excerpt, note, short, when, write_json
from tane.cli.output import show as show_data
from tane.store import reading
from tane.store.pool import connection
from tane.store.session import Session

BY_STYLES = {"both": "green", "words": "cyan", "meaning": "magenta"}


@click.command(
    cls=Command,
    examples=["tane search 睡眠", "tane search 眠れない 夜", "tane search 睡眠 --limit 50 --json"],
)
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most so many.")
@json_option
@in_session
async def search(
    invocation: Invocation, session: Session, text: tuple[str, ...], limit: int, as_json: bool
) -> None:
    """Find utterances and seeds, by their words and by their meaning.

    Words are found inside others, as Japanese needs it; several words must all occur. When the model
    server is away, the search by words goes on alone.
    """
    findings = await search_everything(session.pool, invocation.settings.llm, " ".join(text), limit=limit)
    if findings.note:
        note(findings.note)
    if as_json:
        write_json(
            [asdict(found.hit) | {"by": found.by, "similarity": found.similarity} for found in findings.found]
        )
        return
    if not findings.found:
        note("nothing found")
        return
    show_data(*_drawn(findings.found, " ".join(text).split(), zone=invocation.settings.timezone))
    note("`tane show ID` shows one of them with everything that hangs on it")


@click.command(cls=Command, examples=["tane show 1f0c9a2e", "tane show 1f0c9a2e --json"])
@click.argument("item", metavar="ID")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most so many neighbours."
)
@json_option
@in_session
async def show(invocation: Invocation, session: Session, item: str, limit: int, as_json: bool) -> None:
    """Show one item with everything that hangs on it.

    An utterance, seed or cluster, named by its id or the beginning of it. A seed is shown with the utterance it comes from, in which the words that support it are marked.
    """
    async with connection(session.pool) as conn:
        found = await reading.find_items(conn, item)
        if len(found) != 1:
            raise Failure(_not_one(item, [f"{kind} {item_id}" for kind, item_id in found]))
        detail = await reading.read_item(conn, *found[0], limit=limit)
    show_detail(detail, zone=invocation.settings.timezone, as_json=as_json)


def show_detail(detail: reading.Detail, *, zone: str, as_json: bool) -> None:
    """Print one item, for people or for programs."""
    if as_json:
        write_json(asdict(detail))
        return
    screen = console()
    show_data(drawn(detail, zone=zone, width=screen.width, has_style=screen.is_terminal))


def _drawn(found: list[Found], words: Sequence[str], *, zone: str) -> Iterator[RenderableType]:
    """Two lines a hit: what it is, and its text, or the part of it in which a word was found."""
    width = console().width
    for one in found:
        hit = one.hit
        near = "" if one.similarity is None else f" {one.similarity:.2f}"
        said = "" if hit.kind == "cluster" else when(hit.at, zone)[:10]
        facts = f"  {hit.kind}  {said}  {clean(hit.speaker or '')}".rstrip()
        yield Text.assemble((short(hit.id), "bold"), (facts, "dim"), (f"  {one.by}{near}", BY_STYLES[one.by]))
        yield Padding(fold(excerpt(hit.text, words, cells=2 * (width - 6)), width - 4), (0, 2, 0, 2))


def _not_one(prefix: str, found: list[str]) -> str:
    if not found:
        return f"nothing has an id that begins with {prefix}; `tane search` finds ids, `tane jobs show` shows jobs"
    return f"{prefix} is the beginning of {len(found)} ids: give more of it\n" + "\n".join(
        f"  {name}" for name in found
    )
