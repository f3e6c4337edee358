"""tane export: what grew, as a file for other programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tane.cli.commands import Command
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.output import messages, told
from tane.cli.selection import all_of
from tane.exporting.exporter import FORMATS, export, format_of, writer_of
from tane.exporting.page import NoPage, TooLarge
from tane.exporting.parquet import NoParquet
from tane.exporting.tables import Told
from tane.exporting.viewer import CLUSTERS_FILE, ITEMS_FILE, export_for_viewer
from tane.store.domain import STORED_KINDS
from tane.store.exporting import Chosen, subtree
from tane.store.pool import connection
from tane.store.session import Session

VIEWER = "viewer"  # the one format that is a folder
EXPORTED_KINDS = ("utterance", "seed", *STORED_KINDS)


@click.command(
    "export",
    cls=Command,
    examples=[
        "tane export ideas.json",
        "tane export --format csv --only kind=question questions.zip",
        "tane export map.html",
        "tane export ideas.graphml --only cluster=1f0c9a2e",
        "tane export visualizer/public/data/",
    ],
)
@click.argument("file")
@click.option(
    "--format", "form", type=click.Choice((*FORMATS, VIEWER)), help="Otherwise told from the file's name."
)
@click.option(
    "--only", "filters", multiple=True, metavar="KIND", help="kind=... or cluster=ID; may be repeated."
)
@click.option("--raw", is_flag=True, help="CSV for programs: texts exactly as they are.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@json_option
@in_session
async def export_(
    _: Invocation,
    session: Session,
    *,
    file: str,
    form: str | None,
    filters: tuple[str, ...],
    raw: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write utterances, seeds, clusters and edges to a file.

    json has items and clusters, parquet all items in one table, csv a .zip with a file for each table, graphml nodes and edges,
    html the map as one file for a browser. A folder (viewer) gets items.json and clusters.json of document 004.
    Kinds are utterance, seed, and the kinds of seeds; a cluster is named by its id or the beginning of it, and comes with all
    below it.
    """
    path = Path(file)
    form = _form(path, form or _told_by(file), raw=raw, force=force)
    chosen = await _chosen(session, filters)
    with _progress() as (on_rows, counts):
        try:
            if form == VIEWER:
                _make_folder(path)
                await export_for_viewer(session.pool, path, chosen=chosen, told=on_rows)
            else:
                writer = writer_of(form, raw=raw)
                await export(session.pool, path, writer=writer, chosen=chosen, told=on_rows)
        except (NoParquet, NoPage, TooLarge) as error:
            raise Failure(str(error)) from None
        except OSError as error:
            raise Failure(f"{file} cannot be written: {error.strerror}") from None
    told(
        as_json,
        f"wrote {file}: "
        + (", ".join(f"{n:,} {name}" for name, n in counts.items() if n) or "nothing to write"),
        file=file,
        rows=dict(counts),
    )


def _told_by(file: str) -> str | None:
    """Return the format that a name asks for: that of its suffix, or of a folder."""
    return VIEWER if file.endswith("/") or Path(file).is_dir() else format_of(Path(file))


def _form(file: Path, form: str | None, *, raw: bool, force: bool) -> str:
    """Return the format, if the file may be written in it."""
    if form is None and file.suffix.lower() in (".csv", ".tsv"):
        form = "csv"
    if form is None:
        raise click.UsageError(f"{file.name} tells no format: use --format {', '.join((*FORMATS, VIEWER))}")
    if form == "csv" and file.suffix.lower() != ".zip":
        zipped = file.with_suffix(".zip").name
        raise click.UsageError(
            f"CSV is a file for each table, in a .zip: name it {zipped}; the items alone are one file in "
            "another --format (json, parquet), or several in a folder (a name that ends in /)"
        )
    if raw and form != "csv":
        raise click.UsageError("--raw is for CSV; the other formats hold texts exactly as they are")
    for written in [file / name for name in (ITEMS_FILE, CLUSTERS_FILE)] if form == VIEWER else [file]:
        if written.exists() and not (force and written.is_file()):
            raise Failure(f"{written} exists already: name another, or use --force")
    return form


def _make_folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)


async def _chosen(session: Session, filters: Sequence[str]) -> Chosen:
    """Return what the filters let through: of several kinds, or several clusters, each."""
    kinds: list[str] = []
    clusters: list[str] = []
    for written in filters:
        name, _, value = written.partition("=")
        if name == "kind" and value in EXPORTED_KINDS:
            kinds.append(value)
        elif name == "cluster" and value:
            clusters.append(value)
        else:
            raise click.BadParameter(
                f"{written} is neither cluster=ID nor kind= one of {', '.join(EXPORTED_KINDS)}",
                param_hint="--only",
            )
    if not clusters:
        return Chosen(kinds=kinds or None)
    async with connection(session.pool) as conn:
        below = await subtree(conn, await all_of(conn, "cluster", clusters))
    return Chosen(kinds=kinds or None, clusters=below)


@contextmanager
def _progress() -> Iterator[tuple[Told, Counter[str]]]:
    """Yield what is to be told of written rows, and their counts by table; a terminal sees them grow."""
    screen = messages()
    counts: Counter[str] = Counter()
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn(),
        console=screen, disable=not screen.is_terminal, transient=True,
    )  # fmt: skip
    task = bar.add_task("starting", total=None)

    def on_rows(table: str, rows: int) -> None:
        counts[table] += rows
        bar.update(task, description=table, advance=rows)

    with bar:
        yield on_rows, counts
