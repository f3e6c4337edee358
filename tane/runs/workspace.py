"""The folder of a run: files by name and type, whole or not there at all whenever the process is killed.

They hold vectors and texts of the user, so nobody else may enter.
"""

import json
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, TypeVar, overload
from uuid import UUID

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from tane.store.unfinished import replacing

ABANDONED_AFTER_S = 14 * 86_400.0

Scalar = TypeVar("Scalar", bound=np.generic)
Value = TypeVar("Value")
AnyFile = TypeVar("AnyFile")


class Array(Generic[Scalar]):
    """An array of any shape and plain dtype."""

    def __init__(self, stem: Path) -> None:
        self.path = stem.with_name(f"{stem.name}.npy")

    def save(self, array: npt.NDArray[Scalar]) -> None:
        """Write it in pieces of 16 MiB.

        Raises:
            OSError: with its errno, so that a full disk is known as one.
        """
        with replacing(self.path) as file:
            np.save(_Opaque(file), array, allow_pickle=False)

    def load(self) -> npt.NDArray[Scalar]:
        """Read it into memory."""
        return np.asarray(np.load(self.path, allow_pickle=False))

    def mapped(self) -> npt.NDArray[Scalar]:
        """Return it read-only; its pages come from the file as they are touched. An empty one is read whole."""
        try:
            return np.asanyarray(np.load(self.path, mmap_mode="r", allow_pickle=False))
        except ValueError:  # a length of zero cannot be mapped
            return self.load()


class Json(Generic[Value]):
    """A value of plain types; the same value gives the same bytes."""

    def __init__(self, stem: Path) -> None:
        self.path = stem.with_name(f"{stem.name}.json")

    def save(self, value: Value) -> None:
        """Write it."""
        with replacing(self.path) as file:
            file.write(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())

    def load(self) -> Value:
        """Read it."""
        value: Value = json.loads(self.path.read_bytes())
        return value


class Record(Generic[Value]):
    """A dataclass, with its ids and times, as JSON."""

    def __init__(self, kind: type[Value], stem: Path) -> None:
        self._json: Json[Any] = Json(stem)
        self._adapter = TypeAdapter(kind)

    def save(self, value: Value) -> None:
        """Write it."""
        self._json.save(self._adapter.dump_python(value, mode="json"))

    def load(self) -> Value:
        """Read it."""
        return self._adapter.validate_python(self._json.load())


class JsonLines(Generic[Value]):
    """Dataclasses as JSON, one a line: written and read one at a time."""

    def __init__(self, kind: type[Value], stem: Path) -> None:
        self.path = stem.with_name(f"{stem.name}.jsonl")
        self._adapter = TypeAdapter(kind)

    def save(self, values: Iterable[Value]) -> int:
        """Write them; return how many."""
        count = 0
        with replacing(self.path) as file:
            for value in values:
                file.write(self.encoded(value))
                count += 1
        return count

    def encoded(self, value: Value) -> bytes:
        """Return the line of one."""
        return self._adapter.dump_json(value) + b"\n"

    def load(self) -> Iterator[Value]:
        """Yield them in order."""
        with self.path.open("rb") as file:
            for line in file:
                yield self._adapter.validate_json(line)


class VectorRows:
    """Vectors of one length, (n, d) float32, appended a block at a time."""

    def __init__(self, stem: Path) -> None:
        self.path = stem.with_name(f"{stem.name}.f32")

    def mapped(self, dims: int) -> npt.NDArray[np.float32]:
        """Return them read-only; their pages come from the file as they are touched."""
        if not self.path.stat().st_size:
            return np.zeros((0, dims), dtype=np.float32)
        return np.memmap(self.path, dtype=np.float32, mode="r").reshape(-1, dims)


class Raw:
    """Bytes."""

    def __init__(self, stem: Path) -> None:
        self.path = stem.with_name(f"{stem.name}.bin")

    def save(self, content: bytes) -> None:
        """Write them."""
        with replacing(self.path) as file:
            file.write(content)

    def load(self) -> bytes:
        """Read them."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Files of a run; its subclasses say which. It travels to the processes that compute."""

    folder: Path
    prefix: str = ""


class StoredFile(Generic[AnyFile]):
    """A file of a workspace, named as its attribute."""

    def __init__(self, kind: Callable[[Path], AnyFile]) -> None:
        self._kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, workspace: None, owner: type) -> "StoredFile[AnyFile]": ...
    @overload
    def __get__(self, workspace: Workspace, owner: type) -> AnyFile: ...
    def __get__(self, workspace: Workspace | None, owner: type) -> "StoredFile[AnyFile] | AnyFile":
        if workspace is None:
            return self
        return self._kind(workspace.folder / f"{workspace.prefix}{self._name}")


class _Opaque:
    """A file that numpy does not recognise as one: its own way to write to a file forgets why a write failed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        return self._file.write(data)


def write_header(file: IO[bytes], *, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Begin a `.npy` file whose rows are to follow as plain bytes, a part at a time."""
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


# ---------------------------------------------------------------- folders


def make(folder: Path, *, version: int) -> None:
    """Make the folder of a run, whose files will be of this version of their format."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _version(folder).save(version)


def is_of_version(folder: Path, version: int) -> bool:
    """Tell whether a run can go on with what lies in its folder, if there is one."""
    try:
        return _version(folder).load() == version
    except (OSError, ValueError):
        return False


def sweep(state: Path, spent: Collection[str]) -> int:
    """Remove the folders of these names, and what nobody has touched for two weeks; return how many.

    Daemons of other databases may keep theirs beside ours, and the operator whatever else.
    """
    if not state.is_dir():
        return 0
    oldest_s = time.time() - ABANDONED_AFTER_S
    doomed = [
        folder
        for folder in state.iterdir()
        if _is_of_a_run(folder) and (folder.name in spent or folder.stat().st_mtime < oldest_s)
    ]
    for folder in doomed:
        shutil.rmtree(folder, ignore_errors=True)
    return len(doomed)


def _version(folder: Path) -> Json[int]:
    return Json(folder / "version")


def _is_of_a_run(folder: Path) -> bool:
    try:
        UUID(folder.name)
    except ValueError:
        return False
    return folder.is_dir()
