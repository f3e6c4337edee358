"""The score that the row `quality` compares by."""

import numpy as np
import pytest

from bench.agreement import PartitionAgreement, agreement, mean_score


def test_equal_partitions_agree_whatever_their_numbers():
    found = agreement(np.array([5, 5, 2, 2, 9, 9]), np.array([0, 0, 1, 1, 2, 2]))

    assert (found.ari, found.coverage, found.groups) == (1.0, 1.0, 3)
    assert found.ami == pytest.approx(1.0)
    assert found.score == pytest.approx(1.0)


def test_rows_left_out_cost_coverage_alone():
    found = agreement(np.array([0, 0, 1, 1, -1, -1, -1, -1]), np.array([0, 0, 1, 1, 0, 0, 1, 1]))

    assert found.ari == 1.0
    assert found.score == pytest.approx(0.5 ** (1 / 3))


def test_leaving_out_what_belongs_nowhere_costs_nothing_and_taking_it_in_does():
    truth = np.array([0, 0, 0, 1, 1, 1, -1, -1])

    left_out = agreement(np.array([0, 0, 0, 1, 1, 1, -1, -1]), truth)
    taken_in = agreement(np.array([0, 0, 0, 1, 1, 1, 0, 1]), truth)

    assert left_out.score == pytest.approx(1.0)
    assert taken_in.coverage == 1.0
    assert taken_in.score < 0.9


def test_no_group_and_no_better_than_chance_are_both_zero():
    truth = np.array([0, 1, 0, 1])

    assert agreement(np.full(4, -1), truth).score == 0.0
    assert agreement(np.array([0, 0, 1, 1]), truth).score == 0.0


def test_labellings_count_alike():
    perfect = PartitionAgreement(ari=1.0, ami=1.0, coverage=1.0, groups=2)
    nothing = PartitionAgreement(ari=0.0, ami=0.0, coverage=1.0, groups=2)

    assert mean_score([perfect, nothing]) == 0.5
