"""The import as a whole, against a real database."""

import gc
from typing import Any

import pytest

from tane.importing.batches import BATCH_RECORDS
from tane.importing.import_report import ImportProgress
from tane.importing.records import ImportProblem, ImportRecord
from tane.store.pool import Pool
from tests.tane.importing.importing import LONG, Import, count, dialogue, write, write_bytes


class TestAnImport:
    async def test_stores_utterances_with_their_splits_and_jobs(self, run: Import, pool: Pool):
        file = write("talk.jsonl", [
            {"id": "m1", "conversation": "a", "speaker": "花子", "text": LONG, "time": "2024-03-05T13:04:00Z", "tag": 1},
            {"id": "m2", "conversation": "a", "speaker": "system", "text": LONG},
            {"id": "m3", "conversation": "a", "speaker": "花子", "text": "はい"},
        ])  # fmt: skip

        report = await run(file)

        first, second, third = await pool.fetch("SELECT * FROM utterances ORDER BY position")
        assert (first["external_id"], first["speaker"], first["contents"]) == ("a/m1", "花子", LONG)
        assert (first["uttered_at"].isoformat(), first["metadata"]) == (
            "2024-03-05T13:04:00+00:00",
            {"tag": 1},
        )
        assert [row["position"] for row in (first, second, third)] == [0, 1, 2]
        assert len({row["conversation_id"] for row in (first, second, third)}) == 1
        assert await pool.fetchval("SELECT name FROM sources") == "talk"
        assert (report.read, report.added, report.rejected) == (3, 3, 0)
        # C8: what the system says and what is too short is not asked for seeds.
        assert report.queued == {"did_asked_knowledge": 1, "embedding": 3, "utterance_role": 3}

    async def test_keeps_where_each_split_stands(self, run: Import, pool: Pool):
        await run(write("talk.jsonl", [{"text": LONG * 30}]))

        rows = await pool.fetch("SELECT * FROM utterance_splits ORDER BY ordinal")
        assert len(rows) > 2
        assert all((LONG * 30)[row["char_start"] : row["char_end"]] == row["contents"] for row in rows)

    async def test_gives_no_conversation_to_rows_that_name_none(self, run: Import, pool: Pool):
        await run(write("notes.jsonl", [{"text": "a b c"}]))

        row = await pool.fetchrow("SELECT conversation_id, position FROM utterances")
        assert row is not None
        assert tuple(row) == (None, None)

    async def test_takes_standard_input(self, run: Import, pool: Pool):
        report = await run(
            "-", format="csv", source="piped", stdin="本文\nやあ、元気ですか\n".encode("cp932")
        )

        assert report.added == 1
        assert report.files[0].encoding == "cp932"
        assert await pool.fetchval("SELECT name FROM sources") == "piped"

    async def test_takes_several_files(self, run: Import):
        report = await run(write("a.jsonl", dialogue(3)), write("b.jsonl", dialogue(4)))

        assert (report.read, report.added) == (7, 7)
        assert [file.source for file in report.files] == ["a", "b"]

    async def test_takes_an_empty_file(self, run: Import):
        report = await run(write_bytes("a.csv", b""), write_bytes("b.jsonl", b""))

        assert (report.read, len(report.files)) == (0, 2)

    async def test_reads_times_without_a_zone_in_the_users(self, run: Import, pool: Pool):
        await run(write("a.jsonl", [{"text": "abc", "time": "2024/3/5 9:00"}]), timezone="Asia/Tokyo")

        uttered_at = await pool.fetchval("SELECT uttered_at FROM utterances")
        assert uttered_at.isoformat() == "2024-03-05T00:00:00+00:00"

    async def test_counts_what_it_cleaned_and_times_it_could_not_read(self, run: Import):
        report = await run(write("a.jsonl", [{"text": "a\x00b", "time": "?"}, {"text": "c", "x": "\ud800"}]))

        assert (report.added, report.cleaned, report.times_unreadable) == (2, 2, 1)

    async def test_tells_how_far_it_is(self, run: Import):
        seen: list[ImportProgress] = []
        file = write("a.jsonl", dialogue(1200))

        await run(file, on_progress=seen.append)

        assert [progress.read for progress in seen] == [500, 1000, 1200, 1200]
        assert seen[-1].done_bytes == seen[-1].total_bytes == file.stat().st_size

    async def test_never_holds_a_huge_file_in_memory(self, run: Import):
        file = write("huge.jsonl", ({"text": f"発言{number}", "n": number} for number in range(4_000)))
        held: list[int] = []
        before = live_records()

        report = await run(file, on_progress=lambda _: held.append(live_records() - before))

        assert report.added == 4_000
        assert len(held) == 10
        assert max(held) <= BATCH_RECORDS

    async def test_ends_a_batch_early_when_its_texts_are_long(
        self, run: Import, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("tane.importing.batches.BATCH_CHARS", 100)
        seen: list[ImportProgress] = []

        await run(write("a.jsonl", ({"text": "x" * 40, "id": n} for n in range(4))), on_progress=seen.append)

        assert [progress.read for progress in seen] == [3, 4, 4]


def live_records() -> int:
    return sum(type(thing) is ImportRecord for thing in gc.get_objects())


class TestAFileThatCannotBeImported:
    @pytest.mark.parametrize(
        ("name", "data", "message"),
        [
            ("notes.doc", b"hello", "--format"),
            ("talk.csv", b"a,b\n1,2\n", r"talk\.csv.*--text.*2 columns"),
            ("talk.csv", "Où est-il? Ça va.\n".encode("latin-1"), r"talk\.csv.*--encoding"),
        ],
    )
    async def test_names_the_flag_that_helps(self, run: Import, name: str, data: bytes, message: str):
        write_bytes(name, data)

        with pytest.raises(ImportProblem, match=message):
            await run(name)

    async def test_is_found_before_any_other_is_imported(self, run: Import, pool: Pool):
        with pytest.raises(ImportProblem, match=r"missing\.csv"):
            await run(write("a.jsonl", dialogue(2)), "missing.csv")

        assert await count(pool, "utterances") == 0

    @pytest.mark.parametrize(
        ("path", "options"),
        [
            ("-", {}),
            (".", {}),
            ("-", {"format": "xml"}),
            ("a.csv", {"encoding": "nope"}),
            ("a.csv", {"timezone": "Mars/Olympus"}),
            ("a.csv", {"source": " "}),
        ],
    )
    async def test_is_explained(self, run: Import, path: str, options: dict[str, Any]):
        write_bytes("a.csv", b"text\na\n")

        with pytest.raises(ImportProblem):
            await run(path, **options)
