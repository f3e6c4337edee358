import json

import pytest

from tane.importing.records import Columns, ImportProblem, Record
from tests.tables import every
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
        monkeypatch.setattr("tane.importing.encodings.MAX_LINE_CHARS", 100)

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

        assert isinstance(row, Record)
        assert (row.text, row.is_cleaned) == (stored, stored != "😀")

    def test_is_cleaned_in_metadata_of_any_depth(self):
        (row,) = read(rb'{"text": "a", "k\u0000": [{"x\ud800": "\u0000y"}], "n": [1, null]}' + b"\n", "jsonl")

        assert isinstance(row, Record)
        assert row.metadata == {"k": [{"x\ufffd": "y"}], "n": [1, None]}
        assert row.is_cleaned


class TestObjects:
    def test_are_each_understood_by_their_own_keys(self):
        rows = read(
            lines({"text": "a"}, {"content": "b", "role": "user"}, {"本文": "c", "話者": "花子"}), "jsonl"
        )

        assert [(row.text, row.speaker) for row in rows if isinstance(row, Record)] == [
            ("a", None),
            ("b", "user"),
            ("c", "花子"),
        ]

    def test_keep_their_other_keys_as_metadata(self):
        (row,) = read(lines({"text": "a", "tags": ["x"], "n": 1.5, "ok": True}), "jsonl")

        assert isinstance(row, Record)
        assert row.metadata == {"tags": ["x"], "n": 1.5, "ok": True}

    def test_may_number_their_ids_and_conversations(self):
        (row,) = read(lines({"text": "a", "id": 7, "conversation": 3}), "jsonl")

        assert isinstance(row, Record)
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

        assert isinstance(row, Record)
        assert row.uttered_at is None
        assert row.is_time_unreadable
