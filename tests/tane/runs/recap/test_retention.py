"""Recaps and mornings of long ago leave with all that they wrote, whichever of the two is made."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from daemon.recaps import cannot_write, morning_supervisor, recap_supervisor
from tane.runs.pool import ComputePool
from tane.runs.supervisor import Supervisor
from tane.settings.model import Nightly, Settings
from tane.store import runs
from tane.store.pool import Pool, connection
from tests.tane.runs.night.planted import Inline
from tests.tane.runs.recap.newsroom import WEEK, Newsroom, shipped

LONG_AGO_DAYS = 91


class InlinePool(Inline, ComputePool):
    """Computes where it is asked."""

    def take_peak_mib(self) -> float | None:
        return None

    async def close(self) -> None:
        return None


@pytest.fixture
async def newsroom(pool: Pool, dsn: str, tmp_path: Path) -> Newsroom:
    """Some articles."""
    opened = await Newsroom(pool=pool, dsn=dsn, folder=tmp_path).open()
    await opened.publish(shipped()[:12])
    return opened


async def long_ago(newsroom: Newsroom, *run_ids: int) -> None:
    """Let these runs be over for longer than recaps are kept."""
    await newsroom.pool.execute(
        "UPDATE nightly_runs SET finished_at = now() - make_interval(days => $2) WHERE run_id = ANY ($1::bigint[])",
        run_ids, LONG_AGO_DAYS,
    )  # fmt: skip


async def conduct(newsroom: Newsroom, kind: str) -> str | None:
    """Have a run as a daemon has it."""
    settings = Settings(timezone="UTC", nightly=Nightly(state_dir=newsroom.folder))
    conductors: dict[str, Callable[..., Supervisor]] = {
        runs.RECAP: recap_supervisor,
        runs.MORNING: morning_supervisor,
    }
    async with connection(newsroom.pool) as conn:
        await runs.request(conn, kind, "command", params=WEEK)
    return (
        await conductors[kind](
            settings, newsroom.session, can_write=cannot_write, open_pool=InlinePool
        ).turn()
    )  # fmt: skip


async def left(newsroom: Newsroom, table: str = "nightly_runs") -> set[int]:
    return {row["run_id"] for row in await newsroom.pool.fetch(f"SELECT DISTINCT run_id FROM {table}")}


@pytest.mark.parametrize("kind", [runs.RECAP, runs.MORNING])
async def test_runs_of_long_ago_leave_with_their_rows_and_pinned_ones_stay(newsroom: Newsroom, kind: str):
    recap, _ = await newsroom.recap()
    pinned, _ = await newsroom.recap()
    morning, _ = await newsroom.morning("2026-09-17T00:00:00+00:00")
    recent, _ = await newsroom.morning("2026-09-18T00:00:00+00:00")
    async with connection(newsroom.pool) as conn:
        await runs.set_pinned(conn, pinned, is_pinned=True)
    await long_ago(newsroom, recap, pinned, morning)

    assert await conduct(newsroom, kind) in ("published", "skipped")

    assert {recap, pinned, morning, recent} & await left(newsroom) == {pinned, recent}
    for table in ("recap_job_articles", "recap_sections", "recap_stories", "recap_cluster_evidence"):
        assert recap not in await left(newsroom, table)
    assert pinned in await left(newsroom, "recap_job_articles")


async def test_what_they_left_in_the_folder_of_runs_is_swept(newsroom: Newsroom):
    failed = newsroom.folder / str(uuid4())
    failed.mkdir()
    os.utime(failed, (0, 0))
    run_id = await newsroom.pool.fetchval(
        "INSERT INTO nightly_runs (kind, trigger, status, folder) VALUES ('morning', 'cron', 'failed', $1) RETURNING run_id",
        failed.name,
    )
    await long_ago(newsroom, run_id)

    await conduct(newsroom, runs.MORNING)

    assert run_id not in await left(newsroom)
    assert not list(newsroom.folder.iterdir())


async def test_nights_are_kept_whatever_their_age(newsroom: Newsroom):
    night = await newsroom.pool.fetchval(
        "INSERT INTO nightly_runs (trigger, status) VALUES ('cron', 'published') RETURNING run_id"
    )
    await long_ago(newsroom, night)

    await conduct(newsroom, runs.MORNING)

    assert night in await left(newsroom)
