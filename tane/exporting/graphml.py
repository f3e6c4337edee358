"""GraphML: items and clusters as nodes; nearness, membership and origin as edges."""

import re
from collections.abc import Iterator, Mapping
from typing import IO, Any
from xml.sax.saxutils import escape

from tane.exporting.tables import (
    CLUSTERS,
    EDGES,
    REAL,
    SEEDS,
    SOURCES,
    UTTERANCES,
    WHOLE,
    Told,
    plain,
)
from tane.store.domain import SCORES
from tane.store.exporting import Row, Rows

SAID_IN = "said_in"  # from a seed to the utterance it was taken from
_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_TYPES = {REAL: "double", WHOLE: "long"}
NODE = {
    "type": "text", "kind": "text", "label": "text", "overview": "text", "created_at": "text", "speaker": "text",
    "role": "text", "level": WHOLE, "x": REAL, "y": REAL, "grounding": REAL,
} | dict.fromkeys(SCORES, REAL)  # fmt: skip
EDGE = {"edge_type": "text", "role": "text", "weight": REAL}

# XML 1.0 has no place for these, not even as a reference; ECMA-376 (ST_Xstring) writes them as _xHHHH_, and an
# underscore that would be read as the beginning of one as _x005F_.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN = re.compile("_x([0-9A-Fa-f]{4})_")


async def write_graphml(rows: Rows, file: IO[bytes], told: Told) -> None:
    """Write a directed graph, nodes first, UTF-8; an edge leads only to nodes that are written."""
    file.write(_head().encode())
    for table in (UTTERANCES, SEEDS, CLUSTERS):
        async for batch in table.read(rows):
            file.write("".join(_node(row) for row in batch).encode())
            told(table.name, len(batch))
    written = 0
    for table in (SOURCES, EDGES):
        async for batch in table.read(rows):
            file.write("".join(_edge(row, written + place) for place, row in enumerate(batch)).encode())
            written += len(batch)
            told(table.name, len(batch))
    file.write(b"</graph>\n</graphml>\n")


def xml_text(text: str) -> str:
    """Return a text as XML holds it: markup escaped, a carriage return kept from being read as a new line."""
    safe = _FORBIDDEN.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return escape(safe, {"\r": "&#13;"})


def plain_text(text: str) -> str:
    """Return the text behind what an XML reader gives back."""
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), text)


def _head() -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<graphml xmlns="{_NAMESPACE}">']
    for target, columns in (("node", NODE), ("edge", EDGE)):
        lines += [
            f'<key id="{target[0]}_{name}" for="{target}" attr.name="{name}" attr.type="{_TYPES.get(kind, "string")}"/>'
            for name, kind in columns.items()
        ]
    return "\n".join([*lines, '<graph edgedefault="directed">', ""])


def _node(row: Row) -> str:
    if "title" in row:
        values = {**row, "type": "cluster", "label": row["title"]}
        values |= {score: row[f"avg_{score}"] for score in SCORES}
    else:
        values = {**row, "label": row["content"]}
    return f'<node id="{values["type"]}:{row["id"]}">{"".join(_data("n", NODE, values))}</node>\n'


def _edge(row: Row, number: int) -> str:
    if "seed_id" in row:
        ends = f"seed:{row['seed_id']}", f"utterance:{row['utterance_id']}"
        values: Mapping[str, Any] = {"edge_type": SAID_IN, "role": row["relation_type"]}
    else:
        ends = f"{row['src_type']}:{row['src_id']}", f"{row['dst_type']}:{row['dst_id']}"
        values = row
    data = "".join(_data("e", EDGE, values))
    return f'<edge id="e{number}" source="{ends[0]}" target="{ends[1]}">{data}</edge>\n'


def _data(target: str, columns: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[str]:
    for name in columns:
        value = plain(values.get(name))
        if value not in (None, ""):
            yield f'<data key="{target}_{name}">{xml_text(str(value))}</data>'
