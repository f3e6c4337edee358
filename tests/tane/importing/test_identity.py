"""A second file of the same name, with the same ids and other words, never replaces the first."""

import asyncio
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tane.importing.identity import (
    Identities,
    Rewording,
    WouldOverwrite,
    is_allowed,
    source_id_of,
    source_name,
    split_id_of,
)
from tane.importing.import_report import ImportReport
from tane.importing.records import ImportProblem, ImportRecord
from tane.store.imports import Overlap
from tane.store.pool import Pool
from tests.tables import every
from tests.tane.importing.importing import Import, count, write

SOURCE = source_id_of("diary")


def record(text: str = "やあ", **fields: Any) -> ImportRecord:
    return ImportRecord(line=1, text=text, **fields)


def ids(*records: ImportRecord) -> list[str]:
    identities = Identities(SOURCE)
    return [identities.of(one).external_id for one in records]


class TestARecordWithoutAnId:
    @every(
        "other",
        [
            record("やあ。"),
            record(speaker="花子"),
            record(conversation="1"),
            record(written_time="2024-01-01"),
        ],
    )
    def test_is_its_text_speaker_time_and_conversation(self, other: ImportRecord):
        same, different = ids(record(), other)

        assert same != different

    def test_is_another_one_when_it_occurs_again(self):
        first, second, third = ids(record(), record(), record())

        assert len({first, second, third}) == 3

    def test_is_the_same_in_every_run_and_order(self):
        a, b = record("a"), record("b")

        assert set(ids(a, b, a)) == set(ids(a, a, b))

    def test_does_not_depend_on_metadata_or_line(self):
        assert ids(record()) == ids(ImportRecord(line=9, text="やあ", metadata={"x": 1}))

    def test_does_not_mix_its_parts_up(self):
        one, other = ids(record(speaker="a", conversation="b"), record(speaker="b", conversation="a"))

        assert one != other


class TestARecordWithAnId:
    def test_keeps_it_when_its_text_changes(self):
        before = Identities(SOURCE).of(record("before", external_id="7"))
        after = Identities(SOURCE).of(record("after", external_id="7"))

        assert before == after
        assert before.external_id == "7"

    def test_has_it_within_its_conversation(self):
        one, other = ids(record(external_id="1", conversation="a"), record(external_id="1", conversation="b"))

        assert (one, other) == ("a/1", "b/1")

    def test_is_not_mistaken_for_another_by_a_slash(self):
        one, other = ids(
            record(external_id="b/c", conversation="a"), record(external_id="c", conversation="a/b")
        )

        assert one != other

    def test_says_when_it_occurs_again(self):
        identities = Identities(SOURCE)

        assert [identities.of(record(external_id="1")).occurrence for _ in range(3)] == [1, 2, 3]

    def test_may_have_one_of_any_length(self):
        (one, other) = ids(record(external_id="x" * 10_000), record(external_id="x" * 10_001))

        assert one != other
        assert len(one) < 100


class TestSources:
    def test_keep_their_utterances_apart(self):
        one = Identities(source_id_of("a")).of(record(conversation="c"))
        other = Identities(source_id_of("b")).of(record(conversation="c"))

        assert one.external_id == other.external_id
        assert one.utterance_id != other.utterance_id
        assert one.conversation_id != other.conversation_id

    def test_are_one_however_the_file_system_spells_their_name(self):
        assert source_name("か\u3099っこう") == source_name(" がっこう ")

    @every("name", ["", "  ", "a\nb", "x" * 201])
    def test_need_a_name(self, name: str):
        with pytest.raises(ImportProblem, match="--source"):
            source_name(name)


def test_a_piece_with_other_words_is_another_piece():
    assert split_id_of(SOURCE, 0, "a") == split_id_of(SOURCE, 0, "a")
    assert len({split_id_of(SOURCE, 0, "a"), split_id_of(SOURCE, 0, "b"), split_id_of(SOURCE, 1, "a")}) == 3


OF_2024 = [
    "In 2024 I believed that long walks cure everything.",
    "The mill should be kept.",
    "Read before sleep.",
]
OF_2025 = [
    "In 2025 I bought a bicycle.",
    "A cat is an animal that owns a house.",
    "Never reply after midnight.",
]
PLAIN = {"encoding": "utf-8"}


def talk(folder: str, texts: list[str], name: str = "talk.csv", *, first: int = 1) -> Path:
    path = Path(folder, name)
    path.parent.mkdir(exist_ok=True)
    rows = "".join(f'{number},"{text}"\n' for number, text in enumerate(texts, start=first))
    path.write_text("id,text\n" + rows, encoding="utf-8")
    return path


def lines(texts: list[str]) -> bytes:
    return "".join(f'{{"id": {n}, "text": "{text}"}}\n' for n, text in enumerate(texts, start=1)).encode()


def numbered(word: str, total: int) -> list[str]:
    return [f"{word} {number} is all that I have to say" for number in range(total)]


async def words(pool: Pool, source: str | None = None) -> list[str]:
    rows = await pool.fetch(
        "SELECT contents FROM utterances JOIN sources USING (source_id) WHERE $1::text IS NULL OR name = $1 "
        "ORDER BY name, length(external_id), external_id",
        source,
    )
    return [row["contents"] for row in rows]


class TestAnotherFileOfTheSameName:
    async def test_is_refused_with_both_files_named_and_nothing_lost(self, run: Import, pool: Pool):
        await run(talk("2024", OF_2024))
        jobs = await count(pool, "worker_jobs")

        with pytest.raises(WouldOverwrite) as refused:
            await run(talk("2025", OF_2025))

        message = str(refused.value)
        assert message.startswith("2025/talk.csv: 3 of the 3 ids that the source talk has")
        assert f"(from {Path.cwd() / '2024/talk.csv'})" in message
        assert "--source 2025-talk" in message
        assert "--replace" in message
        assert await words(pool) == OF_2024
        assert await count(pool, "worker_jobs") == jobs

    async def test_is_stored_beside_it_under_a_name_of_its_own_and_then_known_without(
        self, run: Import, pool: Pool
    ):
        first, second = talk("2024", OF_2024), talk("2025", OF_2025)
        await run(first)
        await run(second, source="2025-talk")

        again = [await run(first), await run(second), await run(second, source="2025-talk")]

        assert [(report.added, report.updated, report.unchanged) for report in again] == [(0, 0, 3)] * 3
        assert [report.files[0].source for report in again] == ["talk", "2025-talk", "2025-talk"]
        assert await words(pool) == OF_2025 + OF_2024

    async def test_takes_its_place_when_the_owner_agrees(self, run: Import, pool: Pool):
        await run(talk("2024", OF_2024))

        report = await run(talk("2025", OF_2025), rewording=Rewording.ALL)

        assert (report.added, report.updated) == (0, 3)
        assert await words(pool) == OF_2025

    async def test_is_found_in_the_same_command_after_the_first_is_stored(self, run: Import, pool: Pool):
        with pytest.raises(WouldOverwrite, match=r"^2025/talk.csv.*2024/talk.csv"):
            await run(talk("2024", OF_2024), talk("2025", OF_2025))

        assert await words(pool) == OF_2024

    async def test_is_refused_where_the_first_was_even_when_it_took_its_place_on_disk(
        self, run: Import, pool: Pool
    ):
        await run(talk("downloads", OF_2024))

        with pytest.raises(WouldOverwrite):
            await run(talk("downloads", OF_2025))

        assert await words(pool) == OF_2024

    async def test_is_refused_when_the_first_came_before_files_were_noted(self, run: Import, pool: Pool):
        await run(talk("2024", OF_2024))
        await pool.execute("UPDATE sources SET origin = NULL")

        with pytest.raises(WouldOverwrite, match="from an unknown file"):
            await run(talk("2025", OF_2025))

    @pytest.mark.parametrize("shared", [1, 600])
    async def test_of_more_than_a_batch_is_refused_before_any_of_it_is_stored(
        self, run: Import, pool: Pool, shared: int
    ):
        """The first batch of the second file holds new ids only."""
        await run(talk("2024", numbered("walking", 600), first=1001))

        with pytest.raises(WouldOverwrite, match="600 of the 600" if shared == 600 else "the only id"):
            await run(talk("2025", numbered("riding", 1000 + shared)))

        assert await words(pool) == numbered("walking", 600)

    async def test_is_refused_when_both_are_imported_at_the_same_moment(self, run: Import, pool: Pool):
        files = talk("2024", numbered("walking", 600)), talk("2025", numbered("riding", 600))

        ended = await asyncio.gather(*map(run, files), return_exceptions=True)

        (done,) = [end for end in ended if isinstance(end, ImportReport)]
        assert [type(end) for end in ended if end is not done] == [WouldOverwrite]
        assert done.added == 600
        said = await words(pool)
        assert said in (numbered("walking", 600), numbered("riding", 600))

    async def test_in_one_zip_is_refused_too(self, run: Import, pool: Pool):
        def member(texts: list[str]) -> str:
            said = [{"uuid": f"m{n}", "sender": "human", "text": text} for n, text in enumerate(texts)]
            return str([{"uuid": "c", "name": "talk", "chat_messages": said}]).replace("'", '"')

        with zipfile.ZipFile("export.zip", "w") as archive:
            archive.writestr("a/conversations.json", member(OF_2024))
            archive.writestr("b/conversations.json", member(OF_2025))

        with pytest.raises(WouldOverwrite, match=r"^export.zip/b/conversations.json.*export.zip/a/conv"):
            await run("export.zip")

        assert sorted(await words(pool)) == sorted(OF_2024)


class TestTheSameFile:
    @pytest.mark.parametrize("folder", ["2024", "copies"])
    async def test_edited_in_a_few_lines_is_an_update_wherever_it_lies(
        self, run: Import, pool: Pool, folder: str
    ):
        await run(talk("2024", OF_2024))
        edited = [*OF_2024[:2], "Do not read before sleep."]

        report = await run(talk(folder, edited))

        assert (report.updated, report.unchanged) == (1, 2)
        assert await words(pool) == edited

    async def test_with_one_edited_line_is_an_update_and_with_another_in_its_place_is_not(
        self, run: Import, pool: Pool
    ):
        await run(talk("2024", ["The old mill should be kept by the town."]))
        edited = ["The old mill should always be kept by the town."]
        assert (await run(talk("2024", edited))).updated == 1

        with pytest.raises(WouldOverwrite, match="the only id"):
            await run(talk("2024", ["A cat owns a house."]))
        with pytest.raises(WouldOverwrite):
            await run(talk("2025", ["The old mill should never be kept by the town."]))

        assert await words(pool) == edited

    async def test_goes_on_after_it_was_cut_off(self, run: Import, pool: Pool):
        texts = numbered("walking", 1200)
        await run(talk("2024", texts[:500]))

        report = await run(talk("2024", texts))

        assert (report.added, report.unchanged) == (700, 500)
        assert await words(pool) == texts

    async def test_moved_to_another_folder_adds_nothing_and_is_remembered_there(
        self, run: Import, pool: Pool
    ):
        path = talk("2024", OF_2024)
        await run(path)
        moved = talk("attic", OF_2024)
        path.unlink()

        assert (await run(moved)).unchanged == 3
        assert await pool.fetchval("SELECT origin FROM sources") == str(moved.absolute())

    async def test_without_ids_never_changes_words(self, run: Import, pool: Pool):
        await run(write("notes.jsonl", [{"text": text} for text in OF_2024]))

        report = await run(write("notes.jsonl", [{"text": text} for text in OF_2025]))

        assert (report.added, report.updated) == (3, 0)
        assert len(await words(pool)) == 6

    async def test_without_ids_of_the_same_name_is_said_to_share_its_source(self, run: Import):
        first, second = notes("2024"), notes("2025")
        assert (await run(first)).problems == ()

        report = await run(second)

        assert (report.added, report.unchanged) == (1, 1)
        (told,) = report.problems
        assert str(first) in told
        assert "--source 2025-notes keeps them apart" in told
        assert (await run(second)).problems == ()


def notes(folder: str) -> Path:
    """Prose under the same name in every folder, one of its two lines the same."""
    path = Path(folder).absolute() / "notes.txt"
    path.parent.mkdir()
    path.write_text(f"今日も走った。\n\n{folder}年の終わり。\n", encoding="utf-8")
    return path


class TestAPipe:
    async def test_is_no_regular_file_of_a_folder_in_memory(self, run: Import):
        """/dev/shm holds files with names; only /dev, /dev/fd and /proc hold streams."""
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            assert (await run(talk(folder, OF_2024))).added == 3

    async def test_needs_a_name(self, run: Import):
        reading, writing = os.pipe()
        os.write(writing, lines(OF_2024))
        os.close(writing)

        with pytest.raises(ImportProblem, match=r"standard input has no file name.*--source"):
            await run("-", format="jsonl", stdin=lines(OF_2024))
        with pytest.raises(ImportProblem, match=rf"/dev/fd/{reading} has no file name.*--source"):
            await run(f"/dev/fd/{reading}", format="jsonl")
        assert (await run(f"/dev/fd/{reading}", format="jsonl", source="talk")).added == 3
        os.close(reading)

    async def test_of_the_same_name_never_replaces_the_words_of_the_first(self, run: Import, pool: Pool):
        piped: dict[str, Any] = {"format": "jsonl", "source": "talk"}
        await run("-", stdin=lines(OF_2024), **piped)

        with pytest.raises(WouldOverwrite, match=r"\(from standard input\).*--source with another name"):
            await run("-", stdin=lines(OF_2025), **piped)

        assert await words(pool) == OF_2024

    async def test_of_an_account_has_the_name_of_its_service(self, run: Import):
        report = await run("-", format="claude", stdin=b"[]")

        assert report.files[0].source == "claude"


@every(
    ("known", "reworded", "allowed"),
    [(0, 0, True), (3, 0, True), (3, 1, True), (3, 2, False), (10, 5, True), (10, 6, False), (2, 2, False)],
)
def test_at_most_half_of_the_known_ids_may_change_their_words(known: int, reworded: int, allowed: bool):
    overlap = Overlap(known=known, reworded=reworded, reassigned=0)

    assert is_allowed(overlap, Rewording.FEW, is_elsewhere=False) is allowed
    assert is_allowed(overlap, Rewording.NONE, is_elsewhere=False) is (reworded == 0)
    assert is_allowed(overlap, Rewording.ALL, is_elsewhere=True)
