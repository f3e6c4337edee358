"""What people are told of a night."""

from typing import Any, ClassVar

from daemon.nightly.view import found_line


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
            "12 clusters (8 themes) hold 91% of 470 seeds; 10 kept, 2 new, 1 gone; old points moved 0.4%"
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
