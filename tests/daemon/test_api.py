"""What the daemon hands to the API: its importer, and a model for queries."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from daemon.api import embedder, importer
from daemon.options import handler_options, job_plan
from tane.importing.importer import ImportOptions, import_files
from tane.llm.model_errors import ModelUnavailable
from tane.llm.ollama import Ollama
from tane.llm.protocol import Embedded, ModelInfo
from tane.settings.model import Settings
from tane.store.pool import Connection, Pool
from tane.web.api.services import SHARED_SOURCE, IngestConflict, IngestRefused, MeaningUnavailable

LINES = [
    {"text": "早く寝ると朝が楽になる。", "speaker": "美咲", "time": "2026-08-03T10:00:00Z", "id": "1"},
    {"text": "そうですね、試してみます。", "speaker": "林", "id": "2"},
]


def written(folder: Path, *lines: object) -> Path:
    path = folder / "sent.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


class Server:
    """A model server with one vector to give."""

    def __init__(self, *, digest: str, failing: bool = False) -> None:
        self._digest, self._failing = digest, failing

    async def embed(self, texts: Sequence[str]) -> Embedded:
        if self._failing:
            raise ModelUnavailable("http://gone.example does not answer")
        model = ModelInfo(name="m", digest=self._digest, dims=4)
        return Embedded(model=model, vectors=[np.eye(1, 4, dtype=np.float32)[0] for _ in texts])

    @property
    def as_driver(self) -> Ollama:
        return cast("Ollama", self)


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


class TestTheEmbedder:
    @pytest.fixture
    async def model_id(self, conn: Connection) -> int:
        found: int = await conn.fetchval(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 4, 1) RETURNING model_id"
        )
        return found

    async def test_gives_a_vector_of_the_model_that_is_searched(self, pool: Pool, model_id: int):
        asked = await embedder(pool, Server(digest="d").as_driver)("眠り")

        assert asked.model_id == model_id
        assert asked.vector.tolist() == [1, 0, 0, 0]

    @pytest.mark.parametrize(
        ("models", "why"),
        [
            (Server(digest="other"), "another model"),
            (Server(digest="d", failing=True), "model server is away"),
        ],
    )
    @pytest.mark.usefixtures("model_id")
    async def test_says_why_there_is_none(self, pool: Pool, models: Server, why: str):
        with pytest.raises(MeaningUnavailable, match=why) as reason:
            await embedder(pool, models.as_driver)("眠り")

        assert "gone.example" not in str(reason.value)

    async def test_asks_nobody_before_there_is_a_vector(self, pool: Pool):
        with pytest.raises(MeaningUnavailable, match="nothing has a vector yet"):
            await embedder(pool, Server(digest="d", failing=True).as_driver)("眠り")
