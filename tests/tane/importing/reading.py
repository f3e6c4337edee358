"""Reads bytes as an import would, without a database."""

import io
from datetime import UTC, tzinfo
from typing import Any

from tane.decoding.encodings import detect, named
from tane.importing.inputs import READERS
from tane.importing.records import Columns, ImportRecord, Omitted, ReadOptions, Reject, Row

NO_COLUMNS = Columns()


def read(data: bytes, format_name: str, **asked: Any) -> list[ImportRecord | Reject]:
    return [row for row in read_rows(data, format_name, **asked) if not isinstance(row, Omitted)]


def read_rows(
    data: bytes,
    format_name: str,
    *,
    columns: Columns = NO_COLUMNS,
    encoding: str | None = None,
    title: str = "",
    zone: tzinfo = UTC,
) -> list[Row]:
    stream = io.BytesIO(data)
    chosen = named(encoding) if encoding else detect(stream)
    options = ReadOptions(encoding=chosen, columns=columns, zone=zone, title=title)
    return list(READERS[format_name](stream, options))


def texts(rows: list[ImportRecord | Reject]) -> list[str]:
    return [row.text for row in rows if isinstance(row, ImportRecord)]


def rejects(rows: list[ImportRecord | Reject]) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows if isinstance(row, Reject)]
