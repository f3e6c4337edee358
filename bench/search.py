"""Row `search`: everyday queries whose answers are known, and nonsense, asked of the search that `tane search` asks.

Ten queries in Japanese and ten in English name what a turn of the demo's dialogues says, in words that share little with it
(`bench/search_labels.py`); the answers stand among all dialogues and talks that ship, and with `--csv FILE --text COLUMN` among the
texts of a file, too. The figure is the share of known answers among the ten rows that are shown first; details have the share of
queries of which at least one answer is, the same for 83 queries that the search was fitted to, what nonsense was answered, and the
milliseconds of a query. Words and vectors are searched
by the product's own code in a database of its own; vectors are the built-in encoder's.
"""

import asyncio
import csv as tables
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np

from bench.meaning import LANGUAGES, dialogues
from bench.measure import Measure
from bench.search_labels import ANSWERS, CHOSEN_ON, NONSENSE, NONSENSE_CHOSEN_ON, Labels
from bench.throwaway import throwaway_server
from bench.today_labels import written
from tane.llm import builtin
from tane.llm.builtin import DIGEST, DIMS, encode
from tane.llm.protocol import Embedded, Purpose
from tane.search.searching import search
from tane.store import embeddings, migrate
from tane.store.embeddings import ensure_indexes
from tane.store.pool import Pool, close_pool, connected, open_pool

SHOWN = 10
BATCH = 64


def measure(csv: Path | None = None, text: str = "text") -> Measure:
    said: list[Mapping[str, Any]] = [one for language in LANGUAGES for one in dialogues(language)]
    said += written()
    further = [] if csv is None else _texts(csv, column=text)
    with throwaway_server() as (server, _folder):
        found = asyncio.run(measured(server.dsn(), said, further))
    recall = statistics.mean(found["recall"].values())
    return Measure(
        name="search",
        ours=recall,
        peer=0.8,
        ratio=recall / 0.8,
        unit=f"of the known answers among the first {SHOWN} rows",
        details={"texts": len(said) + len(further), **found},
    )


class _Encoder:
    """The built-in encoder in this process."""

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:
        assert purpose in ("document", "query")  # it is the same to this model
        return Embedded(model=builtin.INFO, vectors=list(encode(texts)))


async def measured(dsn: str, said: Sequence[Mapping[str, Any]], further: Sequence[str]) -> dict[str, Any]:
    """Return the figures for an empty database that is filled with utterances and further texts."""
    await migrate.migrate(dsn)
    await _fill(dsn, said, further)
    names = {_id(one["id"]): one["id"] for one in said}
    spent: list[float] = []

    async def share(query: str, answers: tuple[str, ...]) -> float:
        started_s = time.perf_counter()
        shown = {names.get(one) for one in await _shown(pool, query)}
        spent.append(1e3 * (time.perf_counter() - started_s))
        return statistics.mean(not shown.isdisjoint(answer.split()) for answer in answers)

    async def shares(labels: Labels) -> dict[str, list[float]]:
        return {
            language: [await share(query, answers) for query, answers in queries.items()]
            for language, queries in labels.items()
        }

    pool = await open_pool(dsn, size=2)
    try:
        known, chosen_on = await shares(ANSWERS), await shares(CHOSEN_ON)
        answered = [
            [query for query in queries if await _shown(pool, query)]
            for queries in (NONSENSE, NONSENSE_CHOSEN_ON)
        ]
    finally:
        await close_pool(pool)
    return {
        "recall": _means(known),
        "one_answer_found": _means({of: [share > 0 for share in each] for of, each in known.items()}),
        "recall_chosen_on": _means(chosen_on),
        "nonsense": len(NONSENSE),
        "nonsense_answered": answered[0],
        "nonsense_answered_chosen_on": answered[1],
        "milliseconds": {"median": round(statistics.median(spent), 1), "most": round(max(spent), 1)},
    }


def _means(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {of: round(statistics.mean(each), 3) for of, each in values.items()}


async def _shown(pool: Pool, query: str) -> list[UUID]:
    found = (await search(pool, _Encoder(), query, limit=SHOWN)).found
    return [hit.id for row in found for hit in (row.hit, *row.also)]


async def _fill(dsn: str, said: Sequence[Mapping[str, Any]], further: Sequence[str]) -> None:
    """Store utterances with their vectors: talks with the places of their turns, further texts each by itself."""
    texts = [str(one["text"])[: builtin.MOST_CHARS] for one in said]
    texts += [text[: builtin.MOST_CHARS] for text in further]
    made = [encode(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    ids = [_id(one["id"]) for one in said] + [_id("further", str(n)) for n in range(len(further))]
    talks = [(_id(one["conversation"]), int(one["id"].rpartition("-")[2])) for one in said]
    places: list[tuple[UUID | None, int | None]] = [*talks, *[(None, None)] * len(further)]
    async with connected(dsn, command_timeout_s=600) as conn:
        model = await embeddings.use_model(conn, name=builtin.BUILTIN, digest=DIGEST, dims=DIMS)
        await conn.execute("SET session_replication_role = replica")
        await conn.copy_records_to_table(
            "utterances",
            columns=["utterance_id", "conversation_id", "position", "contents", "content_hash"],
            records=[
                (key, talk, position, words, key.bytes)
                for key, (talk, position), words in zip(ids, places, texts, strict=True)
            ],
        )
        await conn.copy_records_to_table(
            "embeddings",
            columns=["target_type", "target_id", "model_id", "model_name", "dims", "vector", "source_hash"],
            records=[
                ("utterance", key, model, builtin.BUILTIN, DIMS, vector, key.bytes)
                for key, vector in zip(ids, np.concatenate(made), strict=True)
            ],
        )
        await ensure_indexes(dsn)
        await conn.execute("RESET session_replication_role")
        await conn.execute("VACUUM ANALYZE")


def _texts(path: Path, *, column: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = tables.DictReader(file)
        if column not in (reader.fieldnames or ()):
            raise SystemExit(f"{path.name} has no column {column}")
        return [row[column] for row in reader if (row[column] or "").strip()]


def _id(*parts: str) -> UUID:
    return uuid5(NAMESPACE_OID, "/".join(parts))
