"""The demo's dialogues as a database that a faultless extraction would leave: gold seeds, gold themes, gold scores.

Vectors are the built-in encoder's.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from bench.today_labels import everyday_questions, unlabelled_turns
from tane.llm.builtin import DIMS, encode
from tane.store.pool import Connection

LANGUAGES = ("ja", "en")
ZONE = "Asia/Tokyo"


def name(*parts: object) -> UUID:
    """The same things have the same ids in every run, and all ties fall alike."""
    return uuid5(NAMESPACE_OID, "/".join(map(str, parts)))


@cache
def dialogues() -> list[dict[str, Any]]:
    found = []
    for language in LANGUAGES:
        lines = files("demo").joinpath(f"dialogues.{language}.jsonl").read_text(encoding="utf-8").splitlines()
        found += [json.loads(line) | {"language": language} for line in lines]
    return found


@cache
def vectors() -> dict[str, NDArray[np.float32]]:
    texts = [one["text"] for one in dialogues()] + [seed["text"] for _, _, seed in gold_seeds()]
    texts = list(dict.fromkeys(texts + [seed["text"] for _, _, seed in further_seeds()]))
    return dict(zip(texts, encode(texts), strict=True))


def gold_seeds() -> Iterator[tuple[UUID, Mapping[str, Any], dict[str, str]]]:
    for utterance in dialogues():
        for place, seed in enumerate(utterance.get("seeds", [])):
            yield name("seed", utterance["id"], place), utterance, seed


def theme_of(utterance: Mapping[str, Any]) -> tuple[str, str]:
    return utterance["language"], utterance["theme"]


def further_seeds() -> Iterator[tuple[UUID, Mapping[str, Any], dict[str, str]]]:
    """What the gold subset leaves out and readers judged all the same: everyday questions, and turns elsewhere."""
    for one, text in everyday_questions(dialogues()):
        yield name("asked", one["id"]), one, {"kind": "question", "text": text}
    for one in unlabelled_turns(dialogues()):
        yield name("turned", one["id"]), one, {"kind": "conversion", "text": one["text"]}


async def plant(
    conn: Connection, *, without: frozenset[str] = frozenset(), with_further: bool = False
) -> None:
    """Fill an empty database; seeds of the kinds in `without` are left out."""
    utterances = dialogues()
    roles = {
        row[0]: row[1]
        for row in await conn.fetch("SELECT utterance_role_name, utterance_role_id FROM utterance_roles")
    }
    await conn.executemany(
        "INSERT INTO utterances (utterance_id, conversation_id, position, speaker, uttered_at, contents, utterance_role_id, "
        "reinterpretation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            (
                name(one["id"]), name(one["conversation"]), int(one["id"].split("-")[1]), one["speaker"],
                datetime.fromisoformat(one["time"]), one["text"], roles.get(one.get("role", "")), _score(one),
            )
            for one in utterances
        ],
    )  # fmt: skip
    seeds = [(seed_id, one, seed) for seed_id, one, seed in gold_seeds() if seed["kind"] not in without]
    seeds += further_seeds() if with_further else ()
    await conn.executemany(
        "INSERT INTO seeds (seed_id, seed_kind, body) VALUES ($1, $2, $3)",
        [(seed_id, seed["kind"], seed["text"]) for seed_id, _, seed in seeds],
    )
    await conn.executemany(
        "INSERT INTO utterance_seeds (utterance_id, seed_id) VALUES ($1, $2)",
        [(name(one["id"]), seed_id) for seed_id, one, _ in seeds],
    )
    themes = sorted({theme_of(one) for _, one, _ in seeds})
    await conn.executemany(
        "INSERT INTO clusters (cluster_id, cluster_title) VALUES ($1, $2)",
        [(name("theme", *theme), " ".join(theme)) for theme in themes],
    )
    await conn.executemany(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
        "VALUES ('seed', $1, 'cluster', $2, 'part_of', 'member', 1)",
        [(seed_id, name("theme", *theme_of(one))) for seed_id, one, _ in seeds],
    )
    model = await conn.fetchval(
        "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('gold', 'one', $1, 1) RETURNING model_id",
        DIMS,
    )
    targets = [("utterance", name(one["id"]), one["text"]) for one in utterances]
    targets += [("seed", seed_id, seed["text"]) for seed_id, _, seed in seeds]
    await conn.executemany(
        "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) VALUES ($1, $2, $3, 'gold', $5, $4)",
        [(kind, item, model, vectors()[text], DIMS) for kind, item, text in targets],
    )


def _score(utterance: dict[str, Any]) -> float | None:
    """The middle of the band that the label allows."""
    band = utterance.get("scores", {}).get("reinterpretation")
    return None if band is None else sum(band) / 2
