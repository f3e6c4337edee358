"""What a classifier learns from its answers to texts that it had not seen."""

import numpy as np

from tane.recap import fitting


def test_texts_of_one_group_are_on_one_side_of_every_fold():
    truth = np.tile([0, 1], 10)
    groups = [f"g{row // 2}" if row % 4 < 2 else f"s{row}" for row in range(20)]

    parts = fitting.folds(truth, groups, np.arange(20))

    assert sorted(np.concatenate([test for _, test in parts])) == list(range(20))
    for train, test in parts:
        assert {groups[row] for row in train}.isdisjoint(groups[row] for row in test)


def test_what_is_not_judged_is_always_learned_from():
    truth = np.asarray([0, 1] * 6)

    parts = fitting.folds(truth, [str(row) for row in range(12)], np.arange(10))

    assert all({10, 11} <= set(train) for train, _ in parts)


def test_one_text_a_genre_cannot_be_held_back():
    assert fitting.folds(np.asarray([0, 1]), ["a", "b"], np.arange(2)) == []


def test_scores_that_are_often_wrong_are_cooled_less_than_those_that_are_right():
    scores = np.tile([[0.5, 0.4], [0.4, 0.5]], (20, 1))
    truth = np.tile([0, 1], 20)
    half_wrong = np.where(np.arange(40) < 16, 1 - truth, truth)

    assert fitting.temperature(scores, truth) < fitting.temperature(scores, half_wrong)


def test_a_threshold_keeps_what_is_right_and_cuts_off_what_is_wrong():
    right = np.stack([np.linspace(0.6, 0.9, 30), np.zeros(30)], axis=1)
    wrong = np.stack([np.full(20, 0.3), np.full(20, 0.1)], axis=1)
    scores, truth = np.concatenate([right, wrong]), np.asarray([0] * 30 + [1] * 20)

    cut = fitting.thresholds(scores, truth)

    assert 0.3 < cut[0] < 0.6


def test_a_genre_of_few_texts_has_its_threshold_below_their_mean():
    scores = np.asarray([[0.5, 0.1], [0.7, 0.1], [0.1, 0.6]])

    cut = fitting.thresholds(scores, np.asarray([0, 0, 1]))

    np.testing.assert_allclose(cut, [0.6 - 1.5 * 0.1, 0.6 - 1.5 * 0.05])


def test_f1_counts_genres_alike_however_many_texts_they_have():
    truth = np.asarray([0] * 8 + [1] * 2)

    assert fitting.macro_f1(truth, truth, 2) == 1
    assert fitting.macro_f1(truth, np.zeros(10, dtype=int), 2) == (2 * 8 / 18) / 2
    assert fitting.f1_by_genre(truth, truth, 3)[2] is None


def test_the_calibration_error_is_how_far_confidence_is_from_being_right():
    probabilities = np.tile([0.8, 0.2], (10, 1))

    assert fitting.calibration_error(probabilities, np.asarray([0] * 8 + [1] * 2)) < 1e-9
    assert round(fitting.calibration_error(probabilities, np.zeros(10, dtype=int)), 6) == 0.2
