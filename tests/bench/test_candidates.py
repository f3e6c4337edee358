"""Holds the promises of demo/README.md about the candidate seeds."""

import unicodedata
from collections import Counter

import pytest

from bench.candidates import LABELS, Candidate, candidates, is_held_out

FORMS = {
    "true": {"verbatim", "shortened", "paraphrase"},
    "negated": {""},
    "invented": {"claim", "number", "name"},
    "misattributed": {"elsewhere", "reported", "condition"},
}


@pytest.fixture(scope="module")
def found() -> list[Candidate]:
    return candidates()


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def test_each_has_a_label_and_a_form_that_goes_with_it(found: list[Candidate]):
    assert {candidate.label for candidate in found} == set(LABELS)
    assert not [candidate for candidate in found if candidate.form not in FORMS[candidate.label]]


def test_none_is_there_twice(found: list[Candidate]):
    repeated = Counter((candidate.utterance, letters(candidate.text)) for candidate in found)

    assert max(repeated.values()) == 1


def test_verbatim_ones_stand_in_their_utterance_and_no_other_kind_claims_to(found: list[Candidate]):
    for candidate in found:
        if candidate.form == "verbatim":
            assert letters(candidate.text) in letters(candidate.source), candidate.text


@pytest.mark.parametrize(("language", "fewest"), [("ja", 100), ("en", 50)])
@pytest.mark.parametrize("in_held_out", [False, True])
def test_both_halves_are_large_and_almost_half_true(
    found: list[Candidate], language: str, fewest: int, in_held_out: bool
):
    half = [c for c in found if c.language == language and c.is_held_out == in_held_out]

    assert len(half) >= fewest
    assert 0.38 <= sum(candidate.is_true for candidate in half) / len(half) <= 0.5
    assert {candidate.label for candidate in half} == set(LABELS)


def test_the_halves_do_not_move():
    """A dialogue that changed sides would let rules be fitted to what they are judged by."""
    assert [is_held_out(dialogue) for dialogue in ("d01", "d02", "e01", "e05")] == [True, False, True, False]
