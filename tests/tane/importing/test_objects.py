import json
from typing import Any

import pytest

from tane.importing.objects import tell_table
from tane.importing.records import Columns, ImportProblem, Record
from tane.store.pool import Pool
from tests.tables import every
from tests.tane.importing.importing import Import, count, write_bytes
from tests.tane.importing.reading import read, rejects, texts

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

        assert [(row.external_id, row.text, row.speaker) for row in rows if isinstance(row, Record)] == [
            ("1", ROWS[0]["text"], "Ann"),
            ("2", ROWS[1]["text"], "Eve"),
        ]
        assert isinstance(rows[1], Record)
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
    assert tell_table(head) == expected


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
