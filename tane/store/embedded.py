"""Runs the PostgreSQL of `tane.store.installation` in a folder of ours.

Everybody who uses the server holds a shared lock on `users.lock`; who leaves last stops it. The
kernel releases locks of killed processes, so no list of process ids can go stale. The server listens
on a Unix socket inside a private folder only.
"""

import fcntl
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from tane.store.errors import StoreError, StoreUnavailable
from tane.store.installation import MAJOR_VERSION, open_path_to, reachable_programs, server_account

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 60
# After a crash the last backends may hold the shared memory for a moment.
_REFUSED_START_S = 5
# Of PostgreSQL's programs: what they take on a slow disk, many times over. A frozen server answers none of them.
_PROGRAM_TIMEOUT_S = {"initdb": 600, "pg_ctl": START_TIMEOUT_S + 30, "psql": 60}
_SOCKET_PATH_LIMIT = 100
# A start needs a segment of the write-ahead log (16 MiB) and a little more.
_LEAST_FREE_BYTES = 24 * 2**20
_NO_ROOM = "No space left on device"

# Personal text must not reach the server's log through statements, failing rows or the errors that
# quote them: clients get those anyway. "log" leaves out errors and keeps starts, crashes and stops.
_CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "log_error_verbosity": "terse",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_lock_waits": "off",
    "log_temp_files": "-1",
    "log_destination": "stderr",
    "logging_collector": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    "timezone": "UTC",
    "jit": "off",
}
# Given on the command line as well, which ALTER SYSTEM does not reach past.
_PRIVATE = tuple(name for name in _CONFIGURATION if name.startswith(("log_", "debug_")))


class EmbeddedServer:
    """A handle on the server of one folder; made by `start`, given back by `stop`."""

    def __init__(
        self, folder: Path, *, options: Mapping[str, str] | None = None, major: str = MAJOR_VERSION
    ) -> None:
        self.folder = folder
        self._major = major
        self._options = {**_CONFIGURATION, **(options or {})}
        self._pgdata = folder / "pgdata"
        self._users: int | None = None

    def __repr__(self) -> str:
        return f"<EmbeddedServer {self.folder} {'held' if self._users is not None else 'not held'}>"

    def dsn(self, database: str = "tane") -> str:
        """Return the address of a database of this server."""
        return f"postgresql://postgres@/{quote(database)}?host={quote(str(self._socket_folder()))}"

    @property
    def log_file(self) -> Path:
        """The server's own log."""
        return self._pgdata / "server.log"

    def start(self) -> None:
        """Make the folder if needed, start the server unless it runs already, and hold it.

        Raises:
            StoreUnavailable: the server did not come up; its log says why.
            StoreError: no account for the server as root, or the folder belongs to another PostgreSQL.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._starting():
            if self._users is None:
                self._users = os.open(
                    self.folder / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
                )
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                self._initialise()
                self._launch()
                self._create_database("tane")
            except BaseException:
                self._leave()
                raise

    def is_alive(self) -> bool:
        """Tell whether the server's process lives, at the cost of reading two small files; it may still be recovering."""
        try:
            pid = int((self._pgdata / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return False
        if Path("/proc/self").exists():
            return self._is_ours(pid)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def revive(self) -> None:
        """Start the server again after it was killed; of several processes that hold it, one does.

        Raises:
            StoreUnavailable: it does not come up; try again later.
        """
        with self._starting():
            if self._users is not None:
                self._launch()

    def stop(self) -> None:
        """Give the server back; it ends unless another process still holds it."""
        if self._users is None:
            return
        with self._starting():
            self._leave()

    def recreate(self, database: str = "tane") -> None:
        """Drop a database with everything in it, whoever uses it, and make it anew; the server must run."""
        self._run("psql", *self._admin(), "-c", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self._create_database(database)

    def discard_log(self) -> None:
        """Empty the log of this start, and remove that of the one before: whatever stood there is gone."""
        for path in (self.log_file, self.log_file.with_name("server.previous.log")):
            with suppress(FileNotFoundError), path.open("r+b") as log:
                log.write(bytes(path.stat().st_size))
                os.fsync(log.fileno())
                log.truncate(0)
        self.log_file.with_name("server.previous.log").unlink(missing_ok=True)

    # ------------------------------------------------------------ locks

    @contextmanager
    def _starting(self) -> Iterator[None]:
        lock = os.open(self.folder / "start.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _leave(self) -> None:
        """Let go of the server; who finds nobody else holding it stops it."""
        assert self._users is not None
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._is_up():
                self._halt()
        except BlockingIOError:
            pass
        finally:
            os.close(self._users)
            self._users = None

    # ------------------------------------------------------------ the server

    def _initialise(self) -> None:
        account = server_account()
        if account:
            open_path_to(self._pgdata)
        version = self._pgdata / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != self._major:
                raise StoreError(
                    f"{self._pgdata} holds data of PostgreSQL {found}, this Tane brings {self._major}: "
                    "`tane db upgrade` moves it over"
                )
            self._configure()
            return
        # initdb marks a folder as complete before it is: a killed one must not be taken for a database.
        partial = self.folder / "pgdata.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        if account:
            os.chown(partial, account.pw_uid, account.pw_gid)
        self._run(
            "initdb", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "-U", "postgres", "-D", str(partial),
            folder=partial,
        )  # fmt: skip
        partial.rename(self._pgdata)
        self._configure()

    def _configure(self) -> None:
        """Write our options to a file of their own, included last, so that they hold after every upgrade."""
        options = {**self._options, "unix_socket_directories": str(self._socket_folder())}
        lines = ["{} = '{}'\n".format(name, value.replace("'", "''")) for name, value in options.items()]
        (self._pgdata / "tane.conf").write_text("".join(lines), encoding="utf-8")
        main = self._pgdata / "postgresql.conf"
        include = "include 'tane.conf'\n"
        if include not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as file:
                file.write(include)
        if account := server_account():
            os.chown(self._pgdata / "tane.conf", account.pw_uid, account.pw_gid)

    def _is_up(self) -> bool:
        """Tell whether a server process of this folder lives; it may still be recovering."""
        lock = self._pgdata / "postmaster.pid"
        if not lock.exists() or self._pg_ctl("status", check=False).returncode != 0:
            return False
        if not self._is_ours(int(lock.read_text().split()[0])):
            lock.unlink()
            return False
        return True

    def _is_ours(self, pid: int) -> bool:
        """Tell our server from a zombie, and from a process that got its number after a reboot.

        pg_ctl and PostgreSQL take both for a living server, and would never start another one.
        """
        if not Path("/proc/self").exists():
            return True
        try:
            return Path("/proc", str(pid), "cwd").readlink() == self._pgdata.resolve()
        except FileNotFoundError:
            return False

    def _accepts(self) -> bool:
        return self._run("psql", *self._admin(), "-c", "SELECT 1", check=False).returncode == 0

    def _launch(self) -> None:
        begun = time.monotonic()
        self._make_socket_folder()
        if not self._is_up() and self.log_file.exists():
            self.log_file.replace(self._pgdata / "server.previous.log")
        while not (self._is_up() and self._accepts()):
            patience_s = START_TIMEOUT_S
            if not self._is_up():
                started = self._pg_ctl(
                    "-w",
                    "-t",
                    str(START_TIMEOUT_S),
                    "-l",
                    str(self.log_file),
                    "-o",
                    " ".join(f"-c {name}={self._options[name]}" for name in _PRIVATE),
                    "start",
                    check=False,
                    new_session=True,
                )
                patience_s = _REFUSED_START_S if started.returncode else START_TIMEOUT_S
            if time.monotonic() > begun + patience_s:
                raise StoreUnavailable(self._why_not())
            time.sleep(0.1)

    def _why_not(self) -> str:
        if (full := self._full_disk()) is not None:
            return f"the embedded PostgreSQL did not start: {full}"
        return f"the embedded PostgreSQL did not start; its log is {self.log_file}"

    def _full_disk(self, said: str = "") -> str | None:
        """Name the disk where want of room is to blame: the log says so, or hardly any is left."""
        folder = self._pgdata if self._pgdata.exists() else self.folder
        free = shutil.disk_usage(folder).free
        with suppress(OSError), self.log_file.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 8192))
            said += log.read().decode(errors="replace")
        if free >= _LEAST_FREE_BYTES and _NO_ROOM not in said:
            return None
        return f"the disk of {folder} is full ({free / 2**20:.0f} MiB free), make room"

    def _halt(self) -> None:
        for mode in ("fast", "immediate"):  # after the second one the next start recovers
            if self._pg_ctl("-m", mode, "-w", "-t", str(STOP_TIMEOUT_S), "stop", check=False).returncode == 0:
                break

    def _make_socket_folder(self) -> None:
        """Make the folder of a socket that lies outside; a folder of somebody else's there is a trap."""
        folder, account = self._socket_folder(), server_account()
        if folder == self._pgdata:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        owner = account.pw_uid if account else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner):
            raise StoreError(
                f"{folder} belongs to somebody else: choose a shorter database.data_dir, or remove it"
            )
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)

    def _create_database(self, name: str) -> None:
        found = self._run("psql", *self._admin(), "-c", f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
        if "1" not in found.stdout:
            self._run("psql", *self._admin(), "-c", f'CREATE DATABASE "{name}"')

    def _admin(self) -> tuple[str, ...]:
        return ("-h", str(self._socket_folder()), "-U", "postgres", "-d", "postgres", "-XAtq")

    def _socket_folder(self) -> Path:
        path = os.fsencode(self._pgdata / ".s.PGSQL.5432")
        if len(path) < _SOCKET_PATH_LIMIT and b"," not in path:  # PostgreSQL reads a list of folders
            return self._pgdata
        digest = hashlib.sha256(str(self._pgdata).encode()).hexdigest()[:12]
        # Not TMPDIR: every process must find the same socket, and a TMPDIR may be long itself.
        return Path("/tmp") / f"tane-{os.geteuid()}-{digest}"  # noqa: S108 - checked by _make_socket_folder

    # ------------------------------------------------------------ commands

    def _pg_ctl(
        self, *arguments: str, check: bool = True, new_session: bool = False
    ) -> "subprocess.CompletedProcess[str]":
        return self._run("pg_ctl", "-D", str(self._pgdata), *arguments, check=check, new_session=new_session)

    def _run(
        self,
        command: str,
        *arguments: str,
        check: bool = True,
        new_session: bool = False,
        folder: Path | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        account = server_account()
        # The server inherits descriptors of pg_ctl: pipes would never see their end, so a file it is.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            try:
                done = subprocess.run(
                    [str(reachable_programs(self.folder, self._major) / command), *arguments],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, text=True, check=False,
                    timeout=_PROGRAM_TIMEOUT_S[command],
                    cwd=folder or self._pgdata, start_new_session=new_session,
                    user=account.pw_uid if account else None, group=account.pw_gid if account else None,
                    extra_groups=[] if account else None,
                    env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "5"},
                )  # fmt: skip
            except subprocess.TimeoutExpired as error:
                if check:
                    raise StoreUnavailable(f"{command} did not end within {error.timeout:.0f} s") from None
                return subprocess.CompletedProcess(error.cmd, 1, stdout="")
            output.seek(0)
            text = output.read()
        if check and done.returncode != 0:
            if _NO_ROOM in text and (full := self._full_disk(text)) is not None:
                raise StoreUnavailable(f"{command} failed: {full}")
            raise StoreUnavailable(f"{command} failed ({done.returncode}): {text.strip()[-500:]}")
        return subprocess.CompletedProcess(done.args, done.returncode, stdout=text)
