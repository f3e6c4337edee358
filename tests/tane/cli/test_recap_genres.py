"""tane recap label, golden, eval."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tane.recap.taxonomy import shipped
from tests.tane.cli.conftest import Tane

FILE = {
    "schema_version": "2.2",
    "genres": ["sea", "food"],
    "items": [{"id": "a", "content_ja": "波が高い。", "expected_genres": ["sea"]}],
}
DOCUMENT = UUID("3f2a0000-0000-4000-8000-000000000001")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A golden dataset."""
    path = tmp_path / "genres.json"
    path.write_text(json.dumps(FILE), encoding="utf-8")
    return path


def read(tane: Tane) -> None:
    """Have a document read by a recap."""
    tane.sql("INSERT INTO utterances (utterance_id, contents) VALUES ($1, '鯵を焼いた。')", DOCUMENT)
    ((run_id,),) = tane.sql(
        "INSERT INTO nightly_runs (kind, trigger, status, finished_at) VALUES ('recap', 'command', 'published', now()) RETURNING run_id"
    )
    tane.sql(
        "INSERT INTO recap_job_articles (run_id, document_id, kind, utterance_id, lang, said_at) VALUES ($1, $2, 'talk', $2, 'ja', now())",
        run_id, DOCUMENT,
    )  # fmt: skip
    tane.sql(
        "INSERT INTO recap_genre_learning_results (run_id, document_id, utterance_id, genre, strategy, confidence) "
        "VALUES ($1, $2, $2, 'sea', 'coarse_only', 0.5)",
        run_id, DOCUMENT,
    )  # fmt: skip


class TestGolden:
    def test_lists_the_genres_that_ship(self, tane: Tane):
        rows = tane.json("recap", "golden", "list")

        assert [row["genre"] for row in rows] == list(shipped().names)
        assert sum(row["shipped"] for row in rows) == len(shipped().items)

    def test_imports_a_file_in_the_place_of_what_ships_until_it_is_reset(self, tane: Tane, file: Path):
        assert tane.json("recap", "golden", "import", str(file)) == {"genres": 2, "items": 1}
        assert [row["genre"] for row in tane.json("recap", "golden", "list")] == ["sea", "food"]

        tane("recap", "golden", "reset")

        assert len(tane.json("recap", "golden", "list")) == 12

    def test_exports_what_it_can_import(self, tane: Tane, file: Path, tmp_path: Path):
        tane("recap", "golden", "import", str(file))
        again = tmp_path / "again.json"
        again.write_text(tane("recap", "golden", "export").stdout, encoding="utf-8")

        assert tane.json("recap", "golden", "import", str(again)) == {"genres": 2, "items": 1}

    @pytest.mark.parametrize(
        ("content", "complaint"),
        [("{", "is not JSON in line 1"), ('{"genres": []}', "genres is empty"), ("[]", "must be an object")],
    )
    def test_says_what_is_wrong_with_a_file(self, tane: Tane, file: Path, content: Any, complaint: str):
        file.write_text(content, encoding="utf-8")

        assert complaint in tane("recap", "golden", "import", str(file), status=1).stderr


class TestLabel:
    def test_corrects_a_document_and_makes_it_a_golden_text(self, tane: Tane, file: Path):
        tane("recap", "golden", "import", str(file))
        read(tane)

        result = tane("recap", "label", "3f2a", "food")

        assert "is food now, and was sea" in " ".join(result.stderr.split())
        assert tane.sql("SELECT feedback ->> 'label' FROM recap_genre_learning_results") == [("food",)]
        food = next(row for row in tane.json("recap", "golden", "list") if row["genre"] == "food")
        assert food["user"] == 1

    def test_knows_neither_other_genres_nor_documents_that_no_recap_read(self, tane: Tane):
        read(tane)

        assert "there is no genre 'astrology'" in tane("recap", "label", "3f2a", "astrology", status=1).stderr
        assert "no recap has read" in tane("recap", "label", "ffff", "sports", status=1).stderr


class TestEval:
    def test_cannot_judge_genres_of_one_text(self, tane: Tane, file: Path):
        tane("recap", "golden", "import", str(file))

        assert "two labelled texts" in tane("recap", "eval", "genre", status=1).stderr

    def test_judges_by_models_that_were_not_shown_the_texts(self, tane: Tane, file: Path):
        texts = {
            "sea": ("波が高く船は出ない。", "港に漁船が戻った。", "The ferry crossed the bay.", "Tides turned at noon."),
            "food": ("鍋で豆を煮る。", "パンを焼いた。", "She seasoned the soup.", "Bake it for an hour."),
        }  # fmt: skip
        items = [
            {
                "id": f"{genre}{place}",
                f"content_{'ja' if place < 2 else 'en'}": text,
                "expected_genres": [genre],
            }
            for genre, of in texts.items()
            for place, text in enumerate(of)
        ]
        file.write_text(json.dumps(FILE | {"items": items}), encoding="utf-8")
        tane("recap", "golden", "import", str(file))

        found = tane.json("recap", "eval", "genre")

        assert [(one["lang"], one["texts"]) for one in found] == [("ja", 4), ("en", 4), ("all", 8)]
        assert all(0 <= one["macro_f1"] <= 1 and 0 <= one["calibration_error"] <= 1 for one in found)
