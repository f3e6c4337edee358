"""CSV: a .zip with one file for each table, for spreadsheets or, raw, for programs."""

import csv
import io
import zipfile
from typing import IO, Any

from tane.exporting.tables import ALL, OBJECT, TEXT, ExportTable, Told, compact, plain
from tane.store.exporting import Rows

BOM = "\ufeff"  # without it Excel takes UTF-8 for the code page of the country
GUARD = "'"
# What makes a spreadsheet calculate (OWASP, CSV injection), the full-width forms too; and the guard itself, so
# that taking one away always gives the text back.
GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", GUARD)
_SAME_TIME = (1980, 1, 1, 0, 0, 0)  # equal data, equal bytes
_FLUSH_CHARS = 1_000_000


async def write_csv(rows: Rows, file: IO[bytes], told: Told, *, raw: bool) -> None:
    """Write the tables; `raw` leaves texts as they are and the byte order mark out."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in ALL:
            entry = zipfile.ZipInfo(f"{table.name}.csv", date_time=_SAME_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with archive.open(entry, "w", force_zip64=True) as member:
                await _write_table(table, rows, member, told, raw=raw)


def guard(text: str) -> str:
    """Return a text that no spreadsheet calculates: with a ' before it where needed."""
    return GUARD + text if text.startswith(GUARDED) else text


def unguard(text: str) -> str:
    """Return the text that was guarded."""
    return text.removeprefix(GUARD)


async def _write_table(table: ExportTable, rows: Rows, member: IO[bytes], told: Told, *, raw: bool) -> None:
    lines = io.StringIO(newline="")
    if not raw:
        lines.write(BOM)
    writer = csv.writer(lines)
    writer.writerow(table.columns)
    async for batch in table.read(rows):
        for row in batch:
            writer.writerow([_cell(row[name], kind, raw=raw) for name, kind in table.columns.items()])
            if lines.tell() > _FLUSH_CHARS:
                _flush(lines, member)
        told(table.name, len(batch))
    _flush(lines, member)


def _flush(lines: io.StringIO, member: IO[bytes]) -> None:
    member.write(lines.getvalue().encode())
    lines.seek(0)
    lines.truncate()


def _cell(value: Any, kind: str, *, raw: bool) -> Any:
    if value is None:
        return ""
    if kind == OBJECT:
        return compact(value)
    return guard(str(value)) if kind == TEXT and not raw else plain(value)
