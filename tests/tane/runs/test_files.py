import errno
import resource
from pathlib import Path

import numpy as np
import pytest

from tane.runs.files import load_array, load_json, replacing, save_array, save_json


class TestReplacing:
    def test_a_file_that_was_not_finished_leaves_the_old_one_and_no_rest(self, tmp_path: Path):
        path = tmp_path / "a.json"
        save_json(path, 1)

        with pytest.raises(TypeError), replacing(path) as file:
            file.write("half of it, as text into a file of bytes")  # type: ignore[call-overload]

        assert load_json(path) == 1
        assert list(tmp_path.iterdir()) == [path]


class TestArrays:
    def test_come_back_mapped_and_read_only(self, tmp_path: Path):
        array = np.arange(12, dtype=np.float32).reshape(3, 4)
        save_array(tmp_path / "a.npy", array)

        found = load_array(tmp_path / "a.npy")

        assert isinstance(found, np.memmap)
        assert not found.flags.writeable
        assert np.array_equal(found, array)
        assert found.dtype == np.float32

    def test_without_rows_come_back_too(self, tmp_path: Path):
        save_array(tmp_path / "a.npy", np.empty((0, 4), dtype=np.float32))

        assert load_array(tmp_path / "a.npy").shape == (0, 4)

    def test_that_find_no_room_say_so_and_leave_no_rest(self, tmp_path: Path):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))  # where nobody may mount a small disk
        try:
            with pytest.raises(OSError) as failed:
                save_array(tmp_path / "a.npy", np.ones(100_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

        assert failed.value.errno == errno.EFBIG
        assert list(tmp_path.iterdir()) == []

    def test_can_be_read_whole(self, tmp_path: Path):
        save_array(tmp_path / "a.npy", np.ones(3))

        assert not isinstance(load_array(tmp_path / "a.npy", mmap=False), np.memmap)


def test_the_same_value_gives_the_same_bytes(tmp_path: Path):
    save_json(tmp_path / "a", {"b": 1, "a": "種"})
    save_json(tmp_path / "b", {"a": "種", "b": 1})

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
