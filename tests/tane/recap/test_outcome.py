"""How a recap ends, and what fits its time."""

import pytest

from tane.recap.outcome import Outcome, SectionStatus, outcome_of, sections_within


@pytest.mark.parametrize(
    ("statuses", "is_degraded", "outcome"),
    [
        (["stored", "stored"], False, "published"),
        (["stored", "no_evidence", "skipped"], False, "published"),
        (["stored", "stored"], True, "partial"),
        (["stored", "failed"], False, "partial"),
        (["stored", "failed", "failed"], False, "failed"),
        (["failed"], False, "failed"),
        (["waiting", "stored"], False, "partial"),
        (["no_evidence"], False, "skipped"),
        ([], False, "skipped"),
    ],
)
def test_the_sections_decide(statuses: list[SectionStatus], is_degraded: bool, outcome: Outcome):
    found, reason = outcome_of(statuses, has_degraded_steps=is_degraded)

    assert found == outcome
    assert (reason is None) == (outcome == "published")


def test_as_many_sections_are_planned_as_fit():
    assert sections_within(600, [50, 100, 150], count=20) == (6, 600)
    assert sections_within(600, [], count=3) == (3, 180)
    assert sections_within(30, [100], count=3) == (0, 0)
