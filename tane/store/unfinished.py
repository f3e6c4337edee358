"""Files that are being written: they have a name of their own, and what a killed process left of one does not stay.

The writer holds a lock on it, which the system releases when a process dies however it dies; the next who writes the
same file removes what nobody holds any more.
"""

import fcntl
import glob
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def unfinished(path: Path, *, ending: str, mode: int = 0o666) -> Iterator[Path]:
    """Lend an empty file beside `path`, for one block; who wants to keep it gives it another name inside.

    mode: who may read it, less what the umask takes away.

    Raises:
        OSError: it cannot be made.
    """
    remove_abandoned(path, ending=ending)
    beside = path.with_name(f".{path.name}.{os.getpid()}{ending}")
    lock = _made(beside, mode)
    try:
        yield beside
    finally:
        os.close(lock)
        beside.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file beside `path` that takes its place when the block ends well; otherwise `path` stays as it was.

    The bytes are on the disk before the name points to them.
    """
    with unfinished(path, ending=".part") as beside:
        with beside.open("wb") as file:
            yield file
        put_in_place(beside, path)


def put_in_place(written: Path, path: Path) -> None:
    """Give a file the name `path`; its bytes are on the disk before the name points to them, and the name after."""
    _sync(written)
    written.replace(path)
    _sync(path.parent)


def remove_abandoned(path: Path, *, ending: str) -> None:
    """Remove what processes left that were killed while they wrote `path`."""
    ours = re.compile(re.escape(f".{path.name}.") + r"\d+" + re.escape(ending))
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{glob.escape(ending)}"):
        if ours.fullmatch(left.name):
            with suppress(OSError):  # it is held, or not ours to remove
                _remove(left)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _made(beside: Path, mode: int) -> int:
    """Make the file and hold it; another process may have removed it before it was held."""
    while True:
        beside.unlink(missing_ok=True)
        held = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(held, fcntl.LOCK_EX)
        if beside.exists():
            return held
        os.close(held)


def _remove(left: Path) -> None:
    held = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        left.unlink()
    finally:
        os.close(held)
