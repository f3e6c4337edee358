"""Rows that cannot be stored never stop an import; they are counted and listed."""

from pathlib import Path

from tane.store.pool import Pool
from tests.tane.importing.importing import (
    LONG,
    Import,
    count,
    dialogue,
    files,
    write,
    write_bytes,
    written,
)


class TestRowsThatCannotBeStored:
    async def test_are_listed_with_line_and_reason_and_never_their_text(self, run: Import):
        file = write_bytes("talk.csv", "id,text\n1,秘密の話\n1,秘密の続き\n2, \n3,a,b\n".encode())

        report = await run(file)

        assert written("talk.csv.rejects.csv").splitlines() == [
            "file,line,reason,detail",
            "talk.csv,3,an id that an earlier line has,",
            "talk.csv,4,no text,",
            "talk.csv,5,wrong number of fields,3 instead of 2",
        ]
        assert (report.read, report.added, report.rejected) == (4, 1, 3)
        assert report.rejected_by_reason["no text"] == 1
        assert report.files[0].rejects == Path("talk.csv.rejects.csv")

    async def test_may_be_listed_elsewhere(self, run: Import):
        file = write("a.jsonl", [{"text": "x"}, {"text": ""}])

        await run(file, rejects=Path("other.csv"))

        assert files() == {"a.jsonl", "other.csv"}

    async def test_of_several_files_may_share_a_list(self, run: Import):
        one, other = (write(name, [{"text": "x"}, {"text": ""}]) for name in ("a.jsonl", "b.jsonl"))

        await run(one, other, rejects=Path("both.csv"))

        assert [line.split(",")[0] for line in written("both.csv").splitlines()] == [
            "file",
            "a.jsonl",
            "b.jsonl",
        ]

    async def test_leave_no_list_when_there_are_none(self, run: Import):
        await run(write("a.jsonl", dialogue(2)))

        assert files() == {"a.jsonl"}

    async def test_do_not_stop_an_import_when_they_cannot_be_listed(self, run: Import):
        file = write("a.jsonl", [{"text": ""}, {"text": "x"}])

        report = await run(file, rejects=Path("no/such/folder.csv"))

        assert (report.added, report.rejected) == (1, 1)
        assert "no/such/folder.csv" in report.problems[0]
        assert report.files[0].rejects is None

    async def test_are_found_one_by_one_when_the_database_refuses_a_batch(self, run: Import, pool: Pool):
        await pool.execute(
            "ALTER TABLE utterances ADD CONSTRAINT no_seven CHECK (metadata ->> 'n' NOT IN ('7', '90'))"
        )

        report = await run(write("a.jsonl", dialogue(100)))

        assert (report.added, report.rejected_by_reason) == (98, {"the database refuses it": 2})
        listed = written("a.jsonl.rejects.csv")
        assert "no_seven" in listed
        assert LONG not in listed

    async def test_with_too_many_splits_name_the_limit(self, run: Import):
        file = write("a.jsonl", [{"text": "\n".join(["あ" * 90] * 10_001)}, {"text": LONG}])

        report = await run(file)

        assert (report.added, report.rejected_by_reason) == (1, {"more than 10,000 splits": 1})

    async def test_of_a_megabyte_are_stored_if_they_are_within_the_limits(self, run: Import, pool: Pool):
        text = "短い文。" * 249_999

        report = await run(write("a.jsonl", [{"text": text}, {"text": "x" * 1_000_001}]))

        assert (report.added, report.rejected_by_reason) == (1, {"text longer than 1,000,000 characters": 1})
        assert await pool.fetchval("SELECT contents FROM utterances") == text
        assert await count(pool, "utterance_splits") > 1000
