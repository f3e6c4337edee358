"""tane db backup and restore with the embedded server, and a daemon that works on what came back."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tane.store.tied import TiedServer
from tests.conftest import UNSAFE_BUT_FAST, in_memory
from tests.tane.cli.conftest import Tane
from tests.tane.store.test_hostile_backups import pg_dump


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tane]:
    """Commands on an embedded server that stays up, so that no command has to start it."""
    folder = Path(tempfile.mkdtemp(prefix="tane-backup-", dir=in_memory()))
    server = TiedServer(folder, options=UNSAFE_BUT_FAST, throwaway=folder)
    server.start()
    monkeypatch.setenv("TANE_DATABASE__DATA_DIR", str(folder))
    monkeypatch.setenv("TANE_LLM__STANDIN", "true")
    yield Tane(server.dsn())
    server.stop()
    shutil.rmtree(folder)


def test_what_was_lost_comes_back_and_a_daemon_works_on_it(embedded: Tane, tmp_path: Path) -> None:
    talk, file = tmp_path / "talk.txt", tmp_path / "tane.dump"
    talk.write_text(
        "睡眠が足りないと、集中できない。\n\n朝の散歩は、頭をはっきりさせる。\n", encoding="utf-8"
    )
    embedded("import", str(talk))

    assert f"wrote {file}" in embedded("db", "backup", str(file)).stderr
    embedded.sql("DELETE FROM utterances")
    embedded.sql("DELETE FROM worker_jobs")
    assert "is not empty" in embedded("db", "restore", str(file), status=1).stderr
    assert "restored" in embedded("db", "restore", str(file), "--replace", "--yes").stderr

    embedded("run", "--drain")
    assert embedded.sql("SELECT count(*) FROM utterances WHERE utterance_role_id IS NOT NULL") == [(2,)]
    assert embedded.sql("SELECT count(*) > 0 FROM embeddings") == [(True,)]


def test_after_forgetting_no_file_of_the_data_folder_holds_a_word(embedded: Tane, tmp_path: Path) -> None:
    """Not even the server's log, into which a session of the owner's own may have let statements and errors through."""
    talk, word = tmp_path / "talk.txt", "ひみつのはなし"
    talk.write_text(f"{word}をしたことを、忘れてほしい。\n", encoding="utf-8")
    embedded("import", str(talk))
    embedded.sql("ALTER ROLE postgres SET log_statement = 'all'")
    embedded.sql(f"SELECT '{word}'")
    folder = Path(os.environ["TANE_DATABASE__DATA_DIR"])
    log = folder / "pgdata" / "server.log"
    log.with_name("server.previous.log").write_bytes(log.read_bytes())
    assert word in log.read_text(encoding="utf-8")

    ((source,),) = embedded.sql("SELECT name FROM sources")
    embedded("forget", "--source", source, "--yes")

    files = [path for path in folder.rglob("*") if path.is_file() and "pg_wal" not in path.parts]
    assert len(files) > 100
    assert [path for path in files if word.encode() in path.read_bytes()] == []


def test_an_empty_database_is_not_backed_up(embedded: Tane, tmp_path: Path) -> None:
    assert "nothing to back up" in embedded("db", "backup", str(tmp_path / "x"), status=1).stderr


def test_a_file_that_exists_is_kept_unless_forced(tane: Tane, tmp_path: Path) -> None:
    file = tmp_path / "tane.dump"
    file.write_text("precious")

    assert "--force" in tane("db", "backup", str(file), status=1).stderr
    assert file.read_text() == "precious"
    tane("db", "backup", "--force", str(file))
    assert zipfile.is_zipfile(file)


def test_a_former_backup_is_restored_only_where_it_is_trusted(tane: Tane, dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "former.dump"
    pg_dump(dsn, file)

    assert "restore it with --unverified" in tane("db", "restore", str(file), status=1).stderr
    assert "restored" in tane("db", "restore", str(file), "--unverified").stderr


def test_a_folder_that_does_not_exist_is_named(tane: Tane, tmp_path: Path) -> None:
    assert "is no folder" in tane("db", "backup", str(tmp_path / "absent" / "x"), status=1).stderr


def test_replacing_asks_and_without_a_terminal_does_nothing(tane: Tane, tmp_path: Path) -> None:
    file = tmp_path / "tane.dump"
    tane("db", "backup", str(file))

    said = tane("db", "restore", str(file), "--replace", status=1).stderr

    assert "nothing was restored; --yes" in said


def test_an_older_backup_in_an_external_database_is_told_the_next_step(tane: Tane, tmp_path: Path) -> None:
    file = tmp_path / "tane.dump"
    tane.sql("DROP TABLE memory_samples, memory_alerts")  # of the newest version
    tane.sql("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)")
    tane("db", "backup", str(file))

    assert "now `tane db migrate`" in tane("db", "restore", str(file)).stderr


def test_a_file_that_is_none_and_one_that_is_absent_are_told_apart(tane: Tane, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no backup")

    assert "is no backup" in tane("db", "restore", str(tmp_path / "x"), status=1).stderr
    assert "does not exist" in tane("db", "restore", str(tmp_path / "y"), status=1).stderr
