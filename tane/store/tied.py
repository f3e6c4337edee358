"""An embedded server that ends with the process that started it, also when that one is killed with SIGKILL.

A second process, the guard, holds the read end of a pipe whose other end nobody but the starter has: the kernel closes
that when the starter dies, in whatever way. Run as `python -m tane.store.tied FOLDER [THROWAWAY]` this module is the guard.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tane.store.embedded import EmbeddedServer

_DISMISSED = b"."
_DISMISSAL_S = 10
# pg_ctl outlives a starter that is killed during a start, and its server appears a moment later.
_LATE_S = 5.0


class TiedServer(EmbeddedServer):
    """A server for one process; whoever else holds it as well keeps it until he leaves, as always."""

    def __init__(
        self, folder: Path, *, options: Mapping[str, str] | None = None, throwaway: Path | None = None
    ) -> None:
        """throwaway: a folder that nobody wants once this process was killed, usually the one above."""
        super().__init__(folder, options=options)
        self._throwaway = throwaway
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """As for every embedded server, with the guard first."""
        if self._guard is None:
            self._guard = self._post_guard()
        try:
            super().start()
        except BaseException:
            self._dismiss()
            raise

    def stop(self) -> None:
        """As for every embedded server; the guard leaves when there is nothing left to guard."""
        super().stop()
        self._dismiss()

    def stop_unheld(self) -> bool:
        """Stop the server unless somebody holds it; False if there was none, or none yet."""
        try:
            with self._starting():
                users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if not self._is_up():
                        return False
                    self._halt()
                except BlockingIOError:
                    return True
                finally:
                    os.close(users)
        except FileNotFoundError:  # the folder itself is gone
            return False
        return True

    def is_held(self) -> bool:
        """Tell whether any process holds the server."""
        try:
            users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(users)
        return False

    def throw_away(self) -> None:
        """Remove the folder that nobody wants any more, and that of a socket outside of it."""
        if self._throwaway is not None and not self.is_held():
            shutil.rmtree(self._throwaway, ignore_errors=True)
            if self._socket_folder() != self._pgdata:
                shutil.rmtree(self._socket_folder(), ignore_errors=True)

    def _post_guard(self) -> "subprocess.Popen[bytes]":
        folders = [self.folder.absolute(), *([self._throwaway.absolute()] if self._throwaway else [])]
        paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
        # In a session of its own: what ends the starter's whole group or terminal must not end the guard.
        return subprocess.Popen(
            [sys.executable, "-m", "tane.store.tied", *map(str, folders)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd="/", start_new_session=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )  # fmt: skip

    def _dismiss(self) -> None:
        guard, self._guard = self._guard, None
        if guard is None:
            return
        try:
            guard.communicate(_DISMISSED, timeout=_DISMISSAL_S)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()


def main() -> None:
    """Wait until the starter dismisses this guard or dies, and do what it would have done."""
    folder, *more = map(Path, sys.argv[1:])
    if os.read(sys.stdin.fileno(), 1) == _DISMISSED:
        return
    server = TiedServer(folder, throwaway=more[0] if more else None)
    give_up_s = time.monotonic() + _LATE_S
    while not server.stop_unheld() and time.monotonic() < give_up_s:
        time.sleep(0.1)
    server.throw_away()


if __name__ == "__main__":
    main()
