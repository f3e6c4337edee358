import pytest

from daemon import maintenance
from daemon.health.counters import Counters
from daemon.maintenance import Chore, prune_jobs
from tane.llm.model_errors import ModelUnavailable
from tane.store import health
from tane.store.errors import StoreError, StoreUnavailable
from tane.store.pool import Pool, connection
from tests.daemon.queue.workshop import Workshop


async def test_old_jobs_are_deleted_and_young_ones_kept(workshop: Workshop):
    await workshop.queue(5)
    await workshop.work()
    await workshop.pool.execute(
        "UPDATE worker_jobs SET finished_at = now() - interval '31 days' "
        "WHERE job_id IN (SELECT job_id FROM worker_jobs LIMIT 3)"
    )

    assert await prune_jobs(workshop.pool, done_days=30, dead_days=180) == 3
    assert await workshop.statuses() == {"done": 2}


@pytest.mark.parametrize(
    "error", [StoreUnavailable("gone"), StoreError("no right"), ModelUnavailable("down")]
)
async def test_a_chore_that_fails_is_left_for_its_next_turn(error: Exception):
    tries = 0

    async def fail() -> None:
        nonlocal tries
        tries += 1
        raise error

    chore = Chore(name="index", every_s=60, do=fail)

    assert not await chore.turn()
    assert not await chore.turn()

    assert tries == 2


def test_a_chore_that_failed_is_done_again_sooner_if_it_says_so():
    async def nothing() -> None: ...

    patient = Chore(name="index", every_s=300, do=nothing)
    hasty = Chore(name="memory", every_s=300, do=nothing, retry_s=60)

    assert [chore.pause_s(went_well=False) for chore in (patient, hasty)] == [300, 60]
    assert hasty.pause_s(went_well=True) == 300


async def test_a_chore_with_a_bug_is_not_hidden():
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Chore(name="index", every_s=60, do=fail).turn()


async def test_replies_of_no_use_are_written_down_once_for_the_owner(pool: Pool):
    counters = Counters()
    for replies, unusable in ((5, 2), (3, 0)):
        counters.replies, counters.unusable = counters.replies + replies, counters.unusable + unusable
        await maintenance.write_replies(pool, counters)
        await maintenance.write_replies(pool, counters)

    async with connection(pool) as conn:
        assert await health.count_replies(conn) == health.Replies(replies=8, unusable=2)
        await conn.execute("UPDATE model_replies SET hour = hour - interval '26 hours'")
        assert await health.count_replies(conn) == health.Replies()
