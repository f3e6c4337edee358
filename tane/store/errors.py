"""What can go wrong between Tane and PostgreSQL; asyncpg's errors are translated here, once."""

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from tane.errors import TaneError


class StoreError(TaneError):
    """The database refused a statement: a bug, a missing right, or a schema that does not fit.

    The text names the SQLSTATE and the table or constraint, never the row: PostgreSQL's own
    messages quote user text.
    """

    cause = "store_refused"

    def __init__(self, message: str, *, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class StoreUnavailable(StoreError):  # noqa: N818 - reads as the state it reports
    """The database cannot be reached, restarts, or is out of connections. Wait and try again."""

    cause = "store_unavailable"


class Conflict(StoreError):  # noqa: N818
    """Another transaction won: a deadlock, a serialization failure or a row that exists already. Try again."""

    cause = "conflict"


class FolderUnusable(StoreError):  # noqa: N818
    """The embedded server's folder cannot be made or entered. Name another one in database.data_dir."""


class RunLost(StoreError):  # noqa: N818
    """Another supervisor has taken the run up, or it was cancelled. Write nothing more of it."""


class SchemaMismatch(StoreError):  # noqa: N818
    """The database's schema is older or newer than this program. `tane db migrate`, or update Tane."""


# What asyncpg lets through when a statement, the link or its own protocol fails; TimeoutError is an OSError.
DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

DISK_FULL = "53100"
# Classes of SQLSTATE that mean "the server or the link to it", not "this statement".
_UNAVAILABLE = ("08", "25P0", "53", "57", "58")
# A disk that is broken, and a system out of memory, files or processes: nobody's fault in the program or its settings.
SYSTEM_REFUSALS = frozenset((errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN))
# Errors of our own files, met while rows are copied into them; the database is well.
_OWN_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LINK: tuple[tuple[type[Exception], str], ...] = (
    (ConnectionRefusedError, "nobody listens there"),
    (FileNotFoundError, "no server has its socket there"),
    (socket.gaierror, "the name of the host is not known"),
    (TimeoutError, "no answer in time"),
)
_CONFLICT = ("40", "23505", "55P03")


def translate(error: BaseException) -> StoreError:
    """Return the store's own error for one of asyncpg's or the socket's; no text of rows survives."""
    if isinstance(error, asyncpg.PostgresError):
        sqlstate = error.sqlstate or ""
        parts = [type(error).__name__, sqlstate]
        parts += [
            f"{label}={value}"
            for label in ("table_name", "column_name", "constraint_name")
            if (value := getattr(error, label, None))
        ]
        message = " ".join(part for part in parts if part)
        if sqlstate == DISK_FULL:
            message = f"the disk of the database server is full, make room ({message})"
        if sqlstate.startswith(_UNAVAILABLE):
            return StoreUnavailable(message, sqlstate=sqlstate)
        if sqlstate.startswith(_CONFLICT):
            return Conflict(message, sqlstate=sqlstate)
        return StoreError(message, sqlstate=sqlstate)
    if isinstance(error, asyncpg.exceptions.ClientConfigurationError):
        return StoreError("the address of the database cannot be used: correct database.url")
    if isinstance(error, asyncpg.InterfaceError) and not _is_closed(error):
        return StoreError(f"{type(error).__name__}: the statement does not fit its arguments")
    return StoreUnavailable(_in_words(error))


def _in_words(error: BaseException) -> str:
    """Say what an error of the link means, with its class: what the system says of it may name files and hosts."""
    words = next((words for kind, words in _LINK if isinstance(error, kind)), None)
    name = type(error).__name__
    return name if words is None else f"{words} ({name})"


def _is_closed(error: asyncpg.InterfaceError) -> bool:
    """Tell a lost connection, which asyncpg reports as an interface error, from a misuse of its interface."""
    text = str(error)
    return "clos" in text or "released" in text or "another operation" in text


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Translate every database error that leaves the block; a cancelled task stays cancelled, a full disk too."""
    try:
        yield
    except DATABASE_ERRORS as error:
        if isinstance(error, OSError) and error.errno in _OWN_DISK:
            raise
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            # asyncpg rolls back after a cancellation; on a dead link that fails, and hides why it began.
            raise asyncio.CancelledError from None
        raise translate(error) from None
