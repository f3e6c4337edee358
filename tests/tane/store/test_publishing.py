"""The files from which the staging tables are loaded."""

import errno
import resource
from pathlib import Path

import numpy as np
import pytest

from tane.store.publishing import staged_path, write_staged


def sources(count: int) -> dict[str, np.ndarray]:
    return {"kind": np.zeros(count), "id": np.zeros((count, 16), dtype=np.uint8).view("V16")[:, 0]}


def test_a_table_without_rows_has_a_beginning_and_an_end(tmp_path: Path):
    assert write_staged(tmp_path, "night_sources", sources(0)) == 0
    assert (
        staged_path(tmp_path, "night_sources").read_bytes()
        == b"PGCOPY\n\xff\r\n\x00" + bytes(8) + b"\xff\xff"
    )


def test_a_table_that_finds_no_room_says_so(tmp_path: Path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))  # where nobody may mount a small disk
    try:
        with pytest.raises(OSError) as failed:
            write_staged(tmp_path, "night_sources", sources(10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert failed.value.errno == errno.EFBIG
