"""Which processes live; read from `ps`, which every system has."""

import subprocess
from pathlib import Path


def processes_of(folder: Path) -> list[str]:
    """Return the command lines that name a folder: servers and programs that use it."""
    listed = subprocess.run(["ps", "-axww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]
