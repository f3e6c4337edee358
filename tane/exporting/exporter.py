"""Writes one export: as of one moment, streamed, and whole or not there at all."""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import IO, TypeAlias

from tane.exporting.document import write_json
from tane.exporting.graphml import write_graphml
from tane.exporting.page import write_page
from tane.exporting.parquet import write_parquet
from tane.exporting.sheets import write_csv
from tane.exporting.tables import Told
from tane.store.exporting import Chosen, Rows
from tane.store.pool import Pool, snapshot
from tane.store.unfinished import replacing

Writer: TypeAlias = Callable[[Rows, IO[bytes], Told], Awaitable[None]]

SUFFIXES = {
    ".json": "json", ".parquet": "parquet", ".zip": "csv", ".graphml": "graphml", ".html": "html", ".htm": "html",
}  # fmt: skip
FORMATS = tuple(dict.fromkeys(SUFFIXES.values()))


def format_of(path: Path) -> str | None:
    """Return the format that a file's name asks for, or None."""
    return SUFFIXES.get(path.suffix.lower())


def writer_of(form: str, *, raw: bool = False) -> Writer:
    """Return what writes a format; `raw` is for CSV."""
    writers: dict[str, Writer] = {
        "json": write_json,
        "parquet": write_parquet,
        "csv": partial(write_csv, raw=raw),
        "graphml": write_graphml,
        "html": write_page,
    }
    return writers[form]


async def export(pool: Pool, path: Path, *, writer: Writer, chosen: Chosen, told: Told) -> None:
    """Write what was chosen to a file; on any error, or when it is cancelled, the file stays as it was.

    Memory is bounded by a batch of rows. Files are readable by their owner only: they hold what people said.

    Raises:
        NoParquet: Parquet was asked for, and its library is not installed.
        NoPage: HTML was asked for, and the page was not built.
        TooLarge: HTML was asked for, and would be more than a browser opens.
        OSError: the file cannot be written.
    """
    with replacing(path) as file:
        os.fchmod(file.fileno(), 0o600)
        async with snapshot(pool) as conn:
            await writer(Rows(conn, chosen), file, told)
