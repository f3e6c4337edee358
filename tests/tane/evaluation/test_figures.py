import pytest

from tane.evaluation.answers import FoundSeed
from tane.evaluation.figures import (
    TrapFigures,
    grounding_figures,
    measurable,
    role_figures,
    score_figures,
    seed_figures,
    shipped_roles,
    trap_figures,
)
from tane.store.pool import Connection
from tane.store.roles import list_roles
from tests.tane.evaluation.cases import case, labelled, said


def test_perfect_roles_give_one():
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


SLEEP, BUS, BREAD = "眠りは記憶を助ける", "バスは日曜に走る", "パンは焼きたてがうまい"


def test_perfect_seeds_give_one():
    found = seed_figures(
        [
            case(
                labelled(seeds=[("knowledge", SLEEP), ("evaluation", BREAD)]),
                said(seeds={"knowledge": [SLEEP], "evaluation": [BREAD]}),
            )
        ],
        ["knowledge", "evaluation"],
    )

    assert (found.precision.value, found.recall.value, found.f1.value) == (1.0, 1.0, 1.0)


def test_what_is_too_much_and_what_is_missing_are_counted():
    cases = [
        case(labelled(seeds=[("knowledge", SLEEP)]), said(seeds={"knowledge": [SLEEP, BUS, BREAD]})),
        case(labelled(seeds=[("knowledge", BUS)]), said()),
    ]
    found = seed_figures(cases, ["knowledge"])

    assert (found.n, found.gold, found.made, found.matched) == (2, 2, 3, 1)
    assert found.precision.value == pytest.approx(1 / 3)
    assert found.recall.value == 0.5
    assert found.f1.value == pytest.approx(2 / 5)


def test_a_seed_of_another_kind_or_utterance_is_no_match():
    cases = [
        case(labelled(seeds=[("knowledge", SLEEP)]), said(seeds={"model": [SLEEP]})),
        case(labelled(seeds=[]), said(seeds={"knowledge": [SLEEP]})),
    ]

    assert seed_figures(cases, ["knowledge", "model"]).matched == 0


def test_premises_have_recall_alone():
    found = seed_figures(
        [case(labelled(seeds=[("premise", SLEEP)]), said(seeds={"premise": [SLEEP, BUS]}))], ["premise"]
    )

    assert (found.precision.value, found.recall.value, found.f1.value) == (None, 1.0, None)


def test_nothing_made_has_no_precision_and_nothing_to_find_no_recall():
    missed = seed_figures([case(labelled(seeds=[("model", SLEEP)]), said())], ["model"])
    invented = seed_figures([case(labelled(seeds=[]), said(seeds={"model": [SLEEP]}))], ["model"])
    silent = seed_figures([case(labelled(seeds=[]), said())], ["model"])

    assert (missed.precision.value, missed.recall.value, missed.f1.value) == (None, 0.0, 0.0)
    assert (invented.precision.value, invented.recall.value, invented.f1.value) == (0.0, None, 0.0)
    assert (silent.precision.value, silent.recall.value, silent.f1.value) == (None, None, None)


def test_a_question_that_died_and_an_unlabelled_utterance_do_not_count():
    cases = [
        case(labelled(seeds=[("model", SLEEP)]), said(dead=["did_asked_model"])),
        case(labelled(), said(seeds={"model": [SLEEP]})),
    ]

    assert seed_figures(cases, ["model"]).n == 0
    assert "model" not in measurable(cases)
    assert "knowledge" in measurable(cases)


def test_the_mark_is_compared_with_gold_of_any_kind():
    made = {
        "knowledge": [SLEEP, FoundSeed(body=BUS, grounding=0.1)],
        "model": [SLEEP, FoundSeed(body=BREAD, grounding=0.349)],
        "question": ["何の話だったか忘れた"],
        "premise": [BUS, SLEEP],  # labelled in part only: not counted
    }
    found = grounding_figures(
        [
            case(labelled(seeds=[("knowledge", SLEEP), ("knowledge", BREAD)]), said(seeds=made))  # type: ignore[arg-type]
        ]
    )

    assert (found.trusted_gold, found.trusted_other, found.doubted_gold, found.doubted_other) == (2, 1, 1, 1)
    assert found.precision.value == pytest.approx(2 / 3)
    assert found.recall.value == pytest.approx(2 / 3)


def test_without_seeds_the_mark_has_no_figures():
    found = grounding_figures([case(labelled(seeds=[]), said())])

    assert (found.precision.value, found.recall.value) == (None, None)


NEGATED = "コーヒーは眠りを浅くするわけではない"
TURNED = "コーヒーは眠りを浅くする"


def test_any_seed_where_nothing_may_be_extracted_is_a_mistake():
    cases = [
        case(labelled(seeds=[], trap="irony"), said()),
        case(labelled(seeds=[], trap="irony"), said(seeds={"premise": [TURNED]})),
        case(
            labelled(seeds=[], trap="irony"), said(seeds={"model": [FoundSeed(body=TURNED, grounding=0.1)]})
        ),
    ]

    assert trap_figures(cases) == {"irony": TrapFigures(n=3, caught=2, unmarked=1)}


def test_a_negation_is_caught_by_a_seed_without_it_alone():
    gold = labelled(seeds=[("knowledge", NEGATED)], trap="negation")
    cases = [
        case(gold, said(seeds={"knowledge": [NEGATED]})),
        case(gold, said(seeds={"knowledge": [TURNED]})),
        case(gold, said(seeds={"evaluation": ["パンは焼きたてがうまい"]})),
        case(gold, said()),
    ]

    assert trap_figures(cases) == {"negation": TrapFigures(n=4, caught=1, unmarked=1)}


def test_only_traps_with_labelled_seeds_are_counted():
    cases = [
        case(labelled(seeds=[]), said(seeds={"model": [TURNED]})),
        case(labelled(trap="irony"), said(seeds={"model": [TURNED]})),
    ]

    assert trap_figures(cases) == {}
