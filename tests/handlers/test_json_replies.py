"""What a reply said before it was cut off, and the object that was meant."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.json_replies import AllSections, cut_sections, json_object, sections
from tane.llm.model_errors import BadReply
from tests.growing import growth
from tests.tables import every

# A reply, and the fields that are read out of it; what is not named is None.
REPLIES: dict[str, tuple[str, dict[str, Any]]] = {
    "as asked": ('{"role": "主張", "role_confidence": 0.85, "knowledge": ["早寝は効く"]}', {"role": "主張", "role_confidence": "0.850000", "knowledge": ("早寝は効く",)}),
    "on many lines": ('{\n  "confidence": 0.9,\n  "question": []\n}', {"confidence": "0.900000", "question": ()}),
    "with Python's quotation marks": ("{'role': '主張', 'question': None}", {"role": "主張", "question": ()}),
    "without commas": ('{"role": "主張" "confidence": 0.5}', {"role": "主張", "confidence": "0.500000"}),
    "with a remark within": ('{"role": "主張", // sure\n"confidence": 0.5}', {"role": "主張", "confidence": "0.500000"}),
    "after a draft": ('{"role": "?"} いや、{"role": "主張", "confidence": 0.5}', {"role": "主張", "confidence": "0.500000"}),
    "after an example of another form": ('例：{"weather": "晴れ"}。答え：{"confidence": 0.9}', {"confidence": "0.900000"}),
    "in a fence": ('```json\n{"confidence": 0.9}\n```', {"confidence": "0.900000"}),
    "in a fence without a language": ('```\n{"confidence": 0.9}\n```', {"confidence": "0.900000"}),
    "after a preface": ('以下がJSONです。\n{"confidence": 0.9}', {"confidence": "0.900000"}),
    "after an English preface": ('Here is the JSON you asked for:\n\n{"confidence": 0.9}', {"confidence": "0.900000"}),
    "before a remark": ('{"confidence": 0.9}\n\n以上です。', {"confidence": "0.900000"}),
    "twice": ('{"confidence": 0.9}\n{"confidence": 0.1}', {"confidence": "0.900000"}),
    "after braces in the preface": ('{contents}を読みました。{"confidence": 0.9}', {"confidence": "0.900000"}),
    "with a last comma in an object": ('{"confidence": 0.9,}', {"confidence": "0.900000"}),
    "with a last comma in a list": ('{"question": ["なぜか",],}', {"question": ("なぜか",)}),
    "with typographic quotation marks": ("{“confidence”: 0.9, “question”: [“なぜか”]}", {"confidence": "0.900000", "question": ("なぜか",)}),
    "with typographic marks inside a text": ('{"question": ["“普通”とは何か"]}', {"question": ("“普通”とは何か",)}),
    "with a last comma inside a text": ('{"question": ["a,]"]}', {"question": ("a,]",)}),
    "with numbers as text": ('{"confidence": "0.9"}', {"confidence": "0.9"}),
    "with full-width figures": ('{"confidence": "０．９"}', {"confidence": "０．９"}),
    "with a percentage": ('{"confidence": "90%"}', {"confidence": "90%"}),
    "with a whole number": ('{"confidence": 1}', {"confidence": "1.000000"}),
    "with a negative number": ('{"direction": -0.4}', {"direction": "-0.400000"}),
    "with a tiny number": ('{"confidence": 1e-9}', {"confidence": "0.000000"}),
    "with an enormous number": ('{"confidence": 1e300, "resistance": 0}', {"confidence": "out of range", "resistance": "0.000000"}),
    "with NaN": ('{"confidence": NaN, "resistance": 0}', {"confidence": "out of range", "resistance": "0.000000"}),
    "with infinity": ('{"confidence": -Infinity, "resistance": 0}', {"confidence": "out of range", "resistance": "0.000000"}),
    "with true for a number": ('{"confidence": true, "resistance": 0}', {"resistance": "0.000000"}),
    "with null for a number": ('{"confidence": null, "resistance": 0}', {"resistance": "0.000000"}),
    "with a number in a list": ('{"confidence": [0.9], "role": "主張"}', {"role": "主張"}),
    "with null for a list": ('{"knowledge": null}', {"knowledge": ()}),
    "with a text for a list": ('{"knowledge": "早寝は効く"}', {"knowledge": ("早寝は効く",)}),
    "with an empty text for a list": ('{"knowledge": ""}', {"knowledge": ()}),
    "with empty texts in a list": ('{"knowledge": ["", "早寝は効く", null]}', {"knowledge": ("早寝は効く",)}),
    "with a list of objects": ('{"knowledge": [{"text": "早寝は効く"}, {"statement": "水は低きに流れる"}]}', {"knowledge": ("早寝は効く", "水は低きに流れる")}),
    "with an object for a list": ('{"knowledge": {"text": "早寝は効く"}}', {"knowledge": ("早寝は効く",)}),
    "with a list of numbers": ('{"knowledge": [1, 2], "role": "主張"}', {"role": "主張"}),
    "with a list of unknown objects": ('{"knowledge": [{"a": 1}], "role": "主張"}', {"role": "主張"}),
    "with false for a list": ('{"knowledge": false, "role": "主張"}', {"role": "主張"}),
    "with a list for the role": ('{"role": ["主張"]}', {"role": "主張"}),
    "with two roles": ('{"role": ["主張", "質問"], "confidence": 0.5}', {"confidence": "0.500000"}),
    "with a number for the role": ('{"role": 3, "confidence": 0.5}', {"confidence": "0.500000"}),
    "with keys in capitals": ('{"Role": "主張", "CONFIDENCE": 0.5}', {"role": "主張", "confidence": "0.500000"}),
    "with spaces in keys": ('{" role ": "主張", "role confidence": 0.5}', {"role": "主張", "role_confidence": "0.500000"}),
    "with bullets in keys": ('{"- role": "主張", "・knowledge": []}', {"role": "主張", "knowledge": ()}),
    "with full-width keys": ('{"ｒｏｌｅ": "主張"}', {"role": "主張"}),
    "with a key twice in two spellings": ('{"role": "主張", "Role": "質問"}', {"role": "主張"}),
    "inside another object": ('{"result": {"role": "主張"}}', {"role": "主張"}),
    "inside two other objects": ('{"data": {"answer": {"confidence": 0.5}}}', {"confidence": "0.500000"}),
    "inside a list": ('[{"confidence": 0.5}]', {"confidence": "0.500000"}),
    "with fields nobody asked for": ('{"note": "…", "role": "主張", "reason": "…"}', {"role": "主張"}),
    "with line breaks in a text": ('{"knowledge": ["早寝は\\n効く"]}', {"knowledge": ("早寝は\n効く",)}),
    "with escaped characters": ('{"role": "\\u4e3b\\u5f35"}', {"role": "主張"}),
}  # fmt: skip

BROKEN = {
    "nothing": "",
    "white space": " \n\u3000",
    "no JSON": "申し訳ありませんが、お答えできません。",
    "a list of texts": '["早寝は効く"]',
    "a number": "0.9",
    "an empty object": "{}",
    "other fields only": '{"summary": "早寝は効く"}',
    "an object cut off": '{"role": "主張", "knowledge": ["早寝',
    "braces only": "{{{{{{{{{{{{",
    "deep nesting": '{"a":' * 100_000,
    "deep lists": '{"role": ' + "[" * 100_000,
    "fields too deep inside": '{"a": {"b": {"c": {"d": {"e": {"role": "主張"}}}}}}',
}


@every("case", REPLIES)
def test_each_field_of_a_reply_is_read_for_itself(case: str):
    reply, expected = REPLIES[case]

    assert sections(reply).model_dump(exclude_none=True) == expected


@every("case", BROKEN)
def test_a_reply_without_a_field_is_refused_and_never_quoted(case: str):
    with pytest.raises(BadReply) as refusal:
        sections(BROKEN[case])

    assert "早寝" not in str(refusal.value)


FIELDS = st.sampled_from([*AllSections.model_fields, "other", "Role", "result"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.text() | JSON.map(json.dumps) | st.tuples(st.text(), JSON.map(json.dumps), st.text()).map("".join))
def test_any_reply_is_read_or_refused(reply: str):
    try:
        found = sections(reply)
    except BadReply:
        return

    for name in AllSections.model_fields:
        value = getattr(found, name)
        texts = value if isinstance(value, tuple) else () if value is None else (value,)
        assert all(isinstance(text, str) for text in texts)


@given(st.dictionaries(st.text(), JSON, min_size=1))
def test_a_whole_object_is_read_as_it_is(value: dict[str, Any]):
    written = json.dumps(value, ensure_ascii=False)

    assert repr(json_object(f"答え：{written}。")) == repr(json.loads(written))


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
