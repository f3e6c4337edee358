"""The files of a run, and its folder."""

import errno
import os
import pickle
import resource
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from tane.runs import workspace
from tane.runs.workspace import Array, Json, Raw, Record, StoredFile, Workspace

LONG_AGO_S = time.time() - workspace.ABANDONED_AFTER_S - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    id: UUID
    seen_at: datetime
    parents: tuple[UUID, ...]
    drift: float
    title: str | None = None


class Files(Workspace):
    vectors = StoredFile(Array[np.float32])
    facts = StoredFile(Json[dict[str, object]])
    cluster = StoredFile(partial(Record, Cluster))
    start = StoredFile(Raw)

    @property
    def below(self) -> "Files":
        return Files(self.folder, "below_")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def made(state: Path, name: str, *, is_old: bool = False) -> Path:
    folder = state / name
    workspace.make(folder, version=1)
    if is_old:
        os.utime(folder, (LONG_AGO_S, LONG_AGO_S))
    return folder


class TestArrays:
    def test_come_back_mapped_and_read_only(self, files: Files):
        array = np.arange(12, dtype=np.float32).reshape(3, 4)
        files.vectors.save(array)

        found = files.vectors.mapped()

        assert isinstance(found, np.memmap)
        assert not found.flags.writeable
        assert np.array_equal(found, array)
        assert found.dtype == np.float32

    def test_without_rows_come_back_too(self, files: Files):
        files.vectors.save(np.empty((0, 4), dtype=np.float32))

        assert files.vectors.mapped().shape == (0, 4)

    def test_that_find_no_room_say_so_and_leave_no_rest(self, files: Files):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))  # where nobody may mount a small disk
        try:
            with pytest.raises(OSError) as failed:
                files.vectors.save(np.ones(100_000, dtype=np.float32))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

        assert failed.value.errno == errno.EFBIG
        assert list(files.folder.iterdir()) == []

    def test_are_read_whole_where_that_is_asked_for(self, files: Files):
        files.vectors.save(np.ones(3, dtype=np.float32))

        assert not isinstance(files.vectors.load(), np.memmap)


class TestOtherFiles:
    def test_of_the_same_value_hold_the_same_bytes(self, files: Files):
        files.facts.save({"b": 1, "a": "種"})
        files.below.facts.save({"a": "種", "b": 1})

        assert files.facts.path.read_bytes() == files.below.facts.path.read_bytes()

    def test_bring_back_a_dataclass_with_its_ids_times_and_odd_numbers(self, files: Files):
        cluster = Cluster(id=uuid4(), seen_at=datetime.now(UTC), parents=(uuid4(),), drift=float("inf"))

        files.cluster.save(cluster)

        assert files.cluster.load() == cluster

    def test_bring_back_bytes(self, files: Files):
        files.start.save(b"\x00\xff")

        assert files.start.load() == b"\x00\xff"

    def test_are_named_as_their_attributes_after_what_they_are_part_of(self, files: Files):
        assert files.below.vectors.path == files.folder / "below_vectors.npy"

    def test_are_found_by_the_processes_that_compute(self, files: Files):
        files.facts.save({"a": 1})

        assert pickle.loads(pickle.dumps(files)).facts.load() == {"a": 1}


class TestSweeping:
    def test_removes_what_is_spent_or_abandoned_and_keeps_the_rest(self, tmp_path: Path):
        spent, young = made(tmp_path, str(uuid4())), made(tmp_path, str(uuid4()))
        abandoned = made(tmp_path, str(uuid4()), is_old=True)
        (spent / "vectors.npy").write_bytes(b"0")

        assert workspace.sweep(tmp_path, {spent.name}) == 2
        assert [path.exists() for path in (spent, abandoned, young)] == [False, False, True]

    def test_never_touches_what_is_no_folder_of_a_run(self, tmp_path: Path):
        mine = made(tmp_path, "photographs", is_old=True)

        assert workspace.sweep(tmp_path, set()) == 0
        assert mine.exists()

    def test_of_nothing_does_nothing(self, tmp_path: Path):
        assert workspace.sweep(tmp_path / "never made", set()) == 0


def test_nobody_else_may_look_into_a_run(tmp_path: Path):
    assert made(tmp_path, "run").stat().st_mode & 0o777 == 0o700


def test_a_folder_tells_the_version_of_its_files(tmp_path: Path):
    folder = made(tmp_path, "run")

    assert workspace.is_of_version(folder, 1)
    assert not workspace.is_of_version(folder, 2)
    assert not workspace.is_of_version(tmp_path / "never made", 1)
