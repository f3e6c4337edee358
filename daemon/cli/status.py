"""tane status: one look at the queue, the store and the model server."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import click
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from daemon.cli.commands import Command
from daemon.cli.invocation import Invocation, in_session, json_option
from daemon.cli.nightly import night_line
from daemon.cli.output import clean, console, show, table, when, write_json
from daemon.duration import ago
from daemon.session import Session
from daemon.settings import Settings
from daemon.status import STATES, Snapshot, take_snapshot
from store.pool import connection

EVERY_S = 1.0
_DOTS = {"ok": "green", "stand-in": "yellow", "missing": "red", "down": "red"}


@click.command(cls=Command, examples=["tane status", "tane status --watch", "tane status --json"])
@click.option("--watch", is_flag=True, help="Look again every second, until Ctrl-C.")
@json_option
@in_session
async def status(invocation: Invocation, session: Session, watch: bool, as_json: bool) -> None:
    """Show the queue, what is stored, and the model server."""

    async def look() -> Snapshot:
        async with connection(session.pool) as conn:
            return await take_snapshot(conn, invocation.settings.llm)

    if not watch:
        snapshot = await look()
        write_json(snapshot.as_json()) if as_json else show(drawn(snapshot, invocation.settings))
        return
    with suppress(asyncio.CancelledError):  # Ctrl-C is how watching ends
        await _watch(look, settings=invocation.settings, as_json=as_json)


async def _watch(look: Callable[[], Awaitable[Snapshot]], *, settings: Settings, as_json: bool) -> None:
    screen = console()
    if as_json or not screen.is_terminal:
        while True:
            snapshot = await look()
            write_json(snapshot.as_json()) if as_json else show(drawn(snapshot, settings))
            await asyncio.sleep(EVERY_S)
    with Live(console=screen, auto_refresh=False, screen=True) as live:
        while True:
            live.update(drawn(await look(), settings), refresh=True)
            await asyncio.sleep(EVERY_S)


def drawn(snapshot: Snapshot, settings: Settings) -> RenderableType:
    """Return a snapshot for people."""
    counts = snapshot.counts
    stored = table("", "")
    stored.add_row(
        Text("stored", style="bold"),
        f"{counts.utterances:,} utterances · {counts.seeds:,} seeds · {counts.clusters:,} clusters",
    )
    stored.add_row(
        "", f"{counts.embeddings:,} vectors · {counts.edges:,} edges · {counts.points:,} points on maps"
    )
    stored.add_row(Text("night", style="bold"), night_line(snapshot.night, settings))
    stored.add_row(Text("models", style="bold"), _models(snapshot))
    stored.add_row(Text("database", style="bold"), _database(settings))
    return Stack(stored, Text(), _queue(snapshot), *_warnings(snapshot, settings.timezone))


def _queue(snapshot: Snapshot) -> RenderableType:
    if not snapshot.queue:
        return Text("The queue is empty; `tane import FILE` fills it.")
    states = [state for state in STATES if snapshot.total(state)]
    rows = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
        footer_style="bold",
        show_footer=True,
    )
    rows.add_column("job type", "all")
    for state in states:
        rows.add_column(state, f"{snapshot.total(state):,}", justify="right")
    for job_type, by_state in snapshot.queue.items():
        cells = (f"{by_state[state]:,}" if state in by_state else "" for state in states)
        rows.add_row(clean(job_type), *cells)
    return rows


def _warnings(snapshot: Snapshot, zone: str) -> list[RenderableType]:
    lines: list[RenderableType] = []
    if snapshot.oldest_waiting_s is not None:
        lines.append(Text(f"the oldest job has waited for {ago(snapshot.oldest_waiting_s)}"))
    lines += [
        Text(clean(f"dead: {row['n']} × {row['job_type']}: {row['cause']} (`tane dead`)"), style="red")
        for row in snapshot.dead
    ]
    for pause in snapshot.pauses:
        is_all = pause["job_type"] == "*"
        what, command = (
            ("everything", "tane resume")
            if is_all
            else (pause["job_type"], f"tane resume {pause['job_type']}")
        )
        why = f": {pause['reason']}" if pause["reason"] else ""
        lines.append(
            Text(
                clean(f"paused: {what} since {when(pause['paused_at'], zone)}{why} (`{command}`)"),
                style="yellow",
            )
        )
    return [Text(), *lines] if lines else []


def _models(snapshot: Snapshot) -> Text:
    models = snapshot.models
    version = f" ({models.version})" if models.version else ""
    said = {
        "ok": f"{models.text_model} and {models.embed_model}",
        "stand-in": models.note,
        "missing": "lacks a model: " + " and ".join(f"`ollama pull {name}`" for name in models.missing),
        "down": f"does not answer: {models.note}",
    }[models.state]
    return Text.assemble(("● ", _DOTS[models.state]), f"{models.url}{version}: {said}")


def _database(settings: Settings) -> str:
    database = settings.database
    return f"embedded, in {database.data_dir}" if database.url is None else "external (database.url)"
