"""What the daemon hands to the API: its importer."""

import json
from pathlib import Path

import pytest

from daemon.api import importer
from daemon.options import handler_options, job_plan
from tane.importing.importer import ImportOptions, import_files
from tane.settings.model import Settings
from tane.store.pool import Connection, Pool
from tane.web.api.services import SHARED_SOURCE, IngestConflict, IngestRefused

LINES = [
    {"text": "早く寝ると朝が楽になる。", "speaker": "美咲", "time": "2026-08-03T10:00:00Z", "id": "1"},
    {"text": "そうですね、試してみます。", "speaker": "林", "id": "2"},
]


def written(folder: Path, *lines: object) -> Path:
    path = folder / "sent.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


class TestTheImporter:
    async def test_does_what_tane_import_does_so_that_the_file_adds_nothing_later(
        self, pool: Pool, conn: Connection, tmp_path: Path
    ):
        settings, path = Settings(), written(tmp_path, *LINES)
        ingest = importer(pool, settings)

        first = await ingest(path, "diary")
        again = await import_files(
            pool, [path], ImportOptions(source="diary"), plan=job_plan(handler_options(settings))
        )

        assert (first.read, first.added, first.rejected) == (2, 2, {})
        assert first.jobs == await conn.fetchval("SELECT count(*) FROM worker_jobs") > 0
        assert await conn.fetchval("SELECT count(*) FROM utterance_splits") == 2
        assert (again.added, again.unchanged) == (0, 2)

    async def test_takes_what_it_can_and_counts_the_rest_by_reason(self, pool: Pool, tmp_path: Path):
        path = written(tmp_path, LINES[0], {"text": " "}, LINES[0])

        done = await importer(pool, Settings())(path, "diary")

        assert (done.added, sum(done.rejected.values())) == (1, 2)
        assert "an id that an earlier line has" in done.rejected
        assert not list(Path.cwd().glob("sent*.csv"))

    async def test_refuses_what_holds_nothing_that_can_be_taken_and_says_why(
        self, pool: Pool, tmp_path: Path
    ):
        path = tmp_path / "sent.jsonl"
        path.write_text('{"text": "睡眠"\nHello\n', encoding="utf-8")

        with pytest.raises(IngestRefused, match="none of it can be taken: 2 not JSON"):
            await importer(pool, Settings())(path, "diary")

    async def test_refuses_what_has_no_words_at_all_without_quoting_it(self, pool: Pool, tmp_path: Path):
        with pytest.raises(IngestRefused) as refused:
            await importer(pool, Settings())(written(tmp_path, {"secret": "睡眠"}), "diary")

        assert "睡眠" not in str(refused.value)
        assert str(tmp_path) not in str(refused.value)


class TestTwoProgramsWithTheSameIds:
    """Each counts its utterances from 1."""

    async def test_that_name_no_source_never_replace_each_others_words(
        self, pool: Pool, conn: Connection, tmp_path: Path
    ):
        ingest = importer(pool, Settings())
        await ingest(written(tmp_path, *LINES), SHARED_SOURCE)

        for other in (
            [{**LINES[0]}, {**LINES[1], "text": "それは別の話です。"}],
            [{**LINES[0], "speaker": "別の人"}],
        ):
            with pytest.raises(IngestConflict, match=r"^1 of the [12] known ids.*source=NAME.*replace=1"):
                await ingest(written(tmp_path, *other, {"id": "3", "text": "新しい言葉。"}), SHARED_SOURCE)

        rows = await conn.fetch(
            "SELECT contents AS text, speaker, external_id AS id FROM utterances ORDER BY id"
        )
        assert [tuple(row.values()) for row in rows] == [
            (line["text"], line["speaker"], line["id"]) for line in LINES
        ]

    async def test_are_kept_apart_by_their_sources(self, pool: Pool, tmp_path: Path):
        ingest = importer(pool, Settings())
        others = [{**line, "text": f"別の話{n}"} for n, line in enumerate(LINES)]
        await ingest(written(tmp_path, *LINES), "one")

        with pytest.raises(IngestConflict):
            await ingest(written(tmp_path, *others), "one")
        assert (await ingest(written(tmp_path, *others), "other")).added == 2
        assert (await ingest(written(tmp_path, *others), "one", replace=True)).updated == 2

    async def test_may_send_an_edited_utterance_alone(self, pool: Pool, tmp_path: Path):
        ingest = importer(pool, Settings())
        await ingest(written(tmp_path, *LINES), "bot")

        edited = {**LINES[0], "text": "早く寝ると朝がとても楽になる。"}
        assert (await ingest(written(tmp_path, edited), "bot")).updated == 1


async def test_articles_that_a_program_sends_are_stored_as_an_import_of_them_does(
    pool: Pool, conn: Connection, tmp_path: Path
):
    ingest = importer(pool, Settings())
    article = {
        "id": 1,
        "title": "Bridge",
        "html": "<p>The bridge was opened on Monday morning.</p>",
        "tags": ["town"],
    }

    first = await ingest(written(tmp_path, article), "wire", replace=True, are_articles=True)
    again = await ingest(written(tmp_path, article), "wire", replace=True, are_articles=True)

    stored = await conn.fetchrow(
        "SELECT title, contents, kind FROM articles JOIN utterances USING (utterance_id) JOIN sources USING (source_id)"
    )
    assert (first.added, again.unchanged) == (1, 1)
    assert stored is not None
    assert tuple(stored) == ("Bridge", "The bridge was opened on Monday morning.", "articles")
