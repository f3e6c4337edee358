"""The look at what the database takes: sampled, judged by two in a row, told once a day."""

from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from daemon.memory_look import look_at_memory, memory_chores, read_memory
from tane.settings.model import Settings
from tane.settings.sources import load_settings
from tane.store import memory
from tane.store.errors import StoreError
from tane.store.pool import Connection, Pool, connect

FULL = "9MB"  # an empty database takes more
EVERY_S = 300.0


def settings(dsn: str, **keys: Any) -> Settings:
    return load_settings(
        None, {"database.url": dsn, **{f"memory.{key}": value for key, value in keys.items()}}
    )


async def look(pool: Pool, chosen: Settings, *, times: int = 1) -> list[dict[str, Any]]:
    """Look as often as said, as if memory.every had passed each time; return what was logged."""
    with capture_logs() as logs:
        for _ in range(times):
            await look_at_memory(pool, chosen, every_s=EVERY_S)
            await pool.execute("UPDATE memory_samples SET taken_at = taken_at - interval '5 minutes'")
    return [dict(line) for line in logs]


class TestTheLook:
    async def test_without_a_budget_measures_and_tells_nothing(self, pool: Pool, conn: Connection, dsn: str):
        logs = await look(pool, settings(dsn), times=3)

        last = await memory.read_last_sample(conn)
        assert last is not None
        assert (last.level, last.budget_bytes, last.disk_free_bytes) == ("normal", None, None)
        assert last.effective_bytes <= last.database_bytes
        assert (logs, await memory.list_alerts(conn, limit=9)) == ([], [])

    async def test_tells_a_level_once_a_day_with_what_would_help(
        self, pool: Pool, conn: Connection, dsn: str
    ):
        logs = await look(pool, settings(dsn, budget=FULL), times=4)

        (alert,) = await memory.list_alerts(conn, limit=9)
        assert [(line["event"], line["alert"], line["cause"]) for line in logs] == [
            ("memory.alert", "emergency", "budget")
        ]
        assert (alert.alert_type, alert.threshold, alert.acknowledged_at) == ("emergency", 0.95, None)
        assert list(alert.recommended_actions)[:2] == ["delete_low_priority", "archive_old"]

    async def test_a_first_one_alone_is_judged_and_later_ones_need_two(
        self, pool: Pool, conn: Connection, dsn: str
    ):
        await look(pool, settings(dsn, budget=FULL))
        await look(pool, settings(dsn, budget="1TB"), times=1)
        last = await memory.read_last_sample(conn)

        assert last is not None
        assert last.level == "normal"  # by the budget of today both are

    async def test_of_a_second_daemon_at_the_same_time_is_left_out(
        self, pool: Pool, conn: Connection, dsn: str
    ):
        for _ in range(3):
            await look_at_memory(pool, settings(dsn), every_s=EVERY_S)

        assert await conn.fetchval("SELECT count(*) FROM memory_samples") == 1

    async def test_changes_nothing_but_its_own_two_tables(self, pool: Pool, conn: Connection, dsn: str):
        written = "SELECT relname FROM pg_stat_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        await conn.execute("SELECT pg_stat_reset()")

        await look(pool, settings(dsn, budget=FULL))
        await pool.expire_connections()
        await conn.execute("SELECT pg_stat_force_next_flush()")
        async with pool.acquire() as other:
            await other.execute("SELECT pg_stat_force_next_flush()")

        assert {row["relname"] for row in await conn.fetch(written)} <= {"memory_samples", "memory_alerts"}

    async def test_does_not_wait_for_a_table_that_is_being_written_anew(self, pool: Pool, dsn: str):
        holder = await connect(dsn)
        async with holder.transaction():
            await holder.execute("LOCK TABLE edges IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StoreError):
                await look_at_memory(pool, settings(dsn), every_s=EVERY_S)
        await holder.close()


class TestTheChore:
    def test_looks_as_often_as_the_setting_says_and_in_a_minute_after_an_error(self, pool: Pool, dsn: str):
        (chore,) = memory_chores(pool, settings(dsn, every=7))

        assert (chore.every_s, chore.retry_s) == (420.0, 60.0)

    def test_can_be_turned_off(self, pool: Pool, dsn: str):
        assert memory_chores(pool, settings(dsn, enabled="false")) == []


class TestTheReport:
    async def test_measures_now_and_writes_nothing(self, conn: Connection, dsn: str):
        report = await read_memory(conn, settings(dsn, budget=FULL))

        assert (report.level, report.is_watched, report.forecast) == ("emergency", True, None)
        assert report.advice[0].command == "tane forget"
        assert sum(report.parts.values()) == pytest.approx(report.database_bytes, rel=0.02)
        assert await memory.read_last_sample(conn) is None

    async def test_of_an_embedded_server_knows_its_disk(self, conn: Connection, tmp_path: Path):
        chosen = load_settings(None, {"database.data_dir": str(tmp_path)})

        fill = (await read_memory(conn, chosen)).fill

        assert fill.disk_free_bytes is not None
        assert fill.disk_bytes is not None
        assert 0 < fill.disk_free_bytes <= fill.disk_bytes

    async def test_shows_alerts_until_they_are_seen(self, pool: Pool, conn: Connection, dsn: str):
        chosen = settings(dsn, budget=FULL)
        await look(pool, chosen)
        shown = len((await read_memory(conn, chosen)).alerts)
        await memory.acknowledge(conn)

        assert (shown, (await read_memory(conn, chosen)).alerts) == (1, [])
