"""What a command says when its surroundings fail, and with which status it ends."""

import errno
import os

import click
import pytest

from tane.cli.failures import Failure, guarded

REFUSED = ("EIO", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN")


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_disk_or_a_limit_of_the_system_is_told_as_such_and_is_no_bug(
    name: str, capsys: pytest.CaptureFixture[str]
):
    number = getattr(errno, name)

    def call() -> None:
        raise OSError(number, os.strerror(number), "/home/somebody/diary.txt")

    with pytest.raises(Failure, match=f"the system refused \\({os.strerror(number)}\\)") as told:
        guarded(call)

    assert told.value.exit_code == 1
    assert "diary" not in told.value.format_message() + capsys.readouterr().err


def test_an_error_that_nobody_foresaw_is_a_bug(capsys: pytest.CaptureFixture[str]):
    def call() -> None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    with pytest.raises(click.ClickException, match="this is a bug in Tane") as told:
        guarded(call)

    assert told.value.exit_code == 70
    assert "OSError" in capsys.readouterr().err
