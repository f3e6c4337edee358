"""Reads CSV and TSV: the first row names the columns; a bad row is rejected alone."""

import contextlib
import csv
import io
import itertools
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from functools import partial
from typing import BinaryIO

from daemon.importing.columns import record_of, require
from daemon.importing.encodings import MAX_LINE_CHARS, BadLine, Encoding, Lines
from daemon.importing.records import ImportProblem, ReadOptions, Record, Reject

DELIMITERS = (",", ";", "\t")
SNIFFED_BYTES = 64 * 1024
SNIFFED_ROWS = 50

_Row = tuple[int, list[str]]


def read_delimited(
    stream: BinaryIO, options: ReadOptions, *, delimiter: str | None = None
) -> Iterator[Record | Reject]:
    """Yield a record or a reject for each row; without `delimiter` it is told from the first rows.

    Raises:
        ImportProblem: the row of column names is unreadable, or none of them holds the text.
    """
    if delimiter is None:
        delimiter = sniff(stream.read(SNIFFED_BYTES).decode(options.encoding.name, "ignore"))
        stream.seek(0)
    rows = _rows(_Rewindable(Lines(stream, options.encoding)), delimiter, options.encoding)
    header = next(rows, None)
    if header is None:
        return
    if isinstance(header, Reject):
        raise ImportProblem(f"the row of column names cannot be read: {header.reason}")
    names = column_names(header[1])
    columns = require(options.columns, names)
    for row in rows:
        if isinstance(row, Reject):
            yield row
        elif len(row[1]) != len(names):
            detail = f"{len(row[1])} instead of {len(names)}"
            yield Reject(line=row[0], reason="wrong number of fields", detail=detail)
        else:
            yield record_of(dict(zip(names, row[1], strict=True)), columns, line=row[0], zone=options.zone)


read_csv = read_delimited
read_tsv = partial(read_delimited, delimiter="\t")


def sniff(head: str) -> str:
    """Return the delimiter under which most of the first rows have as many fields as the first, more than one.

    Ties go to the one that gives more fields; a file of one column has no delimiter, and any will do.
    """

    def merit(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(head.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
        widths: list[int] = []
        with contextlib.suppress(csv.Error):  # the head may end within quotes
            widths.extend(len(row) for row in itertools.islice(reader, SNIFFED_ROWS) if row)
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (round(Counter(widths)[widths[0]] / len(widths), 1), widths[0])

    return max(DELIMITERS, key=merit)


def column_names(header: Sequence[str]) -> list[str]:
    """Return names that are all there and all different: `column 3` for a blank one, `note (2)` for a second."""
    names: list[str] = []
    for number, written in enumerate(header, start=1):
        name = base = written.strip().replace("\x00", "") or f"column {number}"
        for again in itertools.count(2):
            if name not in names:
                break
            name = f"{base} ({again})"
        names.append(name)
    return names


class _Rewindable(Iterator[str]):
    """Lines that can be taken back: an unclosed quote swallows good rows, which are then read again."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._taken: deque[tuple[int, str]] = deque()
        self._again: deque[tuple[int, str]] = deque()

    @property
    def start(self) -> int:
        """The number of the current row's first line."""
        return self._taken[0][0] if self._taken else self._lines.number

    def __next__(self) -> str:
        if self._again:
            self._taken.append(self._again.popleft())
        else:
            line = next(self._lines)
            self._taken.append((self._lines.number, line))
        return self._taken[-1][1]

    def begin_row(self) -> None:
        self._taken.clear()

    def rewind(self) -> None:
        """Give the lines of the current row back, except its first."""
        self._taken.popleft()
        self._again.extendleft(reversed(self._taken))
        self._taken.clear()


def _rows(lines: _Rewindable, delimiter: str, encoding: Encoding) -> Iterator[_Row | Reject]:
    csv.field_size_limit(MAX_LINE_CHARS)  # csv's own limit is shorter than an utterance may be
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            row = next(reader)
        except StopIteration:
            return
        except BadLine as bad:
            yield Reject(line=lines.start, reason=str(bad))
            continue
        except csv.Error:
            yield Reject(line=lines.start, reason="quotes that do not match")
            lines.rewind()
            continue
        if not row:
            continue
        if any(encoding.is_broken(cell) for cell in row):
            yield Reject(line=lines.start, reason=f"not valid {encoding.name}")
            continue
        yield lines.start, row
