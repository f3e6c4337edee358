import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tane.decoding.encodings import Encoding
from tane.importing import json_objects
from tane.importing.json_objects import detect_table, elements
from tane.importing.records import Columns, ImportProblem, ImportRecord, Reject
from tane.store.pool import Pool
from tests.tables import every
from tests.tane.importing.importing import Import, count, write_bytes
from tests.tane.importing.reading import read, rejects, texts


def lines(*values: object) -> bytes:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


class TestALine:
    @every(
        ("line", "reason"),
        [
            (b"{", "not JSON"),
            (b"text", "not JSON"),
            (b'{"text": "a"} {"text": "b"}', "not JSON"),
            (b'{"text": "a\tb"}', "not JSON"),
            (b'{"text": "a", "n": NaN}', "a number that cannot be stored"),
            (b'{"text": "a", "n": 1e999}', "a number that cannot be stored"),
            (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "a number that cannot be stored"),
            (b"[1, 2]", "not a JSON object"),
            (b'"text"', "not a JSON object"),
            (b"null", "not a JSON object"),
            (b"[" * 100_000, "nested too deeply"),
            (b'{"text": "a", "m": ' + b"[" * 200 + b"]" * 200 + b"}", "nested deeper than 32 levels"),
            (b'{"text": ["a"]}', "the text is not a string"),
            (b'{"text": 7}', "the text is not a string"),
            (b'{"text": null}', "no text"),
            (b'{"text": ""}', "no text"),
            ('{"text": " \u3000\u200b\\n"}'.encode(), "no text"),
            (b'{"text": "\\u0000"}', "no text"),
            (b'{"note": "a"}', "no text"),
        ],
    )
    def test_that_cannot_be_stored_is_rejected_alone(self, line: bytes, reason: str):
        rows = read(b'{"text": "before"}\n' + line + b'\n{"text": "after"}\n', "jsonl")

        assert texts(rows) == ["before", "after"]
        assert rejects(rows) == [(2, reason)]

    def test_may_be_blank(self):
        rows = read(b'\n  \n{"text": "a"}\r\n', "jsonl")

        assert [(row.line, texts([row])) for row in rows] == [(3, ["a"])]

    def test_without_an_end_is_rejected_alone(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("tane.decoding.lines.MAX_LINE_CHARS", 100)

        rows = read(lines({"text": "x" * 1000}, {"text": "b"}), "jsonl")

        assert texts(rows) == ["b"]
        assert [line for line, _ in rejects(rows)] == [1]

    def test_never_shows_its_text_in_the_reason(self):
        (_, row) = read(b'{"text": "a"}\n{"text": "geheim" oops}\n', "jsonl")

        assert "geheim" not in repr(row)


class TestWhatCannotBeStored:
    @every(
        ("written", "stored"),
        [
            (r"a\u0000b", "ab"),
            (r"a\ud800b", "a\ufffdb"),
            (r"\ud83d\ude00", "😀"),
            (r"x\udc00\u0000", "x\ufffd"),
        ],
    )
    def test_is_cleaned_and_noted(self, written: str, stored: str):
        (row,) = read(f'{{"text": "{written}"}}\n'.encode(), "jsonl")

        assert isinstance(row, ImportRecord)
        assert (row.text, row.is_cleaned) == (stored, stored != "😀")

    def test_is_cleaned_in_metadata_of_any_depth(self):
        (row,) = read(rb'{"text": "a", "k\u0000": [{"x\ud800": "\u0000y"}], "n": [1, null]}' + b"\n", "jsonl")

        assert isinstance(row, ImportRecord)
        assert row.metadata == {"k": [{"x\ufffd": "y"}], "n": [1, None]}
        assert row.is_cleaned


class TestObjects:
    def test_are_each_understood_by_their_own_keys(self):
        rows = read(
            lines({"text": "a"}, {"content": "b", "role": "user"}, {"本文": "c", "話者": "花子"}), "jsonl"
        )

        assert [(row.text, row.speaker) for row in rows if isinstance(row, ImportRecord)] == [
            ("a", None),
            ("b", "user"),
            ("c", "花子"),
        ]

    def test_keep_their_other_keys_as_metadata(self):
        (row,) = read(lines({"text": "a", "tags": ["x"], "n": 1.5, "ok": True}), "jsonl")

        assert isinstance(row, ImportRecord)
        assert row.metadata == {"tags": ["x"], "n": 1.5, "ok": True}

    def test_may_number_their_ids_and_conversations(self):
        (row,) = read(lines({"text": "a", "id": 7, "conversation": 3}), "jsonl")

        assert isinstance(row, ImportRecord)
        assert (row.external_id, row.conversation) == ("7", "3")

    def test_without_any_text_at_the_beginning_are_a_problem_of_the_file(self):
        with pytest.raises(ImportProblem, match=r"--text.*first, second"):
            read(lines({"first": 1}, {"second": 2}), "jsonl")

    def test_may_begin_with_one_of_another_kind(self):
        assert texts(read(lines({"version": 1}, {"text": "a"}), "jsonl")) == ["a"]

    def test_have_the_column_asked_for(self):
        assert texts(read(lines({"text": "a", "body": "b"}), "jsonl", columns=Columns(text="body"))) == ["b"]
        with pytest.raises(ImportProblem, match="'nope' for --text"):
            read(lines({"text": "a"}), "jsonl", columns=Columns(text="nope"))

    def test_with_a_time_that_cannot_be_read_are_kept_without_it(self):
        (row,) = read(lines({"text": "a", "time": "someday"}), "jsonl")

        assert isinstance(row, ImportRecord)
        assert row.uttered_at is None
        assert row.is_time_unreadable


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
            patch.setattr(json_objects, "CHUNK_CHARS", chunk)

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
        monkeypatch.setattr(json_objects, "CHUNK_CHARS", 10)
        monkeypatch.setattr(json_objects, "MAX_ELEMENT_CHARS", 50)

        first, second = found(b'[{"n": 1}, {"n": "' + b"x" * 1000 + b'"}, {"n": 3}]')

        assert first == {"n": 1}
        assert second == (2, "longer than 50 characters; the rest was not read")


ROWS = [
    {"id": 1, "text": "Every street needs a garden", "author": "Ann"},
    {"id": 2, "text": "Who waters it?", "author": "Eve", "tags": [{"name": "water"}]},
]


def data_of(value: Any, **how: Any) -> bytes:
    return json.dumps(value, **how).encode()


class TestATableAsJson:
    @every("indent", [None, 1])
    @every(
        "value",
        [
            ROWS,
            {"data": ROWS},
            {"meta": {"pages": [1, 2], "links": [{"href": "a"}]}, "data": ROWS, "next": None},
            {"response": {"status": "ok", "result": {"items": ROWS}}, "left": [{"id": 3}]},
        ],
    )
    def test_is_its_list_of_objects_wherever_that_lies(self, value: Any, indent: int | None):
        rows = read(data_of(value, indent=indent), "json")

        assert [
            (row.external_id, row.text, row.speaker) for row in rows if isinstance(row, ImportRecord)
        ] == [
            ("1", ROWS[0]["text"], "Ann"),
            ("2", ROWS[1]["text"], "Eve"),
        ]
        assert isinstance(rows[1], ImportRecord)
        assert rows[1].metadata == {"tags": [{"name": "water"}]}

    def test_may_be_one_object_that_holds_lists(self):
        assert texts(read(data_of(ROWS[1], indent=1), "json")) == ["Who waters it?"]

    def test_has_keys_that_are_written_in_ascii(self):
        assert texts(read(data_of({"結果": [{"本文": "庭"}]}), "json")) == ["庭"]

    def test_has_its_columns_named_by_flags(self):
        rows = read(
            data_of({"a": [{"b": 1}], "said": [{"what": "words"}]}), "json", columns=Columns(text="what")
        )

        assert texts(rows) == ["words"]

    def test_without_a_known_text_is_asked_for(self):
        with pytest.raises(ImportProblem, match=r"--text.*id, argument"):
            read(data_of([{"id": 1, "argument": "words"}]), "json")

    def test_rejects_a_bad_element_alone(self):
        rows = read(b'[{"text": "a"}, 3, {"text": 4}, {"text": "b"}]', "json")

        assert texts(rows) == ["a", "b"]
        assert rejects(rows) == [(2, "not a JSON object"), (3, "the text is not a string")]


@every(
    ("head", "expected"),
    [
        ("[\n {", "json"), ("\ufeff[{", "json"), ("[]", None), ('{"data": [', "json"), ('{\n "text": "a"\n}', "json"),
        ('{"text": "a"}\n{"text": "b"}\n', "jsonl"), ('{"text": "a"}\n', "json"),
        ("[1, 2]", None), ('["a"]', None), ("3", None), ("", None),
    ],
)  # fmt: skip
def test_the_beginning_tells_a_table(head: str, expected: str | None):
    assert detect_table(head) == expected


async def test_a_file_of_it_is_imported_and_the_same_again_adds_nothing(run: Import, pool: Pool):
    path = write_bytes("opinions.json", data_of({"data": ROWS}, indent=2))

    first, again = await run(path), await run(path)

    assert (first.added, first.files[0].format, first.files[0].source) == (2, "json", "opinions")
    assert (again.added, again.unchanged) == (0, 2)
    assert await count(pool, "utterances WHERE speaker IN ('Ann', 'Eve')") == 2


async def test_unicode_text_of_excel_is_a_table(run: Import, pool: Pool):
    path = write_bytes("book.txt", "id\ttext\tspeaker\r\n1\t道に庭が\t美咲\r\n".encode("utf-16"))

    assert (await run(path)).files[0].format == "csv"
    assert await pool.fetchval("SELECT contents || speaker FROM utterances") == "道に庭が美咲"
