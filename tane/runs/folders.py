"""The folders of runs. They hold vectors and texts of the user, so nobody else may enter."""

import shutil
import time
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from tane.settings.model import Settings

ABANDONED_AFTER_S = 14 * 86_400.0


def state_dir(settings: Settings) -> Path:
    """Return where runs have their folders."""
    return (settings.nightly.state_dir or settings.database.data_dir / "nightly").absolute()


def make(folder: Path) -> None:
    """Make the folder of a run."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def sweep(state: Path, spent: Collection[str]) -> int:
    """Remove the folders of these names, and what nobody has touched for two weeks; return how many.

    Daemons of other databases may keep theirs beside ours, and the operator whatever else.
    """
    if not state.is_dir():
        return 0
    oldest_s = time.time() - ABANDONED_AFTER_S
    doomed = [
        folder
        for folder in state.iterdir()
        if _is_of_a_run(folder) and (folder.name in spent or folder.stat().st_mtime < oldest_s)
    ]
    for folder in doomed:
        shutil.rmtree(folder, ignore_errors=True)
    return len(doomed)


def _is_of_a_run(folder: Path) -> bool:
    try:
        UUID(folder.name)
    except ValueError:
        return False
    return folder.is_dir()
