"""The measure of the mark "supported", and that the mark keeps what it has reached where rules may be fitted."""

import json
import math

import pytest

from bench.candidates import LABELS, Candidate, candidates
from bench.extraction import is_alike, is_supported, score


def candidate(
    text: str, label: str = "true", *, form: str = "", source: str = "Tea keeps me awake at night"
) -> Candidate:
    return Candidate(
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

    assert found["precision"] >= 0.87
    assert found["recall"] >= 0.85


def test_the_measure_is_one_json_object():
    dev = [one for one in candidates() if not one.is_held_out]

    assert json.loads(json.dumps(score(dev, is_alike)))["counts"].keys() == set(LABELS)
