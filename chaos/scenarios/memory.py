"""Taking memory from a process: the kernel kills it as it does where memory is short. Linux, with rights only."""

import os
from pathlib import Path

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
