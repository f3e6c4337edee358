"""A server that is tied to its starter: gone after a real kill -9, by whatever account, and kept while another holds it."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tane.store.embedded import EmbeddedServer
from tane.store.installation import programs
from tane.store.tied import TiedServer
from tests.conftest import in_memory
from tests.tane.store.test_embedded import IS_ROOT, ROOT, is_alive, postmaster
from tests.waiting import until

STARTER = """
import sys
from pathlib import Path
from tane.store.tied import TiedServer
folder = Path(sys.argv[1])
server = TiedServer(folder / "data", throwaway=folder / "data" if "throwaway" in sys.argv else None)
server.start()
print("held", flush=True)
sys.stdin.readline()
server.stop()
"""
NOBODY = 65534


@pytest.fixture
def parent() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tane-tied-", dir=in_memory()))
    folder.chmod(0o755)
    yield folder
    left_over = EmbeddedServer(folder / "data")
    if left_over._is_up():  # a test failed
        left_over._halt()
    subprocess.run(["rm", "-r", str(folder)], check=True)


def start(folder: Path, *arguments: str, user: int | None = None) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder), *arguments],
        cwd="/", env={**os.environ, "PYTHONPATH": str(ROOT)}, user=user, group=user, extra_groups=[] if user else None,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def run(folder: Path, command: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    places = {"TMPDIR": str(folder), "TANE_DATABASE__DATA_DIR": str(folder / "data"), "HOME": str(folder)}
    return subprocess.Popen(
        [sys.executable, *command], env={**os.environ, **places}, cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def guards(folder: Path) -> list[int]:
    """Return the guards of servers below a folder."""
    arguments = ((found.pid, found.info["cmdline"] or []) for found in psutil.process_iter(["cmdline"]))
    return [
        pid
        for pid, line in arguments
        if "tane.store.tied" in line and any(str(folder) in word for word in line)
    ]


@pytest.fixture(params=["ourselves", "an ordinary user"])
def user(request: pytest.FixtureRequest, parent: Path) -> int | None:
    if request.param == "ourselves" or not IS_ROOT:
        return None
    needed = (programs(), ROOT / "tane" / "store", Path(sys.executable).resolve())
    if not all(folder.stat().st_mode & 0o001 for path in needed for folder in path.parents):
        pytest.skip("the virtual environment or its Python lies where only root may enter")
    os.chown(parent, NOBODY, NOBODY)
    return NOBODY


async def test_it_ends_with_a_starter_that_is_killed_and_its_folder_goes(parent: Path, user: int | None):
    starter = start(parent, "throwaway", user=user)
    server = postmaster(EmbeddedServer(parent / "data"))

    os.killpg(starter.pid, signal.SIGKILL)
    starter.communicate()

    await until(lambda: not guards(parent), what="the guard has done its work")
    assert not is_alive(server)
    assert not (parent / "data").exists()


async def test_its_folder_stays_unless_it_is_thrown_away_and_serves_again(parent: Path):
    starter = start(parent)
    former = postmaster(EmbeddedServer(parent / "data"))
    starter.kill()
    starter.communicate()
    await until(lambda: not guards(parent), what="the guard has done its work")

    server = TiedServer(parent / "data")
    server.start()
    began = server.log_file.read_text()
    server.stop()

    assert not is_alive(former)
    assert "was shut down at" in began  # and not "interrupted"
    assert not guards(parent)


async def test_whoever_else_holds_it_keeps_it_and_the_folder(parent: Path):
    starter = start(parent, "throwaway")
    other = EmbeddedServer(parent / "data")
    other.start()
    server = postmaster(other)

    starter.kill()
    starter.communicate()
    await until(lambda: not guards(parent), what="the guard has looked")

    assert is_alive(server)
    other.stop()
    assert not is_alive(server)


def test_a_starter_that_ends_well_dismisses_its_guard_and_leaves_the_folder(parent: Path):
    starter = start(parent, "throwaway")
    assert len(guards(parent)) == 1

    starter.communicate("\n")

    assert starter.returncode == 0
    assert guards(parent) == []
    assert (parent / "data" / "pgdata").exists()


def test_a_start_that_fails_leaves_no_guard(parent: Path):
    (parent / "data" / "pgdata").mkdir(parents=True)
    (parent / "data" / "pgdata" / "PG_VERSION").write_text("16\n")

    with pytest.raises(Exception, match="holds data of PostgreSQL 16"):
        TiedServer(parent / "data").start()

    assert guards(parent) == []


@pytest.mark.parametrize(
    "command", [("-m", "daemon", "demo"), ("-m", "bench", "queue")], ids=["the demo", "a measurement"]
)
async def test_what_is_killed_leaves_no_server_behind(parent: Path, command: tuple[str, ...]):
    process = run(parent, command)
    found: list[Path] = []

    def is_up() -> bool:
        found[:] = parent.rglob("postmaster.pid")
        with suppress(FileNotFoundError):  # a folder that is not whole yet is renamed meanwhile
            return bool(found and found[0].read_text().count("\n") > 5)
        return False

    await until(is_up, what="its server is up", deadline_s=60)
    server = int(found[0].read_text().split()[0])

    process.kill()
    process.wait()

    await until(lambda: not guards(parent) and not is_alive(server), what="its server has ended")
