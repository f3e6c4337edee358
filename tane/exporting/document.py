"""JSON in document 004's shape: items with their place and path of clusters, and clusters with their words."""

import json
from typing import IO, Any

from tane.exporting.tables import CLUSTERS, ITEMS, SEEDS, UTTERANCES, Told, plain
from tane.store.exporting import Row, Rows

DECIMALS = 4  # of coordinates, as document 004 has it
# The document's own keys; what else is known of an item follows them.
FIRST = ("id", "content", "metadata", "created_at", "x", "y", "cluster_l1", "cluster_l2", "cluster_l3")
CLUSTER_TYPE = "embedding"


async def write_json(rows: Rows, file: IO[bytes], told: Told) -> None:
    """Write one object of the lists `items` and `clusters`, an entry a line, UTF-8."""
    file.write(b'{"items": [')
    separator = b"\n"
    for table in (UTTERANCES, SEEDS):
        async for batch in table.read(rows):
            for row in batch:
                file.write(separator + _line(item(row)))
                separator = b",\n"
            told(table.name, len(batch))
    file.write(b'\n], "clusters": [')
    separator = b"\n"
    async for batch in CLUSTERS.read(rows):
        for row in batch:
            file.write(separator + _line(cluster(row)))
            separator = b",\n"
        told(CLUSTERS.name, len(batch))
    file.write(b"\n]}\n")


def item(row: Row) -> dict[str, Any]:
    """Return an utterance or seed as an item; what its type does not have is left out."""
    made = {name: plain(row[name]) for name in (*FIRST, *(n for n in ITEMS if n not in FIRST)) if name in row}
    made["content"] = made["content"] or ""
    for axis in ("x", "y"):
        made[axis] = None if made[axis] is None else round(made[axis], DECIMALS)
    return made


def cluster(row: Row) -> dict[str, Any]:
    """Return a cluster by the document's keys."""
    return {
        "id": plain(row["id"]),
        "cluster_type": CLUSTER_TYPE,
        "level": row["level"],
        "name": f"L{row['level']}_{str(row['id'])[:8]}",
        "parent_id": plain(row["parent_id"]),
        "comment_count": row["seeds"],
        "description": row["overview"],
        "pattern_name": row["title"],
        "category": row["category"],
        "strength": row["strength"],
    }


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
