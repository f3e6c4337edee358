"""Files that are being written, and what is left of them by those who were killed."""

import fcntl
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from tane.store import backup
from tane.store.pool import Connection
from tane.store.unfinished import replacing, unfinished
from tests.tane.store.drill import fill


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def write_until_killed(path: Path) -> None:
    with unfinished(path, ending=".part") as beside:
        beside.write_text("half a diary")
        os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path):
    path = tmp_path / "diary [1].html"
    writer = multiprocessing.get_context("spawn").Process(target=write_until_killed, args=(path,))
    writer.start()
    writer.join()
    assert hidden(tmp_path) == [f".diary [1].html.{writer.pid}.part"]

    with unfinished(path, ending=".part") as beside:
        beside.write_text("a whole diary")
        beside.replace(path)

    assert (path.read_text(), hidden(tmp_path)) == ("a whole diary", [])


def test_what_somebody_writes_now_and_what_is_not_ours_stays(tmp_path: Path):
    held, foreign = tmp_path / ".a.html.4194304.part", tmp_path / ".a.html.mine.part"
    held.touch()
    foreign.touch()
    with held.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with unfinished(tmp_path / "a.html", ending=".part"):
            pass

    assert hidden(tmp_path) == [held.name, foreign.name]


async def test_a_backup_removes_what_a_killed_one_left_of_everything_that_was_said(
    dsn: str, conn: Connection, tmp_path: Path
):
    await fill(conn, vectors=1)
    (tmp_path / ".tane.dump.4194304.partial").write_text("all that was said")

    await backup.back_up(dsn, tmp_path / "tane.dump")

    assert hidden(tmp_path) == []


def test_what_was_not_finished_leaves_the_old_file_and_no_rest(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text("1")

    with pytest.raises(TypeError), replacing(path) as file:
        file.write("half of it, as text into a file of bytes")  # type: ignore[call-overload]

    assert path.read_text() == "1"
    assert list(tmp_path.iterdir()) == [path]
