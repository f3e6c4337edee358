"""What the database takes: measured in a filled one, sampled, and told once a day and level."""

from typing import Any

import numpy as np
import pytest

from tane.memory.parts import PARTS, TableBytes, part_of, parted, reusable_bytes
from tane.store import memory
from tane.store.memory import NewAlert, NewSample
from tane.store.pool import Connection

LARGEST_ERROR = 0.02
# Small tables of Tane's own that are no text, vectors or anything else with a part.
SMALL = {"memory_alerts", "memory_samples", "schema_migrations", "visits"}


async def fill(conn: Connection, rows: int = 6000) -> None:
    """Store utterances of unequal length, their vectors and edges, as a server with statistics has them."""
    await conn.execute(
        "INSERT INTO utterances (contents, content_hash) SELECT repeat('歩くとよく眠れる。', 1 + n % 40), '' FROM generate_series(1, $1) n",
        rows,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 96, 1)"
    )
    await conn.execute(
        "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector, source_hash) "
        "SELECT 'utterance', utterance_id, (SELECT model_id FROM embedding_models), 'm', 96, "
        "l2_normalize(ARRAY(SELECT random() - 0.5 + 0 * length(contents) FROM generate_series(1, 96))::real[]::halfvec(96)), content_hash "
        "FROM utterances"
    )
    await conn.execute("ANALYZE")


async def tables(conn: Connection) -> dict[str, TableBytes]:
    return {row["name"]: TableBytes(**row) for row in await memory.read_tables(conn)}


def sample(**changes: Any) -> NewSample:
    fields: dict[str, Any] = {
        "database_bytes": 9, "effective_bytes": 8, "budget_bytes": None, "disk_free_bytes": None, "disk_bytes": None,
        "level": "normal", "parts": {"text": 3},
    }  # fmt: skip
    return NewSample(**fields | changes)


def alert(level: str = "warning") -> NewAlert:
    return NewAlert(
        alert_type=level,
        cause="budget",
        usage=0.9,
        threshold=0.8,
        recommended_actions=("optimize_index",),
    )


class TestBytes:
    async def test_of_all_parts_are_those_of_the_database_within_two_in_a_hundred(self, conn: Connection):
        await fill(conn)

        whole = await memory.read_database_bytes(conn)
        parts = parted((await tables(conn)).values())

        assert abs(sum(parts.values()) - whole) <= LARGEST_ERROR * whole
        assert tuple(parts) == PARTS
        assert min(parts["text"], parts["vectors"], parts["indexes"], parts["catalog"]) > 2**20

    async def test_of_an_empty_database_too(self, conn: Connection):
        whole = await memory.read_database_bytes(conn)

        assert abs(sum(parted((await tables(conn)).values()).values()) - whole) <= LARGEST_ERROR * whole

    async def test_that_rows_left_are_told_before_they_are_vacuumed_and_after(self, conn: Connection):
        await fill(conn)
        full = (await tables(conn))["embeddings"]
        await conn.execute("DELETE FROM embeddings WHERE uuid_hash(target_id) % 2 = 0")
        gone = 1 - await conn.fetchval("SELECT count(*) FROM embeddings") / 6000
        await conn.execute("ANALYZE embeddings")
        before = (await tables(conn))["embeddings"]
        await conn.execute("VACUUM (TRUNCATE false) embeddings")
        after = (await tables(conn))["embeddings"]

        assert reusable_bytes(full) == 0
        for left in (before, after):
            assert reusable_bytes(left) == pytest.approx(gone * full.heap_bytes, rel=0.1)

    async def test_that_were_never_analysed_are_all_in_use(self, conn: Connection):
        await conn.execute(
            "INSERT INTO utterances (contents, content_hash) SELECT 'a', '' FROM generate_series(1, 9) n"
        )

        assert reusable_bytes((await tables(conn))["utterances"]) == 0

    async def test_every_table_of_the_schema_has_its_part(self, conn: Connection):
        ours = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")

        assert {row["tablename"] for row in ours if part_of(row["tablename"]) == "other"} == SMALL


class TestSamples:
    async def test_the_newest_is_returned_as_it_was_kept(self, conn: Connection):
        assert await memory.read_last_sample(conn) is None
        await memory.add_sample(conn, sample())
        await memory.add_sample(
            conn, sample(budget_bytes=10, disk_free_bytes=5, disk_bytes=6, level="warning")
        )

        found = await memory.read_last_sample(conn)

        assert found is not None
        assert (found.budget_bytes, found.disk_free_bytes, found.level) == (10, 5, "warning")
        assert (dict(found.parts), found.age_s >= 0) == ({"text": 3}, True)

    async def test_after_a_week_one_a_day_is_kept_and_after_400_days_none(self, conn: Connection):
        for days, hours in ((1, (1, 2, 3)), (20, (1, 2, 3)), (500, (1, 2))):
            for hour in hours:
                await conn.execute(
                    "INSERT INTO memory_samples (taken_at, database_bytes, effective_bytes, level) "
                    "VALUES (date_trunc('day', now()) + $1 * interval '1 hour' - $2 * interval '1 day', 1, $2, 'normal')",
                    hour, days,
                )  # fmt: skip

        await memory.add_sample(conn, sample())

        kept = await conn.fetch(
            "SELECT effective_bytes, count(*) AS n FROM memory_samples GROUP BY 1 ORDER BY 1"
        )
        assert [tuple(row) for row in kept] == [(1, 3), (8, 1), (20, 1)]

    async def test_a_trend_has_at_most_four_a_day_the_oldest_first(self, conn: Connection):
        await conn.execute(
            "INSERT INTO memory_samples (taken_at, database_bytes, effective_bytes, level) "
            "SELECT now() - n * interval '1 hour', 1, 1000 - n, 'normal' FROM generate_series(0, 24 * 40) n"
        )

        trend = await memory.read_trend(conn)

        assert 4 * 30 <= len(trend) <= 4 * 30 + 1
        assert [at for at, _ in trend] == sorted(at for at, _ in trend)
        assert trend[-1][1] == 1000


class TestAlerts:
    async def test_one_of_a_level_is_told_a_day(self, conn: Connection):
        assert await memory.add_alert(conn, alert())
        assert not await memory.add_alert(conn, alert())
        assert await memory.add_alert(conn, alert("critical"))
        await conn.execute("UPDATE memory_alerts SET told_on = told_on - 1")
        assert await memory.add_alert(conn, alert())

        found = await memory.list_alerts(conn, limit=2)

        assert [one.alert_type for one in found] == ["warning", "critical"]
        assert (found[0].usage, list(found[0].recommended_actions)) == (0.9, ["optimize_index"])

    async def test_one_or_all_are_marked_as_seen_once(self, conn: Connection):
        for level in ("warning", "critical", "emergency"):
            await memory.add_alert(conn, alert(level))
        first = (await memory.list_alerts(conn, limit=1))[0]

        assert await memory.acknowledge(conn, first.alert_id) == 1
        assert await memory.acknowledge(conn, first.alert_id) == 0
        assert await memory.acknowledge(conn) == 2
        assert all(one.acknowledged_at for one in await memory.list_alerts(conn, limit=9))


async def test_own_vectors_are_those_of_the_owners_utterances_among_all_that_are_searched(conn: Connection):
    await fill(conn, 30)
    await conn.execute("INSERT INTO sources (name, kind, is_mapped) VALUES ('news', 'feed', 0)")
    await conn.execute(
        "UPDATE utterances SET source_id = (SELECT source_id FROM sources) "
        "WHERE utterance_id IN (SELECT utterance_id FROM utterances LIMIT 10)"
    )

    vectors, is_own = await memory.read_own_vectors(conn, most=100)
    few, _ = await memory.read_own_vectors(conn, most=7)

    assert (vectors.shape, int(is_own.sum()), few.shape) == ((30, 96), 20, (7, 96))
    assert np.array_equal(few, vectors[:7])
    assert await memory.count_vectors(conn) == 30
