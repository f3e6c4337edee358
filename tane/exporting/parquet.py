"""Parquet: all items in one table, for pandas, DuckDB and tools that draw a map of their own."""

from typing import IO, Any

from tane.exporting.tables import ITEMS, OBJECT, REAL, SEEDS, TEXT, TIME, UTTERANCES, WHOLE, Told, compact
from tane.store.exporting import Row, Rows


class NoParquet(Exception):  # noqa: N818 - it says what is missing
    """The library that writes Parquet is not installed."""


async def write_parquet(rows: Rows, file: IO[bytes], told: Told) -> None:
    """Write utterances, then seeds, a row group a batch; what a type does not have is null.

    Raises:
        NoParquet: pyarrow is not installed (`tane[export]`).
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - 150 MB that only this format needs
        from pyarrow import parquet as pq  # noqa: PLC0415
    except ImportError:
        raise NoParquet(
            "Parquet needs pyarrow: `pip install 'tane[export]'`, or choose another format"
        ) from None
    types = {
        TEXT: pa.string(),
        OBJECT: pa.string(),
        REAL: pa.float32(),
        WHOLE: pa.int32(),
        TIME: pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in ITEMS.items()])
    with pq.ParquetWriter(file, schema) as writer:
        for table in (UTTERANCES, SEEDS):
            async for batch in table.read(rows):
                columns = {name: [_cell(row, name, kind) for row in batch] for name, kind in ITEMS.items()}
                writer.write_table(pa.table(columns, schema=schema))
                told(table.name, len(batch))


def _cell(row: Row, name: str, kind: str) -> Any:
    value = row.get(name)
    if value is None:
        return None
    if kind == OBJECT:
        return compact(value)
    return str(value) if kind == TEXT else value
