"""Loops that numba compiles once per machine, not once per process."""

import atexit
import importlib
import shutil
import tempfile
from collections.abc import Callable
from typing import Any


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function compiled, or loaded as it was compiled before; some seconds where nothing is known yet.

    One thread, without bounds checks, without the interpreter's lock. Keep what is returned: asking again compiles again.
    """
    numba = importlib.import_module("numba")
    options = {"cache": True, "nogil": True, "boundscheck": False, "error_model": "numpy"}
    try:
        quick: Callable[..., Any] = numba.njit(**options)(function)
    except RuntimeError:
        _lend_a_cache(numba)
        quick = numba.njit(**options)(function)
    return quick


def _lend_a_cache(numba: Any) -> None:
    """Give numba a folder for what it keeps: it refuses to start where neither program nor home may be written."""
    folder = tempfile.mkdtemp(prefix="tane-numba-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    numba.config.CACHE_DIR = folder
