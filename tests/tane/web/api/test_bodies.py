"""Bodies that cost more than they say: each limit is named, and what is read is read in linear time."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tane.web.api.bodies import (
    DEEPEST,
    MOST_LINES,
    MOST_MARKS,
    MOST_MARKS_OF_ONE,
    NotAList,
    TooMuch,
    lines_of,
)
from tests.tables import every

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 1]), st.booleans())
def test_each_element_of_a_list_is_a_line(items: list[Any], indent: int | None, is_ascii: bool):
    body = json.dumps(items, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    try:
        body.decode()
    except UnicodeDecodeError:
        return
    assert [repr(json.loads(line)) for line in lines_of(body)] == [repr(item) for item in items]


@settings(max_examples=60)
@given(
    st.lists(VALUES, max_size=3).map(json.dumps),
    st.integers(0, 200),
    st.sampled_from(["", "[", "]", ",", '"', "\\", "{", "}", ":", "\n", "\x00", "1e999", "-", "é"]),
)
def test_a_list_with_a_fault_is_read_as_json_reads_it_or_refused(text: str, place: int, fault: str):
    spoilt = text[:place] + fault + text[place + 1 :]
    if not spoilt.startswith("["):
        return
    try:
        expected = json.loads(spoilt)
    except ValueError:
        expected = None

    try:
        found = [json.loads(line) for line in lines_of(spoilt.encode())]
    except (NotAList, TooMuch):
        found = None

    assert repr(found) == repr(expected)


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (b"[" + b"[]," * (MOST_MARKS // 2) + b"[]]", f"{MOST_MARKS:,} brackets"),
        (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), f"{DEEPEST} levels"),
        (b"[" * 100_000, f"{DEEPEST} levels"),
        (b'[{"a":' * 100_000, f"{DEEPEST} levels"),
        (b'[{"text":"a","b":[' + b"1," * MOST_MARKS_OF_ONE + b"1]}]", f"{MOST_MARKS_OF_ONE:,} brackets"),
        (b"1\n" * (MOST_LINES + 1), f"{MOST_LINES:,} utterances"),
        (b'{"text":"a","b":[' + b"1," * MOST_MARKS_OF_ONE + b"1]}", f"{MOST_MARKS_OF_ONE:,} brackets"),
    ],
    ids=["many", "deep", "unclosed", "deep objects", "one element", "lines", "one line"],
)
async def test_a_limit_is_named(api: httpx.AsyncClient, body: bytes, limit: str):
    answer = await api.post("utterances", content=body)

    assert answer.status_code == 413
    assert limit in answer.text


async def test_who_sends_on_beyond_a_limit_hears_of_it(api: httpx.AsyncClient):
    body = b"[" + b"[]," * MOST_MARKS + b"[]]"

    answer = await api.post("utterances", content=body, headers={"Connection": "close"})

    assert (answer.status_code, "brackets" in answer.text) == (413, True)


@every(
    "unit",
    [b'{"text":"a"},', b'"\\\\\\"",', b"[[]],", b"1,", b'"],[{",'],
    ids=["objects", "escapes", "lists", "numbers", "marks in texts"],
)
def test_twice_the_body_takes_less_than_three_times_as_long(unit: bytes):
    def seconds(times: int) -> float:
        body = b"[" + unit * times + b"0]"
        return min(_measured(lambda: sum(1 for _ in lines_of(body))) for _ in range(3))

    assert seconds(16_000) < 3 * seconds(8_000)


def _measured(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started
