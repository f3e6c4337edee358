"""A disk without room is named, whoever meets it first."""

import errno
import os

import pytest

from tane.cli.failures import failure
from tane.store.errors import StoreUnavailable


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_file_that_finds_no_room_names_its_disk(number: int) -> None:
    told = failure(OSError(number, os.strerror(number), "/mnt/small/a.csv"))

    assert told is not None
    assert told.format_message() == "the disk of /mnt/small/a.csv is full: make room and try again"


def test_a_database_without_room_is_not_called_out_of_reach() -> None:
    told = failure(StoreUnavailable("the disk of the database server is full, make room", sqlstate="53100"))

    assert told is not None
    assert told.format_message() == "the disk of the database server is full, make room"


def test_another_trouble_of_a_file_is_none_of_a_disk() -> None:
    told = failure(OSError(errno.EIO, "Input/output error"))

    assert told is not None
    assert "full" not in told.format_message()
    assert "Input/output error" in told.format_message()
