import numpy as np

from tane.evaluation.bootstrap import Figure, estimated
from tane.evaluation.statistics import Codes

HITS = np.array([1] * 30 + [0] * 10)


def share(places: Codes) -> float:
    return float(HITS[places].mean())


def test_an_interval_lies_around_the_value_about_as_wide_as_theory_says():
    found = estimated(len(HITS), share)

    # Standard error sqrt(0.75 * 0.25 / 40) = 0.068: twice 1.96 of them are 0.27.
    assert found.value == 0.75
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.75 < found.high
    assert 0.2 < found.high - found.low < 0.34


def test_the_same_answers_give_the_same_interval():
    assert estimated(len(HITS), share) == estimated(len(HITS), share)


def test_what_is_not_defined_has_no_interval():
    assert estimated(5, lambda _: None) == Figure(value=None)


def test_one_utterance_has_no_interval():
    assert estimated(1, lambda _: 1.0) == Figure(value=1.0)


def test_a_figure_that_most_draws_do_not_have_has_no_interval():
    # Of the four draws of two places only one is the whole.
    def rare(places: Codes) -> float | None:
        return 1.0 if places.tolist() == [0, 1] else None

    assert estimated(2, rare) == Figure(value=1.0)
