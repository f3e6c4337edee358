"""tane export."""

import json
import sys
import zipfile
from pathlib import Path

import pytest

from tests.tane.cli.conftest import Tane
from tests.tane.exporting.planted import BELOW, QUESTION, SAID, plant


@pytest.fixture
def planted(tane: Tane) -> Tane:
    tane.do(plant)
    return tane


def items(path: Path) -> list[str]:
    return [item["id"] for item in json.loads(path.read_text(encoding="utf-8"))["items"]]


def test_the_format_is_told_by_the_name_or_given(planted: Tane, tmp_path: Path) -> None:
    said = planted("export", "out.json")
    planted("export", "--format", "json", "out.txt")

    assert said.stdout == ""
    assert said.stderr == "wrote out.json: 2 utterances, 2 seeds, 2 clusters\n"
    assert (tmp_path / "out.json").read_bytes() == (tmp_path / "out.txt").read_bytes()
    assert "tells no format" in planted("export", "out.xml", status=2).stderr


def test_filters_choose_kinds_and_clusters(planted: Tane, tmp_path: Path) -> None:
    planted(
        "export",
        "out.json",
        "--only",
        "kind=question",
        "--only",
        "kind=utterance",
        "--only",
        f"cluster={str(BELOW)[:8]}",
    )

    assert items(tmp_path / "out.json") == [str(SAID), str(QUESTION)]
    assert (
        "neither cluster=ID nor kind=" in planted("export", "b.json", "--only", "kind=dream", status=2).stderr
    )
    assert (
        "there is no cluster ffff" in planted("export", "b.json", "--only", "cluster=ffff", status=1).stderr
    )
    assert not (tmp_path / "b.json").exists()


def test_a_file_that_exists_is_replaced_only_by_force(planted: Tane, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("mine", encoding="utf-8")

    assert "exists already" in planted("export", "out.json", status=1).stderr
    assert path.read_text(encoding="utf-8") == "mine"

    planted("export", "out.json", "--force")
    assert len(items(path)) == 4


def test_a_map_is_one_file_for_a_browser(planted: Tane, tmp_path: Path) -> None:
    said = planted("export", "map.html")

    assert "2 utterances, 2 seeds, 2 clusters" in said.stderr
    assert (tmp_path / "map.html").read_bytes().startswith(b"<!doctype html>")
    assert (tmp_path / "map.html").stat().st_mode & 0o777 == 0o600


def test_a_page_too_large_for_a_browser_is_refused_with_a_way_out(
    planted: Tane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tane.exporting.page.LARGEST_BYTES", 1 << 20)
    planted.sql(
        "INSERT INTO seeds (body, seed_kind) VALUES (repeat('種', 400000), 'knowledge') RETURNING seed_id"
    )

    assert "--only cluster=ID" in planted("export", "map.html", status=1).stderr
    assert not (tmp_path / "map.html").exists()


def test_csv_is_a_zip_and_raw_is_for_it_alone(planted: Tane, tmp_path: Path) -> None:
    planted("export", "out.zip", "--raw")

    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.read("seeds.csv").startswith(b"id,type,kind,")
    assert "in a .zip" in planted("export", "--format", "csv", "out.csv", status=2).stderr
    told = " ".join(planted("export", "all.csv", status=2).stderr.split())
    assert "name it all.zip;" in told
    assert "a folder" in told
    assert "--raw is for CSV" in planted("export", "--raw", "out.json", status=2).stderr


def test_a_folder_that_is_not_there_is_one_clear_message(planted: Tane) -> None:
    assert "cannot be written" in planted("export", "nowhere/out.json", status=1).stderr


def test_without_its_library_parquet_says_what_to_install(
    planted: Tane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    assert "pip install 'tane[export]'" in planted("export", "out.parquet", status=1).stderr
    assert not list(tmp_path.glob("*out*"))


def test_a_folder_gets_the_two_files_of_a_viewer_and_nothing_of_it_is_replaced_unasked(
    planted: Tane, tmp_path: Path
) -> None:
    said = planted("export", "public/data/")

    assert said.stderr == "wrote public/data/: 2 clusters, 1 utterances, 1 seeds\n"
    assert sorted(path.name for path in (tmp_path / "public/data").iterdir()) == [
        "clusters.json",
        "items.json",
    ]
    assert "items.json exists already" in planted("export", "public/data", status=1).stderr
    planted("export", "--force", "public/data")
