"""Memory and disk space are taken away: from a process, from a folder, and (fault 5 for PostgreSQL itself) from the database server.

The kernel kills a process that has no memory left, as it does where memory is short; that takes Linux and the right to make groups.
A small file system is a disk that is full at once; that takes the right to mount.
"""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos.scenarios import ledger
from chaos.scenarios.daemon_testbed import ask, is_done, open_daemons
from chaos.scenarios.ledger import ScenarioResult
from chaos.scenarios.process_faults import PATIENCE_S
from tane.store.embedded import EmbeddedServer
from tests.system.daemon_process import Daemon
from tests.waiting import until

_GROUPS = Path("/sys/fs/cgroup/memory")
_NAME = "tane-chaos"
_LIMIT_BYTES = 4 * 2**20


def starved(pid: int) -> bool:
    """Put a process where it gets next to no more memory; False where this system does not let us."""
    group = _GROUPS / f"{_NAME}-{os.getpid()}"
    try:
        group.mkdir(exist_ok=True)
        (group / "memory.limit_in_bytes").write_text(str(_LIMIT_BYTES))
        (group / "cgroup.procs").write_text(str(pid))
    except OSError:
        return False
    return True


def forget_groups() -> None:
    """Remove what `starved` made."""
    group = _GROUPS / f"{_NAME}-{os.getpid()}"
    if group.exists():
        group.rmdir()


class CannotMount(Exception):  # noqa: N818 - reads as the state it reports
    """This account may not mount file systems."""


class TinyDisk:
    """A mounted file system in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def grow(self, size: str = "256m") -> None:
        """Make room."""
        _mount("-o", f"remount,size={size}", str(self.folder))


@contextmanager
def tiny_disk(folder: Path, *, size: str) -> Iterator[TinyDisk]:
    """Mount one in a folder of its own.

    Raises:
        CannotMount: nothing was done.
    """
    folder.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(folder))
    try:
        yield TinyDisk(folder)
    finally:
        # Lazily: a process that was killed a moment ago may still stand in it.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> None:
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise CannotMount from None


_BLOCK = b"\0" * 65536


async def fill_under_the_server(
    server: EmbeddedServer, *, folder: Path, utterances: int, daemons: int = 1
) -> ScenarioResult:
    """Fill the disk of the server with a ballast until work stops, and take the ballast away."""
    ballast = server.folder / "ballast"
    async with open_daemons(folder=folder, dsn=server.dsn()) as ground:
        await ask(ground.pool, utterances)
        running = [await ground.start() for _ in range(daemons)]
        _fill(ballast)
        await until(lambda: any(map(_has_felt_it, running)) or _fill(ballast),
            what="the full disk is felt", deadline_s=PATIENCE_S,
        )  # fmt: skip
        ballast.unlink()
        await asyncio.to_thread(server.start)  # it ends itself when its log finds no room
        await until(lambda: is_done(ground.pool), what="every job is done", deadline_s=PATIENCE_S)
        ended = sum(daemon.process.returncode is not None for daemon in running)
        return ScenarioResult(
            name="a full disk under PostgreSQL",
            did={
                "daemons at a time": daemons,
                "times a daemon lost the database": sum(len(daemon.events("db.lost")) for daemon in running),
                "results that waited": sum(len(daemon.events("job.save_waits")) for daemon in running),
                **await ledger.totals(ground.pool),
            },
            wrong={**await ground.discrepancies(asked=utterances), **({"a daemon that ended": ended} if ended else {})},
        )  # fmt: skip


def _has_felt_it(daemon: Daemon) -> bool:
    return bool(daemon.events("db.lost") or daemon.events("job.save_waits"))


def _fill(ballast: Path) -> bool:
    """Take what is left of the disk; always False: more may be left the next time."""
    try:
        with ballast.open("ab", buffering=0) as file:
            while True:
                file.write(_BLOCK)
    except OSError:
        return False
