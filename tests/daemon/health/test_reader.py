"""The snapshot: true, shared by all who ask within a second, and honest about a database that is away."""

import asyncio

from daemon.health.reader import HealthReader
from tane.settings.model import Llm
from tane.store.pool import Connection, Pool, close_pool, open_reading_pool
from tests.relay import relay_to

LLM = Llm(standin=True)
JOB = (
    "INSERT INTO worker_jobs (job_type, target_table, target_id, status, created_at, finished_at) "
    "VALUES ($1, 'seed', gen_random_uuid(), $2, now() - make_interval(secs => $3), "
    "CASE WHEN $2 IN ('done', 'dead', 'cancelled') THEN now() END)"
)


async def add(conn: Connection, job_type: str, status: str, *, age_s: float = 0.0) -> None:
    await conn.execute(JOB, job_type, status, age_s)


async def test_jobs_are_counted_by_type_and_state_with_the_age_of_the_oldest(pool: Pool, conn: Connection):
    await add(conn, "embedding", "queued", age_s=90)
    await add(conn, "embedding", "queued", age_s=10)
    await add(conn, "utterance_role", "queued", age_s=40)
    await add(conn, "utterance_role", "done", age_s=500)
    await add(conn, "cluster_body", "scheduled", age_s=900)

    stored = (await HealthReader(pool=pool, llm=LLM).take()).stored

    assert stored is not None
    assert stored.queue == {
        "cluster_body": {"scheduled": 1}, "embedding": {"queued": 2}, "utterance_role": {"done": 1, "queued": 1},
    }  # fmt: skip
    assert {name: round(age_s / 10) for name, age_s in stored.waiting_s.items()} == {
        "embedding": 9, "utterance_role": 4,
    }  # fmt: skip
    assert stored.oldest_waiting_s == stored.waiting_s["embedding"]
    assert stored.total("queued", "scheduled") == 4


async def test_all_who_ask_at_once_share_one_look(pool: Pool, conn: Connection):
    look = HealthReader(pool=pool, llm=LLM)

    first = await look.take()
    await add(conn, "embedding", "queued")
    taken = await asyncio.gather(*(look.take() for _ in range(20)))

    assert all(one is first for one in taken)


async def test_the_last_good_night_tells_of_the_map_in_use(pool: Pool, conn: Connection):
    await conn.execute(
        "INSERT INTO cluster_generations (mode, status, clusters, coverage) VALUES ('density', 'published', 7, 0.5), "
        "('density', 'failed', 0, 0)"
    )
    await conn.execute(
        "INSERT INTO nightly_runs (status, trigger, started_at, finished_at) VALUES "
        "('published', 'cron', now() - interval '70 s', now() - interval '60 s'), "
        "('failed', 'cron', now(), now())"
    )

    stored = (await HealthReader(pool=pool, llm=LLM).take()).stored

    assert stored is not None
    assert stored.night is not None
    assert stored.last_map is not None
    assert stored.night.status == "failed"
    assert (stored.last_map.seconds, stored.last_map.clusters, stored.last_map.coverage) == (10.0, 7, 0.5)
    assert 60 <= stored.last_map.age_s < 90


async def test_a_database_of_another_schema_is_named_as_such(pool: Pool, conn: Connection):
    await conn.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'new', 'x')")

    stored = (await HealthReader(pool=pool, llm=LLM).take()).stored

    assert stored is not None
    assert "9999" in str(stored.schema_trouble)


async def test_a_database_that_went_away_is_a_snapshot_too(dsn: str):
    async with relay_to(dsn) as relay:
        pool = await open_reading_pool(relay.dsn, size=1)
        await relay.cut()

        snapshot = await HealthReader(pool=pool, llm=LLM).take()

        assert snapshot.stored is None
        assert snapshot.trouble
        assert snapshot.as_json()["database"] == snapshot.trouble
        await close_pool(pool)


async def test_what_cannot_be_counted_in_time_hides_nothing_else(dsn: str, pool: Pool, conn: Connection):
    await add(conn, "embedding", "queued")
    reading_pool = await open_reading_pool(dsn, size=1)
    async with conn.transaction():
        await conn.execute("LOCK TABLE edges IN ACCESS EXCLUSIVE MODE")

        stored = (await HealthReader(pool=reading_pool, llm=LLM, answer_s=1.0).take()).stored

    assert stored is not None
    assert stored.counts is None
    assert stored.queue == {"embedding": {"queued": 1}}
    await close_pool(reading_pool)
