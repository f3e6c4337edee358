"""How long a night waits for vectors before it reads (J5)."""

from tane.runs.night.reading import until_embedded
from tane.store.jobs import Ending
from tane.store.pool import Connection, Pool
from tests.tane.store.queue import claim_one, enqueue, settle

LONG_S = 3600.0


async def test_it_does_not_wait_where_nothing_waits_for_a_vector(pool: Pool, conn: Connection):
    await enqueue(conn, 1, "utterance_role")

    assert await until_embedded(pool, look_every_s=LONG_S) == 0.0


async def test_it_waits_while_somebody_is_at_work_on_anything(pool: Pool, conn: Connection):
    await enqueue(conn, 1, "utterance_role")
    await claim_one(conn, "utterance_role")
    await enqueue(conn)

    assert await until_embedded(pool, patience_s=0.2, nobody_s=0.05, look_every_s=0.001) >= 0.2


async def test_it_goes_on_once_the_last_vector_is_there(pool: Pool, conn: Connection):
    await enqueue(conn)
    job = await claim_one(conn)
    await settle(conn, job, Ending.DONE)

    assert await until_embedded(pool, look_every_s=LONG_S) == 0.0


async def test_it_does_not_wait_for_a_daemon_that_does_not_run(pool: Pool, conn: Connection):
    await enqueue(conn)

    assert await until_embedded(pool, patience_s=LONG_S, nobody_s=0.05, look_every_s=0.001) < LONG_S


async def test_it_does_not_wait_for_the_words_of_clusters(pool: Pool, conn: Connection):
    """They are embedded for search alone, and every night queues some."""
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id) VALUES ('embedding', 'cluster', gen_random_uuid())"
    )

    assert await until_embedded(pool, look_every_s=LONG_S) == 0.0
