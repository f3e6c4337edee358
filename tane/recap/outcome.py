"""How a recap ends, and how many sections fit its time. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

SectionStatus: TypeAlias = Literal["waiting", "stored", "failed", "skipped", "no_evidence"]
Outcome: TypeAlias = Literal["published", "partial", "failed", "skipped"]

MOST_FAILED = 0.5  # share of sections that failed, above which the recap has
CALL_S = 60.0  # of a section, before any was measured


def outcome_of(statuses: Iterable[SectionStatus], *, has_degraded_steps: bool) -> tuple[Outcome, str | None]:
    """Return how the run ends, and why where it is not whole."""
    counts = Counter(statuses)
    stored, failed = counts["stored"], counts["failed"] + counts["waiting"]
    if stored == 0 and failed:
        return "failed", "no section could be made"
    if stored and failed / (stored + failed) > MOST_FAILED:
        return "failed", "most sections could not be made"
    if stored == 0:
        return "skipped", "nothing_to_cite" if counts["no_evidence"] else "nothing_to_recap"
    if failed or has_degraded_steps:
        return "partial", "some sections could not be made" if failed else "a step was degraded"
    return "published", None


def sections_within(budget_s: float, seconds: Sequence[float], *, count: int) -> tuple[int, float]:
    """Return how many of `count` sections a model writes in the budget, and the seconds that they are expected to take.

    seconds: of the last sections that were written.
    """
    each = sorted(seconds)[len(seconds) // 2] if seconds else CALL_S
    fitting = min(count, int(budget_s // each)) if each > 0 else count
    return fitting, fitting * each
