import itertools
import json
from pathlib import Path

import pytest

from tane.evaluation.statements import THRESHOLD, are_same, contradicts, matched, similarity

DEMO = Path(__file__).parents[3] / "demo"


def test_spelling_width_and_marks_make_no_difference():
    assert similarity("Ｃａｆｅ、が ある。", "cafeがある") == 1.0


def test_similarity_is_known_for_a_text_and_its_beginning():
    # "abcd" in "abcdef": pairs 2 * 3 / (3 + 5), triples 2 * 2 / (2 + 4).
    assert similarity("abcd", "abcdef") == pytest.approx((6 / 8 + 4 / 6) / 2)


def test_texts_without_letters_are_like_nothing():
    assert similarity("…", "…") == 0.0


def test_a_quotation_counts_from_a_third_of_the_length_on():
    gold = "寝る前のコーヒーは眠りを浅くする"

    assert are_same(gold[:10], gold)
    assert not are_same(gold[:4], gold)


@pytest.mark.parametrize(
    ("body", "gold"),
    [
        ("コーヒーは眠りを浅くする", "コーヒーは眠りを浅くするわけではない"),
        ("One should sleep after lunch", "One should not sleep after lunch"),
        ("Prices increase in winter time", "Prices decrease in winter time"),
    ],
)
def test_a_statement_that_lost_its_negation_is_turned_and_does_not_count(body: str, gold: str):
    assert contradicts(body, gold)
    assert not are_same(body, gold)
    assert matched([body], [gold]) == {}


def test_a_statement_that_holds_the_gold_text_has_not_turned_it():
    assert not contradicts("I do not know much, but sleep is good for you", "sleep is good for you")


def test_something_else_is_neither_the_same_nor_turned():
    assert not contradicts("The bus does not come on Sundays", "Sleep is good for you")
    assert not are_same("The bus does not come on Sundays", "Sleep is good for you")


def test_each_gold_text_counts_once():
    assert matched(["眠りは大事だ", "眠りは大事だ。"], ["眠りは大事だ"]) == {0: 0}


def test_as_many_as_possible_find_a_partner():
    # The first is more like the first gold text, which is all that the second can have.
    golds = ["abcdefgh", "abcdefxy"]
    bodies = ["abcdefgh", "defgh"]
    assert are_same(bodies[0], golds[1])
    assert not are_same(bodies[1], golds[1])

    assert matched(bodies, golds) == {0: 1, 1: 0}


def test_nothing_matches_nothing():
    assert matched([], ["abcd"]) == {}
    assert matched(["abcd"], []) == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_gold_text_of_the_demo_counts_as_one_of_another_utterance(language: str):
    lines = (DEMO / f"dialogues.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    golds = [
        (utterance["id"], seed["text"])
        for utterance in map(json.loads, lines)
        for seed in utterance.get("seeds", ())
    ]

    alike = max(
        similarity(text, other)
        for (one, text), (two, other) in itertools.combinations(golds, 2)
        if one != two
    )

    assert alike < THRESHOLD
