"""tane morning: what a night brought, grouped."""

from collections.abc import Iterator
from datetime import datetime

import click
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from daemon.recaps import cannot_write, morning_supervisor
from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.output import clean, console, fold, one_line, short, show, when, write_json
from tane.cli.run_requests import ask, run_params
from tane.runs.recap.view import MorningView, read_morning
from tane.store import runs
from tane.store.pool import connection
from tane.store.session import Session

NONE_YET = "there is no morning yet; `tane morning run --wait` makes one now"


@click.group(cls=Group, examples=["tane morning run --wait", "tane morning show"])
def morning() -> None:
    """Show what a night brought, grouped."""


@morning.command("run", cls=Command, examples=["tane morning run --wait"])
@click.option("--until", metavar="WHEN", help="Where its 24 hours end: a date or a time; otherwise now.")
@click.option("--wait", is_flag=True, help="Stay until it is over; it runs here if no daemon takes it.")
@json_option
@in_session
async def run(
    invocation: Invocation, session: Session, *, until: str | None, wait: bool, as_json: bool
) -> None:
    """Make today's edition now.

    A second one of a day takes the place of the first.
    """
    params = await run_params(
        invocation, session, window="24h" if until else None, until=until, sources=None, mode=None
    )
    supervisor = morning_supervisor(invocation.settings, session, can_write=cannot_write)
    await ask(session, supervisor, runs.MORNING, params, wait=wait, as_json=as_json)


@morning.command("show", cls=Command, examples=["tane morning show", "tane morning show 2026-11-30 --json"])
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), required=False)
@json_option
@in_session
async def show_(invocation: Invocation, session: Session, day: datetime | None, as_json: bool) -> None:
    """Show the edition of a day; without one, the last."""
    async with connection(session.pool) as conn:
        view = await read_morning(conn, day.date() if day else None)
    if view is None:
        raise Failure(NONE_YET if day is None else f"there is no edition of {day.date()}")
    if as_json:
        write_json(view.as_json())
        return
    show(*_drawn(view, zone=invocation.settings.timezone))


def _drawn(view: MorningView, *, zone: str) -> Iterator[RenderableType]:
    yield Text(f"Morning of {view.edition_date.isoformat()}", style="bold")
    if view.letter:
        yield Text(one_line(view.letter.title or "", cells=console().width), style="bold green")
        for bullet in view.letter.bullets:
            if not bullet.is_deleted:
                yield Padding(fold(Text(f"· {clean(bullet.text)}"), console().width - 6), (0, 2, 0, 2))
    for name, groups in (("Articles", view.articles), ("Your talk", view.talk)):
        yield Text(f"\n{name}" if groups else f"\n{name}: nothing in these 24 hours", style="bold")
        for group in groups:
            first = group.primary
            same = len(group.documents) - 1
            facts = f"{when(first.said_at, zone)}  {one_line(first.publisher or '', cells=24)}"
            head = first.title or first.contents
            yield Text.assemble(
                "  ", (short(first.utterance_id), "bold"), "  ", one_line(head, cells=console().width - 14)
            )
            yield Text(f"            {facts}{f'  +{same} on the same' if same else ''}", style="dim")
