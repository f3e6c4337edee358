"""Whatever PostgreSQL can hold may stand in a row: the worker claims, the API answers and a night passes beside it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tane.settings.model import Settings
from tane.store import jobs, queue_admin
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, connect, connection
from tests.conftest import Nursery
from tests.daemon.queue.workshop import Workshop
from tests.daemon.test_api_fuzzed import ENDLESS, web
from tests.odd_rows import GOOD, plant
from tests.tane.runs.night.planted import Store
from tests.tane.web.api.contract import DOCUMENT

IDS = """
(SELECT 'utterances' AS of, utterance_id::text AS id FROM utterances) UNION ALL (SELECT 'seeds', seed_id::text FROM seeds)
UNION ALL (SELECT 'clusters', cluster_id::text FROM clusters) UNION ALL (SELECT 'maps', layout_id::text FROM layout_runs WHERE is_active = 1)
"""


async def fill(conn: Connection, *tables: str, in_every_state: bool = False) -> None:
    await conn.execute(GOOD)
    assert await plant(conn, tables or None, in_every_state=in_every_state) > 500


class TestTheQueue:
    async def test_of_odd_rows_is_worked_off(self, workshop: Workshop, conn: Connection):
        await fill(conn, "worker_jobs", "job_pauses", in_every_state=True)
        claimable = (
            "SELECT count(*) FROM worker_jobs WHERE status IN ('queued', 'scheduled') AND job_type = 'think'"
        )
        running = "SELECT count(*) FROM worker_jobs WHERE status = 'running' AND job_type = 'think'"
        assert await conn.fetchval(claimable) > 150

        await workshop.work()
        async with connection(workshop.pool) as lent:
            await jobs.expire(lent)
            await jobs.discard_unknown(lent, ["think"])
            while await jobs.reap(lent, limit=50, backoff_base_s=0.0, backoff_cap_s=0.0):
                pass
            while await jobs.promote(lent, limit=50):
                pass
            await queue_admin.prune(lent, done_days=1, dead_days=1, limit=1000)
        await workshop.work()

        waiting = claimable.replace("'queued', 'scheduled'", "'queued'")
        assert await conn.fetchval(waiting) == 0
        assert (
            await conn.fetchval(running + " AND (lease_expires_at = 'infinity' OR lease_expires_at < now())")
            == 0
        )

    async def test_takes_the_case_of_a_job_from_before_all_time(self, workshop: Workshop, conn: Connection):
        await workshop.queue(2)
        await conn.execute(
            "SET session_replication_role = replica; UPDATE worker_jobs SET created_at = '-infinity'; "
            "RESET session_replication_role"
        )

        assert await workshop.work() == 2

        assert await workshop.statuses() == {"done": 2}


@pytest.fixture(scope="module")
def filled(nursery: Nursery, server: EmbeddedServer) -> Iterator[str]:
    """A database that is filled once; each test gets a copy."""
    name = nursery.take()

    async def fill_it() -> None:
        conn = await connect(server.dsn(name))
        await fill(conn)
        await conn.close()

    asyncio.run(fill_it())
    yield name
    nursery.give_back(name)


class TestADatabaseOfOddRows:
    @pytest.fixture
    def dsn(self, nursery: Nursery, server: EmbeddedServer, filled: str) -> Iterator[str]:
        name = nursery.copy_of(filled)
        yield server.dsn(name)
        nursery.give_back(name)

    async def test_every_page_of_the_api_is_answered(self, dsn: str, pool: Pool, conn: Connection):
        ids: dict[str, list[str]] = {}
        for row in await conn.fetch(IDS):
            ids.setdefault(row["of"], []).append(row["id"])

        asked = []
        for path, known in DOCUMENT["paths"].items():
            if "get" not in known or path == ENDLESS:
                continue
            of = path.removeprefix("/api/v1/").split("/")[0]
            asked += [path.replace("{id}", one) for one in ids[of][::25]] if "{id}" in path else [path]
        asked += ["/metrics", "/healthz", "/readyz", "/livez"]
        asked += [f"/api/v1/search?q=良い&mode={mode}" for mode in ("text", "meaning")]
        asked += [f"/api/v1/edges?kind=seed&id={one}" for one in ids["seeds"][::25]]
        asked += [f"/api/v1/snippets?ids={','.join(ids['utterances'][:50])}"]
        failed = {}
        async with (
            web(dsn, pool, token=None) as url,
            httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as asking,
        ):
            for path in asked:
                answer = await asking.get(path)
                if answer.status_code >= 500:
                    failed[path] = (answer.status_code, answer.text[:200])
                elif answer.headers["content-type"].startswith("application/json") and (
                    "NaN" in answer.text or "Infinity" in answer.text
                ):
                    failed[path] = (answer.status_code, "no JSON")
        assert not failed

    async def test_a_night_passes(self, pool: Pool, dsn: str, conn: Connection, tmp_path: Path):
        await conn.execute("DELETE FROM nightly_runs WHERE status IN ('requested', 'running')")
        store = Store(pool=pool, dsn=dsn, folder=tmp_path, settings=Settings())

        for _ in range(2):
            await conn.execute(
                "DELETE FROM worker_jobs WHERE job_type LIKE 'embedding%'"
            )  # a night waits for them
            details = await store.night(is_forced=True)
            assert isinstance(details, dict)

        placed = await conn.fetch(
            "SELECT DISTINCT s.body FROM layout_points p JOIN layout_runs r USING (layout_id) JOIN seeds s ON s.seed_id = p.target_id "
            "WHERE s.body LIKE '良%' AND r.scope_type = 'atlas' AND r.is_active = 1 AND p.is_active = 1 AND is_place(p.x, p.y)"
        )
        assert len(placed) == 10
