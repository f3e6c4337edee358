"""A table of rows in one test: every row is tried, and the failure lists each row that fails with what was expected and got.

For rows that cost next to nothing; what needs a database or a folder of its own, or seconds, stays `pytest.mark.parametrize`.
"""

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import pytest

from tane.store.pool import Connection

LONGEST_LABEL = 200
Test = Callable[..., Any]
Row = tuple[Any, ...]


class Failures:
    """The rows that failed: `with failures.of(label): ...` for each, `report` after the last."""

    def __init__(self) -> None:
        self._tried = 0
        self._label = ""
        self._said: list[str] = []
        self._first: BaseException | None = None

    def of(self, label: str) -> "Failures":
        self._tried += 1
        self._label = label
        return self

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception | pytest.fail.Exception):
            return False
        said = str(error) if isinstance(error, AssertionError | pytest.fail.Exception) else repr(error)
        self._said.append("\n    ".join([self._label, *(said or "a bare assert").splitlines()]))
        self._first = self._first or error
        return True

    def report(self) -> None:
        """Fail with every row that failed; the traceback is that of the first."""
        if self._said:
            listed = "\n".join(self._said)
            raise AssertionError(f"{len(self._said)} of {self._tried} rows:\n{listed}") from self._first


def every(names: str | Iterable[str], rows: Iterable[Any], *, ids: object = None) -> Callable[[Test], Test]:
    """Try the test with each row, as `pytest.mark.parametrize` would, but as one test.

    `ids` are labels: some iterable of as many as there are rows, or a function of a value.
    """
    given = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = [(row,) if len(given) == 1 else tuple(row) for row in rows]
    assert table, "a table without rows tries nothing"
    labels = list(map(str, ids)) if isinstance(ids, Iterable) else [_label(given, row, ids) for row in table]
    labelled = [(label, dict(zip(given, row, strict=True))) for label, row in zip(labels, table, strict=True)]

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def tried(*args: Any, **others: Any) -> None:
            failures = Failures()
            for label, row in labelled:
                with failures.of(label):
                    test(*args, **others, **row)
            failures.report()

        @functools.wraps(test)
        async def tried_in_turn(*args: Any, **others: Any) -> None:
            failures = Failures()
            for label, row in labelled:
                with failures.of(label):
                    await test(*args, **others, **row)
            failures.report()

        # What the rows give is hidden, or pytest would look for fixtures of these names.
        signature = inspect.signature(test)
        missing = set(given) - signature.parameters.keys()
        assert not missing, f"{test.__name__} takes no {', '.join(sorted(missing))}"
        kept = [parameter for name, parameter in signature.parameters.items() if name not in given]
        found: Any = tried_in_turn if inspect.iscoroutinefunction(test) else tried
        found.__signature__ = signature.replace(parameters=kept)
        return found  # type: ignore[no-any-return]

    return decorate


def _label(names: list[str], row: Row, ids: object) -> str:
    shown = [str(ids(value)) if callable(ids) else repr(value) for value in row]
    short = [text if len(text) <= LONGEST_LABEL else f"{text[:LONGEST_LABEL]}…" for text in shown]
    return ", ".join(f"{name}={text}" for name, text in zip(names, short, strict=True))


@asynccontextmanager
async def undone(conn: Connection) -> AsyncIterator[None]:
    """Take back what is done within, so that rows of a table share a database; deferred constraints are checked first."""
    transaction = conn.transaction()
    await transaction.start()
    try:
        yield
        await conn.execute("SET CONSTRAINTS ALL IMMEDIATE")
    finally:
        await transaction.rollback()
