"""What comes in equals what is stored, apart from the cleaning that is documented."""

import csv
import io
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tane.importing.records import ImportRecord, has_text
from tane.store.pool import Pool
from tests.tane.importing.importing import Import, write
from tests.tane.importing.reading import read, texts

STORABLE = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
# A lone low surrogate: a high one before it would make a character of the two.
DIRTY = st.text(st.characters(codec="utf-8") | st.sampled_from(["\x00", "\udc00"]), min_size=1)


def cleaned(text: str) -> str:
    return text.replace("\x00", "").replace("\udc00", "\ufffd")


def jsonl(values: list[str]) -> bytes:
    return "".join(json.dumps({"text": value}) + "\n" for value in values).encode()


def delimited(values: list[str], delimiter: str = ",") -> bytes:
    written = io.StringIO(newline="")
    rows = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    rows.writerows([["n", "text"], *([str(number), value] for number, value in enumerate(values))])
    return written.getvalue().encode()


@given(st.lists(DIRTY))
def test_json_lines_come_in_as_they_are(values: list[str]):
    expected = [cleaned(value) for value in values if has_text(cleaned(value))]

    assert texts(read(jsonl(values), "jsonl")) == expected


@given(st.lists(STORABLE.filter(has_text)), st.sampled_from([(",", "csv"), (";", "csv"), ("\t", "tsv")]))
def test_delimited_rows_come_in_as_they_are(values: list[str], form: tuple[str, str]):
    delimiter, format_name = form

    rows = read(
        delimited(values, delimiter), format_name, encoding="utf-8"
    )  # characters at random are no text

    assert texts(rows) == values


@given(st.binary(max_size=300))
def test_no_bytes_make_a_reader_fail(data: bytes):
    for format_name, head in (("jsonl", b'{"text": "a"}\n'), ("csv", b"id,text\n"), ("tsv", b"id\ttext\n")):
        rows = read(head + data, format_name, encoding="utf-8")

        assert all(has_text(row.text) for row in rows if isinstance(row, ImportRecord))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(DIRTY, max_size=20))
async def test_the_database_holds_what_came_in(values: list[str], run: Import, pool: Pool):
    await pool.execute("DELETE FROM utterances")
    values = [*values, "a word"]  # a file without any is refused

    report = await run(write("any.jsonl", [{"text": value, "also": value} for value in values]))

    stored = await pool.fetch("SELECT contents, metadata FROM utterances")
    expected = sorted(cleaned(value) for value in values if has_text(cleaned(value)))
    assert sorted(row["contents"] for row in stored) == expected
    assert sorted(row["metadata"]["also"] for row in stored) == expected
    assert report.read == report.added + report.rejected == len(values)
