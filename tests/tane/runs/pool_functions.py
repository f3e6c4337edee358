"""What the small steps compute in a worker; it starts fast because it imports nothing of ours."""

import json
import os
import signal
import sys
import time
from pathlib import Path


def double(path: Path) -> int:
    """Double the number in a file."""
    number = int(json.loads(path.read_bytes()))
    return 2 * number


def sleep_for_ever(beginning: Path) -> None:
    """Show that it began, by whom, and end only by violence."""
    write_pid(beginning)
    while True:
        signal.pause()


def die_once(trace: Path) -> str:
    """Die at the first call, as a process does that took too much memory."""
    if not trace.exists():
        write_pid(trace)
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def fail(_: Path) -> None:
    raise ValueError("秘密の言葉")


def write_pid(path: Path) -> None:
    beside = path.with_name("pid")
    beside.write_text(str(os.getpid()))
    beside.replace(path)


def manners() -> dict[str, object]:
    """What a worker is like."""
    return {
        "pid": os.getpid(),
        "nice": os.nice(0),
        "threads": [os.environ.get(name) for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS")],
        "ignored": all(
            signal.getsignal(number) is signal.SIG_IGN
            for number in (signal.SIGINT, signal.SIGUSR1, signal.SIGHUP)
        ),
        "term": signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
        "heavy": sorted({"umap", "numba", "sklearn", "daemon.app", "asyncpg"} & set(sys.modules)),
    }


def fill(mib: int) -> int:
    """Take memory, give it back, and return how many bytes it was."""
    return len(bytearray(b"x") * (mib * 2**20))


def raise_key_error() -> None:
    raise KeyError("秘密の言葉")


def meet(ours: Path, theirs: Path) -> int:
    """Wait for another process that computes at the same time, and return our id."""
    ours.touch()
    give_up_s = time.monotonic() + 60
    while not theirs.exists():
        if time.monotonic() > give_up_s:
            raise TimeoutError
        time.sleep(0.01)
    return os.getpid()
