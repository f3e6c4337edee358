"""What people are told of a night."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from tane.runs.night.view import NightReport, found_line, read_reports
from tane.store.pool import Connection


class TestWhatWasFound:
    REPORT: ClassVar[dict[str, Any]] = {
        "clusters": 12,
        "top_clusters": 8,
        "coverage": 0.9085,
        "items": 470,
    }

    def test_is_told_in_a_line(self):
        details: dict[str, dict[str, Any]] = {
            "clusters": {"report": self.REPORT, "kept": 10, "new": 2, "gone": 1},
            "maps": {"atlas": {"displacement": 0.0042}},
        }

        assert found_line(details) == (
            "12 clusters (8 themes) hold 91% of 470 statements; 10 kept, 2 new, 1 gone; old points moved 0.4%"
        )

    def test_tells_that_there_would_be_more(self):
        """F7."""
        clusters = {"report": self.REPORT | {"is_partial": True}, "kept": 12, "new": 0, "gone": 0}

        line = found_line({"clusters": clusters})

        assert line is not None
        assert line.endswith("; stopped at clustering.max_clusters_total")

    def test_is_nothing_yet_before_the_clusters(self):
        assert found_line({"read": {"seeds": 470}}) is None

    def test_says_why_there_are_no_clusters_and_what_to_change(self):
        report = {"clusters": 0, "reason": "no_structure", "advice": {"least_evidence": 0.5}}

        assert found_line({"clusters": {"report": report}}) == (
            "no clusters: the seeds are spread evenly; would find some with least_evidence = 0.5"
        )


async def test_the_last_nights_that_have_ended_are_told_in_numbers(conn: Connection):
    began = datetime(2026, 1, 2, 4, 30, tzinfo=UTC)
    run = await conn.fetchval(
        "INSERT INTO nightly_runs (status, trigger, requested_at, started_at, finished_at, seeds) "
        "VALUES ('published', 'cron', $1, $1, $1::timestamptz + interval '63 s', 470) RETURNING run_id", began,
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO nightly_steps (run_id, step, ordinal, status, attempts, started_at, details) VALUES "
        """($1, 'clusters', 1, 'done', 1, $2, '{"report": {"clusters": 12}, "kept": 10, "new": 2, "gone": 1}')""",
        run, began,
    )  # fmt: skip
    await conn.execute("INSERT INTO nightly_runs (status, trigger) VALUES ('running', 'cron')")

    assert await read_reports(conn, limit=5) == [
        NightReport(
            at=began, status="published", seconds=63.0, seeds=470, clusters=12, kept=10, new=2, gone=1
        )
    ]
