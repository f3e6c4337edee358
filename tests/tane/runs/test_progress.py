import pytest

from tane.runs.progress import Progress, eta_s
from tests.tables import every
from tests.tane.runs.steps import GOOD


class TestProgress:
    def test_counts_steps_by_their_weight(self):
        progress = Progress(GOOD)
        progress.begin("write")
        progress.end("write")
        progress.begin("double")
        progress.report(0.5)

        assert progress.fraction == pytest.approx((1 + 2 * 0.5) / 4)

    def test_never_goes_back_nor_beyond_the_end_of_a_step(self):
        progress = Progress(GOOD)
        progress.begin("double")

        progress.report(3.0)
        progress.report(0.1)

        assert progress.fraction == pytest.approx(0.5)

    def test_is_whole_when_all_steps_are_done(self):
        progress = Progress(GOOD)
        for step in GOOD:
            progress.end(step.name)

        assert progress.fraction == 1
        assert progress.step is None

    def test_of_no_steps_is_nothing(self):
        assert Progress([]).fraction == 0


@every(
    ("worked_s", "fraction", "left_s"),
    [(10, 0.5, 10), (30, 0.75, 10), (5, 1.0, 0), (5, 0.01, None), (5, None, None)],
)
def test_the_time_left_follows_from_the_time_spent(
    worked_s: float, fraction: float | None, left_s: float | None
):
    assert eta_s(worked_s=worked_s, fraction=fraction) == left_s
