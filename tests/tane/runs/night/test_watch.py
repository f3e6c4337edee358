"""Who may ask for a night, and when it does."""

import asyncio
from contextlib import suppress

import pytest

from tane.runs.night.watch import NightWatch, has_doubled
from tane.runs.requests import Requests
from tane.store import runs
from tane.store.errors import StoreUnavailable
from tane.store.pool import Pool, close_pool, connection, open_pool
from tane.store.session import Session
from tests.tables import every
from tests.waiting import until


@pytest.fixture
def requests() -> Requests:
    return Requests(runs.NIGHTLY)


def watch_of(pool: Pool, dsn: str, requests: Requests) -> NightWatch:
    return NightWatch(session=Session(pool=pool, dsn=dsn), requests=requests, at="04:30", zone="UTC")


async def add_seeds(pool: Pool, number: int, *, days_ago: int = 0) -> None:
    await pool.execute(
        "INSERT INTO seeds (body, created_at) "
        "SELECT '種' || $2::int || '-' || n, now() - make_interval(days => $2::int) FROM generate_series(1, $1::int) AS n",
        number,
        days_ago,
    )


async def triggers(pool: Pool) -> list[tuple[str, str]]:
    rows = await pool.fetch("SELECT trigger, status FROM nightly_runs ORDER BY run_id")
    return [(row["trigger"], row["status"]) for row in rows]


class TestGrowth:
    async def test_asks_for_the_first_night_at_fifty_seeds(self, pool: Pool, dsn: str, requests: Requests):
        watch = watch_of(pool, dsn, requests)
        await add_seeds(pool, 49)
        await watch.look()
        await requests.record(pool)
        before = await triggers(pool)

        await add_seeds(pool, 1, days_ago=-1)
        await watch.look()
        await requests.record(pool)

        assert before == []
        assert await triggers(pool) == [("doubling", "requested")]

    async def test_does_not_ask_while_a_night_is_open(self, pool: Pool, dsn: str, requests: Requests):
        await add_seeds(pool, 50)
        async with connection(pool) as conn:
            await runs.request(conn, runs.NIGHTLY, "command")

        await watch_of(pool, dsn, requests).look()
        await requests.record(pool)

        assert await triggers(pool) == [("command", "requested")]


class TestLookingBack:
    async def test_asks_once_for_a_night_that_was_missed(self, pool: Pool, dsn: str, requests: Requests):
        await add_seeds(pool, 3, days_ago=2)
        watch = watch_of(pool, dsn, requests)

        for status in ("requested", "skipped"):
            await watch.look()
            await requests.record(pool)
            await pool.execute("UPDATE nightly_runs SET status = $1", status)
        await watch.look()
        await requests.record(pool)

        assert await triggers(pool) == [("catch_up", "skipped")]

    async def test_asks_again_when_the_machine_slept_through_the_next_one(
        self, pool: Pool, dsn: str, requests: Requests
    ):
        """The clock of a sleeping machine stands still, and the daemon never ended."""
        await add_seeds(pool, 3, days_ago=3)
        watch = watch_of(pool, dsn, requests)
        await watch.look()
        await requests.record(pool)
        await pool.execute(
            "UPDATE nightly_runs SET status = 'published', requested_at = now() - interval '2 days', "
            "finished_at = now() - interval '2 days'"
        )

        await watch.look()
        await requests.record(pool)

        assert await triggers(pool) == [("catch_up", "published"), ("catch_up", "requested")]

    async def test_asks_nothing_where_a_night_was_open_at_the_time(
        self, pool: Pool, dsn: str, requests: Requests
    ):
        """The clock's own request joined it."""
        await add_seeds(pool, 3, days_ago=4)
        await pool.execute(
            "INSERT INTO nightly_runs (trigger, status, requested_at, finished_at) "
            "VALUES ('command', 'published', now() - interval '2 days', now())"
        )

        await watch_of(pool, dsn, requests).look()
        await requests.record(pool)

        assert await triggers(pool) == [("command", "published")]

    async def test_is_not_misled_by_a_night_of_a_clock_that_was_a_year_ahead(
        self, pool: Pool, dsn: str, requests: Requests
    ):
        await add_seeds(pool, 3, days_ago=2)
        await pool.execute(
            "INSERT INTO nightly_runs (trigger, status, requested_at, finished_at) "
            "VALUES ('cron', 'skipped', now() + interval '1 year', now() + interval '1 year')"
        )

        await watch_of(pool, dsn, requests).look()
        await requests.record(pool)

        assert await triggers(pool) == [("cron", "skipped"), ("catch_up", "requested")]

    async def test_asks_nothing_of_a_tane_that_is_younger_than_the_night(
        self, pool: Pool, dsn: str, requests: Requests
    ):
        await add_seeds(pool, 3, days_ago=-1)

        await watch_of(pool, dsn, requests).look()
        await requests.record(pool)

        assert await triggers(pool) == []


class TestTheClock:
    async def test_ticks_beside_the_day(self, pool: Pool, dsn: str, requests: Requests):
        with watch_of(pool, dsn, requests).ticking():
            await asyncio.sleep(0)


class TestASignal:
    async def test_asks_each_time(self, pool: Pool, dsn: str, requests: Requests):
        signal = asyncio.Event()
        task = asyncio.create_task(watch_of(pool, dsn, requests).ask_on(signal))
        signal.set()
        await until(lambda: not signal.is_set())
        await requests.record(pool)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

        assert await triggers(pool) == [("signal", "requested")]


class TestRequests:
    async def test_outlive_a_database_that_is_away(self, pool: Pool, dsn: str, requests: Requests):
        gone = await open_pool(dsn, size=1)
        await close_pool(gone)
        requests.ask("cron")

        with pytest.raises(StoreUnavailable):
            await requests.record(gone)
        await requests.record(pool)
        await requests.record(pool)

        assert await triggers(pool) == [("cron", "requested")]

    async def test_end_the_wait_for_the_next_look(self, requests: Requests):
        async with asyncio.timeout(20):
            waiting = asyncio.create_task(requests.wait(for_s=3600))
            await asyncio.sleep(0)
            requests.ask("signal")
            await waiting


@every(
    ("now", "before", "is_due"),
    [
        (49, None, False),
        (50, None, True),
        (50, 0, True),
        (49, 10, False),
        (50, 25, True),
        (99, 50, False),
        (100, 50, True),
        (1999, 1000, False),
        (2000, 1000, True),
    ],
)
def test_a_night_is_due_at_fifty_seeds_and_at_twice_as_many_as_last_time(
    now: int, before: int | None, is_due: bool
):
    assert has_doubled(now, before) is is_due
