"""Files of a run: whole or not there at all, whenever the process is killed."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from tane.store.unfinished import unfinished


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file beside `path` that takes its place when the block ends well; otherwise `path` stays as it was.

    The bytes are on the disk before the name points to them.
    """
    with unfinished(path, ending=".part") as beside:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)


class _Opaque:
    """A file that numpy does not recognise as one: its own way to write to a file forgets why a write failed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        return self._file.write(data)


def save_array(path: Path, array: npt.NDArray[Any]) -> None:
    """Write an array of any shape and plain dtype as `.npy`, in pieces of 16 MiB.

    Raises:
        OSError: with its errno, so that a full disk is known as one.
    """
    with replacing(path) as file:
        np.save(_Opaque(file), array, allow_pickle=False)


def write_header(file: IO[bytes], *, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Begin a `.npy` file whose rows are to follow as plain bytes, a part at a time."""
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


def load_array(path: Path, *, mmap: bool = True) -> npt.NDArray[Any]:
    """Read an array; with `mmap` its pages come from the file as they are touched, read-only.

    An empty array is always read whole: there is nothing to map.
    """
    if not mmap:
        return np.asarray(np.load(path, allow_pickle=False))
    try:
        return np.asanyarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except ValueError:  # mmap refuses a length of zero
        return np.asarray(np.load(path, allow_pickle=False))


def save_json(path: Path, value: Any) -> None:
    """Write a value as JSON; the same value gives the same bytes."""
    with replacing(path) as file:
        file.write(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())


def load_json(path: Path) -> Any:
    """Read what `save_json` wrote."""
    return json.loads(path.read_bytes())
