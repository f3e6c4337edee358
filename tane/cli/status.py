"""tane status: one look at the queue, the store and the model server."""

import asyncio
from contextlib import suppress

import click
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from daemon.duration import ago
from daemon.health.lateness import intervals_s, is_late
from daemon.health.model_server import ModelServer
from daemon.health.reader import HealthReader
from daemon.health.report import is_much
from daemon.health.snapshot import STATES, DatabaseState, HealthSnapshot
from daemon.memory_look import used_line
from tane.cli.commands import Command
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.memory import STYLES
from tane.cli.nightly import night_line
from tane.cli.output import clean, console, one_line, show, table, when, write_json
from tane.llm.builtin import BUILTIN
from tane.settings.model import Settings
from tane.store.health import LastEdition
from tane.store.session import Session

EVERY_S = 1.0
_DOTS = {"ok": "green", "stand-in": "yellow", "missing": "red", "down": "red"}


@click.command(cls=Command, examples=["tane status", "tane status --watch", "tane status --json"])
@click.option("--watch", is_flag=True, help="Look again every second, until Ctrl-C.")
@json_option
@in_session
async def status(invocation: Invocation, session: Session, watch: bool, as_json: bool) -> None:
    """Show the queue, what is stored, and the model server."""
    reader = HealthReader(
        pool=session.pool, llm=invocation.settings.llm, clocked=intervals_s(invocation.settings)
    )
    if not watch:
        snapshot = await reader.take()
        write_json(snapshot.as_json()) if as_json else show(drawn(snapshot, invocation.settings))
        return
    with suppress(asyncio.CancelledError):  # Ctrl-C is how watching ends
        await _watch(reader, settings=invocation.settings, as_json=as_json)


async def _watch(reader: HealthReader, *, settings: Settings, as_json: bool) -> None:
    screen = console()
    if as_json or not screen.is_terminal:
        while True:
            snapshot = await reader.take()
            write_json(snapshot.as_json()) if as_json else show(drawn(snapshot, settings))
            await asyncio.sleep(EVERY_S)
    with Live(console=screen, auto_refresh=False, screen=True) as live:
        while True:
            live.update(drawn(await reader.take(), settings), refresh=True)
            await asyncio.sleep(EVERY_S)


def drawn(snapshot: HealthSnapshot, settings: Settings) -> RenderableType:
    """Return a snapshot for people: what waits longest comes first."""
    head = table("", "")
    if snapshot.stored is None:
        head.add_row(
            Text("database", style="bold"), Text(f"does not answer: {snapshot.trouble}", style="red")
        )
        head.add_row(Text("models", style="bold"), _models(snapshot.models))
        return head
    stored = snapshot.stored
    head.add_row(Text("queue", style="bold"), _line(stored))
    head.add_row(Text("stored", style="bold"), _counts(stored))
    head.add_row(Text("night", style="bold"), night_line(stored.night, settings))
    every_s = intervals_s(settings)
    for last in stored.editions:
        if line := _edition(last, every_s.get(last.kind)):
            head.add_row(Text(last.kind, style="bold"), line)
    head.add_row(Text("models", style="bold"), _models(snapshot.models))
    if stored.replies.unusable:
        said = f"{stored.replies.unusable:,} of {stored.replies.replies:,} unusable in the last day"
        head.add_row(
            Text("replies", style="bold"), Text(said, style="yellow" if is_much(stored.replies) else "")
        )
    if stored.memory is not None and stored.memory.level != "normal":
        said = f"{stored.memory.level}: {used_line(stored.memory)} (`tane memory status`)"
        head.add_row(Text("memory", style="bold"), Text(said, style=STYLES.get(stored.memory.level, "")))
    head.add_row(Text("database", style="bold"), _database(settings))
    return Stack(head, Text(), _queue(stored), *_warnings(stored, settings.timezone))


def _counts(stored: DatabaseState) -> str:
    counts = stored.counts
    if counts is None:
        return "not counted: that took too long"
    articles = f" · {counts.articles:,} articles" if counts.articles else ""
    return (
        f"{counts.utterances:,} utterances{articles} · {counts.seeds:,} seeds · {counts.clusters:,} clusters\n"
        f"{counts.embeddings:,} vectors · {counts.edges:,} edges · {counts.points:,} points on maps"
    )


def _line(stored: DatabaseState) -> str:
    waiting, running = stored.total("queued", "scheduled"), stored.total("running")
    line = f"{waiting:,} waiting · {running:,} running"
    if stored.oldest_waiting_s is None:
        return line
    return f"{line} · the oldest job has waited for {ago(stored.oldest_waiting_s)}"


def _edition(last: LastEdition, every_s: float | None) -> Text | None:
    """Return how old the last good recap or morning is; nothing where there was none yet."""
    if last.age_s is None:
        return Text("the last failed", style="red") if last.status == "failed" else None
    failed = ", and the last failed" if last.status == "failed" else ""
    late = every_s is not None and is_late(last.age_s, every_s)
    return Text(
        f"the last good one is {ago(last.age_s)} old{failed}", style="yellow" if late or failed else ""
    )


def _queue(stored: DatabaseState) -> RenderableType:
    if not stored.queue:
        return Text("The queue is empty; `tane import FILE` fills it.")
    states = [state for state in STATES if stored.total(state)]
    rows = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
        footer_style="bold",
        show_footer=True,
    )
    rows.add_column("job type", "all", overflow="ellipsis", no_wrap=True)
    for state in states:
        rows.add_column(state, f"{stored.total(state):,}", justify="right")
    rows.add_column(
        "oldest", "" if stored.oldest_waiting_s is None else ago(stored.oldest_waiting_s), justify="right"
    )
    longest_first = sorted(stored.queue, key=lambda name: (-stored.waiting_s.get(name, -1.0), name))
    for job_type in longest_first:
        by_state = stored.queue[job_type]
        cells = [f"{by_state[state]:,}" if state in by_state else "" for state in states]
        oldest_s = stored.waiting_s.get(job_type)
        rows.add_row(one_line(job_type, cells=28), *cells, "" if oldest_s is None else ago(oldest_s))
    return rows


def _warnings(stored: DatabaseState, zone: str) -> list[RenderableType]:
    lines: list[RenderableType] = []
    if stored.schema_trouble is not None:
        lines.append(Text(stored.schema_trouble, style="red"))
    lines += [
        Text(clean(f"dead: {row['n']} × {row['job_type']}: {row['cause']} (`tane dead`)"), style="red")
        for row in stored.dead
    ]
    for pause in stored.pauses:
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


def _models(models: ModelServer) -> Text:
    version = f" ({models.version})" if models.version else ""
    said = {
        "ok": f"{models.text_model} and {models.embed_model}",
        "stand-in": models.note,
        "missing": f"lacks a model: {models.note}",
        "down": f"does not answer: {models.note}",
    }[models.state]
    if models.embed_model == BUILTIN:
        said = f"{said}; vectors are made by the built-in encoder"
    if models.offer is not None:
        said = f"{said} (`tane db reembed` takes {models.offer.removesuffix(':latest')}, which is there)"
    return Text.assemble(("● ", _DOTS[models.state]), f"{models.url}{version}: {said}")


def _database(settings: Settings) -> str:
    database = settings.database
    return f"embedded, in {database.data_dir}" if database.url is None else "external (database.url)"
