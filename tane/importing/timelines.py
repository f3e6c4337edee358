"""Gives the rows of a file the times that only the whole file, or the order of its rows, can tell."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO

from tane.importing.chronology import DateOrder, NumericDate, date_order, in_running_order
from tane.importing.records import Reader, ReadOptions, Record, Row
from tane.importing.times import date_in, in_utc, read_time


def of_log(reader: Reader) -> Reader:
    """Return a reader of rows that follow one another in time: the order tells which of two equal hours is meant."""

    def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
        return in_running_order(reader(stream, options), options.zone)

    return read


def of_table(reader: Reader) -> Reader:
    """Return a reader whose dates in three numbers are understood by the whole column.

    The first of them makes it read the file to its end and begin again; a table without any is read once.
    """

    def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
        count = 0
        rows = iter(reader(stream, options))
        for row in rows:
            if first := _open_date(row):
                break
            count += 1
            yield row
        else:
            return
        order = date_order(_open_dates(first, rows), is_log=False)
        stream.seek(0)
        for row in islice(reader(stream, options), count, None):
            yield _dated(row, order, options)

    return of_log(read)


def _open_dates(first: NumericDate, rows: Iterator[Row]) -> Iterator[NumericDate]:
    yield first
    yield from filter(None, map(_open_date, rows))


def _open_date(row: Row) -> NumericDate | None:
    """Return the date of a row whose day and month only others can tell."""
    return date_in(row.written_time) if isinstance(row, Record) and row.is_time_unreadable else None


def _dated(row: Row, order: DateOrder | None, options: ReadOptions) -> Row:
    if order is None or not isinstance(row, Record) or not row.is_time_unreadable:
        return row
    time = read_time(row.written_time, order=order)
    if (moment := in_utc(time, zone=options.zone)) is None:
        return row
    return replace(
        row,
        uttered_at=moment,
        is_time_unreadable=False,
        has_local_time=time is not None and time.tzinfo is None,
    )
