"""The root of our own errors, and what is stored and logged of any error: class, cause and place, never anybody's text."""

from pathlib import Path
from traceback import walk_tb
from typing import Any

_ROOT = Path(__file__).parents[1]
# Installed, other packages stand beside these.
_OURS = ("clustering", "daemon", "handlers", "layout", "tane", "tests")


class TaneError(Exception):
    """An error of ours: its message is written by us and holds no text of the user."""

    cause: str = "unexpected"
    """A short stable word for programs that read errors."""


def describe(error: BaseException) -> dict[str, Any]:
    """Return what is stored and logged of an error.

    An error we do not know gives no message: other people's messages quote what they choke on.
    """
    cause, message = (error.cause, str(error)) if isinstance(error, TaneError) else (TaneError.cause, "")
    return {"class": type(error).__name__, "cause": cause, "message": message, "at": place_of(error)}


def place_of(error: BaseException) -> str | None:
    """Return file and line of the innermost frame in our own code, `handlers/model_call.py:40`."""
    place = None
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in _OURS:
            place = f"{path.relative_to(_ROOT)}:{line}"
    return place
