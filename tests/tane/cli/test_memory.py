"""tane memory: where the bytes are, what was told, and how small vectors could be."""

import numpy as np
import pytest
from rich.cells import cell_len

from tane.memory.parts import PARTS
from tane.store.pool import Connection
from tests.make_real_vectors import real_vectors
from tests.tane.cli.conftest import Tane


def tell(tane: Tane, level: str = "warning") -> None:
    tane.sql(
        "INSERT INTO memory_alerts (alert_type, cause, usage, threshold, recommended_actions) "
        "VALUES ($1, 'budget', 0.81, 0.8, '{optimize_index}')",
        level,
    )


def plant(tane: Tane, count: int) -> None:
    """Store vectors of a real model for as many utterances."""
    vectors = real_vectors()[1][:count]

    async def store(conn: Connection) -> None:
        await conn.execute(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 384, 1)"
        )
        ids = [
            row["utterance_id"]
            for row in await conn.fetch(
                "INSERT INTO utterances (contents) SELECT 'u' || n FROM generate_series(1, $1) n RETURNING utterance_id",
                count,
            )
        ]
        await conn.executemany(
            "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector, source_hash) "
            "SELECT 'utterance', u.utterance_id, m.model_id, 'm', 384, $2, u.content_hash FROM embedding_models m, utterances u "
            "WHERE u.utterance_id = $1",
            list(zip(ids, vectors.astype(np.float32), strict=True)),
        )

    tane.do(store)


class TestStatus:
    def test_shows_every_part_within_80_columns_and_that_no_budget_is_set(self, tane: Tane):
        shown = tane("memory", "status").stdout

        assert all(f"\n{part} " in shown for part in PARTS)
        assert max(cell_len(line) for line in shown.splitlines()) <= 80
        assert "no budget is set (memory.budget): measured and shown only" in shown
        assert "What would help" not in shown

    def test_says_how_full_it_is_and_what_would_help_today_and_later(self, tane: Tane):
        tell(tane)

        shown = tane("--set", "memory.budget=9MB", "memory", "status").stdout

        assert "level     emergency" in shown
        assert "delete_low_priority: `tane forget`" in shown
        assert "archive_old: not yet" in shown
        assert "alerts not seen: 1" in shown
        assert max(cell_len(line) for line in shown.splitlines()) <= 80

    def test_tells_programs_the_same(self, tane: Tane):
        report = tane.json("memory", "status")

        assert (report["level"], report["budget_bytes"], report["usage"]) == ("normal", None, None)
        assert sum(report["parts"].values()) == pytest.approx(report["database_bytes"], rel=0.02)

    def test_says_when_it_will_be_full(self, tane: Tane):
        tane.sql(
            "INSERT INTO memory_samples (taken_at, database_bytes, effective_bytes, level) "
            "SELECT now() - n * interval '1 day', 1, 500000000 - n * 1000000, 'normal' FROM generate_series(1, 10) n"
        )

        shown = tane("--set", "memory.budget=60MB", "memory", "status").stdout

        assert "grows by 1.0 MB a day: the budget is full in" in shown


class TestAlerts:
    def test_are_listed_and_marked_as_seen(self, tane: Tane):
        for level in ("warning", "critical"):
            tell(tane, level)
        assert "optimize_index" in tane("memory", "alerts").stdout
        first = tane.json("memory", "alerts")[-1]

        assert tane.json("memory", "ack", str(first["alert_id"])) == {"acknowledged": 1}
        assert "there is no alert" in tane("memory", "ack", str(first["alert_id"]), status=1).output
        assert tane.json("memory", "ack") == {"acknowledged": 1}
        assert all(one["acknowledged_at"] for one in tane.json("memory", "alerts"))

    def test_none_is_said_to_be_none(self, tane: Tane):
        assert "nothing was told yet" in tane("memory", "alerts").stdout


class TestCheck:
    def test_compares_kinds_on_the_vectors_that_are_stored_and_changes_nothing(self, tane: Tane):
        plant(tane, 600)

        seen = tane.json("memory", "check")
        shown = tane("memory", "check").stdout

        assert (seen["queries"], seen["vectors"], seen["dims"], seen["can_apply"]) == (200, 600, 384, False)
        assert {one["kind"] for one in seen["measured"]} == {
            "halfvec",
            "centred sign bits",
            "PCA to half",
            "PCA to a quarter",
        }
        assert seen["smallest"]["recall"] >= 0.95
        assert "no smaller kind can be applied yet" in " ".join(shown.split())
        assert max(cell_len(line) for line in shown.splitlines()) <= 80

    def test_too_few_vectors_tell_nothing(self, tane: Tane):
        plant(tane, 5)

        assert "5 vectors are too few" in tane("memory", "check", status=1).output


def test_the_status_of_all_shows_a_level_that_is_not_normal(tane: Tane):
    tane.sql(
        "INSERT INTO memory_samples (database_bytes, effective_bytes, budget_bytes, level) VALUES (100, 92, 100, 'critical')"
    )

    assert "critical: 92 B in use, 92% of 100 B (`tane memory status`)" in " ".join(
        tane("status").stdout.split()
    )
