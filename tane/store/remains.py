"""What deleted rows leave in the database's files: a row that is gone for every reader still stands on its page.

PostgreSQL marks a deleted row, and VACUUM hands its place to later rows without overwriting it; indexes, TOAST and
the planner's statistics, which quote values, do the same. Only files that are written anew hold nothing of it. What
this cannot reach: the write-ahead log until its segments are used again, backups, replicas, and free blocks of the disk.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from tane.store.errors import Conflict, StoreError
from tane.store.pool import Connection
from tane.store.sql import load

_SQL = load("remains")
# Every table that may hold words of the owner, their hashes or vectors, or the id of something that was said.
TABLES: tuple[str, ...] = (
    "sources", "utterances", "utterance_splits", "utterance_seeds", "seeds", "embeddings", "edges", "clusters",
    "cluster_lineage", "cluster_generations", "layout_runs", "layout_points", "worker_jobs", "nightly_runs",
    "nightly_steps", "all_seed_info", "night_sources", "night_edges", "night_points",
    "articles", "article_tags", "feeds", "stories", "story_members", "recap_stories", "recap_job_articles", "recap_cluster_evidence",
    "recap_outputs", "recap_sections", "recap_genres", "recap_golden_items", "recap_genre_learning_results", "recap_worker_config",
    "tag_label_graph", "morning_article_groups", "morning_letters",
)  # fmt: skip
PATIENCE_S = 60.0
TABLE_PATIENCE_S = 6 * 3600.0  # a table of millions of vectors, with its index
_LOOK_EVERY_S = 0.1
_STATISTICS = "pg_catalog.pg_statistic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What was written anew; sizes count tables with their indexes and TOAST."""

    tables: int
    bytes_before: int
    bytes_after: int


async def rewrite(conn: Connection, *, patience_s: float = PATIENCE_S) -> Rewritten:
    """Write the files of all tables with personal content anew, so that no page holds a deleted row.

    Call it outside a transaction. Each table is locked while it is written, and needs its size once more on the
    disk; the time is that of copying the tables and building their indexes. Doing it again does no harm.

    Raises:
        Conflict: another transaction that may still see deleted rows, or holds a table, did not end in time.
        StoreError: the role of the database may not do it; the message says which right it lacks.
    """
    await _older_ended(conn, patience_s)
    rights = await conn.fetchrow(_SQL["rights"])
    assert rights is not None
    names = [*TABLES, _STATISTICS]
    before = await _files(conn, names)
    await conn.execute(_SQL["prepare"], f"{max(1, round(patience_s * 1000))}ms")
    if rights["may_clear_statistics"]:
        await conn.execute(_SQL["clear_statistics"], list(TABLES))
    for name in names:
        await _write_anew(conn, name)
    after = await _files(conn, names)
    if left := [name for name in names if before[name][0] == after[name][0]]:
        raise StoreError(
            f"the database's role may not rewrite {left[0]}: let the owner of the database do it"
        )
    if stale := [row["name"] for row in await conn.fetch(_SQL["stale_statistics"], list(TABLES))]:
        raise StoreError(
            f"PostgreSQL keeps statistics of {stale[0]}, which is empty now, and they quote values: let a superuser do it"
        )
    if rights["may_checkpoint"]:
        await conn.execute("CHECKPOINT", timeout=TABLE_PATIENCE_S)  # the old files leave the disk with it
    return Rewritten(
        tables=len(TABLES),
        bytes_before=sum(size for _, size in before.values()),
        bytes_after=sum(size for _, size in after.values()),
    )


async def _write_anew(conn: Connection, name: str) -> None:
    try:
        await conn.execute(f"VACUUM (FULL, ANALYZE) {name}", timeout=TABLE_PATIENCE_S)
    except asyncpg.LockNotAvailableError:
        raise Conflict(f"another transaction holds the table {name}: end it and try again") from None
    except asyncpg.DiskFullError:
        raise StoreError(
            f"the disk has no room for a copy of the table {name}: make room and try again"
        ) from None


async def _older_ended(conn: Connection, patience_s: float) -> None:
    """Wait until nobody can see what was deleted before now."""
    barrier = await conn.fetchval(_SQL["barrier"])
    give_up_s = time.monotonic() + patience_s
    while (older := await conn.fetchrow(_SQL["older_transactions"], barrier)) is not None:
        if time.monotonic() >= give_up_s:
            raise Conflict(
                f"a transaction has been open for {older['open_s'] or 0:.0f} s and may still see what was deleted: "
                f"end it (PostgreSQL process {older['pid']}) and try again"
            )
        await asyncio.sleep(_LOOK_EVERY_S)


async def _files(conn: Connection, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    rows = await conn.fetch(_SQL["files_of"], names)
    return {row["name"]: (row["file"], row["bytes"]) for row in rows}
