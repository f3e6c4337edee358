"""Set-up of a process that computes, and its peak memory."""

import ctypes
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from tane.errors import place_of

NICENESS = 10
# Where memory is short the kernel must end this process first: neither the daemon nor the database.
OOM_SCORE_ADJ = "500"
_PR_SET_PDEATHSIG = 1
_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def begin(parent_pid: int) -> None:
    """Prepare a fresh worker: ignore signals meant for the daemon, run at low priority, end with the parent."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE_ADJ)
    _die_with(parent_pid)


def measured(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, float]:
    """Call, and return the result with the largest resident memory of this process meanwhile, in MiB.

    On Linux the mark is reset first, and pages of mapped files count; elsewhere it is the process's highest ever.
    An error that leaves carries the place in our own code as a note: tracebacks do not cross processes.
    """
    with suppress(OSError):
        _CLEAR_REFS.write_text(_RESET_PEAK)
    try:
        result = function(*arguments)
    except Exception as error:
        if place := place_of(error):
            error.add_note(place)
        raise
    return result, peak_mib()


def peak_mib() -> float:
    """Return the largest resident memory of this process since it was reset, in MiB."""
    # getrusage would count what the parent had when it started us: the mark outlives exec.
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


def _die_with(parent_pid: int) -> None:
    """Leave no worker behind a daemon that was killed."""
    if sys.platform == "linux":
        # The kernel does it even while compiled code holds the interpreter.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:
            os._exit(1)
        return
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), name="parent", daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
