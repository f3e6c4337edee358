"""tane db backup and restore with the embedded server, and a daemon that works on what came back."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.embedded import EmbeddedServer
from tests.conftest import UNSAFE_BUT_FAST, in_memory
from tests.daemon.cli.conftest import Tane

DEADLINE_S = 120


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The folder of an embedded server that stays up, so that no command has to start it."""
    path = Path(tempfile.mkdtemp(prefix="tane-backup-", dir=in_memory()))
    server = EmbeddedServer(path, options=UNSAFE_BUT_FAST)
    server.start()
    yield path
    server.stop()
    shutil.rmtree(path)


def tane(folder: Path, *arguments: str, status: int = 0) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, "-m", "daemon", "--set", f"database.data_dir={folder}", "--set", "llm.standin=true", *arguments],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=DEADLINE_S, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return done


def test_what_was_forgotten_by_accident_comes_back_and_a_daemon_works_on_it(
    folder: Path, tmp_path: Path
) -> None:
    talk, file = tmp_path / "talk.txt", tmp_path / "tane.dump"
    talk.write_text(
        "睡眠が足りないと、集中できない。\n\n朝の散歩は、頭をはっきりさせる。\n", encoding="utf-8"
    )
    tane(folder, "import", str(talk))

    assert f"wrote {file}" in tane(folder, "db", "backup", str(file)).stderr
    tane(folder, "db", "psql", "-c", "DELETE FROM utterances; DELETE FROM worker_jobs")
    assert "is not empty" in tane(folder, "db", "restore", str(file), status=1).stderr
    assert "restored" in tane(folder, "db", "restore", str(file), "--replace", "--yes").stderr

    tane(folder, "run", "--drain")
    done = tane(folder, "db", "psql", "-Atc", "SELECT count(*) FROM worker_jobs WHERE status = 'done'").stdout
    assert int(done) > 0
    assert tane(folder, "db", "psql", "-Atc", "SELECT count(*) FROM utterances").stdout == "2\n"


def test_a_file_that_exists_is_kept_unless_forced(tane: Tane, tmp_path: Path) -> None:
    file = tmp_path / "tane.dump"
    file.write_text("precious")

    assert "--force" in tane("db", "backup", str(file), status=1).stderr
    assert file.read_text() == "precious"
    tane("db", "backup", "--force", str(file))
    assert file.read_bytes().startswith(b"PGDMP")


def test_a_folder_that_does_not_exist_is_named(tane: Tane, tmp_path: Path) -> None:
    assert "is no folder" in tane("db", "backup", str(tmp_path / "absent" / "x"), status=1).stderr


def test_replacing_asks_and_without_a_terminal_does_nothing(tane: Tane, tmp_path: Path) -> None:
    file = tmp_path / "tane.dump"
    tane("db", "backup", str(file))

    said = tane("db", "restore", str(file), "--replace", status=1).stderr

    assert "nothing was restored; --yes" in said


def test_an_older_backup_in_an_external_database_is_told_the_next_step(tane: Tane, tmp_path: Path) -> None:
    file = tmp_path / "tane.dump"
    tane.sql("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)")
    tane("db", "backup", str(file))

    assert "now `tane db migrate`" in tane("db", "restore", str(file)).stderr


def test_a_file_that_is_none_and_one_that_is_absent_are_told_apart(tane: Tane, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no backup")

    assert "is no backup" in tane("db", "restore", str(tmp_path / "x"), status=1).stderr
    assert "does not exist" in tane("db", "restore", str(tmp_path / "y"), status=1).stderr
