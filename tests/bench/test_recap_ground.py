"""The measure of the gate, and that the gate keeps what it has reached on the half that it was built on."""

import json
import math

from bench.recap_ground import LabelledBullet, bullets, is_alike, is_let_through, measure, rates


def bullet(
    text: str, *, is_true: bool = True, kind: str = "true", source: str = "The ferry stops in May."
) -> LabelledBullet:
    return LabelledBullet(language="en", evidence=(source,), text=text, kind=kind, is_true=is_true, part="")


def test_precision_and_recall_are_those_of_what_is_shown():
    found = rates(
        [
            bullet("a"),
            bullet("b"),
            bullet("c", is_true=False, kind="name"),
            bullet("d", is_true=False, kind="name"),
        ],
        lambda one: one.text in "ac",
    )

    assert (found["precision"], found["recall"]) == (0.5, 0.5)
    assert found["right"] == {"name": "1 of 2", "true": "1 of 2"}
    assert found["languages"]["en"]["precision"] == 0.5


def test_a_gate_that_lets_nothing_through_has_no_precision():
    assert math.isnan(rates([bullet("a")], lambda _: False)["precision"])


def test_likeness_alone_lets_a_denial_through():
    denied = bullet("The ferry never stops in May.", is_true=False)

    assert is_alike(denied)
    assert not is_let_through(denied)


def test_the_parts_that_rules_were_built_on_are_judged_as_well_as_documented():
    found = {
        part: rates([one for one in bullets() if one.part == part], is_let_through)
        for part in ("dev", "dev2", "dev3")
    }

    assert min(one["precision"] for one in found.values()) >= 0.95
    assert [part for part, one in found.items() if one["recall"] < 0.6] == []


def test_the_measure_is_one_json_object():
    assert json.loads(measure().to_json())["name"] == "recap-ground"
