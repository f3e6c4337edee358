"""How commands fail: one clear line and an exit status for every error."""

import errno
from collections.abc import Callable
from typing import Any

import click

from daemon.logs import describe, prioritised
from demo.standin.process import StandinFailed
from tane.cli.output import clean
from tane.importing.records import ImportProblem
from tane.llm.model_errors import ModelError, ModelUnavailable
from tane.settings.model import EX_CONFIG, ConfigError
from tane.store.errors import (
    DISK_FULL,
    SYSTEM_REFUSALS,
    FolderUnusable,
    SchemaMismatch,
    StoreError,
    StoreUnavailable,
)

EX_UNAVAILABLE = 69
EX_SOFTWARE = 70
EX_INTERRUPTED = 130

_EXITS: tuple[tuple[type[Exception], int], ...] = (
    (ConfigError, EX_CONFIG),
    (SchemaMismatch, EX_CONFIG),
    (FolderUnusable, EX_CONFIG),
    (StoreUnavailable, EX_UNAVAILABLE),
    (ModelUnavailable, EX_UNAVAILABLE),
    (StandinFailed, EX_UNAVAILABLE),
    (ImportProblem, 1),
    (StoreError, 1),
    (ModelError, 1),
)


class Failure(click.ClickException):
    """Ends a command with a message for people and an exit status."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click declares a ClassVar, and reads the instance

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - the base class's signature
        """Write the message to standard error; standard output carries data only."""
        lines = clean(self.format_message()).split("\n")
        click.echo(prioritised("\n".join(f"tane: {line}" for line in lines), "error"), err=True)


def failure(error: Exception) -> Failure | None:
    """Return how a command ends on this error, or None for an unexpected one."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f"of {error.filename}" if error.filename else "that was written to"
        return Failure(f"the disk {where} is full: make room and try again")
    if isinstance(error, OSError) and error.errno in {errno.EROFS, *SYSTEM_REFUSALS}:
        return Failure(
            f"the system refused ({error.strerror}): see to its disk and its limits, and try again"
        )
    code = next((code for kind, code in _EXITS if isinstance(error, kind)), None)
    return None if code is None else Failure(_worded(error), exit_code=code)


def _worded(error: Exception) -> str:
    if isinstance(error, StoreUnavailable) and error.sqlstate != DISK_FULL:
        return f"the database cannot be reached: {error} (`tane config show` tells which it is)"
    if isinstance(error, ModelUnavailable):
        return f"the model server cannot be used: {error} (`tane config show` tells which it is)"
    return str(error)


def guarded(call: Callable[[], Any]) -> Any:
    """Call, and end with a message where the call fails; an unexpected error shows its place, not its message."""
    try:
        return call()
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except KeyboardInterrupt:
        raise Failure("interrupted", exit_code=EX_INTERRUPTED) from None
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last line of defence
        foreseen = failure(error)
        if foreseen is not None:
            raise foreseen from None
        click.echo(prioritised("\n".join(describe(error)), "critical"), err=True)
        raise Failure("this is a bug in Tane; please report the lines above", exit_code=EX_SOFTWARE) from None
