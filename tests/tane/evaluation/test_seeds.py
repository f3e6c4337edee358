import pytest

from tane.evaluation.answers import Made
from tane.evaluation.seeds import grounding_figures, measurable, seed_figures
from tests.tane.evaluation.cases import case, labelled, said

SLEEP, BUS, BREAD = "眠りは記憶を助ける", "バスは日曜に走る", "パンは焼きたてがうまい"


def test_perfect_answers_give_one():
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
        "knowledge": [SLEEP, Made(body=BUS, grounding=0.1)],
        "model": [SLEEP, Made(body=BREAD, grounding=0.349)],
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
