"""Streams what is visible to programs that read files: rows by a server-side cursor, in a total order."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("exporting")

BATCH = 1_000  # rows in memory at once
SORTING_TIMEOUT_S = 3_600.0  # the first batch waits for all rows to be put in order

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is exported: None for everything."""

    kinds: list[str] | None = None  # utterance, seed, or kinds of seeds
    clusters: list[UUID] | None = None  # with everything below them


class Rows:
    """The tables of an export, all as of one moment; needs an open transaction, and one table read at a time."""

    def __init__(self, conn: Connection, chosen: Chosen) -> None:
        self._conn = conn
        self._kinds = chosen.kinds
        self._clusters = chosen.clusters

    def utterances(self) -> AsyncIterator[list[Row]]:
        """Yield utterances by time, each with its place on the atlas, its path of clusters, and the last of that as `home`."""
        return self._stream(_SQL["utterance_rows"], self._kinds, self._clusters)

    def seeds(self) -> AsyncIterator[list[Row]]:
        """Yield seeds by the time they were said, likewise."""
        return self._stream(_SQL["seed_rows"], self._kinds, self._clusters)

    def clusters(self) -> AsyncIterator[list[Row]]:
        """Yield living clusters from the top of the tree, the largest first."""
        return self._stream(_SQL["cluster_rows"], self._clusters)

    def sources(self) -> AsyncIterator[list[Row]]:
        """Yield which seed was taken from which utterance."""
        return self._stream(_SQL["source_rows"], self._kinds, self._clusters)

    def edges(self) -> AsyncIterator[list[Row]]:
        """Yield active edges between exported items."""
        return self._stream(_SQL["edge_rows"], self._kinds, self._clusters)

    def points(self) -> AsyncIterator[list[Row]]:
        """Yield places on all maps in use."""
        return self._stream(_SQL["point_rows"], self._kinds, self._clusters)

    async def _stream(self, statement: str, *arguments: Any) -> AsyncIterator[list[Row]]:
        cursor = await self._conn.cursor(statement, *arguments, timeout=SORTING_TIMEOUT_S)
        while rows := await cursor.fetch(BATCH, timeout=SORTING_TIMEOUT_S):
            yield [dict(row) for row in rows]


async def subtree(conn: Connection, clusters: Sequence[UUID]) -> list[UUID]:
    """Return these clusters and all living ones below them."""
    return [row["cluster_id"] for row in await conn.fetch(_SQL["subtree"], clusters)]
