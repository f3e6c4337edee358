"""Log lines: for a person on a terminal, JSON elsewhere, with priorities under journald; never the user's text.

A line may say which class of error came from where, not what an unknown error says of itself: messages
of PostgreSQL, pydantic and others quote the row or value they stumbled over.
"""

import hashlib
import logging
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from pathlib import PurePath
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from tane.errors import TaneError
from tane.settings.model import Log

# Fields that carry text of the user by their name, however short.
TEXT_FIELDS = frozenset(
    {"text", "contents", "body", "prompt", "reply", "title", "overview", "query", "args", "row"}
)
LONG_FIELDS = frozenset({"exception", "stack"})
LONGEST_FIELD = 200
_QUIET = ("httpx", "httpcore", "uvicorn", "asyncpg", "asyncio", "apscheduler")
# What libraries say of things that are looked after: a connection that a cancelled task gives back within a transaction is
# rolled back and used again; a pool that cannot reach the server tries again, and Tane's own db.lost says so once.
_LOOKED_AFTER = {
    "asyncio": "Resetting connection with an active transaction",
    "asyncpg": "Failed to restore the pool connection floor",
}
# Changed in place: a logger that was used before keeps this very list, and must obey when log.text is taken back.
_processors: list[Processor] = []
_PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}


def configure(log: Log) -> None:
    """Send structlog and the standard library's logging to standard error in one form."""
    _Wanted.text = log.text
    under_journald = is_journal()
    as_console = is_for_people(log)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(
            fmt="%H:%M:%S" if as_console else "iso", utc=not as_console, key="ts"
        ),
        Describe(with_text=log.text),
    ]
    _processors[:] = [
        structlog.stdlib.filter_by_level,
        *shared,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ]
    structlog.configure(
        processors=_processors,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(
            sort_keys=False,
            colors=sys.stderr.isatty() and "NO_COLOR" not in os.environ,
            timestamp_key="ts",
            exception_formatter=structlog.dev.plain_traceback,
        )
        if as_console
        else structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False)
    )
    handler = _StandardError()
    handler.addFilter(_is_news)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_shorten_foreign, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                Prioritise(renderer) if under_journald else renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(log.level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if log.text:
        structlog.get_logger("daemon.logs").warning(
            "log.text_enabled",
            remedy="prompts and replies are written to this log: set log.text = false to stop",
        )


def _is_news(record: logging.LogRecord) -> bool:
    looked_after = _LOOKED_AFTER.get(record.name.partition(".")[0])
    return looked_after is None or not record.getMessage().startswith(looked_after)


class _Wanted:
    """What may be written now; there is one log in a process."""

    text = False


class OurWords(str):
    """A message that Tane wrote itself, without text of the user: it is logged however long it is."""

    __slots__ = ()


class Describe:
    """Replaces whatever could hold text of the user by a description of it, and errors by class and place."""

    def __init__(self, *, with_text: bool = False) -> None:
        self._with_text = with_text

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> EventDict:  # noqa: ARG002
        """Return the same event without text of the user."""
        error = _error_of(event.pop("exc_info", None))
        if error is not None:
            event.setdefault("error", class_of(error))
            event["exception"] = "\n".join(describe(error, with_text=self._with_text))
        event = {**{name: event.pop(name) for name in ("ts", "level", "event") if name in event}, **event}
        if self._with_text:
            return event
        return {key: value if key in LONG_FIELDS else _harmless(key, value) for key, value in event.items()}


class Prioritise:
    """Begins every line with the priority by which journald files it (sd-daemon(3))."""

    def __init__(self, renderer: Processor) -> None:
        self._renderer = renderer

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> str:
        """Return the rendered event, each line with its priority."""
        prefix = f"<{_PRIORITIES.get(event.get('level', 'info'), 6)}>"
        rendered = str(self._renderer(logger, name, event))
        return "\n".join(prefix + line for line in rendered.split("\n"))


class _StandardError(logging.StreamHandler[Any]):
    """Writes to what sys.stderr is at that moment: a progress bar may have taken its place."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, value: Any) -> None:
        """Nothing to set: the stream is looked up."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Say only where the line came from: the standard handler would print its arguments."""
        print(f"a log line of {record.name}:{record.lineno} could not be written", file=sys.__stderr__)


def describe(error: BaseException, *, with_text: bool = False) -> Iterator[str]:
    """Yield an error as lines: frames without locals, classes, and messages only where they are ours."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from describe(cause, with_text=with_text)
        yield "which led to:"
    yield from _frames(error.__traceback__)
    says = with_text or isinstance(error, TaneError)
    yield f"{class_of(error)}: {error}" if says and str(error) else class_of(error)
    if isinstance(error, BaseExceptionGroup):
        for number, part in enumerate(error.exceptions, 1):
            yield f"part {number}:"
            yield from describe(part, with_text=with_text)


def class_of(error: BaseException) -> str:
    """Return the full name of an error's class, with the SQLSTATE if there is one."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    sqlstate = getattr(error, "sqlstate", None)
    return f"{name} [{sqlstate}]" if sqlstate else name


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"


def _error_of(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _harmless(key: str, value: Any) -> Any:  # noqa: PLR0911 - one line per kind of value
    if isinstance(value, OurWords):
        return str(value)
    if isinstance(value, str):
        return _summary(value) if key in TEXT_FIELDS or len(value) > LONGEST_FIELD else str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID | date | timedelta | PurePath):
        return str(value)
    if isinstance(value, Enum):
        return _harmless(key, value.value)
    if isinstance(value, BaseException):
        return f"{class_of(value)}: {value}" if isinstance(value, TaneError) else class_of(value)
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {str(name): _harmless(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_harmless(key, item) for item in value]
    return f"<{type(value).__name__}>"


def _summary(text: str) -> str:
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:4]
    return f"<{len(text)} chars sha256:{digest}>"


def _shorten_foreign(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:  # noqa: ARG001
    """Keep what a library's message begins with: asyncio appends the repr of tasks, arguments and errors."""
    record = event.get("_record")
    message = str(event.get("event", "")).partition("\n")[0]
    if record is not None and record.name == "asyncio":
        message = message.partition("<")[0].partition("(")[0].strip()
    event["event"] = message
    return event


def is_text_wanted() -> bool:
    """Tell whether private text may be written to the log (log.text)."""
    return _Wanted.text


def is_for_people(log: Log) -> bool:
    """Tell whether the log is written for people, and not as JSON."""
    return log.format == "console" or (log.format == "auto" and sys.stderr.isatty())


def prioritised(text: str, level: str) -> str:
    """Begin every line with its priority, if standard error goes to journald."""
    if not is_journal():
        return text
    prefix = f"<{_PRIORITIES[level]}>"
    return "\n".join(prefix + line for line in text.split("\n"))


def is_journal() -> bool:
    """Tell whether standard error goes to journald, which names its device and inode in JOURNAL_STREAM."""
    try:
        status = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError, AttributeError):  # closed, replaced, or none at all
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"
