"""tane recap label, golden, eval: genres of the taxonomy, corrected, imported and judged."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import click

from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.output import clean, note, show, table, told, write_json
from tane.cli.run_requests import ids_from
from tane.llm.builtin import DIMS, MOST_CHARS, encode
from tane.recap.genre_quality import GenreQuality, judged
from tane.recap.golden_file import GoldenFileError, file_of, taxonomy_of
from tane.recap.taxonomy import Taxonomy
from tane.runs.recap import genre_learning
from tane.runs.recap.genre_learning import UnknownGenreError
from tane.store import recap_reading
from tane.store.pool import connection, transaction
from tane.store.session import Session

LARGEST_BYTES = 64 * 1024 * 1024


@click.command(cls=Command, examples=["tane recap label 3f2a sports"])
@click.argument("document")
@click.argument("genre")
@json_option
@in_session
async def label(invocation: Invocation, session: Session, document: str, genre: str, as_json: bool) -> None:
    """Correct the genre of a document, for the next recap to learn from."""
    del invocation
    first, last = ids_from(document)
    async with transaction(session.pool) as conn:
        found = await recap_reading.find_document(conn, first, last)
        if found is None:
            raise Failure(f"no recap has read a document {clean(document)}")
        try:
            corrected = await genre_learning.label(conn, found[1], genre)
        except UnknownGenreError as error:
            raise Failure(clean(str(error))) from None
    if corrected is None:
        raise Failure(f"no recap has decided the genre of document {clean(document)}")
    if as_json:
        write_json(
            {"document_id": found[1], "genre": genre, "was": corrected.genre, "run_id": corrected.run_id}
        )
    else:
        note(
            f"{found[1]} is {clean(genre)} now, and was {clean(corrected.genre)}; the next recap learns from it"
        )


@click.group(cls=Group, examples=["tane recap golden list", "tane recap golden import genres.json"])
def golden() -> None:
    """Show and replace the texts by which genres are learned."""


@golden.command("list", cls=Command, examples=["tane recap golden list"])
@json_option
@in_session
async def list_(invocation: Invocation, session: Session, as_json: bool) -> None:
    """List the genres with how many texts each is learned from."""
    del invocation
    async with connection(session.pool) as conn:
        taxonomy = await genre_learning.read_taxonomy(conn)
    counts = Counter((item.genre, item.origin) for item in taxonomy.items)
    rows = [
        {
            "genre": genre.genre,
            "name_ja": genre.name_ja,
            "name_en": genre.name_en,
            **{origin: counts[genre.genre, origin] for origin in ("shipped", "import", "user")},
        }
        for genre in taxonomy.genres
    ]
    if as_json:
        write_json(rows)
        return
    drawn = table(
        "genre",
        "名前",
        "name",
        "shipped",
        "imported",
        "corrected",
        right=["shipped", "imported", "corrected"],
    )
    for row in rows:
        drawn.add_row(*(clean(str(value)) for value in row.values()))
    show(drawn)


@golden.command("import", cls=Command, examples=["tane recap golden import golden_classification.json"])
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@in_session
async def import_(invocation: Invocation, session: Session, file: Path, as_json: bool) -> None:
    """Take the genres and texts of a file instead of those that hold.

    Corrections stay.
    """
    del invocation
    content = await asyncio.to_thread(_read, file)
    try:
        taxonomy = taxonomy_of(json.loads(content))
    except ValueError as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Failure(f"{file} is not JSON{where}") from None
    except GoldenFileError as error:
        raise Failure(f"{file}: {clean(str(error))}") from None
    async with transaction(session.pool) as conn:
        await genre_learning.import_taxonomy(conn, taxonomy)
    if as_json:
        write_json({"genres": len(taxonomy.genres), "items": len(taxonomy.items)})
    else:
        note(f"{len(taxonomy.genres)} genres with {len(taxonomy.items):,} texts; the next recap uses them")


def _read(file: Path) -> bytes:
    if file.stat().st_size > LARGEST_BYTES:
        raise Failure(f"{file} is larger than {LARGEST_BYTES // 2**20} MiB")
    return file.read_bytes()


@golden.command(cls=Command, examples=["tane recap golden export > genres.json"])
@in_session
async def export(invocation: Invocation, session: Session) -> None:
    """Print genres and texts as import reads them, corrections too."""
    del invocation
    async with connection(session.pool) as conn:
        taxonomy = await genre_learning.read_taxonomy(conn)
    click.echo(json.dumps(file_of(taxonomy), ensure_ascii=False, indent=1))


@golden.command(cls=Command, examples=["tane recap golden reset"])
@json_option
@in_session
async def reset(_: Invocation, session: Session, as_json: bool) -> None:
    """Go back to the genres that ship; corrections stay."""
    async with transaction(session.pool) as conn:
        await genre_learning.reset_taxonomy(conn)
    told(as_json, "the genres that ship hold again", origin="shipped")


@click.group("eval", cls=Group, examples=["tane recap eval genre"])
def eval_() -> None:
    """Measure parts of a recap on labelled texts."""


@eval_.command(cls=Command, examples=["tane recap eval genre"])
@json_option
@in_session
async def genre(invocation: Invocation, session: Session, as_json: bool) -> None:
    """Judge how well genres are told: F1, and how far confidence is off.

    By models that were not shown the texts.

    Vectors are those of the built-in encoder. "any label" counts every genre that a text is labelled with as right.
    """
    del invocation
    async with connection(session.pool) as conn:
        taxonomy = await genre_learning.read_taxonomy(conn)
    found = await asyncio.to_thread(_judged, taxonomy)
    if not found:
        raise Failure("every genre needs two labelled texts at least (`tane recap golden list`)")
    if as_json:
        write_json([one.as_json() for one in found])
        return
    drawn = table("texts", "macro-F1", "any label", "micro-F1", "ECE", "count", right=["macro-F1", "any label", "micro-F1", "ECE", "count"])  # fmt: skip
    for one in found:
        drawn.add_row(*_figures(one))
    show(drawn)


def _judged(taxonomy: Taxonomy) -> list[GenreQuality]:
    texts = taxonomy.texts()
    vectors = encode([text[:MOST_CHARS] for text in texts])
    return judged(taxonomy, dict(zip(texts, vectors, strict=True)), dims=DIMS)[1]


def _figures(one: GenreQuality) -> tuple[str, ...]:
    figures = (one.macro_f1, one.macro_f1_of_any, one.micro_f1, one.calibration_error)
    return (one.lang, *(f"{figure:.3f}" for figure in figures), f"{one.texts:,}")


COMMANDS: tuple[click.Command, ...] = (label, golden, eval_)
"""Those that `tane recap` mounts."""
