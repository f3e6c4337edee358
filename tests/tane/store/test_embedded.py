"""The embedded server: started once, shared by locks, stopped by the last, alive again after any crash."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from tane.store.embedded import EmbeddedServer
from tane.store.errors import StoreError, StoreUnavailable
from tane.store.installation import ACCOUNT, programs
from tane.store.pool import connect
from tests.conftest import in_memory

ROOT = Path(__file__).parents[3]
IS_ROOT = os.geteuid() == 0
HOLDER = """
import sys
from pathlib import Path
from tane.store.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print("held", flush=True)
sys.stdin.readline()
server.stop()
"""


async def answers(server: EmbeddedServer) -> bool:
    try:
        conn = await asyncpg.connect(server.dsn("postgres"), timeout=5)
    except (OSError, asyncpg.PostgresError):
        return False
    await conn.close()
    return True


def postmaster(server: EmbeddedServer) -> int:
    return int((server.folder / "pgdata" / "postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill_and_wait(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while is_alive(pid) and time.monotonic() < deadline:
        os.sched_yield()


@pytest.fixture
def hold() -> Iterator[Callable[[Path], "subprocess.Popen[str]"]]:
    """Start another process that holds the server of a folder until its input ends."""
    started = []

    def start(folder: Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """A folder whose server was made and stopped; tests copy it instead of waiting for initdb."""
    folder = Path(tempfile.mkdtemp(prefix="tane-prepared-", dir=in_memory()))
    server = EmbeddedServer(folder)
    server.start()
    server.stop()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder(prepared: Path) -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="tane-embedded-", dir=in_memory()))
    copied = parent / "data"
    subprocess.run(["cp", "-a", str(prepared), str(copied)], check=True)
    yield copied
    left_over = EmbeddedServer(copied)
    if left_over._is_up():  # a test failed
        left_over._halt()
    shutil.rmtree(parent)


@pytest.fixture
def empty() -> Iterator[Path]:
    """A new folder that root's server can reach; pytest's own are closed to all other accounts."""
    folder = Path(tempfile.mkdtemp(prefix="tane-empty-", dir=in_memory()))
    yield folder
    shutil.rmtree(folder)


class TestSharing:
    async def test_the_last_user_stops_the_server(self, folder: Path):
        first, second = EmbeddedServer(folder), EmbeddedServer(folder)

        first.start()
        second.start()
        first.stop()
        assert await answers(second)
        second.stop()

        assert not await answers(second)

    async def test_a_second_process_joins_and_keeps_the_server_after_the_first_left(
        self, folder: Path, hold: Callable[[Path], "subprocess.Popen[str]"]
    ):
        server = EmbeddedServer(folder)
        server.start()
        pid = postmaster(server)
        other = hold(folder)

        server.stop()
        assert await answers(server)
        assert postmaster(server) == pid

        other.communicate("")
        assert other.returncode == 0
        assert not await answers(server)

    async def test_a_holder_that_was_killed_keeps_nobody_from_stopping_the_server(
        self, folder: Path, hold: Callable[[Path], "subprocess.Popen[str]"]
    ):
        killed = hold(folder)
        killed.kill()
        killed.wait()
        server = EmbeddedServer(folder)
        assert await answers(server)

        server.start()
        server.stop()

        assert not await answers(server)

    def test_several_may_begin_with_an_empty_folder_at_once(self, empty: Path):
        servers = [EmbeddedServer(empty) for _ in range(3)]

        with ThreadPoolExecutor() as threads:
            list(threads.map(EmbeddedServer.start, servers))
        pid = postmaster(servers[0])
        for server in servers:
            server.stop()

        assert not is_alive(pid)

    def test_what_was_never_started_may_be_stopped(self, tmp_path: Path):
        EmbeddedServer(tmp_path / "absent").stop()

        assert not (tmp_path / "absent").exists()


class TestCrashes:
    async def test_committed_rows_survive_the_death_of_the_server(self, folder: Path):
        server = EmbeddedServer(folder)
        server.start()
        conn = await connect(server.dsn())
        await conn.execute("CREATE TABLE kept (a integer)")
        await conn.execute("INSERT INTO kept VALUES (42)")
        kill_and_wait(postmaster(server))
        conn.terminate()

        again = EmbeddedServer(folder)
        again.start()

        conn = await connect(again.dsn())
        assert await conn.fetchval("SELECT a FROM kept") == 42
        await conn.close()
        server.stop()
        again.stop()

    async def test_the_log_of_the_crash_is_kept_beside_the_new_one(self, folder: Path):
        server = EmbeddedServer(folder)
        server.start()
        kill_and_wait(postmaster(server))

        server.start()
        server.stop()

        assert "not properly shut down" in server.log_file.read_text()
        assert "ready to accept" in server.log_file.with_name("server.previous.log").read_text()

    async def test_a_server_that_died_can_be_given_back(self, folder: Path):
        server = EmbeddedServer(folder)
        server.start()
        kill_and_wait(postmaster(server))

        server.stop()

        assert not await answers(server)

    async def test_a_process_with_the_number_of_a_dead_server_is_not_taken_for_it(self, folder: Path):
        server = EmbeddedServer(folder)
        (folder / "pgdata" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n0\n5432\n\n\n")

        server.start()

        assert await answers(server)
        server.stop()

    def test_a_frozen_server_is_not_waited_for(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        """psql reaches its socket and hears nothing: without a limit of its own, start would wait for ever."""
        server = EmbeddedServer(folder)
        server.start()
        frozen = postmaster(server)
        os.kill(frozen, signal.SIGSTOP)
        monkeypatch.setattr(
            "tane.store.embedded._PROGRAM_TIMEOUT_S", {"initdb": 60, "pg_ctl": 60, "psql": 0.2}
        )
        monkeypatch.setattr("tane.store.embedded.START_TIMEOUT_S", 0)

        try:
            with pytest.raises(StoreUnavailable, match="did not"):
                EmbeddedServer(folder).start()
        finally:
            os.kill(frozen, signal.SIGCONT)
            monkeypatch.undo()
            server.stop()

    def test_an_initialisation_that_was_cut_off_is_begun_anew(self, empty: Path):
        (empty / "pgdata.partial").mkdir()
        (empty / "pgdata.partial" / "PG_VERSION").write_text("18\n")
        server = EmbeddedServer(empty)

        server.start()
        server.stop()

        assert sorted(path.name for path in empty.iterdir()) == ["pgdata", "start.lock", "users.lock"]


class TestFolders:
    @pytest.mark.parametrize(
        "name", ["with a space", "日本語, 'quoted'", "long" * 40], ids=["space", "marks", "too long"]
    )
    async def test_of_any_name_and_length_serve(self, folder: Path, name: str):
        server = EmbeddedServer(await asyncio.to_thread(folder.rename, folder.with_name(name)))

        server.start()
        conn = await connect(server.dsn())

        assert await conn.fetchval("SELECT current_database()") == "tane"
        await conn.close()
        server.stop()
        outside = server._socket_folder()
        if not outside.is_relative_to(server.folder):
            outside.rmdir()
        await asyncio.to_thread(server.folder.rename, folder)

    def test_with_data_of_another_postgresql_are_left_alone(self, folder: Path):
        (folder / "pgdata" / "PG_VERSION").write_text("16\n")

        with pytest.raises(StoreError, match="holds data of PostgreSQL 16, this Tane brings 18"):
            EmbeddedServer(folder).start()

    def test_whose_server_cannot_start_name_its_log(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("tane.store.embedded._REFUSED_START_S", 0)
        server = EmbeddedServer(folder, options={"shared_buffers": "nonsense"})

        with pytest.raises(StoreUnavailable, match=r"its log is .*server\.log"):
            server.start()

    @pytest.mark.skipif(not IS_ROOT, reason="only root's server runs under another account")
    def test_in_a_closed_home_are_refused_to_root_and_stay_closed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        monkeypatch.setenv("HOME", str(home))

        with pytest.raises(StoreError, match="which only root may enter: choose one outside it"):
            EmbeddedServer(home / "tane").start()

        assert home.stat().st_mode & 0o777 == 0o700

    async def test_hold_a_server_that_only_its_account_can_reach(self, folder: Path):
        server = EmbeddedServer(folder)
        server.start()
        conn = await connect(server.dsn())

        assert await conn.fetchval("SHOW listen_addresses") == ""
        assert (folder / "pgdata").stat().st_mode & 0o077 == 0
        await conn.close()
        server.stop()


class TestPrivacy:
    async def test_the_log_holds_no_statement_no_argument_and_no_row(self, folder: Path):
        secret = "秘密の日記"
        server = EmbeddedServer(folder)
        server.start()
        conn = await connect(server.dsn())
        await conn.execute("CREATE TABLE diary (entry text UNIQUE, day integer)")
        for statement in (
            f"SELECT '{secret}'::integer",
            f"SELECT nonsense FROM diary WHERE entry = '{secret}'",
            f"INSERT INTO diary VALUES ('{secret}'), ('{secret}')",
            f"DO $$ BEGIN RAISE WARNING '{secret}'; END $$",
        ):
            with pytest.raises(asyncpg.PostgresError) if "DO" not in statement else warnings.catch_warnings():
                await conn.execute(statement)
        with pytest.raises(asyncpg.PostgresError):
            await conn.execute("SELECT $1::text::integer", secret)
        await conn.close()
        server.stop()

        assert secret not in server.log_file.read_text(encoding="utf-8")


@pytest.mark.skipif(not IS_ROOT, reason="the whole suite runs as an ordinary user")
class TestAccounts:
    async def test_roots_server_runs_under_an_account_of_its_own(self, folder: Path):
        server = EmbeddedServer(folder)
        server.start()
        owner = await asyncio.to_thread(Path(f"/proc/{postmaster(server)}").owner)
        server.stop()

        assert owner == ACCOUNT

    async def test_programs_out_of_the_accounts_reach_are_copied_with_their_libraries(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("tane.store.installation._is_open", lambda _: False)  # as below a closed /root

        server = EmbeddedServer(folder)
        server.start()
        program = await asyncio.to_thread(Path(f"/proc/{postmaster(server)}/exe").readlink)
        server.stop()

        assert folder in program.parents

    def test_an_ordinary_user_runs_it_as_himself(self):
        if not all(parent.stat().st_mode & 0o001 for parent in programs().parents):
            pytest.skip("the virtual environment lies where only root may enter")
        folder = Path(tempfile.mkdtemp(prefix="tane-nobody-", dir=in_memory()))
        os.chown(folder, 65534, 65534)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours holds a lock here
            child = os.fork()
        if child == 0:
            os._exit(_serve_as(65534, folder))

        _, status = os.waitpid(child, 0)

        assert os.waitstatus_to_exitcode(status) == 0
        assert (folder / "pgdata" / "PG_VERSION").stat().st_uid == 65534
        shutil.rmtree(folder)


def _serve_as(uid: int, folder: Path) -> int:
    """In a forked child: become this user, start, survive a stale process number, stop."""
    try:
        os.chdir("/")
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        server = EmbeddedServer(folder / "data")
        server.start()
        is_own = Path(f"/proc/{postmaster(server)}").stat().st_uid == uid
        server.stop()
        (folder / "data" / "pgdata" / "postmaster.pid").write_text(f"{os.getpid()}\n")
        server.start()
        server.stop()
        shutil.move(folder / "data" / "pgdata", folder / "pgdata")
    except BaseException:  # noqa: BLE001 - nothing of a forked test may run on
        return 1
    return 0 if is_own else 2
