"""Forgetting while a daemon is at work: a claimed job of a forgotten utterance ends quietly."""

from uuid import UUID

import pytest
from structlog.testing import capture_logs

from handlers import all_handlers
from tane.store import forgetting, jobs
from tane.store.jobs import NewJob
from tane.store.pool import Pool, transaction
from tests.daemon.queue.workshop import open_workshop
from tests.handlers.conversation import OPTIONS
from tests.handlers.world import World
from tests.waiting import until

TARGETS = {
    "utterance_role": "utterance", "did_asked_knowledge": "utterance", "embedding": "seed",
}  # fmt: skip


async def table_sizes(pool: Pool) -> dict[str, int]:
    names = (
        "utterances",
        "utterance_splits",
        "seeds",
        "utterance_seeds",
        "embeddings",
        "edges",
        "layout_points",
        "worker_jobs",
    )
    return {name: await pool.fetchval(f"SELECT count(*)::int FROM {name}") for name in names}


@pytest.mark.parametrize("job_type", TARGETS)
async def test_a_claimed_job_of_what_was_forgotten_ends_quietly(pool: Pool, dsn: str, job_type: str) -> None:
    async with open_workshop(pool, dsn, handlers=all_handlers(OPTIONS)) as workshop:
        async with transaction(pool) as conn:
            world = World(conn)
            said = await world.utterance("早く寝ると朝が楽になると母は言った。")
            seed = await world.seed("早く寝ると朝が楽になる", said)
            target: UUID = {"utterance": said, "seed": seed}[TARGETS[job_type]]
            await jobs.enqueue(
                conn,
                [NewJob(job_type=job_type, target_type=TARGETS[job_type], target_id=target, priority=1)],
            )
        workshop.models.gate.clear()
        assert await workshop.worker.turn() == 1
        await until(lambda: bool(workshop.models.asked), what="the model is asked")

        async with transaction(pool) as conn:
            await forgetting.forget(conn, [said])
        with capture_logs() as log:
            workshop.models.gate.set()
            await workshop.idle()

        assert set((await table_sizes(pool)).values()) == {0}
        assert [(entry["event"], entry["count"]) for entry in log] == [("job.lost_claim", 1)]
        assert str(target) not in str(log)
