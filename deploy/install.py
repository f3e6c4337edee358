"""Installs what lock files pin into the environment that runs this, and shows how far it is. Needs nothing but pip.

    python deploy/install.py LOCK... [--editable]

Modules are compiled when they are first imported: compiling all of them takes as long as installing them.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PINNED = re.compile(r"^[A-Za-z0-9][\w.-]*==", re.MULTILINE)


def main() -> int:
    """Return pip's status; what pip said stands above where it is not 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("locks", nargs="+", type=Path, metavar="LOCK")
    parser.add_argument("--editable", action="store_true", help="install this checkout, too")
    chosen = parser.parse_args()
    count = sum(len(_PINNED.findall(lock.read_text(encoding="utf-8"))) for lock in chosen.locks)
    named = [part for lock in chosen.locks for part in ("-r", str(lock))]
    status = _pip("--no-compile", "--require-hashes", *named, count=count)
    if status == 0 and chosen.editable:
        status = _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT), count=1)
    return status


def _pip(*arguments: str, count: int) -> int:
    command = [sys.executable, "-m", "pip", "install", "--progress-bar=off", *arguments]
    said: list[str] = []
    collected = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line)
            collected += line.startswith("Collecting ")
            if line.startswith(("Collecting ", "Installing ")):
                verb = "unpacking" if line.startswith("Installing ") else "fetching"
                _show(f"  {verb} {min(collected, count)} of {count} packages")
    _show("")
    if pip.returncode:
        sys.stderr.writelines(said)
    return pip.returncode


def _show(line: str) -> None:
    """Draw one line over the last on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line}\033[K")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
