"""tane today: what comes back, what turned, what stays open, what is new; all of it quoted."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from tane.cli.commands import Command
from tane.cli.invocation import Invocation, in_session, json_option, limit_option
from tane.cli.output import clean, console, fold, note, one_line, short, when, write_json
from tane.cli.output import show as show_data
from tane.importing.times import parse_time
from tane.store.pool import connection
from tane.store.reading import read_clock
from tane.store.session import Session
from tane.store.today import Quotation
from tane.today.digest import ChangedMind, News, Recurring, Today, read_today, remember

QUOTED_LINES = 3  # of a terminal, at most, for one quotation
SHOWN_DAYS = 6
_AGO = re.compile(r"(\d{1,4})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@click.command(
    cls=Command,
    examples=["tane today", "tane today --since 7d --peek", "tane today --since 2026-11-01 --json"],
)
@click.option("--since", metavar="WHEN", help="What counts as new: a date, a time, 36h, 7d or 2w.")
@click.option("--peek", is_flag=True, help="Do not remember this visit.")
@limit_option(5, highest=1_000, of="of each")
@json_option
@in_session
async def today(
    invocation: Invocation, session: Session, *, since: str | None, peek: bool, limit: int, as_json: bool
) -> None:
    """Show what you come back to, what changed, what is open and new.

    Every line is quoted, with the id of its utterance for `tane show`. What is new counts from your last visit, which neither
    --json nor --peek is.
    """
    zone = invocation.settings.timezone
    beginning = None
    if since is not None:
        async with connection(session.pool) as conn:
            beginning = since_when(since, zone=zone, now=await read_clock(conn))
        if beginning is None:
            raise click.BadParameter(
                f"{since} is no time: write 2026-11-01, 2026-11-01T08:00, 36h, 7d or 2w", param_hint="--since"
            )
    seen = await read_today(session.pool, zone=zone, since=beginning, limit=limit)
    if as_json:
        write_json(seen.as_json())
        return
    show_data(*_drawn(seen, zone=zone))
    if not peek:
        await remember(session.pool, seen)
    note("`tane show ID` shows a line with everything that hangs on it")


def since_when(text: str, *, zone: str, now: datetime) -> datetime | None:
    """Return the moment, or None for what cannot be read; `36h`, `7d` and `2w` count back from now."""
    ago = _AGO.fullmatch(text.strip().lower())
    if ago is not None:
        return now - int(ago[1]) * _UNITS[ago[2]]
    return parse_time(text, zone=ZoneInfo(zone))


def _drawn(seen: Today, *, zone: str) -> Iterator[RenderableType]:
    yield _heading("What comes back", "" if seen.themes else "nothing yet that was spoken of on two days")
    for one in seen.themes:
        yield from _theme(one, zone)
    nothing = "a text model would find them; none has been asked yet" if seen.is_unasked else ""
    yield _heading("Changed minds", "" if seen.turns else nothing or "nothing found")
    for turn in seen.turns:
        yield from _turn(turn, zone)
    yield _heading("Still open", "" if seen.questions else nothing or "no question without a later answer")
    for line in seen.questions:
        yield from _quoted(line, zone)
    if seen.waiting:
        yield Text(f"  {seen.waiting:,} more cannot be judged before they have a vector", style="dim")
    yield from _news(seen.news, zone)


def _heading(title: str, fact: str) -> Text:
    return Text.assemble("\n", (title, "bold"), (f"  {fact}" if fact else "", "dim"))


def _theme(one: Recurring, zone: str) -> Iterator[RenderableType]:
    days = [f"{day:%m-%d}" for day in one.theme.days[-SHOWN_DAYS:]]
    if len(one.theme.days) > SHOWN_DAYS:
        days.insert(0, "…")
    count = f"  {len(one.theme.days)} days  "
    title = one_line(one.theme.title or "(no title yet)", cells=console().width - cell_len(count) - 10)
    yield Text.assemble((short(one.theme.id), "bold"), (count, "green"), title)
    yield Text(f"    {' '.join(days)}", style="dim")
    for line in one.lines:
        yield from _quoted(line, zone, indent=4)


def _turn(turn: ChangedMind, zone: str) -> Iterator[RenderableType]:
    if turn.before is not None:  # found by nearness: a question to the reader, no claim
        yield from _quoted(turn.before, zone, mark="before?  ")
    yield from _quoted(turn.after, zone, mark="now      " if turn.before else "")


def _news(news: News, zone: str) -> Iterator[RenderableType]:
    counts = ", ".join(
        f"{number:,} {name if number != 1 else name.removesuffix('s')}"
        for name, number in (
            ("utterances", news.counts.utterances),
            ("seeds", news.counts.seeds),
            ("clusters", news.counts.clusters),
        )
    )
    since = f"since {when(news.since, zone)}" if news.since else "everything (first visit)"
    yield _heading("New", f"{since}: {counts}")
    for line in news.lines:
        yield from _quoted(line, zone)


def _quoted(line: Quotation, zone: str, *, indent: int = 2, mark: str = "") -> Iterator[RenderableType]:
    """A quotation under its source; what is cut ends with an ellipsis."""
    width = console().width
    who = one_line(line.speaker or "", cells=20)
    facts = f"  {when(line.at, zone)[:10]}  {who}".rstrip()
    kind = f"  {line.kind}" if line.kind else ""
    yield Text.assemble(
        " " * indent, (mark, "cyan"), (short(line.utterance_id), "bold"), (facts + kind, "dim")
    )
    cells = width - indent - 4
    text = one_line(clean(line.text), cells=QUOTED_LINES * cells - QUOTED_LINES * 2)
    yield Padding(fold(text, cells), (0, 2, 0, indent + 2))
