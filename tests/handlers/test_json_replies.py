"""What a reply said before it was cut off, and the object that was meant."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.structured import cut_sections, json_object, sections
from tane.llm.errors import BadReply
from tests.growing import growth
from tests.tables import every

WHOLE = '{"role": "主張", "role_confidence": 0.85, "hypothetical": 0.1, "evaluation": ["甲は乙だ", "丙は\\"丁\\"だ"], "model": []}'
# How far a reply came, the fields that are used of it, and the list that had not ended.
CUT: dict[str, tuple[str, dict[str, Any]]] = {
    "in a key": ('{"role": "主張", "role_conf', {"role": "主張"}),
    "in a number": ('{"role": "主張", "role_confidence": 0.8', {"role": "主張"}),
    "behind a number": ('{"role": "主張", "role_confidence": 0.8,', {"role": "主張", "role_confidence": "0.800000"}),
    "in a list": ('{"role": "主張", "evaluation": ["甲は乙だ", "丙は', {"role": "主張", "evaluation": ("甲は乙だ",), "unfinished": "evaluation"}),
    "in the first entry of a list": ('{"role": "主張", "evaluation": ["甲は', {"role": "主張"}),
    "behind a list": ('{"evaluation": ["甲は乙だ"], "model": [', {"evaluation": ("甲は乙だ",)}),
    "behind the end of a list": ('{"evaluation": ["甲は乙だ"]', {"evaluation": ("甲は乙だ",)}),
    "in an escape": ('{"evaluation": ["甲は乙だ", "丙\\', {"evaluation": ("甲は乙だ",), "unfinished": "evaluation"}),
    "in an object within": ('{"result": {"role": "主張", "evaluation": ["甲は乙だ", ', {"role": "主張", "evaluation": ("甲は乙だ",), "unfinished": "evaluation"}),
    "with alphabetical fields": ('{"confidence": 0.5, "conversion": ["甲は乙だ", "甲は乙だ", "甲', {"confidence": "0.500000", "conversion": ("甲は乙だ", "甲は乙だ"), "unfinished": "conversion"}),
    "in a fence": ('```json\n{\n  "role": "主張",\n  "model"', {"role": "主張"}),
    "after braces": ('{contents}を読みました。{"role": "主張", "mod', {"role": "主張"}),
    "not at all": (WHOLE, {"role": "主張", "role_confidence": "0.850000", "hypothetical": "0.100000", "evaluation": ("甲は乙だ", '丙は"丁"だ'), "model": ()}),
    "with other quotation marks": ("{'role': '主張', 'mod", {}),
}  # fmt: skip


@every(
    ("reply", "expected"),
    [case for case in CUT.values() if case[1]],
    ids=[key for key, case in CUT.items() if case[1]],
)
def test_every_finished_field_of_a_cut_reply_is_used(reply: str, expected: dict[str, Any]):
    assert cut_sections(reply).model_dump(exclude_none=True) == expected


@every(
    "reply",
    [
        "",
        "{",
        '{"role": "主',
        '{"role"',
        "A: A: A: A:",
        '["甲は乙だ", "丙',
        "{" * 5000,
        '{"a": ' * 5000,
        '{"other": 1, "more',
    ],
)
def test_what_finished_nothing_is_refused(reply: str):
    with pytest.raises(BadReply):
        cut_sections(reply)


@given(st.integers(0, len(WHOLE)))
def test_wherever_it_is_cut_nothing_is_said_that_was_not_said(at: int):
    whole = sections(WHOLE).model_dump(exclude_none=True)
    try:
        found = cut_sections(WHOLE[:at]).model_dump(exclude_none=True)
    except BadReply:
        return

    unfinished = found.pop("unfinished", None)
    for name, value in found.items():
        assert value == whole[name] or (name == unfinished and set(value) <= set(whole[name]))


@given(st.text(alphabet='{}[]":,\\ a1\n', max_size=60))
def test_any_text_is_read_or_refused(text: str):
    for read in (json_object, cut_sections):
        with contextlib.suppress(BadReply):
            assert read(text) is not None


@every(
    "grow",
    [
        lambda n: "{" * n,
        lambda n: '{"a":' * n,
        lambda n: '{"evaluation": ["' + "x" * n,
        lambda n: '{"evaluation": [' + '"x",' * n,
        lambda n: '{"evaluation": ["' + '\\"' * n,
        lambda n: '{"role": "a"} ' * n,
        lambda n: "{ , }" * n,
        lambda n: "{" + " ," * n,
        lambda n: "{'role': 'it's " * n,
    ],
)  # fmt: skip
@every("read", [sections, cut_sections])
def test_twice_the_reply_takes_twice_the_time(read: Callable[[str], Any], grow: Callable[[int], str]):
    def tried(text: str) -> None:
        with contextlib.suppress(BadReply):
            read(text)

    assert growth(tried, grow, 2_000) < 3


def test_the_object_with_most_of_the_fields_is_meant():
    draft, answer = {"role": "?"}, {"role": "主張", "confidence": 0.5}

    assert json_object(f"{json.dumps(draft)} ... {json.dumps(answer, ensure_ascii=False)}") == answer
