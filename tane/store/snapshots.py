"""Everything the night works with, as of one moment: large tables as files, small ones as values."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.domain import SCORES
from tane.store.errors import DATABASE_ERRORS, mapped_errors
from tane.store.pool import Connection, connect

_SQL = sql.load("snapshots")
READ_TIMEOUT_S = 3600.0
CLOSE_S = 2.0

# The binary COPY format: a header, rows of a field count and length-prefixed fields, a trailer of -1.
_HEADER_BYTES = 19
_TRAILER_BYTES = 2
_FIELDS: Mapping[str, Sequence[tuple[str, str]]] = {
    "links": (("seed", "V16"), ("utterance", "V16")),
    "scores": (("utterance", "V16"), *((score, ">f4") for score in SCORES)),
    "turns": (("utterance", "V16"), ("conversation", "V16"), ("position", ">i8")),
    "members": (("cluster", "V16"), ("member", "V16")),
    "points": (
        ("layout", "V16"),
        ("target", "V16"),
        ("kind", ">i2"),
        ("is_provisional", ">i2"),
        ("x", ">f4"),
        ("y", ">f4"),
    ),
}
VECTORS = ("statement_vectors", "utterance_vectors")
TABLES = (*VECTORS, *_FIELDS)
KINDS = ("seed", "utterance", "cluster")
"""What `kind` in the table of points stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCluster:
    """A cluster of yesterday."""

    cluster_id: UUID
    parent_id: UUID | None
    depth: int
    title: str | None
    overview_source: str | None
    is_pinned: bool
    drift: float
    generation_id: int | None
    split_tried: int = 0  # members when a split was last tried in vain (F21)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRun:
    """A map of yesterday."""

    layout_id: UUID
    scope_type: str
    cluster_id: UUID | None
    member_hash: str | None  # in hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSnapshot:
    """The small part of a snapshot; the large one lies in files."""

    model_id: int
    dims: int
    taken_at: datetime
    open_since: datetime  # a vector stored later may be one that the snapshot does not know
    generation_id: int | None  # the last one published
    fingerprint: str | None  # of what that one was made from
    clusters: tuple[KnownCluster, ...]
    runs: tuple[KnownRun, ...]


START = "last_start.bin"
"""What the last night's clustering began with, as that night stored it."""


def copy_path(folder: Path, table: str) -> Path:
    """Return where a table of the snapshot lies."""
    return folder / f"{table}.copy"


async def take_snapshot(
    dsn: str, folder: Path, *, least_chars: int, passed_over: Sequence[str]
) -> NightSnapshot | None:
    """Write the tables into the folder and return the rest; None before the first vector.

    All of it is one repeatable-read transaction. The server sends rows as they are stored, so the event loop
    only passes bytes on.

    least_chars, passed_over: the length, and the speakers, of whose utterances none stands for itself; see `seedless_utterances`.

    Raises:
        StoreError: the database refuses or is gone; nothing that was written counts.
    """
    conn = await connect(dsn, command_timeout_s=READ_TIMEOUT_S)
    try:
        with mapped_errors():
            open_since = await conn.fetchval(_SQL["open_since"])  # before, so that nobody is missed
            await conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            facts = await conn.fetchrow(_SQL["facts"])
            if facts is None:
                return None
            for table in TABLES:
                arguments = (facts["model_id"], least_chars, list(passed_over)) if table in VECTORS else ()
                await conn.copy_from_query(
                    _SQL[table], *arguments, output=copy_path(folder, table), format="binary"
                )
            (folder / START).write_bytes(facts["start"] or b"")
            clusters = await conn.fetch(_SQL["clusters"])
            runs = await conn.fetch(_SQL["runs"])
    except BaseException:
        # A copy whose file could not be written keeps whatever is asked next waiting: asyncpg (0.32) asks the server to
        # cancel it and waits until that arrives, although the server had sent the last row already.
        conn.terminate()
        raise
    finally:
        # Nothing was written: the end of the connection may end the transaction.
        if not conn.is_closed():
            with suppress(*DATABASE_ERRORS):
                await conn.close(timeout=CLOSE_S)
    return NightSnapshot(
        model_id=facts["model_id"],
        dims=facts["dims"],
        taken_at=facts["taken_at"],
        open_since=open_since,
        generation_id=facts["generation_id"],
        fingerprint=facts["fingerprint"],
        clusters=tuple(
            KnownCluster(
                cluster_id=row["cluster_id"],
                parent_id=row["parent_cluster_id"],
                depth=row["depth"],
                title=row["cluster_title"],
                overview_source=row["overview_source"],
                is_pinned=row["is_pinned"],
                drift=row["drift"],
                generation_id=row["generation_id"],
                split_tried=row["split_tried"],
            )
            for row in clusters
        ),
        runs=tuple(
            KnownRun(
                layout_id=row["layout_id"],
                scope_type=row["scope_type"],
                cluster_id=row["scope_cluster_id"],
                member_hash=row["member_hash"].hex() if row["member_hash"] else None,
            )
            for row in runs
        ),
    )


def read_table(folder: Path, table: str, *, dims: int = 0) -> NDArray[np.void]:
    """Return a table of a snapshot as a structured array of shape (n,), a view of its file.

    Ids are 16 raw bytes; a vector is field `vector` of shape (dims,), big-endian float16, preceded by pgvector's
    own head, and `kind` one of `KINDS`. O(1) until the pages are touched.

    Raises:
        ValueError: the file is no whole copy of that table.
    """
    layout, count = _layout(folder, table, dims)
    if not count:
        return np.zeros(0, dtype=layout)
    path = copy_path(folder, table)
    return np.memmap(path, dtype=layout, mode="r", offset=_HEADER_BYTES, shape=(count,))


def read_blocks(folder: Path, table: str, *, dims: int = 0, rows: int) -> Iterator[NDArray[np.void]]:
    """Yield a table as `read_table` returns it, so many rows at a time: no more of it is in memory.

    Raises:
        ValueError: the file is no whole copy of that table.
    """
    layout, count = _layout(folder, table, dims)
    with copy_path(folder, table).open("rb") as file:
        file.seek(_HEADER_BYTES)
        for start in range(0, count, rows):
            yield np.fromfile(file, dtype=layout, count=min(rows, count - start))


def count_rows(folder: Path, table: str, *, dims: int = 0) -> int:
    """Return how many rows a table has, by the size of its file; raises as `read_table` does."""
    return _layout(folder, table, dims)[1]


def _layout(folder: Path, table: str, dims: int) -> tuple[np.dtype[np.void], int]:
    """Return what a row of a table looks like, and how many there are."""
    fields = _FIELDS.get(table) or (
        ("target", "V16"),
        ("kind", ">i2"),
        ("vector", f"({dims + 2},)>f2"),
    )
    layout = np.dtype(
        [("fields", ">i2"), *((name, np.dtype([("size", ">i4"), ("value", kind)])) for name, kind in fields)]
    )
    path = copy_path(folder, table)
    body = path.stat().st_size - _HEADER_BYTES - _TRAILER_BYTES
    if body < 0 or body % layout.itemsize:
        raise ValueError(f"{path.name} is no whole copy of its table")
    return layout, body // layout.itemsize


async def words_of(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the words of those of the seeds and utterances that are there to be seen."""
    return {row["id"]: row["text"] for row in await conn.fetch(_SQL["words"], ids)}


async def titles_given(conn: Connection, cluster_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the titles of those of the clusters that a model or the owner named."""
    rows = await conn.fetch(_SQL["titles_given"], cluster_ids)
    return {row["cluster_id"]: row["cluster_title"] for row in rows}
