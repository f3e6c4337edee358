"""The measure of the mark "supported", and that the mark keeps what it has reached where rules may be fitted."""

import json
import math
import unicodedata
from collections import Counter

import pytest

from bench.extraction import LABELS, CandidateSeed, candidates, is_alike, is_held_out, is_supported, score

FORMS = {
    "true": {"verbatim", "shortened", "paraphrase"},
    "negated": {""},
    "invented": {"claim", "number", "name"},
    "misattributed": {"elsewhere", "reported", "condition"},
}


@pytest.fixture(scope="module")
def found() -> list[CandidateSeed]:
    return candidates()


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def test_each_has_a_label_and_a_form_that_goes_with_it(found: list[CandidateSeed]):
    assert {candidate.label for candidate in found} == set(LABELS)
    assert not [candidate for candidate in found if candidate.form not in FORMS[candidate.label]]


def test_none_is_there_twice(found: list[CandidateSeed]):
    repeated = Counter((candidate.utterance, letters(candidate.text)) for candidate in found)

    assert max(repeated.values()) == 1


def test_verbatim_ones_stand_in_their_utterance_and_no_other_kind_claims_to(found: list[CandidateSeed]):
    for candidate in found:
        if candidate.form == "verbatim":
            assert letters(candidate.text) in letters(candidate.source), candidate.text


@pytest.mark.parametrize(("language", "fewest"), [("ja", 100), ("en", 50)])
@pytest.mark.parametrize("in_held_out", [False, True])
def test_both_halves_are_large_and_almost_half_true(
    found: list[CandidateSeed], language: str, fewest: int, in_held_out: bool
):
    half = [c for c in found if c.language == language and c.is_held_out == in_held_out]

    assert len(half) >= fewest
    assert 0.38 <= sum(candidate.is_true for candidate in half) / len(half) <= 0.5
    assert {candidate.label for candidate in half} == set(LABELS)


def test_the_halves_do_not_move():
    """A dialogue that changed sides would let rules be fitted to what they are judged by."""
    assert [is_held_out(dialogue) for dialogue in ("d01", "d02", "e01", "e05")] == [True, False, True, False]


def candidate(
    text: str, label: str = "true", *, form: str = "", source: str = "Tea keeps me awake at night"
) -> CandidateSeed:
    return CandidateSeed(
        utterance="e90-001", conversation="e90", language="en", source=source, text=text, label=label, form=form
    )  # fmt: skip


def test_precision_and_recall_are_those_of_the_mark():
    half = [
        candidate("a", form="verbatim"),
        candidate("b", form="verbatim"),
        candidate("c", "negated"),
        candidate("d", "invented", form="name"),
        candidate("e", "misattributed", form="reported"),
    ]

    found = score(half, lambda one: one.text in "acd")

    assert found["precision"] == pytest.approx(1 / 3)
    assert found["recall"] == pytest.approx(1 / 2)
    assert found["f1"] == pytest.approx(2 / 5)
    assert found["right"] == {"true": 0.5, "negated": 0.0, "invented": 0.0, "misattributed": 1.0}
    assert found["right_by_form"]["true, verbatim"] == 0.5
    assert found["languages"]["en"]["precision"] == found["precision"]
    assert found["counts"] == {"true": 2, "negated": 1, "invented": 1, "misattributed": 1}


def test_a_mark_that_is_never_given_has_no_precision():
    half = [
        candidate("a"),
        candidate("b", "negated"),
        candidate("c", "invented"),
        candidate("d", "misattributed"),
    ]

    assert math.isnan(score(half, lambda _: False)["precision"])


def test_likeness_alone_takes_a_denial_for_its_contrary():
    denied = candidate("Tea does not keep me awake at night", "negated")

    assert is_alike(denied)
    assert not is_supported(denied)
    assert not is_alike(candidate("Dogs bark", "invented"))


def test_the_development_half_is_marked_as_well_as_documented():
    found = score([one for one in candidates() if not one.is_held_out], is_supported)

    assert found["precision"] >= 0.88
    assert found["recall"] >= 0.78


def test_the_measure_is_one_json_object():
    dev = [one for one in candidates() if not one.is_held_out]

    assert json.loads(json.dumps(score(dev, is_alike)))["counts"].keys() == set(LABELS)
