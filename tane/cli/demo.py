"""tane demo: see it work, in a database of its own."""

import asyncio
import json
import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from daemon.demo import (
    MORNING,
    NEWS,
    REAL_UTTERANCES,
    SOURCE,
    WEEK,
    corpus,
    demo_session,
    demo_settings,
    news,
    write_config,
)
from daemon.health.model_server import ModelServer, ask_models
from daemon.options import handler_options, job_plan
from daemon.summary import Summary, summarise
from tane.cli.commands import Command
from tane.cli.failures import EX_INTERRUPTED, EX_UNAVAILABLE, Failure
from tane.cli.importing import ImportBar
from tane.cli.invocation import Invocation
from tane.cli.nightly import shown as night_shown
from tane.cli.output import bars, clean, console, fold, messages, note, one_line, short, show, table
from tane.cli.progress import draining
from tane.cli.search import marked
from tane.cli.web import free_listener
from tane.cli.web import serve as serve_web
from tane.importing.importer import ImportOptions, import_files
from tane.runs.recap.pages import story_facts
from tane.runs.recap.view import MorningView, RecapView
from tane.settings.model import Settings
from tane.store import runs
from tane.store.pool import connection
from tane.store.session import Session, open_session

SEARCH = "コーヒー"  # occurs in the dialogues
MORNING_LINES = 5
NO_EVIDENCE = (
    "  These come from a stand-in that answers by rules. They show how Tane works\n"
    "  and are no evidence of quality; `tane demo --real` asks your models."
)


@click.command(cls=Command, examples=["tane demo", "tane demo --json", "tane demo --real"])
@click.option("--real", is_flag=True, help=f"Ask the configured models, about {REAL_UTTERANCES} utterances.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read the first N utterances only.")
@click.option("--keep", is_flag=True, help="Go on with the database of the last demo instead of a new one.")
@click.option("--serve", is_flag=True, help="Go on serving the map at the end, as on a terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON on one line.")
@click.pass_obj
def demo(
    invocation: Invocation, *, real: bool, limit: int | None, keep: bool, serve: bool, as_json: bool
) -> None:
    """Watch Tane read dialogues and grow seeds from them.

    It works in a database of its own, made anew by each run, and asks a stand-in that answers by rules:
    nothing is downloaded, and its figures are no evidence of quality. `--real` asks your models.
    On a terminal it ends with the address of the map, and serves it until Ctrl-C.
    """
    started = time.monotonic()
    settings = demo_settings(invocation.settings, real=real)
    limit = limit or (REAL_UTTERANCES if real else None)
    summary = invocation.run(_play(settings, real=real, limit=limit, keep=keep))
    seconds = time.monotonic() - started
    config = write_config(settings)
    if as_json:
        click.echo(json.dumps(summary.as_json(seconds=seconds)))
    else:
        screen = console()
        show(
            *drawn(
                summary,
                seconds=seconds,
                real=real,
                config=config,
                width=screen.width,
                has_style=screen.is_terminal,
            )
        )
    if serve or (console().is_terminal and not as_json):
        invocation.run(_serve(settings))
    sys.exit(1 if summary.jobs_dead else 0)


async def _serve(settings: Settings) -> None:
    async with open_session(settings.database, is_tied=True) as session:
        await serve_web(settings, session, free_listener(settings))


async def _play(settings: Settings, *, real: bool, limit: int | None, keep: bool) -> Summary:
    if real:
        _check(await ask_models(settings.llm))
    note(f"a database for the demo, in {settings.database.data_dir}")
    stop = asyncio.Event()
    async with demo_session(settings, keep=keep) as session:
        with corpus(limit=limit) as files, ImportBar() as bar:
            report = await import_files(
                session.pool, files, ImportOptions(source=SOURCE, timezone=settings.timezone),
                plan=job_plan(handler_options(settings)), on_progress=bar.show,
            )  # fmt: skip
        note(f"{report.read:,} utterances read, {sum(report.queued.values()):,} jobs queued")
        is_whole = limit is None
        if is_whole:
            with news() as file, ImportBar() as bar:
                report = await import_files(
                    session.pool, [file], ImportOptions(source=NEWS, format="articles", timezone=settings.timezone),
                    plan=job_plan(handler_options(settings)), on_progress=bar.show,
                )  # fmt: skip
            note(f"{report.read:,} articles read")
        await _drain(settings, session, stop)
        await _night(settings, session)
        await _drain(settings, session, stop)  # the words of the clusters
        if is_whole:
            await _tell(settings, session)
        async with connection(session.pool) as conn:
            return await summarise(conn)


async def _drain(settings: Settings, session: Session, stop: asyncio.Event) -> None:
    from daemon.app import run as run_daemon  # noqa: PLC0415 - other commands start without it

    async with draining(session.pool, messages()):
        status = await run_daemon(settings, drain=True, stop=stop)
    if stop.is_set():
        raise Failure("interrupted", exit_code=EX_INTERRUPTED)
    if status:
        raise Failure("the queue could not be worked off", exit_code=status)


async def _night(settings: Settings, session: Session) -> None:
    """Have the night now: it clusters, names and draws the maps."""
    from daemon.nights import night_supervisor  # noqa: PLC0415 - as above

    async with connection(session.pool) as conn:
        asked = await runs.request(conn, runs.NIGHTLY, "demo", is_forced=True)
    assert asked is not None  # only the clock is turned away
    supervisor = night_supervisor(settings, session)
    async with night_shown(session):
        ended = await supervisor.see_through(asked.run_id, patience_s=0.0)
    if ended.status != "published":
        raise Failure(f"the night ended as {ended.status}: `tane nightly status` tells why")


async def _tell(settings: Settings, session: Session) -> None:
    """Make a recap of the week that the articles are of, and the edition of one of its mornings."""
    from daemon.recaps import cannot_write, morning_supervisor, recap_supervisor  # noqa: PLC0415 - as above

    for kind, params, supervise in (
        (runs.RECAP, WEEK, recap_supervisor),
        (runs.MORNING, MORNING, morning_supervisor),
    ):
        async with connection(session.pool) as conn:
            asked = await runs.request(conn, kind, "demo", params=params)
        assert asked is not None  # only the clock is turned away
        ended = await supervise(settings, session, can_write=cannot_write).see_through(
            asked.run_id, patience_s=0.0
        )
        if ended.status not in ("published", "partial"):
            raise Failure(
                f"the {kind} ended as {ended.status}: {ended.last_error or ended.report.get('reason')}"
            )
        note(f"{kind} made, without a text model: it tells in the documents' own sentences")


def _check(models: ModelServer) -> None:
    """End at once what would only wait."""
    if models.state == "down":
        raise Failure(
            f"{models.url} does not answer ({models.note}): start the model server", exit_code=EX_UNAVAILABLE
        )
    if models.state == "missing":
        raise Failure(f"{models.url} lacks a model: {models.note}", exit_code=EX_UNAVAILABLE)


def drawn(
    summary: Summary, *, seconds: float, real: bool, config: Path, width: int, has_style: bool
) -> Iterator[RenderableType]:
    """Yield what there is to see, block by block."""
    counts = summary.counts
    yield _title("What was said")
    yield f"  {counts.utterances:,} utterances; the roles they were given:"
    yield Padding(bars(summary.roles, width=max(10, min(40, width - 30))), (0, 0, 0, 4))

    yield _title("Seeds: the statements worth keeping, and where each comes from")
    yield Padding(" · ".join(f"{count:,} {kind}" for kind, count in summary.kinds.items()), (0, 0, 0, 2))
    for seed in summary.seeds:
        body = one_line(seed["body"], cells=width - 16 - len(seed["kind"]))
        yield Text.assemble(
            "  ", (short(seed["id"]), "dim"), "  ", (body, "bold"), (f"  {seed['kind']}", "dim")
        )
        speaker = f"{clean(seed['speaker'])}：" if seed["speaker"] else ""
        words = marked(seed["contents"], seed["span_start"], seed["span_end"], has_style=has_style)
        yield Padding(fold(Text.assemble((speaker, "dim"), words), width - 14), (0, 2, 0, 12))

    if any(summary.scored.values()):
        yield _title("Scores: the utterances that have most of each")
        rows = table("", "", "")
        for score, utterances in summary.scored.items():
            for place, row in enumerate(utterances):
                said = one_line(row["contents"], cells=width - 32)
                rows.add_row("" if place else score, f"{row['value']:.2f}", said)
        yield Padding(rows, (0, 0, 0, 4))

    if summary.clusters:
        yield from _clusters(summary, width=width)

    yield from _told(summary, width=width)

    if summary.example is not None:
        yield _title("Neighbours of a seed")
        yield Text.assemble("  ", (one_line(summary.example["body"], cells=width - 4), "bold"))
        rows = table("", "", "")
        for row in summary.neighbours:
            rows.add_row(f"{row['weight']:.2f}", row["kind"], one_line(row["text"], cells=width - 24))
        yield Padding(rows, (0, 0, 0, 4))

    yield _title("In figures")
    yield f"  {counts.seeds:,} seeds · {counts.embeddings:,} vectors · {counts.edges:,} edges"
    yield f"  {summary.map['clusters']:,} clusters · {summary.map['layouts']:,} maps · {counts.points:,} points"
    yield f"  {summary.jobs_done:,} jobs done, {summary.jobs_dead:,} dead, in {seconds:.1f} s"
    if not real:
        yield Text(NO_EVIDENCE, style="yellow")
    yield _title("Where to look next")
    yield from (Text(f"  {line}", no_wrap=True) for line in next_commands(summary, config=config))


def _clusters(summary: Summary, *, width: int) -> Iterator[RenderableType]:
    """Yield the largest clusters: title, size, what they are about, and what belongs to them."""
    coverage = summary.map["coverage"] or 0.0
    yield _title("Clusters: what the night found")
    yield f"  {summary.map['clusters']:,} clusters, {summary.map['top_clusters']:,} of them themes; they hold {coverage:.0%} of what was clustered"
    if summary.agreement is not None:
        yield f"  they agree with the themes that people gave: ARI {summary.agreement.ari:.2f}, AMI {summary.agreement.ami:.2f}"
    for row in summary.clusters:
        title = one_line(row["title"] or "", cells=width - 24)
        yield Text.assemble(
            "  ", (short(row["id"]), "dim"), "  ", (title, "bold"), (f"  {row['seeds']:,} seeds", "dim")
        )
        yield Padding(Text(one_line(row["overview"] or "", cells=width - 14)), (0, 2, 0, 12))
        for body in row["bodies"] or ():
            yield Padding(Text(f"· {one_line(body, cells=width - 16)}", style="dim"), (0, 2, 0, 12))


def _told(summary: Summary, *, width: int) -> Iterator[RenderableType]:
    if summary.recap is not None:
        yield from _recap(summary.recap, width=width)
    if summary.morning is not None:
        yield from _morning(summary.morning, width=width)


def _recap(recap: RecapView, *, width: int) -> Iterator[RenderableType]:
    """Yield the leading stories of the week."""
    yield _title("The week: what its articles and dialogues tell")
    for story in recap.leading:
        yield Text(f"  {one_line(story.title or '', cells=width - 4)}", style="bold")
        yield Text(f"    {story_facts(story)}", style="dim")
        for bullet in story.bullets[:1]:
            source = bullet.citations[0]
            yield Padding(fold(Text(clean(bullet.text)), width - 8), (0, 2, 0, 4))
            said = f"    — {clean(source.publisher or '')}, {source.said_at:%Y-%m-%d}"
            yield Text(said, style="dim")
    told = len(recap.further) + len(recap.folded)
    yield Text(f"  and {told:,} further stories (`tane recap show`)", style="dim")


def _morning(morning: MorningView, *, width: int) -> Iterator[RenderableType]:
    """Yield the first groups of the morning."""
    yield _title(f"The morning of {morning.edition_date.isoformat()}")
    for group in (*morning.articles, *morning.talk)[:MORNING_LINES]:
        same = f"  +{len(group.documents) - 1}" if len(group.documents) > 1 else ""
        head = one_line(group.primary.title or group.primary.contents, cells=width - 8)
        yield Text.assemble("  ", head, (same, "dim"))


def next_commands(summary: Summary, *, config: Path) -> list[str]:
    """Return commands that work on the demo's database as they stand, whatever the environment says now."""
    tane = program()
    in_the_way = sorted(name for name in os.environ if name.startswith("TANE_") and name != "TANE_CONFIG")
    lines = [f"unset {' '.join(in_the_way)}"] if in_the_way else []
    lines += [
        f"export TANE_CONFIG={shlex.quote(str(config))}",
        f"{tane} status",
        f"{tane} search {SEARCH}",
        f"{tane} clusters list",
        *([f"{tane} recap show", f"{tane} morning show"] if summary.recap is not None else []),
    ]
    if summary.example is not None:
        lines.append(f"{tane} show {short(summary.example['id'])}")
    lines.append(f"{tane} web")
    return [*lines, f'{tane} db psql -c "SELECT body FROM seeds LIMIT 5"']


def program() -> str:
    """Return how this program is called here: by name if the shell finds it, otherwise by path."""
    called = Path(sys.argv[0])
    found = shutil.which("tane")
    if found is not None and called.exists() and Path(found).resolve() == called.resolve():
        return "tane"
    if called.name != "tane":
        return f"{shlex.quote(sys.executable)} -m daemon"
    path = os.path.relpath(called)
    return shlex.quote(str(called) if path.startswith("..") else path)


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold green")
