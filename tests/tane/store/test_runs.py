"""Requests, epochs and endings of nights, and the lock that one supervisor holds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tane.store import runs
from tane.store.errors import RunLost, StoreUnavailable
from tane.store.pool import Connection
from tane.store.reading import read_clock
from tane.store.run_lock import run_lock
from tane.store.runs import Run


async def begun(conn: Connection, *, host: str = "here") -> Run:
    asked = await runs.request(conn, runs.NIGHTLY, "command")
    assert asked is not None
    return await runs.begin_anew(conn, await runs.take_up(conn, asked.run_id, host=host))


async def ended(conn: Connection, status: str = "published", *, error: dict[str, Any] | None = None) -> Run:
    run = await begun(conn)
    await runs.finish(conn, run.run_id, run.epoch, status=status, report={}, error=error)
    found = await runs.read_run(conn, run.run_id)
    assert found is not None
    return found


async def add_generation(conn: Connection) -> int:
    return int(
        await conn.fetchval(
            "INSERT INTO cluster_generations (mode, status) VALUES ('density', 'published') RETURNING generation_id"
        )
    )


async def add_seeds(conn: Connection, number: int) -> None:
    await conn.execute(
        "INSERT INTO seeds (body) SELECT '種' || n FROM generate_series(1, $1::int) AS n", number
    )


class TestRequests:
    async def test_meet_in_one_open_run(self, conn: Connection):
        first = await runs.request(conn, runs.NIGHTLY, "command")
        second = await runs.request(conn, runs.NIGHTLY, "signal", is_forced=True)

        assert first is not None
        assert second is not None
        assert (first.is_new, second.is_new, second.run_id) == (True, False, first.run_id)
        run = await runs.read_open(conn, runs.NIGHTLY)
        assert run is not None
        assert (run.trigger, run.is_forced) == ("command", True)

    async def test_do_not_force_a_run_that_has_begun(self, conn: Connection):
        run = await begun(conn)

        again = await runs.request(conn, runs.NIGHTLY, "command", is_forced=True)

        assert again is not None
        assert (again.run_id, again.status) == (run.run_id, "running")
        found = await runs.read_open(conn, runs.NIGHTLY)
        assert found is not None
        assert not found.is_forced

    async def test_of_several_clocks_make_one_night(self, conn: Connection):
        await runs.request(conn, runs.NIGHTLY, "cron")
        run = await runs.read_open(conn, runs.NIGHTLY)
        assert run is not None
        taken = await runs.take_up(conn, run.run_id, host="here")
        await runs.finish(conn, run.run_id, taken.epoch, status="skipped", report={})

        assert await runs.request(conn, runs.NIGHTLY, "cron") is None
        assert await runs.request(conn, runs.NIGHTLY, "catch_up") is None
        # Summer time ends: the clock shows the same time again.
        await conn.execute("UPDATE nightly_runs SET requested_at = requested_at - interval '1 hour'")
        assert await runs.request(conn, runs.NIGHTLY, "cron") is None
        assert await runs.request(conn, runs.NIGHTLY, "command") is not None


class TestARun:
    async def test_is_written_only_by_who_took_it_up_last(self, conn: Connection):
        old = await begun(conn)
        new = await runs.take_up(conn, old.run_id, host="there")
        generation = await add_generation(conn)
        writes = [
            runs.begin_anew(conn, old),
            runs.beat(conn, old.run_id, old.epoch, fraction=1, step=None, step_fraction=0),
            runs.begin_step(conn, old.run_id, old.epoch, step="a", ordinal=0),
            runs.fence(conn, old.run_id, old.epoch),
            runs.set_generation(conn, old.run_id, old.epoch, generation),
            runs.finish(conn, old.run_id, old.epoch, status="published", report={}),
        ]

        for write in writes:
            with pytest.raises(RunLost):
                await write

        found = await runs.read_open(conn, runs.NIGHTLY)
        assert found is not None
        assert replace(found, idle_s=new.idle_s) == new

    async def test_counts_how_often_a_step_began_and_keeps_what_it_took(self, conn: Connection):
        run = await begun(conn)
        await runs.begin_step(conn, run.run_id, run.epoch, step="knn", ordinal=1)

        assert await runs.begin_step(conn, run.run_id, run.epoch, step="knn", ordinal=1) == 2
        await runs.end_step(
            conn,
            run.run_id,
            run.epoch,
            step="knn",
            status="done",
            seconds=1.5,
            peak_mib=20,
            details={"k": 30},
        )

        (step,) = await runs.read_steps(conn, run.run_id)
        assert (step.status, step.attempts, step.seconds, step.peak_mib) == ("done", 2, 1.5, 20)
        assert (step.fraction, step.details) == (1, {"k": 30})

    async def test_begun_anew_has_no_steps_and_another_folder(self, conn: Connection):
        run = await begun(conn)
        await runs.begin_step(conn, run.run_id, run.epoch, step="knn", ordinal=1)

        anew = await runs.begin_anew(conn, run)

        assert anew.folder != run.folder
        assert await runs.read_steps(conn, run.run_id) == []

    async def test_without_a_generation_has_published_nothing(self, conn: Connection):
        assert (await ended(conn, "published")).status == "skipped"

    @pytest.mark.parametrize("status", ["failed", "cancelled"])
    async def test_that_ends_badly_after_it_published_is_partial(self, conn: Connection, status: str):
        run = await begun(conn)
        await runs.set_generation(conn, run.run_id, run.epoch, await add_generation(conn))

        assert await runs.finish(conn, run.run_id, run.epoch, status=status, report={}) == "partial"

    async def test_that_finds_nothing_left_to_do_after_it_published_is_published(self, conn: Connection):
        run = await begun(conn)
        await runs.set_generation(conn, run.run_id, run.epoch, await add_generation(conn))
        anew = await runs.begin_anew(conn, run)

        assert await runs.finish(conn, anew.run_id, anew.epoch, status="skipped", report={}) == "published"
        assert (await runs.read_history(conn, runs.NIGHTLY, limit=1))[0].fraction == 1

    async def test_leaves_its_folder_when_it_is_over_unless_it_was_the_last_to_fail(self, conn: Connection):
        failed_first = await ended(conn, "failed")
        failed_last = await ended(conn, "failed")
        skipped = await ended(conn, "skipped")
        running = await begun(conn)

        spent = await runs.spent_folders(conn, runs.NIGHTLY)

        assert spent == {str(failed_first.folder), str(skipped.folder)}
        assert {str(failed_last.folder), str(running.folder)}.isdisjoint(spent)


class TestCancelling:
    async def test_a_run_that_nobody_works_on_ends_it(self, conn: Connection):
        await runs.request(conn, runs.NIGHTLY, "command")

        async with conn.transaction():
            run = await runs.cancel(conn, runs.NIGHTLY)

        assert run is not None
        assert (run.status, run.is_open) == ("cancelled", False)
        assert await runs.read_open(conn, runs.NIGHTLY) is None

    async def test_a_run_that_somebody_works_on_asks_him_and_bars_publication(
        self, conn: Connection, dsn: str
    ):
        async with run_lock(dsn, runs.NIGHTLY):
            run = await begun(conn)
            async with conn.transaction():
                asked = await runs.cancel(conn, runs.NIGHTLY)

        assert asked is not None
        assert asked.status == "running"
        assert await runs.beat(conn, run.run_id, run.epoch, fraction=0.5, step=None, step_fraction=0)
        with pytest.raises(RunLost):
            await runs.set_generation(conn, run.run_id, run.epoch, await add_generation(conn))

    async def test_without_a_night_changes_nothing(self, conn: Connection):
        async with conn.transaction():
            assert await runs.cancel(conn, runs.NIGHTLY) is None


class TestGrowth:
    async def test_is_measured_from_the_beginning_of_the_last_run_that_ended(self, conn: Connection):
        await add_seeds(conn, 3)
        nothing_before = await runs.count_statements(conn)
        await ended(conn, "failed")
        await conn.execute(
            "UPDATE seeds SET review_status = 'rejected' WHERE seed_id = (SELECT min(seed_id::text)::uuid FROM seeds)"
        )

        assert nothing_before == (3, None)
        assert await runs.count_statements(conn) == (2, 3)


class TestAMissedNight:
    async def test_needs_seeds_from_before_and_no_request_since(self, conn: Connection):
        now = await read_clock(conn)
        scheduled_at = now + timedelta(seconds=60)
        without_seeds = await runs.was_missed(conn, scheduled_at)
        await add_seeds(conn, 1)

        assert not without_seeds
        assert await runs.was_missed(conn, scheduled_at)
        assert not await runs.was_missed(conn, now - timedelta(days=1))

    async def test_was_not_missed_if_anybody_asked_since(self, conn: Connection):
        await add_seeds(conn, 1)
        await conn.execute("UPDATE seeds SET created_at = now() - interval '2 days'")
        scheduled_at = await read_clock(conn) - timedelta(hours=3)
        before = await runs.was_missed(conn, scheduled_at)

        await ended(conn, "failed")

        assert before
        assert not await runs.was_missed(conn, scheduled_at)


class TestTheLock:
    async def test_is_held_by_one_and_free_again_after_him(self, dsn: str):
        async with run_lock(dsn, runs.NIGHTLY) as first, run_lock(dsn, runs.NIGHTLY) as second:
            assert (first is not None, second) == (True, None)
        async with run_lock(dsn, runs.NIGHTLY) as third:
            assert third is not None

    async def test_that_is_lost_with_its_connection_says_so(self, dsn: str, conn: Connection):
        async with run_lock(dsn, runs.NIGHTLY) as lock:
            assert lock is not None
            await conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )

            with pytest.raises(StoreUnavailable):
                await lock.wait_lost(probe_every_s=0.05)


class TestKinds:
    async def test_have_at_most_one_open_run_each(self, conn: Connection):
        night = await runs.request(conn, runs.NIGHTLY, "command")
        other = await runs.request(conn, "recap", "command")
        again = await runs.request(conn, "recap", "signal")

        assert night is not None
        assert other is not None
        assert again is not None
        assert (night.is_new, other.is_new, again.is_new) == (True, True, False)
        assert again.run_id == other.run_id
        with pytest.raises(asyncpg.UniqueViolationError):
            await conn.execute("INSERT INTO nightly_runs (kind, trigger) VALUES ('recap', 'cron')")

    async def test_are_read_and_cancelled_apart(self, conn: Connection):
        await runs.request(conn, runs.NIGHTLY, "command")
        other = await runs.request(conn, "recap", "command")
        assert other is not None

        cancelled = await runs.cancel(conn, runs.NIGHTLY)

        assert cancelled is not None
        assert cancelled.kind == runs.NIGHTLY
        assert [run.run_id for run in await runs.read_history(conn, "recap", limit=9)] == [other.run_id]
        assert await runs.read_open(conn, "recap") is not None
        assert await runs.read_open(conn, runs.NIGHTLY) is None

    async def test_have_a_lock_each(self, dsn: str):
        async with run_lock(dsn, runs.NIGHTLY) as night, run_lock(dsn, "recap") as other:
            assert night is not None
            assert other is not None

    async def test_are_nights_where_another_program_names_none(self, conn: Connection):
        await conn.execute("INSERT INTO nightly_runs (trigger) VALUES ('command')")

        assert await runs.read_open(conn, runs.NIGHTLY) is not None
