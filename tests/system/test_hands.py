"""What the owner decided by hand stays, whatever is done again: a real daemon, every job type, the stand-in."""

from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from daemon.app import run
from demo.standin import EMBED_MODEL, TEXT_MODEL
from tane.settings.model import Settings
from tane.settings.sources import load_settings
from tane.store import review, roles
from tane.store.domain import QUESTION_JOBS, VECTOR_JOBS
from tane.store.pool import Connection, Pool, connection
from tests.handlers.conversation import cluster
from tests.system.work import Work
from tests.tables import every

SAID = (
    "睡眠とは脳が休む時間である。睡眠が足りないと翌日の集中力が落ちる。夜はスマートフォンを見ないほうがよい。"
    "朝に光を浴びると体内時計が整うので、早く起きられるようになる。"
)
ASKED = sorted(QUESTION_JOBS | VECTOR_JOBS)
TARGETS = {"embedding": ("seed", "utterance_split", "cluster"), "cluster_body": ("cluster",)}
RENAME = "UPDATE utterance_roles SET utterance_role_name = $2 WHERE utterance_role_name = $1"
MANY_AT_ONCE = "all of one utterance at once"


@pytest.fixture
def settings(dsn: str, standin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return load_settings(
        None,
        {
            "database.url": dsn,
            "llm.url": standin,
            "llm.text_model": TEXT_MODEL,
            "llm.embed_model": EMBED_MODEL,
            "llm.coresident": "true",
            "jobs.enabled": "full",
            "jobs.poll_s": "0.1",
        },
    )


class Owner:
    """An utterance that was worked off, and what its owner decided about all that came of it."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self.pool = pool
        self.work = Work(pool)
        self._settings = settings

    async def drain(self) -> None:
        """Let a daemon work off what waits."""
        assert await run(self._settings, drain=True) == 0

    async def queue(self, *job_types: str) -> int:
        """Insert jobs as another program does, for everything they can be about; return how many."""
        rows = await self.pool.fetch(
            "SELECT 'utterance' AS kind, utterance_id AS id FROM utterances UNION ALL SELECT 'seed', seed_id FROM seeds "
            "UNION ALL SELECT 'utterance_split', utterance_split_id FROM utterance_splits "
            "UNION ALL SELECT 'cluster', cluster_id FROM clusters"
        )
        jobs = [
            (row["id"], job_type, row["kind"])
            for job_type in job_types
            for row in rows
            if row["kind"] in TARGETS.get(job_type, ("utterance",))
        ]
        for target_id, job_type, kind in jobs:
            await self.work.add_job(target_id, job_type=job_type, table=kind)
        return len(jobs)

    async def decide(self) -> None:
        """Accept, edit and reject seeds of every kind, and take clusters and roles in hand."""
        rows = await self.pool.fetch("SELECT seed_id, seed_kind FROM seeds ORDER BY seed_kind, body")
        seen: Counter[str] = Counter()
        async with connection(self.pool) as conn:
            for seed_id, kind in rows:
                await _decide_about(conn, seed_id, seen[kind])
                seen[kind] += 1
            assert seen["knowledge"] >= 3, "one of each decision, where rejected words may come back"
            renamed = await self._cluster_of(conn, title="模型の題", overview="模型の言葉")
            await review.rename_cluster(conn, renamed, "眠りの工夫", "よく眠るには")
            titled = await self._cluster_of(conn, title="模型の題二", overview="模型の言葉")
            await review.rename_cluster(conn, titled, "私の題", None)
            pinned = await self._cluster_of(
                conn, title="留めた題", overview="留めた言葉", overview_source="llm"
            )
            await review.pin_clusters(conn, [pinned])
            await roles.put_role(conn, "独り言", "誰にも向けずに言う")
            await conn.execute(RENAME, "雑談", "よもやま話")
            await roles.remove_role(conn, "挨拶")

    @staticmethod
    async def _cluster_of(conn: Connection, **words: Any) -> UUID:
        made = await cluster(conn, **words)
        await conn.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
            "SELECT 'seed', seed_id, 'cluster', $1, 'part_of', 'member', 1 FROM seeds WHERE review_status <> 'rejected'",
            made,
        )
        return made

    async def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that the owner decided, and every seed there is."""
        queries = {
            "seeds": "SELECT seed_id, body, seed_kind, review_status, source_changed, deleted_at, grounding FROM seeds ORDER BY 1",
            "links": "SELECT utterance_id, seed_id, relation_type, span_start, span_end FROM utterance_seeds ORDER BY 1, 2",
            "clusters": "SELECT cluster_id, cluster_title, cluster_overview, overview_source, is_pinned FROM clusters ORDER BY 1",
            "roles": "SELECT utterance_role_id, utterance_role_name, description FROM utterance_roles ORDER BY 1",
        }
        return {name: [tuple(row) for row in await self.pool.fetch(query)] for name, query in queries.items()}


async def _decide_about(conn: Connection, seed_id: UUID, number: int) -> None:
    if number % 3 == 0:
        await review.edit_seed(conn, seed_id, f"私が言い直した言葉は{number}番目の睡眠の話である")
    elif number % 3 == 1:
        await review.reject_seeds(conn, [seed_id])
    else:
        await review.accept_seeds(conn, [seed_id])


@pytest.fixture
async def owner(pool: Pool, settings: Settings) -> Owner:
    """Everything was done once, and the owner has decided."""
    made = Owner(pool, settings)
    await made.work.add_utterance(SAID)
    await made.queue(*ASKED)
    await made.drain()
    await made.decide()
    return made


@every("job_type", [*ASKED, MANY_AT_ONCE])
async def test_a_decision_survives_doing_it_again(owner: Owner, job_type: str):
    before = await owner.state()
    again = ASKED if job_type == MANY_AT_ONCE else [job_type]

    queued = await owner.queue(*again)
    await owner.drain()

    assert queued > 0
    assert await owner.work.is_done(), await owner.work.statuses()
    assert await owner.state() == before
