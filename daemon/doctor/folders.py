"""May the folders be written, and is there room?"""

import errno
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from daemon.doctor.finding import Finding, fail, ok, warn
from tane.settings.model import Settings

LEAST_FREE_BYTES = 200 * 2**20
ENOUGH_FREE_BYTES = 2 * 2**30


def examine_folders(settings: Settings) -> list[Finding]:
    """Look at the folder of the embedded database, that of the night, and where compiled code is kept."""
    found = []
    if settings.database.url is None:
        folder = settings.database.data_dir
        found.append(_writable("data folder", folder, "database.data_dir"))
        if found[-1].state == "ok":
            found.append(judge_space(folder, free_bytes(folder)))
    if settings.nightly.enabled:
        found += [
            _writable("state folder", settings.runs_dir, "nightly.state_dir"),
            examine_compile_cache(os.environ, beside=_layout_folder()),
        ]
    return found


def free_bytes(folder: Path) -> int:
    """Return the room on the disk of a folder that may not exist yet."""
    return shutil.disk_usage(_nearest(folder)).free


def judge_space(folder: Path, free: int) -> Finding:
    """Tell whether there is room; PostgreSQL stops when there is none. Pure."""
    said = f"{free / 2**30:,.1f} GiB free at {folder}"
    if free < LEAST_FREE_BYTES:
        return fail("disk", said, "make room: without any, PostgreSQL stops")
    if free < ENOUGH_FREE_BYTES:
        return warn("disk", said, "make room before the night, which writes all vectors once more")
    return ok("disk", said)


def judge_rewriting(free: int, largest_table: int) -> Finding:
    """Tell whether the largest table can be written anew, as `tane forget` does. Pure."""
    said = f"the largest table has {largest_table / 2**20:,.0f} MiB, free are {free / 2**20:,.0f} MiB"
    if free < largest_table:
        return warn(
            "rewriting",
            said,
            "make room: `tane forget` and `tane db rewrite` need a copy of each table in turn",
        )
    return ok("rewriting", said)


def examine_compile_cache(environment: Mapping[str, str], *, beside: Path | None) -> Finding:
    """Tell whether numba can keep what it compiles; where it cannot, every night compiles anew.

    beside: the folder of what it compiles, where it keeps that first of all.
    """
    remedy = "set NUMBA_CACHE_DIR to a folder that this account may write"
    named = environment.get("NUMBA_CACHE_DIR")
    if named:
        trouble = write_trouble(Path(named))
        if trouble is None:
            return ok("compile cache", named)
        return fail("compile cache", f"NUMBA_CACHE_DIR {named}: {trouble}", remedy)
    home = environment.get("XDG_CACHE_HOME") or (
        f"{environment['HOME']}/.cache" if environment.get("HOME") else None
    )
    for folder in [*([beside] if beside else []), *([Path(home) / "numba"] if home else [])]:
        if write_trouble(folder) is None:
            return ok("compile cache", str(folder))
    return warn(
        "compile cache", "no folder for compiled code may be written: every night compiles anew", remedy
    )


def write_trouble(folder: Path) -> str | None:
    """Say why nothing can be written in a folder, which may be one still to be made; None where it can.

    It tries, because rights alone tell neither a read-only nor a full disk.
    """
    place = _nearest(folder)
    if not place.is_dir():
        return f"{place} is no folder"
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
    except OSError as error:
        return f"{place} cannot be written ({error.strerror})"
    return None


def _layout_folder() -> Path | None:
    spec = importlib.util.find_spec("layout")
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _writable(check: str, folder: Path, key: str) -> Finding:
    return judge_folder(check, folder, key, trouble=write_trouble(folder), is_there=folder.exists())


def judge_folder(check: str, folder: Path, key: str, *, trouble: str | None, is_there: bool) -> Finding:
    """Tell whether a folder can be used. Pure."""
    if trouble is None:
        return ok(check, str(folder) if is_there else f"{folder}, to be made")
    if os.strerror(errno.ENOSPC) in trouble:
        return fail(check, trouble, "make room on its disk")
    return fail(check, trouble, f"choose another folder ({key}), or allow this account to write there")


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest thing above it that exists."""
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())
