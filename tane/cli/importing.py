"""tane import: files become utterances, and jobs wait for them."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from daemon.options import handler_options, job_plan
from daemon.queue.waiting_time import estimate_waiting
from tane.cli.commands import Command
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.output import clean, messages, note, write_json
from tane.importing.identity import Rewording
from tane.importing.import_report import ImportCounts, ImportReport, counted
from tane.importing.import_report import ImportProgress as Step
from tane.importing.importer import ImportOptions, import_files
from tane.importing.inputs import ARTICLES, FORMATS
from tane.importing.records import Columns
from tane.settings.sources import gather
from tane.settings.zone import system_zone
from tane.store.pool import connection
from tane.store.session import Session

EXAMPLES = (
    "tane import talk.jsonl",
    "tane import comments.csv --text argument --speaker author",
    "tane import conversations.json diary.txt",
    "cat talk.jsonl | tane import - --format jsonl --source diary",
)


@click.command("import", cls=Command, examples=EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--text", metavar="COLUMN", help="Column that holds what was said; otherwise told by its name.")
@click.option("--speaker", metavar="COLUMN", help="Column of who said it.")
@click.option("--conversation", metavar="COLUMN", help="Column of the conversation it belongs to.")
@click.option("--time", metavar="COLUMN", help="Column of when it was said.")
@click.option("--id", "id_", metavar="COLUMN", help="Column of an id that stays the same in later exports.")
@click.option(
    "--source", metavar="NAME", help="Name of the source; otherwise that of the file. A pipe needs one."
)
@click.option(
    "--replace",
    is_flag=True,
    help="The file is the one imported before, edited: take its words for the former ones.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    help=f"{', '.join(FORMATS)}; otherwise told by the name and the beginning of the file.",
)
@click.option("--encoding", metavar="NAME", help="For example cp932; otherwise detected.")
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="List of rejected lines, as CSV."
)
@json_option
@in_session
async def import_(
    invocation: Invocation, session: Session, /, *, files: tuple[str, ...], text: str | None, speaker: str | None,
    conversation: str | None, time: str | None, id_: str | None, as_json: bool, format_: str | None, replace: bool,
    **rest: Any,
) -> None:  # fmt: skip
    """Import what was said: tables, plain text, chat exports.

    Read are JSONL, JSON, CSV, TSV, .txt, notes and diaries in Markdown (.md) and the exports of ChatGPT, Claude, DeepSeek,
    WhatsApp and LINE, also as .zip.
    With --format articles: articles in JSON or CSV (title, url, body or html, published_at, tags), or a folder of .md, .txt and
    .html. They are found and told of in recaps, but stand on no map.
    `-` is standard input. The same file twice adds nothing; a changed line updates its utterance. A file of which most ids
    are known with other words is refused, for it is probably another one of the same name. What cannot be used is
    listed in a file with line and reason, and does not stop the import. `tane run` does the rest.
    """
    settings = invocation.settings
    columns = Columns(text=text, speaker=speaker, conversation=conversation, time=time, id=id_)
    # An article that is issued again has other words under its id.
    rewording = Rewording.ALL if replace or format_ == ARTICLES else Rewording.FEW
    options = ImportOptions(
        columns=columns,
        timezone=settings.timezone,
        format=format_,
        rewording=rewording,
        map_sources=frozenset(settings.map.sources),
        **rest,
    )
    counts = ImportCounts()
    try:
        with ImportBar() as bar:
            report = await import_files(
                session.pool, files, options,
                plan=job_plan(handler_options(settings)), on_progress=bar.show, counts=counts,
            )  # fmt: skip
    except BaseException:  # also Ctrl-C and a signal: the code that ends the command reports the reason
        if counts.stored:
            note(stopped_line(counts))
        raise
    async with connection(session.pool) as conn:
        estimate = await estimate_waiting(conn, settings)
    if as_json:
        write_json(asdict(report) | {"estimate_s": estimate.seconds, "waiting": dict(estimate.waiting)})
        return
    for line in report_lines(report):
        note(line)
    if report.times_without_zone and (problem := zone_problem(invocation)):
        note(problem)
    note(f"to do: {estimate.sentence()}")
    if estimate.waiting:
        note("`tane run` works it off, `tane status --watch` shows how far it is")


def zone_problem(invocation: Invocation) -> str | None:
    """Return why the zone in force is nobody's, if neither a setting nor the system names one."""
    is_set = gather(invocation.config, invocation.overrides).origin("timezone") != "default"
    return None if is_set else system_zone().problem


class ImportBar:
    """A progress bar over the bytes of one file after the other, on standard error; nothing without a terminal."""

    def __init__(self) -> None:
        screen = messages()
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[read]:,} read"), TimeRemainingColumn(),
            console=screen, disable=not screen.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, step: Step) -> None:
        """Draw how far a file is."""
        if step.file not in self._tasks:
            name = clean(Path(step.file).name)
            self._tasks[step.file] = self._progress.add_task(name, total=step.total_bytes, read=0)
        self._progress.update(self._tasks[step.file], completed=step.done_bytes, read=step.read)


def stopped_line(counts: ImportCounts) -> str:
    """Return what is stored of an import that did not come to its end."""
    return (
        f"stored so far: {counts.added:,} new, {counts.updated:,} changed, {counts.unchanged:,} known already; "
        "nothing of it is lost, and the same command goes on from there"
    )


def report_lines(report: ImportReport) -> list[str]:
    """Return what an import did, for people."""
    lines = [
        f"{clean(file.name)}: {file.format}, {file.encoding}, source {clean(file.source)}"
        for file in report.files
    ]
    lines.append(
        f"{report.read:,} read in {report.seconds:.1f} s: {report.added:,} new, {report.updated:,} changed, "
        f"{report.unchanged:,} known already, {report.rejected:,} rejected"
    )
    if report.omitted:
        kinds = (counted(count, kind) for kind, count in report.omitted_by_kind.items())
        lines.append(f"left out: {', '.join(kinds)}")
    lines += [f"  rejected: {count:,} × {reason}" for reason, count in report.rejected_by_reason.items()]
    lines += [f"  the rejected lines are listed in {file.rejects}" for file in report.files if file.rejects]
    if report.cleaned:
        lines.append(f"{report.cleaned:,} held characters that no text may hold; they were taken out")
    if report.times_unreadable:
        lines.append(
            f"{report.times_unreadable:,} have a time that could not be read; they are stored without one"
        )
    if report.times_without_zone:
        lines.append(f"times without a zone: {report.timezone} (the setting timezone)")
    return [*lines, *map(clean, report.problems)]
