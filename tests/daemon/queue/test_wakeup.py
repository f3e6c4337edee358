import asyncio
from collections.abc import AsyncIterator

import pytest

from daemon.queue.wakeup import Wakeup
from tane.store.errors import StoreUnavailable
from tane.store.listening import listening
from tane.store.pool import Connection, Pool
from tests.daemon.queue.workshop import NEVER_S, Workshop, open_workshop
from tests.waiting import until


@pytest.fixture
async def awake(workshop: Workshop) -> AsyncIterator[Workshop]:
    """A workshop whose worker claims by itself and never polls."""
    stop = asyncio.Event()

    async def is_over() -> bool:
        return False

    claiming = asyncio.create_task(workshop.worker.run(stop=stop, is_over=is_over))
    listener = asyncio.create_task(workshop.wakeup.run())
    await until(lambda: workshop.wakeup.is_listening)
    yield workshop
    stop.set()
    await claiming
    listener.cancel()


async def is_done(workshop: Workshop, number: int) -> bool:
    return (await workshop.statuses()).get("done", 0) == number


async def cut_listeners(workshop: Workshop) -> None:
    await workshop.pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' OR query LIKE '%pg_notify%' AND pid <> pg_backend_pid()"
    )


class TestANotification:
    async def test_starts_a_job_without_polling(self, awake: Workshop):
        await awake.queue(1)

        await until(lambda: is_done(awake, 1))

    async def test_is_not_missed_between_two_looks(self, awake: Workshop):
        for number in range(1, 21):
            await awake.queue(1)
            await until(lambda: is_done(awake, number))  # noqa: B023 - called at once


class TestALostListener:
    async def test_is_opened_again(self, awake: Workshop):
        await cut_listeners(awake)
        await until(lambda: not awake.wakeup.is_listening)
        await awake.queue(1)

        await until(lambda: awake.wakeup.is_listening)

        await until(lambda: is_done(awake, 1))

    async def test_is_replaced_by_polling_meanwhile(self, pool: Pool, dsn: str):
        async with open_workshop(pool, dsn, poll_s=0.05) as workshop:
            stop = asyncio.Event()

            async def is_over() -> bool:
                return False

            claiming = asyncio.create_task(workshop.worker.run(stop=stop, is_over=is_over))
            await workshop.queue(1)

            await until(lambda: is_done(workshop, 1))

            stop.set()
            await claiming


class TestTheSelfTest:
    async def test_hears_its_own_notification(self, dsn: str):
        async with listening(dsn, on_jobs=lambda: None) as listener:
            await listener.test()

    async def test_fails_on_a_link_that_is_gone(self, dsn: str, conn: Connection):
        async with listening(dsn, on_jobs=lambda: None) as listener:
            await conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

            with pytest.raises(StoreUnavailable):
                await listener.wait_closed(for_s=10)
            with pytest.raises(StoreUnavailable):
                await listener.test()


class TestSleep:
    async def test_ends_when_somebody_sets_it_even_before_it_began(self):
        wakeup = Wakeup(dsn="", poll_s=NEVER_S)
        wakeup.set()

        await wakeup.wait()

    async def test_ends_when_it_is_time_to_poll(self):
        await Wakeup(dsn="", poll_s=0.01).wait()

    async def test_ends_by_an_event_of_somebody_else(self):
        wakeup, event = Wakeup(dsn="", poll_s=NEVER_S), asyncio.Event()

        with wakeup.on(event):
            event.set()
            await wakeup.wait()
