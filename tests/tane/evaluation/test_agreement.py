import pytest

from tane.evaluation.agreement import agreement
from tane.evaluation.answers import Case, ModelAnswer
from tests.tane.evaluation.cases import case, labelled, said

SLEEP, BUS = "眠りは記憶を助ける", "バスは日曜に走る"


def asked_twice(one: ModelAnswer, other: ModelAnswer) -> Case:
    return case(labelled(), one, other)


def test_the_same_answers_agree_in_everything():
    answers = [
        said(role=role, scores={"confidence": value}, seeds={"model": [SLEEP]})
        for role, value in zip("aab", (0.1, 0.5, 0.9), strict=True)
    ]
    found = agreement([asked_twice(one, one) for one in answers])

    assert found.role.equal == 1.0
    assert found.role.kappa == pytest.approx(1.0)
    assert found.scores["confidence"].mean_difference == 0.0
    assert found.scores["confidence"].spearman == pytest.approx(1.0)
    assert (found.seeds.common, found.seeds.share) == (3, 1.0)


def test_differences_are_measured_part_by_part():
    found = agreement(
        [
            asked_twice(
                said(role="a", scores={"confidence": 0.2}, seeds={"model": [SLEEP, BUS]}),
                said(role="a", scores={"confidence": 0.4}, seeds={"model": [BUS]}),
            ),
            asked_twice(
                said(role="b", scores={"confidence": 0.9}, seeds={"model": [SLEEP]}),
                said(role=None, scores={"confidence": None}, seeds={"knowledge": [SLEEP]}),
            ),
        ]
    )

    assert (found.n, found.role.n, found.role.equal) == (2, 2, 0.5)
    score = found.scores["confidence"]
    assert (score.n, score.spearman) == (1, None)
    assert score.mean_difference == pytest.approx(0.2)
    assert (found.seeds.configured, found.seeds.other, found.seeds.common) == (3, 2, 1)
    assert found.seeds.share == pytest.approx(2 / 5)
    assert found.kinds["knowledge"].share == 0.0


def test_what_died_one_way_is_not_compared():
    found = agreement([asked_twice(said(role="a"), said(dead=["utterance_role"]))])

    assert (found.n, found.role.n, found.role.equal, found.role.kappa) == (1, 0, None, None)
    assert (found.scores, found.seeds.share) == ({}, None)
