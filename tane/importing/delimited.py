"""Reads CSV and TSV: the first row names the columns; a bad row is rejected alone.

Programs quote in two ways, by doubling a quotation mark and by a backslash before it. A row that makes no sense in the
first way is read in the second. Cells that are blank beyond the named columns, and rows of blanks, say nothing.
"""

import contextlib
import csv
import io
import itertools
import re
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import BinaryIO

from tane.decoding.encodings import Encoding
from tane.decoding.lines import MAX_LINE_CHARS, BadLine, Lines
from tane.importing.columns import record_of, require, resolve
from tane.importing.records import Columns, ImportProblem, ImportRecord, ReadOptions, Reject

DELIMITERS = (",", ";", "\t", "|")
SNIFFED_BYTES = 64 * 1024
SNIFFED_ROWS = 50
# The line before the names with which Excel is told the delimiter.
_SEP = re.compile(r'\ufeff?"?sep=(\\t|[^"\r\n])"?[,;|\t]*(?:\r\n?|\n)', re.IGNORECASE)
_ESCAPED_QUOTE = re.compile(r'(\\+)"')

_Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How many fields a row has: as many as there are columns; those at the end that have no name may be absent."""

    width: int
    least: int

    @classmethod
    def of(cls, header: Sequence[str]) -> "_Shape":
        named = (number for number in range(len(header), 0, -1) if header[number - 1].strip())
        return cls(width=len(header), least=next(named, 0))

    def fit(self, row: list[str]) -> list[str] | None:
        """Return a row without what is blank beyond the columns, or None if it is of another width."""
        if len(row) > self.width and not any(map(str.strip, row[self.width :])):
            row = row[: self.width]
        return row if self.least <= len(row) <= self.width else None


_ANY_SHAPE = _Shape(width=sys.maxsize, least=0)


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Why a row cannot be read."""

    reason: str
    detail: str = ""
    is_of_quotes: bool = False


def read_delimited(
    stream: BinaryIO, options: ReadOptions, *, delimiter: str | None = None
) -> Iterator[ImportRecord | Reject]:
    """Yield a record or a reject for each row; the delimiter is told by a line `sep=`, else by the first rows.

    Raises:
        ImportProblem: the row of column names is unreadable, or none of them holds the text.
    """
    head = stream.read(SNIFFED_BYTES).decode(options.encoding.name, "ignore")
    stream.seek(0)
    lines = Lines(stream, options.encoding)
    named, head = _named_delimiter(head)
    if named:
        next(lines)
    delimiter = named or delimiter or sniff(head)
    taken = _Rewindable(lines)
    header = next(_rows(taken, delimiter, options.encoding, _ANY_SHAPE), None)
    if header is None:
        return
    if isinstance(header, Reject):
        raise ImportProblem(f"the row of column names cannot be read: {header.reason}")
    names = column_names(header[1])
    columns = require(options.columns, names, are_names=False)
    unnamed = {name for name, written in zip(names, header[1], strict=True) if not written.strip()}
    for row in _rows(taken, delimiter, options.encoding, _Shape.of(header[1])):
        if isinstance(row, Reject):
            yield row
            continue
        line, cells = row
        found = {name: cell for name, cell in zip(names, cells, strict=False) if cell or name not in unnamed}
        yield record_of(found, columns, line=line, zone=options.zone)


read_csv = read_delimited
read_tsv = partial(read_delimited, delimiter="\t")


def _named_delimiter(head: str) -> tuple[str | None, str]:
    """Return the delimiter that a first line `sep=` names, and what follows that line."""
    found = _SEP.match(head)
    return (found[1].replace("\\t", "\t"), head[found.end() :]) if found else (None, head)


def sniff(head: str) -> str:
    """Return the delimiter under which most of the first rows have as many fields as the first, more than one.

    Ties go to the one that gives more fields; a file of one column has no delimiter, and any will do.
    """

    def merit(delimiter: str) -> tuple[float, int]:
        return max(_evenness(text, delimiter) for text in {head, _doubled(head)})

    return max(DELIMITERS, key=merit)


def is_table(head: str) -> bool:
    """Tell whether a text whose name does not say so is a table, as Excel writes `Unicode text` into a .txt.

    Its first row names the words and one more part of an utterance, and all rows are as wide.
    """
    named, head = _named_delimiter(head)
    delimiter = named or sniff(head)
    rows = _first_rows(head, delimiter)
    columns = resolve(Columns(), column_names(rows[0])) if len(rows) > 1 else Columns()
    parts = [getattr(columns, field.name) for field in fields(Columns)]
    if columns.text is None or len(parts) - parts.count(None) < 2:
        return False
    return named is not None or _evenness(head, delimiter)[0] == 1.0


def _first_rows(head: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(head.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # the head may end within quotes
        rows.extend(row for row in itertools.islice(reader, SNIFFED_ROWS) if row)
    return rows


def _evenness(head: str, delimiter: str) -> tuple[float, int]:
    rows = _first_rows(head, delimiter)
    if not rows or len(rows[0]) < 2:
        return (0.0, 0)
    shape = _Shape.of(rows[0])
    return (round(sum(shape.fit(row) is not None for row in rows) / len(rows), 1), shape.width)


def _doubled(text: str) -> str:
    """Write quotation marks that have a backslash before them twice, without it."""
    return _ESCAPED_QUOTE.sub(lambda found: found[1][:-1] + '""' if len(found[1]) % 2 else found[0], text)


def column_names(header: Sequence[str]) -> list[str]:
    """Return names that are all there and all different: `column 3` for a blank one, `note (2)` for a second."""
    names: dict[str, None] = {}
    again: dict[str, int] = {}  # the next number to try for a name: all before it are taken
    for number, written in enumerate(header, start=1):
        name = base = written.strip().replace("\x00", "") or f"column {number}"
        while name in names:
            again[base] = again.get(base, 1) + 1
            name = f"{base} ({again[base]})"
        names[name] = None
    return list(names)


class _Rewindable(Iterator[str]):
    """Lines that can be taken back: an unclosed quote swallows good rows, which are then read again."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._taken: deque[tuple[int, str | BadLine]] = deque()
        self._again: deque[tuple[int, str | BadLine]] = deque()

    @property
    def start(self) -> int:
        """The number of the current row's first line."""
        return self._taken[0][0] if self._taken else self._lines.number

    @property
    def has_escaped_quotes(self) -> bool:
        """Whether a line of the current row has a backslash before a quotation mark."""
        return any(isinstance(line, str) and '\\"' in line for _, line in self._taken)

    def __next__(self) -> str:
        if self._again:
            self._taken.append(self._again.popleft())
        else:
            try:
                line: str | BadLine = next(self._lines)
            except BadLine as bad:
                line = bad
            self._taken.append((self._lines.number, line))
        line = self._taken[-1][1]
        if isinstance(line, BadLine):
            raise line
        return line

    def begin_row(self) -> None:
        self._taken.clear()

    def rewind(self, *, keep: int = 0) -> int:
        """Give the lines of the current row back, except the first `keep`; return how many it has taken."""
        count = len(self._taken)
        while len(self._taken) > keep:
            self._again.appendleft(self._taken.pop())
        return count

    def retake(self, count: int) -> None:
        """Take lines that were given back."""
        self._taken.extend(self._again.popleft() for _ in range(count))


def _rows(lines: _Rewindable, delimiter: str, encoding: Encoding, shape: _Shape) -> Iterator[_Row | Reject]:
    """Yield the rows that are not blank, or why one cannot be read."""
    csv.field_size_limit(MAX_LINE_CHARS)  # csv's own limit is shorter than an utterance may be
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    escaped = csv.reader(map(_doubled, lines), delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        row = _read(reader, shape)
        if row is None:
            return
        if isinstance(row, _Unreadable) and lines.has_escaped_quotes:
            taken = lines.rewind()
            again = _read(escaped, shape)
            if isinstance(again, list):
                row = again
            else:
                lines.rewind()
                lines.retake(taken)
        if isinstance(row, _Unreadable):
            yield Reject(line=lines.start, reason=row.reason, detail=row.detail)
            if row.is_of_quotes:
                lines.rewind(keep=1)
        elif any(encoding.is_broken(cell) for cell in row):
            yield Reject(line=lines.start, reason=f"not valid {encoding.name}")
        elif any(map(str.strip, row)):
            yield lines.start, row


def _read(reader: Iterator[list[str]], shape: _Shape) -> list[str] | _Unreadable | None:
    """Return the next row, blank or as wide as the columns, or why it cannot be read; None after the last."""
    try:
        row = next(reader)
    except StopIteration:
        return None
    except BadLine as bad:
        return _Unreadable(str(bad))
    except csv.Error:
        return _Unreadable("quotes that do not match", is_of_quotes=True)
    fitted = shape.fit(row)
    if fitted is not None or not any(map(str.strip, row)):
        return fitted or []
    return _Unreadable("wrong number of fields", f"{len(row)} instead of {shape.width}")
