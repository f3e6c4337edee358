"""Which documents of a genre are read closely."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from tane.recap.selecting import Selection, SelectionCandidate, score, select

NOW = datetime(2026, 9, 20, tzinfo=UTC)


def candidate(
    number: int, *, publisher: str = "a", hours: float = 0, confidence: float = 0.5, overlap: int = 0
) -> SelectionCandidate:
    return SelectionCandidate(
        document_id=UUID(int=number),
        publisher=publisher,
        said_at=NOW - timedelta(hours=hours),
        confidence=confidence,
        tag_overlap=overlap,
        row=number,
    )


def chosen(selection: Selection) -> list[int]:
    return [one.int for one in selection.kept]


def alike(count: int, *strangers: int) -> np.ndarray:
    """Vectors around one direction, more and less alike to it in even steps; those of strangers far from it."""
    likeness = np.repeat(np.linspace(0.90, 0.95, count // 2), 2)
    likeness[list(strangers)] = 0.1
    turns = np.arange(count) * np.pi  # in pairs opposite to each other, so that the middle is in the middle
    rest = np.sqrt(1 - likeness**2)
    return np.stack([likeness, rest * np.cos(turns), rest * np.sin(turns)], axis=1).astype(np.float32)


def test_the_score_weighs_confidence_freshness_and_tags():
    one = candidate(0, hours=100, confidence=0.8, overlap=2)

    assert score(one, now=NOW, has_tags=True) == pytest.approx(0.4 + 0.3 * np.exp(-0.5) + 0.08)
    assert score(one, now=NOW, has_tags=False) == pytest.approx((0.4 + 0.3 * np.exp(-0.5)) / 0.8)


def test_more_than_five_shared_tags_say_no_more():
    assert score(candidate(0, overlap=9), now=NOW, has_tags=True) == score(
        candidate(0, overlap=5), now=NOW, has_tags=True
    )


def test_publishers_take_turns():
    offered = [
        *(candidate(number, publisher="loud", confidence=0.9) for number in range(6)),
        *(candidate(number, publisher="quiet", confidence=0.2) for number in (6, 7)),
    ]

    found = select(offered, alike(8), now=NOW, most=4, fewest=3, has_tags=False)

    assert chosen(found) == [0, 6, 1, 7]
    assert {drop.reason for drop in found.drops} == {"over_limit"}


def test_what_lies_far_from_the_rest_is_left_out():
    found = select(
        [candidate(number) for number in range(40)], alike(40, 4), now=NOW, most=40, fewest=3, has_tags=False
    )

    assert [(drop.document_id.int, drop.reason) for drop in found.drops] == [(4, "outlier")]


def test_outliers_stay_where_too_few_would_be_left():
    found = select(
        [candidate(number) for number in range(6)], alike(6, 1, 2), now=NOW, most=20, fewest=6, has_tags=False
    )

    assert found.drops == ()


def test_a_genre_whose_documents_are_all_alike_loses_none():
    vectors = np.tile(np.eye(3, dtype=np.float32)[0], (9, 1))

    assert (
        select([candidate(n) for n in range(9)], vectors, now=NOW, most=20, fewest=3, has_tags=False).drops
        == ()
    )


def test_without_vectors_the_best_by_score_stand_in():
    offered = [candidate(number, confidence=number / 10) for number in range(8)]

    found = select(offered, None, now=NOW, most=3, fewest=2, has_tags=False)

    assert found.is_outlier_filter_skipped
    assert chosen(found) == [7, 6, 5]


def test_kept_and_dropped_are_what_was_offered():
    found = select(
        [candidate(number, publisher=str(number % 3)) for number in range(40)],
        alike(40, 3, 9), now=NOW, most=20, fewest=3, has_tags=True,
    )  # fmt: skip

    assert len(found.kept) == 20
    assert {*found.kept, *(drop.document_id for drop in found.drops)} == {UUID(int=n) for n in range(40)}
    assert len(found.kept) + len(found.drops) == 40
