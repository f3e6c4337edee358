import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tane.importing import jsonlist
from tane.importing.encodings import Encoding
from tane.importing.jsonlist import elements
from tane.importing.records import ImportProblem, Reject
from tests.tables import every

UTF8 = Encoding("utf-8")


def found(data: bytes, encoding: Encoding = UTF8) -> list[object]:
    """Return the values in their order, and place and reason of what is none."""
    return [
        (row.line, row.reason) if isinstance(row, Reject) else row[1]
        for row in elements(io.BytesIO(data), encoding)
    ]


class TestAList:
    @every("data", [b"[]", b" [ ] \n", b"", b"\xef\xbb\xbf[]"])
    def test_may_be_empty(self, data: bytes):
        assert found(data) == []

    def test_may_be_one_object_alone(self):
        assert found(b'{"a": [1, {"b": 2}]}\n') == [{"a": [1, {"b": 2}]}]

    @every("data", [b"text", b'"[]"', b"7", b"null"])
    def test_is_a_list(self, data: bytes):
        with pytest.raises(ImportProblem, match="not a list"):
            found(data)

    def test_keeps_commas_and_brackets_that_stand_in_strings(self):
        value = {"a": 'x, ]}"\\', "b\\": "[{,"}

        assert found(json.dumps([value, value]).encode()) == [value, value]

    def test_counts_its_elements_from_one(self):
        places = [
            row[0] for row in elements(io.BytesIO(b'[{"a": 1}, {"a": 2}]'), UTF8) if isinstance(row, tuple)
        ]

        assert places == [1, 2]

    def test_may_be_utf_16(self):
        assert found('[{"a": "種"}]'.encode("utf-16"), Encoding("utf-16")) == [{"a": "種"}]

    @given(
        values=st.lists(
            st.dictionaries(
                st.text("ab", max_size=3), st.text('[]{},"\\ é種') | st.lists(st.integers(), max_size=3)
            ),
            max_size=4,
        ),
        chunk=st.integers(1, 40),
        indent=st.sampled_from([None, 1]),
    )
    def test_reads_the_same_however_it_arrives(self, values: list[object], chunk: int, indent: int | None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jsonlist, "CHUNK_CHARS", chunk)

            assert found(json.dumps(values, indent=indent).encode()) == values

    @given(data=st.binary(max_size=60))
    def test_of_any_bytes_ends_in_values_rejects_or_a_problem(self, data: bytes):
        try:
            rows = found(b"[" + data)
        except ImportProblem:
            return
        assert all(isinstance(row, dict | tuple) for row in rows)


class TestAnElement:
    @every(
        ("element", "reason"),
        [
            (b"7", "not a JSON object"),
            (b'"a, b"', "not a JSON object"),
            (b"[1, 2]", "not a JSON object"),
            (b"", "not JSON"),
            (b'{"a": 1,}', "not JSON"),
            (b'{"a" 1, "b": [oops, {"c": 2}]}', "not JSON"),
            (b'{"a": NaN}', "a number that cannot be stored"),
            (b'{"a": "\xff"}', "not valid utf-8"),
            (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        ],
    )
    def test_that_is_bad_is_rejected_alone(self, element: bytes, reason: str):
        assert found(b'[{"n": 1}, ' + element + b', {"n": 3}]') == [{"n": 1}, (2, reason), {"n": 3}]

    def test_that_never_ends_keeps_those_before_it(self):
        assert found(b'[{"n": 1}, {"n": "cut o') == [{"n": 1}, (2, "the file ends before its list does")]

    def test_with_brackets_that_do_not_match_ends_the_reading_and_says_so(self):
        rows = found(b'[{"n": 1}, {"n": 2}}, {"n": 3}]')

        assert rows == [{"n": 1}, {"n": 2}, (3, "brackets that do not match; the rest was not read")]

    def test_may_not_be_longer_than_memory_allows(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(jsonlist, "CHUNK_CHARS", 10)
        monkeypatch.setattr(jsonlist, "MAX_ELEMENT_CHARS", 50)

        first, second = found(b'[{"n": 1}, {"n": "' + b"x" * 1000 + b'"}, {"n": 3}]')

        assert first == {"n": 1}
        assert second == (2, "longer than 50 characters; the rest was not read")
