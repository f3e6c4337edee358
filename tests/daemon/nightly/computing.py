"""What the small steps compute in a worker; it starts fast because it imports nothing of ours."""

import json
import os
import signal
import time
from pathlib import Path

NEVER_S = 3600.0


def double(path: Path) -> int:
    """Double the number in a file."""
    number = int(json.loads(path.read_bytes()))
    return 2 * number


def sleep_for_ever(beginning: Path) -> None:
    """Show that it began, by whom, and end only by violence."""
    write_pid(beginning)
    time.sleep(NEVER_S)


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
