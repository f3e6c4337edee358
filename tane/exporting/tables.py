"""What stands in which table, and as what type; and values as files hold them."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from tane.store.domain import SCORES
from tane.store.exporting import Row, Rows

TEXT, REAL, WHOLE, TIME, OBJECT = "text", "real", "whole", "time", "object"

_PLACE = {"x": REAL, "y": REAL, "cluster_l1": TEXT, "cluster_l2": TEXT, "cluster_l3": TEXT}
_SAID = {"speaker": TEXT, "conversation_id": TEXT, "position": WHOLE}
_ITEM = (
    {"id": TEXT, "type": TEXT, "kind": TEXT, "content": TEXT, "metadata": OBJECT, "created_at": TIME}
    | _PLACE
    | _SAID
)
_OF_UTTERANCES = {"source": TEXT, "role": TEXT} | dict.fromkeys(SCORES, REAL)
_OF_SEEDS = {"utterance_id": TEXT, "grounding": REAL, "review_status": TEXT, "model_name": TEXT}

ITEMS = _ITEM | _OF_UTTERANCES | _OF_SEEDS

Told = Callable[[str, int], None]  # a table's name, and how many of its rows were written just now


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTable:
    """A table's name, its columns with their types, and how its rows are read."""

    name: str
    columns: Mapping[str, str]
    read: Callable[[Rows], AsyncIterator[list[Row]]]


UTTERANCES = ExportTable(name="utterances", columns=_ITEM | _OF_UTTERANCES, read=Rows.utterances)
SEEDS = ExportTable(name="seeds", columns=_ITEM | _OF_SEEDS, read=Rows.seeds)
CLUSTERS = ExportTable(
    name="clusters",
    columns={
        "id": TEXT, "parent_id": TEXT, "level": WHOLE, "title": TEXT, "overview": TEXT, "category": TEXT,
        "strength": WHOLE, "seeds": WHOLE, "created_at": TIME, "x": REAL, "y": REAL,
    } | {f"avg_{score}": REAL for score in SCORES},
    read=Rows.clusters,
)  # fmt: skip
SOURCES = ExportTable(
    name="sources",
    columns={
        "seed_id": TEXT, "utterance_id": TEXT, "relation_type": TEXT, "span_start": WHOLE, "span_end": WHOLE,
    },
    read=Rows.sources,
)  # fmt: skip
EDGES = ExportTable(
    name="edges",
    columns={
        "src_type": TEXT, "src_id": TEXT, "dst_type": TEXT, "dst_id": TEXT, "edge_type": TEXT, "role": TEXT,
        "weight": REAL, "source": TEXT,
    },
    read=Rows.edges,
)  # fmt: skip
POINTS = ExportTable(
    name="points",
    columns={
        "scope_type": TEXT, "scope_cluster_id": TEXT, "target_type": TEXT, "target_id": TEXT, "x": REAL, "y": REAL,
        "is_provisional": WHOLE,
    },
    read=Rows.points,
)  # fmt: skip
ALL = (UTTERANCES, SEEDS, CLUSTERS, SOURCES, EDGES, POINTS)


def plain(value: Any) -> Any:
    """Return a value of the database as JSON knows it: ids and times as text, float32 in its shortest decimal form."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return float(str(np.float32(value)))
    return value


def compact(value: Any) -> str:
    """Return JSON on one line, keys in order."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
