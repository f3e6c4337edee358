"""Each measure against values worked out by hand, and None where it means nothing."""

import numpy as np
import pytest

from tane.evaluation.statistics import (
    Codes,
    Figure,
    Values,
    accuracy,
    estimated,
    kappa,
    macro_f1,
    ranks,
    ratio,
    spearman,
)


def codes(*values: int) -> Codes:
    return np.array(values, dtype=np.int64)


def values(*numbers: float) -> Values:
    return np.array(numbers, dtype=np.float64)


def test_macro_f1_gives_each_label_the_same_weight():
    # Label 0: 3 of 3 hit, told 4 times: 6/7. Label 1: 0 of 1 hit: 0.
    assert macro_f1(codes(0, 0, 0, 1), codes(0, 0, 0, 0)) == pytest.approx((6 / 7 + 0) / 2)


def test_perfect_roles_give_one_and_shuffled_ones_less():
    gold = codes(0, 0, 1, 1, 2, 2)

    assert macro_f1(gold, gold) == 1.0
    assert macro_f1(gold, codes(0, 1, 1, 2, 2, 0)) == pytest.approx(0.5)


def test_a_label_that_is_only_told_lowers_the_others_and_has_no_share_of_its_own():
    # Label 0: 1 of 2 hit, told once: 2/3; label 5 was never right to tell, and is no label.
    assert macro_f1(codes(0, 0), codes(0, 5)) == pytest.approx(2 / 3)


def test_no_answer_is_a_wrong_answer():
    assert macro_f1(codes(0, 0), codes(0, -1)) == pytest.approx(2 / 3)
    assert accuracy(codes(0, 0), codes(0, -1)) == 0.5


def test_of_nothing_there_is_no_share():
    assert macro_f1(codes(), codes()) is None
    assert accuracy(codes(), codes()) is None
    assert kappa(codes(), codes()) is None
    assert ratio(0, 0) is None


def test_nothing_right_is_zero_and_not_undefined():
    assert macro_f1(codes(0, 1), codes(1, 0)) == 0.0
    assert ratio(0, 3) == 0.0


def test_kappa_takes_chance_away():
    # 3 of 4 agree; by chance 0.5 * 0.25 + 0.5 * 0.75 = 0.5; (0.75 - 0.5) / (1 - 0.5).
    assert kappa(codes(0, 0, 1, 1), codes(0, 1, 1, 1)) == pytest.approx(0.5)


def test_kappa_of_equal_raters_is_one_and_of_opposed_ones_below_zero():
    assert kappa(codes(0, 1, 0, 1), codes(0, 1, 0, 1)) == pytest.approx(1.0)
    assert kappa(codes(0, 1, 0, 1), codes(1, 0, 1, 0)) == pytest.approx(-1.0)


def test_kappa_is_undefined_when_both_always_say_the_same():
    assert kappa(codes(2, 2, 2), codes(2, 2, 2)) is None


def test_ties_share_the_mean_of_their_ranks():
    assert ranks(values(0.5, 0.1, 0.5, 0.9)).tolist() == [2.5, 1.0, 2.5, 4.0]


def test_rank_correlation_follows_order_alone():
    assert spearman(values(1, 2, 3), values(10, 100, 1000)) == pytest.approx(1.0)
    assert spearman(values(1, 2, 3), values(3, 2, 1)) == pytest.approx(-1.0)


def test_rank_correlation_of_a_swap_is_known():
    # One swap of neighbours among four: 1 - 6 * 2 / (4 * 15) = 0.8.
    assert spearman(values(1, 2, 3, 4), values(1, 3, 2, 4)) == pytest.approx(0.8)


def test_rank_correlation_with_a_tie_is_known():
    # Ranks 1, 2.5, 2.5, 4 against 1 to 4: 4.5 / sqrt(4.5 * 5).
    assert spearman(values(1, 2, 2, 3), values(1, 2, 3, 4)) == pytest.approx(4.5 / np.sqrt(22.5))


def test_rank_correlation_is_undefined_for_two_points_and_for_a_constant():
    assert spearman(values(1, 2), values(1, 2)) is None
    assert spearman(values(1, 1, 1), values(1, 2, 3)) is None


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
