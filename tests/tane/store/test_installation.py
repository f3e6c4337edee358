import contextlib
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tane.store.installation import server_account

ACCOUNT = f"tane-test-{os.getpid()}"
PRINT_ID = f"from tane.store.installation import server_account; print(server_account({ACCOUNT!r}).pw_uid)"


@pytest.fixture
def no_account() -> Iterator[None]:
    yield
    with contextlib.suppress(FileNotFoundError):
        subprocess.run(["userdel", ACCOUNT], capture_output=True, check=False)


@pytest.mark.usefixtures("no_account")
def test_programs_that_start_at_the_same_moment_make_one_account():
    if os.geteuid() != 0:
        assert server_account(ACCOUNT) is None  # PostgreSQL runs as whoever starts it
        return
    programs = [
        subprocess.Popen([sys.executable, "-c", PRINT_ID], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    printed = {program.communicate()[0].strip() for program in programs}

    assert printed == {str(pwd.getpwnam(ACCOUNT).pw_uid)}
