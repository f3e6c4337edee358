import pytest

from tane.evaluation.roles import role_figures, shipped_roles
from tane.store.pool import Connection
from tane.store.roles import list_roles
from tests.tane.evaluation.cases import case, labelled, said


def test_perfect_answers_give_one():
    found = role_figures([case(labelled(role=role), said(role=role)) for role in "aabbc"])

    assert (found.macro_f1.value, found.accuracy.value, found.n, found.unnamed) == (1.0, 1.0, 5, 0)
    assert {row.f1 for row in found.roles.values()} == {1.0}


def test_mistakes_are_told_role_by_role():
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", None), ("a", "z")]
    found = role_figures([case(labelled(role=gold), said(role=told)) for gold, told in pairs])

    a, b, z = found.roles["a"], found.roles["b"], found.roles["z"]
    assert (a.labelled, a.told, a.hits, a.precision) == (3, 1, 1, 1.0)
    assert a.recall == pytest.approx(1 / 3)
    assert (b.labelled, b.told, b.precision, b.recall, b.f1) == (2, 2, 0.5, 0.5, 0.5)
    assert (z.labelled, z.precision, z.recall) == (0, 0.0, None)
    assert found.macro_f1.value == pytest.approx((0.5 + 0.5) / 2)
    assert (found.accuracy.value, found.unnamed) == (0.4, 1)


def test_without_label_or_answer_an_utterance_does_not_count():
    cases = [
        case(labelled(role="a"), said(role="a")),
        case(labelled(), said(role="b")),
        case(labelled(role="a"), said(dead=["utterance_role"])),
    ]

    assert role_figures(cases).n == 1
    assert role_figures(cases[1:]).macro_f1.value is None


async def test_the_roles_that_ship_are_those_of_a_fresh_database(conn: Connection):
    assert set(shipped_roles()) == {role.name for role in await list_roles(conn)}
