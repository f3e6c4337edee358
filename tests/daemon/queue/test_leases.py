import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from tane.store.pool import close_pool, open_pool
from tests.daemon.queue.workshop import Workshop, open_workshop
from tests.relay import Relay, relay_to
from tests.waiting import until

SHORT_S = 0.2


async def lease_left_s(workshop: Workshop) -> float:
    return float(
        await workshop.pool.fetchval(
            "SELECT extract(epoch FROM min(lease_expires_at) - now()) FROM worker_jobs WHERE status = 'running'"
        )
    )


async def expire_leases(workshop: Workshop) -> None:
    await workshop.pool.execute(
        "UPDATE worker_jobs SET lease_expires_at = now() - interval '1 s' WHERE status = 'running'"
    )


class Outage:
    """A workshop whose way to the database can be cut."""

    def __init__(self, workshop: Workshop, relay: Relay) -> None:
        self.workshop = workshop
        self.relay = relay

    async def start_working(self) -> None:
        await self.workshop.queue(2)
        self.workshop.models.gate.clear()
        await self.workshop.worker.turn()
        await until(lambda: len(self.workshop.models.asked) == 2)

    async def beat_until_abandoned(self) -> None:
        async def is_abandoned() -> bool:
            await self.workshop.worker.leases.beat()
            return not self.workshop.worker.batches

        await until(is_abandoned)

    async def beat_until_connected(self) -> None:
        """Mend the way, and beat until one gets through: with so short a lease a statement has 67 ms, which a busy machine exceeds."""
        await self.relay.mend()

        async def is_connected() -> bool:
            await self.workshop.worker.leases.beat()
            return self.workshop.worker.leases.is_connected

        await until(is_connected)


@pytest.fixture
async def outage(dsn: str) -> AsyncIterator[Outage]:
    async with relay_to(dsn) as relay:
        pool = await open_pool(relay.dsn, size=8)
        async with open_workshop(pool, relay.dsn, lease_s=SHORT_S) as workshop:
            yield Outage(workshop, relay)
            await relay.mend()
        await close_pool(pool)


class TestAHeartbeat:
    async def test_extends_the_leases_of_everything_in_flight(self, workshop: Workshop):
        await workshop.queue(3)
        workshop.models.gate.clear()
        await workshop.worker.turn()
        await expire_leases(workshop)

        await workshop.worker.leases.beat()

        assert await lease_left_s(workshop) > 20

    async def test_lets_go_of_a_claim_that_is_lost(self, workshop: Workshop):
        await workshop.queue()
        workshop.models.gate.clear()
        await workshop.worker.turn()
        await until(lambda: bool(workshop.models.asked))
        await workshop.pool.execute("UPDATE worker_jobs SET claim_token = 9, claimed_by = $1", uuid4())

        await workshop.worker.leases.beat()
        await workshop.idle()

        assert await workshop.statuses() == {"running": 1}

    async def test_releases_what_the_worker_owns_without_knowing(self, workshop: Workshop):
        await workshop.queue(2)
        await workshop.pool.execute(
            "UPDATE worker_jobs SET status = 'running', claimed_by = $1, attempts = 1, claim_token = 1, "
            "lease_expires_at = now() + interval '1 h'",
            workshop.worker.id,
        )

        await workshop.worker.leases.beat()

        assert await workshop.statuses() == {"queued": 2}
        assert await workshop.statuses("attempts") == {0: 2}

    async def test_leaves_a_claim_alone_whose_reply_is_still_under_way(self, workshop: Workshop):
        await workshop.queue()
        await workshop.pool.execute(
            "UPDATE worker_jobs SET status = 'running', claimed_by = $1, attempts = 1, claim_token = 1, "
            "lease_expires_at = now() + interval '1 h'",
            workshop.worker.id,
        )

        async with workshop.worker.leases.claiming:
            await workshop.worker.leases.beat()

        assert await workshop.statuses() == {"running": 1}


class TestWithoutTheDatabase:
    async def test_nothing_is_claimed(self, outage: Outage):
        await outage.workshop.queue(3)
        await outage.relay.cut()
        await outage.workshop.worker.leases.beat()
        await outage.relay.mend()

        assert await outage.workshop.worker.turn() == 0

    async def test_claiming_goes_on_with_the_next_heartbeat_that_gets_through(self, outage: Outage):
        await outage.workshop.queue(3)
        await outage.relay.cut()
        await outage.workshop.worker.leases.beat()

        await outage.beat_until_connected()

        assert await outage.workshop.work() == 3

    async def test_work_is_abandoned_when_the_lease_is_over(self, outage: Outage):
        await outage.start_working()
        await outage.relay.cut()

        await outage.beat_until_abandoned()
        await outage.relay.mend()

        assert await outage.workshop.effects() == 0

    async def test_a_result_that_waits_to_be_saved_is_kept_beyond_the_lease(self, outage: Outage):
        await outage.start_working()
        await outage.relay.cut()
        outage.workshop.models.gate.set()
        await until(lambda: all(batch.is_saving for batch in outage.workshop.worker.batches))
        await until(lambda: "trusted for -" in repr(outage.workshop.worker.leases))
        await outage.workshop.worker.leases.beat()

        await outage.relay.mend()
        await outage.workshop.idle()

        assert await outage.workshop.effects() == 2
        assert len(outage.workshop.models.asked) == 2

    async def test_an_outage_longer_than_the_lease_charges_nobody(self, outage: Outage):
        await outage.start_working()
        await outage.relay.cut()
        await outage.beat_until_abandoned()

        await outage.relay.mend()
        await outage.workshop.worker.leases.tend()
        await outage.beat_until_connected()

        assert await outage.workshop.statuses() == {"queued": 2}
        assert await outage.workshop.statuses("attempts") == {0: 2}


class TestUpkeep:
    async def test_takes_back_what_a_dead_process_held(self, workshop: Workshop):
        await workshop.queue(2)
        await workshop.pool.execute(
            "UPDATE worker_jobs SET status = 'running', claimed_by = $1, attempts = 1, claim_token = 1, "
            "lease_expires_at = now() - interval '1 s'",
            uuid4(),
        )

        await workshop.worker.leases.tend()
        await workshop.worker.leases.tend()
        await workshop.work()

        assert await workshop.statuses() == {"done": 2}

    async def test_buries_jobs_that_nobody_knows(self, workshop: Workshop):
        await workshop.queue(2, job_type="telepathy")
        await workshop.queue(1)

        await workshop.worker.leases.tend()
        await workshop.work()

        assert await workshop.statuses() == {"dead": 2, "done": 1}

    async def test_runs_beside_the_worker_until_it_is_cancelled(self, workshop: Workshop):
        upkeep = asyncio.create_task(workshop.worker.leases.run_upkeep())
        await workshop.queue(1, job_type="telepathy")

        async def is_buried() -> bool:
            return await workshop.statuses() == {"dead": 1}

        await until(is_buried)
        upkeep.cancel()

        with pytest.raises(asyncio.CancelledError):
            await upkeep
