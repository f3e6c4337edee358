"""A file system of a few kilobytes: a disk that is full at once. Needs the right to mount."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotMount(Exception):  # noqa: N818 - reads as the state it reports
    """This account may not mount file systems."""


class TinyDisk:
    """A mounted file system in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def grow(self, size: str = "256m") -> None:
        """Make room."""
        _mount("-o", f"remount,size={size}", str(self.folder))


@contextmanager
def tiny_disk(folder: Path, *, size: str) -> Iterator[TinyDisk]:
    """Mount one in a folder of its own.

    Raises:
        CannotMount: nothing was done.
    """
    folder.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(folder))
    try:
        yield TinyDisk(folder)
    finally:
        # Lazily: a process that was killed a moment ago may still stand in it.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> None:
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise CannotMount from None
