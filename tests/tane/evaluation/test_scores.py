import pytest

from tane.evaluation.scores import score_figures
from tests.tane.evaluation.cases import case, labelled, said

BANDS = [(0.0, 0.2), (0.2, 0.6), (0.6, 1.0)]


def figures(*told: float | None):
    return score_figures(
        [
            case(labelled(bands={"confidence": band}), said(scores={"confidence": value}))
            for band, value in zip(BANDS, told, strict=True)
        ],
        "confidence",
    )


def test_the_middles_of_the_bands_are_perfect_answers():
    found = figures(0.1, 0.4, 0.8)

    assert (found.n, found.unread, found.in_band.value) == (3, 0, 1.0)
    assert found.spearman.value == pytest.approx(1.0)


def test_the_ends_of_a_band_belong_to_it():
    assert figures(0.2, 0.2, 1.0).in_band.value == 1.0


def test_turned_answers_have_the_opposite_order_and_leave_their_bands():
    found = figures(0.9, 0.4, 0.1)

    assert found.spearman.value == pytest.approx(-1.0)
    assert found.in_band.value == pytest.approx(1 / 3)


def test_an_answer_without_a_number_is_counted_apart():
    found = figures(0.1, None, 0.8)

    assert (found.n, found.unread, found.in_band.value, found.spearman.value) == (2, 1, 1.0, None)


def test_a_score_without_labels_has_no_figures():
    found = score_figures([case(labelled(), said(scores={"confidence": 0.5}))], "confidence")

    assert (found.n, found.unread, found.in_band.value, found.spearman.value) == (0, 0, None, None)
