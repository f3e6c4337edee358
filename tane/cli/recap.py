"""tane recap: what a week brought."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.padding import Padding
from rich.text import Text

from daemon.recaps import cannot_write, recap_supervisor
from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option, limit_option
from tane.cli.output import clean, console, fold, note, show, table, told, when, write_json
from tane.cli.recap_genres import COMMANDS
from tane.cli.recap_output import STYLES, drawn, show_stage, why_lines
from tane.cli.run_requests import ask, ids_from, run_params
from tane.runs.recap.pages import recap_html, recap_markdown
from tane.runs.recap.view import read_recap
from tane.store import recap_reading, runs
from tane.store.pool import connection, transaction
from tane.store.session import Session

NONE_YET = "there is no recap yet; `tane recap run --wait` makes one now"
STAGES = ("fetch", "preprocess", "dedup", "genre", "select", "evidence", "stories", "summary")


@click.group(cls=Group, examples=["tane recap run --wait", "tane recap show", "tane recap why 3f2a"])
def recap() -> None:
    """Tell what a week brought, and from where every sentence is."""


@recap.command(cls=Command, examples=["tane recap run --wait", "tane recap run --window 30d --sources talk"])
@click.option("--window", metavar="LENGTH", help="How far back: 36h, 7d or 2w; otherwise recap.days.")
@click.option("--until", metavar="WHEN", help="Where the window ends: a date or a time; otherwise now.")
@click.option(
    "--sources",
    type=click.Choice(["talk", "articles", "both"]),
    help="What is read; otherwise recap.sources.",
)
@click.option(
    "--mode", type=click.Choice(["clusters", "taxonomy"]), help="What genres are; otherwise recap.mode."
)
@click.option("--wait", is_flag=True, help="Stay until it is over; it runs here if no daemon takes it.")
@json_option
@in_session
async def run(
    invocation: Invocation, session: Session, *, window: str | None, until: str | None, sources: str | None,
    mode: str | None, wait: bool, as_json: bool,
) -> None:  # fmt: skip
    """Ask for a recap now.

    With --wait and without a daemon nobody asks the text model: the recap is then made of the documents' own sentences.
    """
    params = await run_params(invocation, session, window=window, until=until, sources=sources, mode=mode)
    supervisor = recap_supervisor(invocation.settings, session, can_write=cannot_write)
    ended = await ask(session, supervisor, runs.RECAP, params, wait=wait, as_json=as_json)
    if ended is not None and not as_json and ended.status in ("published", "partial"):
        note("`tane recap show` shows it")


@recap.command("list", cls=Command, examples=["tane recap list", "tane recap list --json"])
@limit_option(12)
@json_option
@in_session
async def list_(invocation: Invocation, session: Session, limit: int, as_json: bool) -> None:
    """List the last recaps, the newest first."""
    async with connection(session.pool) as conn:
        found = await recap_reading.list_recaps(conn, limit=limit)
    if as_json:
        write_json([asdict(one) for one in found])
        return
    if not found:
        note(NONE_YET)
        return
    rows = table(
        "recap",
        "ended",
        "documents",
        "stories",
        "sections",
        "state",
        right=["recap", "documents", "stories", "sections"],
    )
    for one in found:
        state = f"{one.status}{', pinned' if one.is_pinned else ''}"
        rows.add_row(
            str(one.run_id), when(one.finished_at or one.requested_at, invocation.settings.timezone),
            f"{one.documents:,}", str(one.stories), str(one.sections), Text(clean(state), style=STYLES.get(one.status, "")),
        )  # fmt: skip
    show(rows)


@recap.command(
    "show",
    cls=Command,
    examples=["tane recap show", "tane recap show 12 --stage dedup", "tane recap show --md > week.md"],
)
@click.argument("run_id", type=int, required=False)
@click.option("--stage", type=click.Choice(STAGES), help="What this stage did with each document.")
@click.option("--genre", metavar="GENRE", help="Only this genre.")
@click.option("--md", "as_markdown", is_flag=True, help="Print it as Markdown.")
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it as one HTML page.",
)
@limit_option(200, of="documents of a stage")
@json_option
@in_session
async def show_(
    invocation: Invocation, session: Session, *, run_id: int | None, stage: str | None, genre: str | None,
    as_markdown: bool, html_file: Path | None, limit: int, as_json: bool,
) -> None:  # fmt: skip
    """Show a recap: leading stories, then sections with their sources.

    Without a number, the last one.
    """
    zone = invocation.settings.timezone
    async with connection(session.pool) as conn:
        view = await read_recap(conn, run_id)
        if view is None:
            raise Failure(NONE_YET if run_id is None else f"there is no recap {run_id} (`tane recap list`)")
        if stage is not None:
            await show_stage(conn, view, stage, genre, limit=limit, as_json=as_json)
            return
    if as_json:
        write_json(view.as_json())
    elif as_markdown:
        click.echo(recap_markdown(view, zone=zone), nl=False)
    elif html_file is not None:
        await asyncio.to_thread(html_file.write_text, recap_html(view, zone=zone), encoding="utf-8")
        note(f"written to {html_file}")
    else:
        show(*drawn(view, zone=zone, genre=genre))


@recap.command(cls=Command, examples=["tane recap why 3f2a"])
@click.argument("document")
@json_option
@in_session
async def why(invocation: Invocation, session: Session, document: str, as_json: bool) -> None:
    """Tell what the last recap did with a document, stage by stage."""
    first, last = ids_from(document)
    async with connection(session.pool) as conn:
        found = await recap_reading.find_document(conn, first, last)
        if found is None:
            raise Failure(f"no recap has read a document {clean(document)}")
        (one,) = await recap_reading.read_documents(conn, found[0], document=found[1])
        cited = await recap_reading.cited_from(conn, *found)
    if as_json:
        write_json({"run_id": found[0], **asdict(one), "evidence": [asdict(row) for row in cited]})
        return
    facts = table("", "")
    for name, value in why_lines(found[0], one, invocation.settings.timezone):
        facts.add_row(Text(name, style="bold"), clean(value))
    show(facts)
    for row in cited:
        mark = "cited as" if row.is_cited else "may be cited as"
        text = fold(clean(row.sentence or "(deleted)"), console().width - 6)
        show(Text(f"  {mark} {row.number}", style="dim"), Padding(text, (0, 2, 0, 4)))


@recap.command(cls=Command, examples=["tane recap retry 12"])
@click.argument("run_id", type=int)
@click.option("--wait", is_flag=True, help="Stay until it is over.")
@json_option
@in_session
async def retry(invocation: Invocation, session: Session, run_id: int, wait: bool, as_json: bool) -> None:
    """Make a recap of the same window anew; the earlier one stays."""
    async with connection(session.pool) as conn:
        found = await runs.read_run(conn, run_id)
    if found is None or found.kind != runs.RECAP:
        raise Failure(f"there is no recap {run_id} (`tane recap list`)")
    params: dict[str, Any] = {
        name: found.params[name]
        for name in ("window_start", "window_end", "sources", "mode")
        if name in found.params
    }
    supervisor = recap_supervisor(invocation.settings, session, can_write=cannot_write)
    await ask(session, supervisor, runs.RECAP, params, wait=wait, as_json=as_json)


@recap.command(cls=Command, examples=["tane recap cancel"])
@json_option
@in_session
async def cancel(_: Invocation, session: Session, as_json: bool) -> None:
    """End the recap that waits or runs; earlier ones stay."""
    async with transaction(session.pool) as conn:
        found = await runs.cancel(conn, runs.RECAP)
    if found is None:
        raise Failure("there is no recap to cancel")
    told(
        as_json,
        f"recap {found.run_id} is {'asked to stop' if found.is_open else 'cancelled'}",
        run_id=found.run_id,
        status=found.status,
    )


@recap.command(cls=Command, examples=["tane recap pin 12", "tane recap pin 12 --off"])
@click.argument("run_id", type=int)
@click.option("--off", is_flag=True, help="Let it go with the others.")
@json_option
@in_session
async def pin(_: Invocation, session: Session, run_id: int, off: bool, as_json: bool) -> None:
    """Keep a recap longer than 90 days."""
    async with transaction(session.pool) as conn:
        found = await runs.read_run(conn, run_id)
        if found is None or found.kind != runs.RECAP:
            raise Failure(f"there is no recap {run_id} (`tane recap list`)")
        await runs.set_pinned(conn, run_id, is_pinned=not off)
    told(
        as_json,
        f"recap {run_id} is {'pinned' if not off else 'not pinned any more'}",
        run_id=run_id,
        is_pinned=not off,
    )


for command in COMMANDS:
    recap.add_command(command)
