import json
from io import BytesIO
from typing import Any

import pytest

from tane.evaluation.labels import LabelledUtterance, LabelProblem, read_labelled, role_names, spread
from tests.tables import every
from tests.tane.evaluation.cases import labelled

SECRET = "ひみつのことば"


def read(*rows: "dict[str, Any] | str") -> list[LabelledUtterance]:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    return read_labelled(BytesIO("\n".join(lines).encode()), "talk.jsonl")


def problem(*rows: "dict[str, Any] | str") -> str:
    with pytest.raises(LabelProblem) as caught:
        read(*rows)
    return str(caught.value)


def test_a_line_gives_text_labels_and_its_place():
    (one,) = read({
        "id": 7, "conversation": 3, "speaker": "花子", "text": "眠りは大事だ。", "role": "主張", "theme": "sleep",
        "scores": {"direction": [-0.5, 0.5]}, "seeds": [{"kind": "knowledge", "text": "眠りは大事だ"}], "trap": "irony",
    })  # fmt: skip

    assert (one.place, one.text, one.speaker, one.conversation) == (
        "talk.jsonl:1",
        "眠りは大事だ。",
        "花子",
        "3",
    )
    assert (one.role, one.bands, one.trap) == ("主張", {"direction": (-0.5, 0.5)}, "irony")
    assert one.seeds is not None
    assert [(seed.kind, seed.text) for seed in one.seeds] == [("knowledge", "眠りは大事だ")]


def test_a_question_without_a_label_is_not_known():
    (one,) = read({"text": "眠い", "role": "感想", "scores": {"confidence": [0, 1]}})

    assert one.knows("utterance_role")
    assert one.knows("confidence")
    assert not one.knows("resistance")
    assert not one.knows("did_asked_model")


def test_an_empty_list_of_seeds_is_a_label_for_every_kind():
    (one,) = read({"text": "眠い", "seeds": []})

    assert one.knows("did_asked_model")
    assert one.knows("did_asked_knowledge")


def test_blank_lines_count_but_are_passed_over():
    assert [one.place for one in read({"text": "a"}, "", {"text": "b"})] == ["talk.jsonl:1", "talk.jsonl:3"]


@every(
    ("row", "told"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ({"role": "主張"}, "text: Field required"),
        ({"text": " "}, "text: must not be empty"),
        ({"text": "a", "role": "x\ny"}, "role: must be one line of text"),
        ({"text": "a", "scores": {"confidence": [0.9, 0.1]}}, "scores.confidence: the first number"),
        ({"text": "a", "scores": {"confidence": [-0.5, 0.1]}}, "scores: confidence goes from 0 to 1"),
        ({"text": "a", "scores": {"confidence": 0.5}}, "scores.confidence: "),
        ({"text": "a", "seeds": [{"kind": "model"}]}, "seeds.0.text: Field required"),
        ({"text": "a", "seeds": [{"kind": "thing", "text": "b"}]}, "seeds.0.kind: "),
    ],
)
def test_a_bad_line_is_named_with_its_number(row: "dict[str, Any] | str", told: str):
    assert f"line 2: {told}" in problem({"text": "fine"}, row)


def test_no_message_repeats_what_the_file_says():
    told = problem(
        {"text": SECRET, "scores": {SECRET: [0, 1]}},
        {"text": SECRET, "seeds": [{"kind": SECRET, "text": SECRET}]},
        {"text": SECRET, "role": [SECRET]},
        SECRET,
    )

    assert SECRET not in told
    assert "4 lines" in told


def test_the_same_id_twice_is_refused_whatever_its_type():
    assert "line 3: id: the same as in line 1" in problem(
        {"text": "a", "id": 1}, {"text": "b", "id": 2}, {"text": "c", "id": "1"}
    )
    assert "line 2: id: the same as in line 1" in problem({"text": "a", "id": "1"}, {"text": "b", "id": 1})


def test_a_file_of_bad_lines_is_told_in_few():
    told = problem(*["?"] * 25).splitlines()

    assert told[0] == "talk.jsonl: 25 lines cannot be used"
    assert len(told) == 12
    assert told[-1].strip() == "and 15 more"


def test_bytes_that_are_not_utf_8_are_refused():
    with pytest.raises(LabelProblem, match="line 1: not valid utf-8"):
        read_labelled(BytesIO(b'{"text": "\xff\xfe"}'), "talk.jsonl")


def test_a_limit_takes_evenly_from_the_whole():
    found = [labelled(f"talk:{number}") for number in range(10)]

    assert [one.place for one in spread(found, 4)] == ["talk:0", "talk:2", "talk:5", "talk:7"]
    assert spread(found, 10) == spread(found, None) == found


def test_roles_come_in_the_order_of_their_first_label():
    found = [labelled(role=role) for role in ("b", None, "a", "b")]

    assert role_names(found) == ["b", "a"]
