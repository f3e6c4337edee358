import os
import time
from pathlib import Path
from uuid import uuid4

from tane.runs import folders
from tane.settings.model import Database, Nightly, Settings

LONG_AGO_S = time.time() - folders.ABANDONED_AFTER_S - 1


def made(state: Path, name: str, *, is_old: bool = False) -> Path:
    folder = state / name
    folders.make(folder)
    if is_old:
        os.utime(folder, (LONG_AGO_S, LONG_AGO_S))
    return folder


class TestSweeping:
    def test_removes_what_is_spent_or_abandoned_and_keeps_the_rest(self, tmp_path: Path):
        spent, young = made(tmp_path, str(uuid4())), made(tmp_path, str(uuid4()))
        abandoned = made(tmp_path, str(uuid4()), is_old=True)
        (spent / "vectors.npy").write_bytes(b"0")

        assert folders.sweep(tmp_path, {spent.name}) == 2
        assert [path.exists() for path in (spent, abandoned, young)] == [False, False, True]

    def test_never_touches_what_is_no_folder_of_a_run(self, tmp_path: Path):
        mine = made(tmp_path, "photographs", is_old=True)

        assert folders.sweep(tmp_path, set()) == 0
        assert mine.exists()

    def test_of_nothing_does_nothing(self, tmp_path: Path):
        assert folders.sweep(tmp_path / "never made", set()) == 0


def test_nobody_else_may_look_into_a_run(tmp_path: Path):
    assert made(tmp_path, "run").stat().st_mode & 0o777 == 0o700


def test_runs_stand_beside_the_database_unless_the_settings_say_where(tmp_path: Path):
    database = Database(data_dir=tmp_path)

    assert folders.state_dir(Settings(database=database)) == tmp_path / "nightly"
    chosen = Settings(database=database, nightly=Nightly(state_dir=tmp_path / "fast"))
    assert folders.state_dir(chosen) == tmp_path / "fast"
