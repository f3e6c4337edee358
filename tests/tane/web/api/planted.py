"""A small map by hand: two themes, one within the other's neighbour, and the services of a server over it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import numpy as np

from daemon.stored_editions import StoredEditions
from tane.llm.model_errors import ModelUnavailable
from tane.llm.protocol import Embedded, ModelInfo, Purpose
from tane.store.pool import Connection, Pool, close_pool, open_reading_pool
from tane.web.api.models import IngestReport
from tane.web.api.routes import api_routes
from tane.web.api.services import (
    IngestConflict,
    IngestRefused,
    Services,
)
from tane.web.app import application
from tane.web.health import Report, Trouble
from tane.web.page import FILES, page_routes
from tane.web.security import Policy
from tane.web.server import address_of, listen, serving
from tests.handlers.conversation import cluster

TOKEN = "a-token-of-some-length"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SAID = "早く寝ると朝が楽になる。だから夜のコーヒーはやめた。"
SEED = "早く寝ると朝が楽になる"
QUOTED = {
    "type": "utterance", "id": "6f1c0c5e-7f0e-4a55-9d0e-0e8f4b1f2a01", "text": "朝型は生まれつきなのだろうか",
    "utterance_id": "6f1c0c5e-7f0e-4a55-9d0e-0e8f4b1f2a01", "speaker": "美咲", "at": "2026-08-03T10:00:00+00:00",
}  # fmt: skip
TODAY = {
    "changed": [],
    "open_questions": [QUOTED],
    "without_text_model": False,
    "themes": [],
    "new": {"since": None, "lines": []},
}


@dataclass(frozen=True, kw_only=True)
class Planted:
    """Ids of what was planted."""

    atlas: UUID
    sleep: UUID
    naps: UUID
    sleep_map: UUID
    said: UUID
    seed: UUID
    other: UUID


async def plant(conn: Connection) -> Planted:
    """An utterance with a seed in the inner cluster, another seed beside, and maps of the whole and of one cluster."""
    said = await conn.fetchval(
        "INSERT INTO utterances (contents, speaker, uttered_at, hypothetical) "
        "VALUES ($1, '美咲', '2026-08-03T10:00:00Z', 0.25) RETURNING utterance_id", SAID,
    )  # fmt: skip
    seed, other = [
        await conn.fetchval(
            "INSERT INTO seeds (body, seed_kind, grounding) VALUES ($1, 'knowledge', 0.9) RETURNING seed_id", body
        )
        for body in (SEED, "コーヒーは夜に飲まない")
    ]  # fmt: skip
    await conn.execute(
        "INSERT INTO utterance_seeds (utterance_id, seed_id, span_start, span_end) VALUES ($1, $2, 0, $3)",
        said, seed, len(SEED),
    )  # fmt: skip
    sleep = await cluster(conn, title="眠り", overview="眠りの話", total_count=2, avg_confidence=0.5)
    naps = await cluster(conn, title="昼寝", parent=sleep, depth=2, total_count=1)
    await join(conn, seed, naps)
    await join(conn, other, sleep)
    await conn.execute(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) "
        "VALUES ('seed', $1, 'seed', $2, 'near', 0.5)", other, seed,
    )  # fmt: skip
    atlas = await conn.fetchval("INSERT INTO layout_runs (scope_type) VALUES ('atlas') RETURNING layout_id")
    sleep_map = await conn.fetchval(
        "INSERT INTO layout_runs (scope_type, scope_cluster_id) VALUES ('cluster', $1) RETURNING layout_id",
        sleep,
    )
    places = [("utterance", said), ("seed", seed), ("seed", other), ("cluster", sleep), ("cluster", naps)]
    for number, (kind, item) in enumerate(places):
        await stand(conn, atlas, kind, item, (number * 1.0, (number * 7 % 5) * 1.0))
    await stand(conn, sleep_map, "seed", other, (0.0, 0.0))
    await stand(conn, sleep_map, "cluster", naps, (1.0, 1.0))
    return Planted(
        atlas=atlas, sleep=sleep, naps=naps, sleep_map=sleep_map, said=said, seed=seed, other=other
    )


async def join(conn: Connection, seed: UUID, to: UUID) -> None:
    """Make a seed a member of a cluster."""
    await conn.execute(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
        "VALUES ('seed', $1, 'cluster', $2, 'part_of', 'member', 0.8)", seed, to,
    )  # fmt: skip


async def stand(
    conn: Connection, layout: UUID, kind: str, item: UUID, at: tuple[float, float], *, provisional: int = 0
) -> None:
    """Put an item on a map."""
    await conn.execute(
        "INSERT INTO layout_points (layout_id, target_type, target_id, x, y, is_provisional) "
        "VALUES ($1, $2, $3, $4, $5, $6)", layout, kind, item, *at, provisional,
    )  # fmt: skip


MEMORY: Mapping[str, Any] = {
    "database_bytes": 40, "effective_bytes": 38, "budget_bytes": 40, "usage": 0.95, "disk_free_bytes": None, "disk_bytes": None,
    "disk_floor_bytes": None, "level": "emergency", "is_watched": True, "parts": {"text": 30, "catalog": 10},
    "tables": [{"name": "utterances", "bytes": 30, "index_bytes": 5, "reusable_bytes": 2}],
    "forecast": {"bytes_a_day": 0.5, "days": 4.0, "what": "budget"},
    "advice": [{"action": "archive_old", "command": None, "about": "not yet"}],
    "alerts": [
        {
            "alert_id": 1, "alert_type": "emergency", "cause": "budget", "usage": 0.95, "threshold": 0.95,
            "recommended_actions": ["archive_old"], "created_at": "2026-01-02T00:00:00+00:00", "acknowledged_at": None,
        }
    ],
}  # fmt: skip


class QueryModels:
    """Gives every query the first axis, and what says nothing the last; without a digest it does not answer."""

    def __init__(self, *, digest: str | None) -> None:
        self._digest = digest

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:
        if self._digest is None:
            raise ModelUnavailable("no answer")
        axes = np.eye(4, dtype=np.float32)
        vectors = [axes[0] if purpose == "query" else axes[-1] for _ in texts]
        return Embedded(model=ModelInfo(name="m", digest=self._digest, dims=4), vectors=vectors)


class Hands:
    """What the daemon would hand over, written by hand; `received` keeps the files that were sent."""

    def __init__(self, *, digest: str | None = None) -> None:
        self.received: list[tuple[str, str]] = []
        self._digest = digest

    async def status(self) -> Report:
        return Report(
            troubles=(Trouble(degree="degraded", what="paused", remedy="`tane resume`"),), facts={"jobs": {}}
        )

    @property
    def models(self) -> "QueryModels":
        """A model server with one vector to give, where there is one."""
        return QueryModels(digest=self._digest)

    async def ingest(
        self, path: Path, source: str, *, replace: bool = False, are_articles: bool = False
    ) -> IngestReport:
        text = path.read_text(encoding="utf-8")  # noqa: ASYNC240 - a few bytes
        if ("bad" in text) or (are_articles and not replace):
            raise IngestRefused("each line is a JSON object")
        if "other words" in text and not replace:
            raise IngestConflict("1 of the 1 known ids of the source would get other words")
        self.received.append((source, text))
        lines = text.count("\n")
        return IngestReport(read=lines, added=lines, updated=0, unchanged=0, rejected={}, jobs=lines)

    async def today(self) -> Mapping[str, Any]:
        return TODAY

    async def memory(self) -> Mapping[str, Any]:
        return MEMORY


@asynccontextmanager
async def served(
    dsn: str,
    writing: Pool,
    *,
    hands: Hands | None = None,
    token: str | None = TOKEN,
    has_today: bool = True,
    has_recaps: bool = True,
) -> AsyncIterator[str]:
    """Serve API and page over a database; yields the address."""
    hands = hands or Hands()
    reading = await open_reading_pool(dsn, size=3)
    services = Services(
        reading=reading, writing=writing, can_write=token is not None, status=hands.status, models=hands.models,
        ingest=hands.ingest, today=hands.today if has_today else None, memory=hands.memory if has_today else None,
        editions=StoredEditions(reading, zone="UTC") if has_recaps else None,
    )  # fmt: skip
    listener = listen("127.0.0.1", 0)
    policy = Policy.of(host="127.0.0.1", token=token, open_paths=FILES)
    try:
        async with serving(application([*api_routes(services), *page_routes()], policy=policy), listener):
            yield address_of(listener)
    finally:
        await close_pool(reading)


def client(url: str, *, headers: Mapping[str, str] = BEARER) -> httpx.AsyncClient:
    """A program that asks."""
    return httpx.AsyncClient(base_url=f"{url}api/v1/", headers=dict(headers), timeout=20, trust_env=False)
