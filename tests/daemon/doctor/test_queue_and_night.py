"""A queue that stands still and nights that fail: made so in the database, and named with their remedies."""

import pytest

from tane.store.pool import Connection
from tests.daemon.doctor.conftest import Diagnose

LATER = "now() - interval '2 hours'"


async def add_job(
    conn: Connection, *, status: str = "queued", age: str = "now()", cause: str | None = None
) -> None:
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id, status, created_at, run_at, finished_at, last_error) "
        f"VALUES ('embedding', 'seed', gen_random_uuid(), $1, {age}, {age}, CASE WHEN $1 = 'dead' THEN now() END, $2)",
        status, {"class": "BadReply", "cause": cause} if cause else None,
    )  # fmt: skip


async def claim(conn: Connection, *, lease: str) -> None:
    """Let somebody hold all jobs, with a lease that ends so long from now."""
    await conn.execute(
        "UPDATE worker_jobs SET status = 'running', claimed_by = gen_random_uuid(), claimed_at = now(), claim_token = 1, "
        f"lease_expires_at = now() + interval '{lease}'"
    )


async def add_seeds(conn: Connection, count: int) -> None:
    await conn.execute("INSERT INTO seeds (body) SELECT 's' || n FROM generate_series(1, $1) AS n", count)


async def add_night(conn: Connection, status: str, *, age: str = "now()", **error: str) -> None:
    await conn.execute(
        f"INSERT INTO nightly_runs (trigger, status, requested_at, heartbeat_at, finished_at, last_error) VALUES ('cron', $1, "
        f"{age}, CASE WHEN $1 = 'running' THEN {age} END, CASE WHEN $1 NOT IN ('requested', 'running') THEN {age} END, $2)",
        status, error or None,
    )  # fmt: skip


class TestTheQueue:
    async def test_jobs_that_failed_for_good(self, diagnose: Diagnose, conn: Connection):
        await add_job(conn, status="dead", cause="reply_unusable")

        found = (await diagnose())["dead jobs"]

        assert (found.state, found.cause) == ("warn", "1, most of embedding: reply_unusable")
        assert "tane jobs retry" in (found.remedy or "")

    async def test_claims_that_nobody_renews(self, diagnose: Diagnose, conn: Connection):
        await add_job(conn)
        await claim(conn, lease="-5 minutes")

        found = (await diagnose())["claims"]

        assert (found.state, found.cause[:1]) == ("warn", "1")

    async def test_claims_that_are_held_are_no_fault(self, diagnose: Diagnose, conn: Connection):
        await add_job(conn)
        await claim(conn, lease="20 seconds")

        assert (await diagnose())["claims"].cause == "1 held"

    @pytest.mark.parametrize(
        ("paused", "said"), [("embedding", "paused: embedding"), ("*", "paused: everything")]
    )
    async def test_what_is_paused(self, diagnose: Diagnose, conn: Connection, paused: str, said: str):
        await conn.execute("INSERT INTO job_pauses (job_type, reason) VALUES ($1, 'private words')", paused)
        await add_job(conn, age=LATER)

        found = await diagnose()

        assert (found["pauses"].state, found["pauses"].cause) == ("warn", said)
        assert found["waiting"].cause == "nothing waits"  # of what anybody might take

    async def test_jobs_that_wait_while_no_tane_runs(self, diagnose: Diagnose, conn: Connection):
        await add_job(conn, age=LATER)
        await conn.execute("SET application_name = 'psql'")  # this test's own connection is a Tane's

        found = (await diagnose())["waiting"]

        assert (found.state, found.cause) == ("warn", "1 jobs, the oldest for 2 h, and no Tane is connected")

    async def test_jobs_that_wait_while_a_tane_does_nothing(self, diagnose: Diagnose, conn: Connection):
        await add_job(conn, age=LATER)

        found = (await diagnose())["waiting"]

        assert (found.state, found.cause) == ("warn", "1 jobs, the oldest for 2 h, and none is worked on")

    async def test_jobs_that_came_just_now_are_no_fault(self, diagnose: Diagnose, conn: Connection):
        await add_job(conn)

        assert (await diagnose())["waiting"].state == "ok"


class TestTheNight:
    async def test_one_that_failed_is_told_with_its_step_and_cause(
        self, diagnose: Diagnose, conn: Connection
    ):
        await add_night(conn, "failed", step="maps", cause="worker_lost", message="private words")

        found = (await diagnose())["night"]

        assert (found.state, found.cause) == ("fail", "the last failed: maps, worker_lost")

    async def test_one_that_is_missing(self, diagnose: Diagnose, conn: Connection):
        await add_seeds(conn, 60)

        assert (await diagnose())["night"].cause == "none yet, though there are 60 seeds"

    async def test_none_is_missed_where_a_map_would_be_too_small(self, diagnose: Diagnose, conn: Connection):
        await add_seeds(conn, 3)

        assert (await diagnose())["night"].state == "ok"

    async def test_one_that_is_long_ago(self, diagnose: Diagnose, conn: Connection):
        await add_night(conn, "published", age="now() - interval '3 days'")

        found = (await diagnose())["night"]

        assert (found.state, found.cause) == ("warn", "the last was 3 d ago")

    async def test_one_that_left_something_out(self, diagnose: Diagnose, conn: Connection):
        await add_night(conn, "partial")

        assert (await diagnose())["night"].state == "warn"

    async def test_one_that_nobody_works_on(self, diagnose: Diagnose, conn: Connection):
        await add_night(conn, "running", age="now() - interval '20 minutes'")

        assert (await diagnose())["night"].cause == "nobody has worked on it for 20 min"

    async def test_one_that_was_asked_for_in_vain(self, diagnose: Diagnose, conn: Connection):
        await add_night(conn, "requested", age=LATER)

        assert "nobody began" in (await diagnose())["night"].cause

    async def test_one_that_is_switched_off(self, diagnose: Diagnose, conn: Connection):
        await add_seeds(conn, 60)

        found = await diagnose({"nightly.enabled": "false"})

        assert found["night"].cause == "off (nightly.enabled)"
        assert "state folder" not in found
