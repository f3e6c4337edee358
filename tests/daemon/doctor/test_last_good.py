"""Recaps and mornings that are too long ago, made so in the database, and named with their remedies."""

import pytest

from tane.store.pool import Connection
from tests.daemon.doctor.conftest import Diagnose


async def add_run(conn: Connection, kind: str, status: str, *, days: int) -> None:
    await conn.execute(
        "INSERT INTO nightly_runs (kind, trigger, status, requested_at, finished_at) "
        "VALUES ($1, 'cron', $2, now() - make_interval(days => $3), now() - make_interval(days => $3))",
        kind, status, days,
    )  # fmt: skip


async def say(conn: Connection, *, days: int) -> None:
    await conn.execute(
        "INSERT INTO utterances (contents, created_at) VALUES ('朝の散歩', now() - make_interval(days => $1))",
        days,
    )


async def test_nothing_is_said_where_there_is_nothing_to_recap_yet(diagnose: Diagnose, conn: Connection):
    assert {"recap", "morning"}.isdisjoint(finding.check for finding in (await diagnose()).all)

    await say(conn, days=1)

    assert "recap" not in await diagnose()


async def test_one_that_was_never_made_is_missed_after_its_interval_and_a_day(
    diagnose: Diagnose, conn: Connection
):
    await say(conn, days=9)

    found = await diagnose()

    assert (found["recap"].state, found["recap"].cause) == (
        "warn",
        "there is none yet, though there are documents",
    )
    assert "`tane recap run --wait`" in (found["recap"].remedy or "")
    assert found["morning"].state == "warn"


@pytest.mark.parametrize(("days", "state"), [(8, "warn"), (7, "ok")])
async def test_the_last_good_recap_has_an_age_whatever_came_after_it(
    diagnose: Diagnose, conn: Connection, days: int, state: str
):
    await add_run(conn, "recap", "published", days=days)
    await add_run(conn, "recap", "cancelled", days=1)

    found = (await diagnose())["recap"]

    assert (found.state, found.cause) == (state, f"the last good one is {days} d old")


async def test_a_recap_that_found_nothing_new_went_well(diagnose: Diagnose, conn: Connection):
    await add_run(conn, "recap", "published", days=20)
    await add_run(conn, "recap", "skipped", days=2)

    assert (await diagnose())["recap"].state == "ok"


async def test_one_that_failed_is_told_beside_the_age_of_the_last_good_one(
    diagnose: Diagnose, conn: Connection
):
    await add_run(conn, "morning", "published", days=1)
    await add_run(conn, "morning", "failed", days=0)
    await add_run(conn, "recap", "failed", days=0)

    found = await diagnose()

    assert found["morning"].cause == "the last good one is 1 d old, and the last failed"
    assert (found["recap"].state, found["recap"].cause) == (
        "fail",
        "there is no good one yet, and the last failed",
    )


async def test_those_that_no_clock_asks_for_are_not_looked_at(
    diagnose: Diagnose, conn: Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANE_RECAP__ENABLED", "false")
    monkeypatch.setenv("TANE_MORNING__ENABLED", "false")
    await add_run(conn, "recap", "published", days=80)
    await add_run(conn, "morning", "published", days=80)

    assert {"recap", "morning"}.isdisjoint(finding.check for finding in (await diagnose()).all)
