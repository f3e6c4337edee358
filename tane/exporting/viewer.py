"""Document 004's two files for a viewer of its own: items.json and clusters.json, joined by numbers.

An item says `cluster_l1: 5`; the cluster is the one of level 1 named `L1_5`. Numbers count from 0 within a level,
the largest cluster first, and belong to one export: `cluster_id` leads back to the cluster itself.
"""

import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from tane.exporting.document import CLUSTER_TYPE, DECIMALS
from tane.exporting.tables import CLUSTERS, SEEDS, UTTERANCES, Told, plain
from tane.store.exporting import Chosen, Row, Rows
from tane.store.pool import Pool, snapshot
from tane.store.unfinished import replacing

ITEMS_FILE, CLUSTERS_FILE = "items.json", "clusters.json"
LEVELS = 3  # the document knows no deeper one
LONGEST = 500  # characters of an item's content


async def export_for_viewer(pool: Pool, folder: Path, *, chosen: Chosen, told: Told) -> None:
    """Write both files into an existing folder; on any error neither file changes.

    Items without a place on the atlas are left out, as are clusters below the third level; an item below one
    belongs to the cluster of the third level. Memory is bounded by a batch of items and the list of clusters.

    Raises:
        OSError: a file cannot be written.
    """
    with replacing(folder / ITEMS_FILE) as items, replacing(folder / CLUSTERS_FILE) as clusters:
        for file in (items, clusters):
            os.fchmod(file.fileno(), 0o600)
        async with snapshot(pool) as conn:
            rows = Rows(conn, chosen)
            known = [row async for batch in CLUSTERS.read(rows) for row in batch if row["level"] <= LEVELS]
            numbers = numbered(known)
            told(CLUSTERS.name, _write(clusters, entries_of(known, numbers)))
            await _write_items(items, rows, numbers, told)


def numbered(clusters: Sequence[Row]) -> dict[UUID, int]:
    """Return each cluster's number within its level, in the order given. Pure."""
    next_of = Counter[int]()
    numbers: dict[UUID, int] = {}
    for row in clusters:
        numbers[row["id"]] = next_of[row["level"]]
        next_of[row["level"]] += 1
    return numbers


def entries_of(clusters: Sequence[Row], numbers: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """Return clusters by the document's keys, parents first; their ids count from 1 as the document's do. Pure."""
    ids = {row["id"]: place for place, row in enumerate(clusters, start=1)}
    return [
        {
            "id": ids[row["id"]],
            "cluster_type": CLUSTER_TYPE,
            "level": row["level"],
            "name": f"L{row['level']}_{numbers[row['id']]}",
            "parent_id": ids.get(row["parent_id"]),
            "comment_count": row["seeds"],
            "description": row["overview"],
            "pattern_name": row["title"],
            "category": row["category"],
            "strength": row["strength"],
            "cluster_id": plain(row["id"]),
        }
        for row in clusters
    ]


def item(row: Row, numbers: Mapping[UUID, int]) -> dict[str, Any]:
    """Return an utterance or seed that has a place, by the document's keys."""
    levels = {f"cluster_l{level}": numbers.get(row[f"cluster_l{level}"]) for level in range(1, LEVELS + 1)}
    return {
        "id": plain(row["id"]),
        "content": (row["content"] or "")[:LONGEST],
        "metadata": row["metadata"],
        "created_at": plain(row["created_at"]),
        "x": round(row["x"], DECIMALS),
        "y": round(row["y"], DECIMALS),
        **levels,
        "type": row["type"],
        "kind": row["kind"],
        "speaker": row["speaker"],
    }


async def _write_items(file: IO[bytes], rows: Rows, numbers: Mapping[UUID, int], told: Told) -> None:
    async def placed() -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
        for table in (UTTERANCES, SEEDS):
            async for batch in table.read(rows):
                yield table.name, [item(row, numbers) for row in batch if row["x"] is not None]

    separator = b"[\n"
    async for name, batch in placed():
        for one in batch:
            file.write(separator + _line(one))
            separator = b",\n"
        told(name, len(batch))
    file.write(b"[]\n" if separator == b"[\n" else b"\n]\n")


def _write(file: IO[bytes], entries: Sequence[dict[str, Any]]) -> int:
    file.write(b"[" + b",".join(b"\n" + _line(entry) for entry in entries) + b"\n]\n")
    return len(entries)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
