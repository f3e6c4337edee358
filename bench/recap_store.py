"""A store of news whose vectors exist: events told by several publishers in a week, by COPY."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from tane.language.splitting import split
from tane.llm.builtin import DIGEST, DIMS
from tane.store.pool import connected, encode_halfvec

GOLD = Path(__file__).parent / "story.jsonl"
UNTIL = datetime(2026, 6, 11, tzinfo=UTC)
PER_EVENT = 5
PUBLISHERS = 24
_OWN = 0.8  # of a vector that is its event's


@dataclass(frozen=True, slots=True)
class NewsItem:
    """An article of an event."""

    utterance_id: UUID
    event: int
    publisher: str
    at: datetime
    title: str
    text: str
    lang: str


def news(count: int, *, seed: int = 11) -> Iterator[NewsItem]:
    """Yield so many articles: the texts of the gold, each event with a place and figures of its own."""
    random = np.random.default_rng(seed)
    written = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    kana = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロ"
    for number in range(count):
        event = number // PER_EVENT
        told = written[(event * 7 + number % PER_EVENT) % len(written)]
        of_event = np.random.default_rng(event)
        place = "".join(kana[int(one)] for one in of_event.integers(len(kana), size=5))
        figure = int(of_event.integers(11, 99_999))
        local = (
            f"{place}地区で{figure:,}人が対象になった。"
            if told["lang"] == "ja"
            else f"In {place} {figure:,} people were concerned."
        )
        hours = float(of_event.uniform(0, 140)) + number % PER_EVENT * float(random.uniform(0.2, 5))
        yield NewsItem(
            utterance_id=UUID(bytes=random.bytes(16), version=4),
            event=event,
            publisher=f"paper{int(random.integers(PUBLISHERS))}.example.org",
            at=UNTIL - timedelta(hours=168 - min(hours, 167.9)),
            title=f"{told['title']} ({place})",
            text=f"{local}{told['text']} {number}.",
            lang=told["lang"],
        )


async def fill_news(dsn: str, count: int) -> None:
    """Fill a migrated, empty database with articles and the vectors of their splits."""
    random = np.random.default_rng(5)
    centres: dict[int, Any] = {}
    articles, utterances, splits, vectors = [], [], [], []
    source = UUID(int=1)
    for item in news(count):
        utterances.append((item.utterance_id, source, item.at, item.text, b""))
        articles.append((item.utterance_id, item.title, item.publisher, item.lang, 1))
        centre = centres.setdefault(item.event, _direction(random))
        for ordinal, piece in enumerate(split(item.text, max_tokens=110)):
            split_id = UUID(bytes=random.bytes(16), version=4)
            splits.append((split_id, item.utterance_id, ordinal, piece.start, piece.end, piece.text, b""))
            vector = _OWN * centre + 0.6 * _direction(random)
            vectors.append(
                ("utterance_split", split_id, 1, "builtin", DIMS, encode_halfvec((vector / np.linalg.norm(vector)).astype(np.float32)))
            )  # fmt: skip
    async with connected(dsn, command_timeout_s=600) as conn:
        await conn.execute(
            "SET session_replication_role = replica"
        )  # the rows are consistent by construction
        await conn.execute(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('builtin', $1, $2, 1)",
            DIGEST,
            DIMS,
        )
        await conn.execute(
            "INSERT INTO sources (source_id, name, kind, is_mapped) VALUES ($1, 'news', 'articles', 0)",
            source,
        )
        for table, columns, rows in (
            (
                "utterances",
                ["utterance_id", "source_id", "uttered_at", "contents", "content_hash"],
                utterances,
            ),
            ("articles", ["utterance_id", "title", "host", "lang", "cleaning_version"], articles),
            (
                "utterance_splits",
                [
                    "utterance_split_id",
                    "utterance_id",
                    "ordinal",
                    "char_start",
                    "char_end",
                    "contents",
                    "content_hash",
                ],
                splits,
            ),
            ("embeddings", ["target_type", "target_id", "model_id", "model_name", "dims", "vector"], vectors),
        ):
            await conn.copy_records_to_table(table, records=rows, columns=columns)
        await conn.execute("RESET session_replication_role")
        await conn.execute("VACUUM ANALYZE")


def _direction(random: np.random.Generator) -> Any:
    vector = random.normal(size=DIMS)
    return vector / np.linalg.norm(vector)
