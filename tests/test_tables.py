"""A table in one test fails with each of its rows that fails, and is tried to its end."""

import inspect
import re

import pytest

from tane.store.pool import Connection
from tests.tables import every, undone


def test_each_row_that_fails_is_listed_with_what_was_expected_and_got():
    tried = []

    @every(("text", "length"), [("a", 1), ("bb", 3), ("ccc", 3), ("", 7)])
    def measured(text: str, length: int) -> None:
        tried.append(text)
        assert len(text) == length

    with pytest.raises(AssertionError) as failed:
        measured()

    assert tried == ["a", "bb", "ccc", ""]
    assert str(failed.value).startswith("2 of 4 rows:\ntext='bb', length=3\n    assert 2 == 3")
    assert "text='', length=7\n    assert 0 == 7" in str(failed.value)
    assert "'a'" not in str(failed.value)


def test_an_error_or_none_where_one_was_due_fails_a_row_too():
    @every("text", ["1", "x", "0"], ids=["one", "no number", "nought"])
    def divided(text: str) -> None:
        with pytest.raises(ZeroDivisionError):
            assert 1 / int(text)

    with pytest.raises(AssertionError) as failed:
        divided()

    assert re.match(r"2 of 3 rows:\none\n    DID NOT RAISE.*\nno number\n    ValueError\(", str(failed.value))


def test_tables_that_cross_try_every_pair():
    tried = []

    @every("one", [1, 2])
    @every("other", "ab")
    def pair(one: int, other: str) -> None:
        tried.append((one, other))

    pair()

    assert tried == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]


async def test_a_coroutine_is_awaited_row_by_row_and_keeps_its_fixtures():
    tried = []

    @every("number", [1, 2, 3])
    async def odd(conn: str, number: int) -> None:
        tried.append((conn, number))
        assert number % 2, "even"

    assert list(inspect.signature(odd).parameters) == ["conn"]
    with pytest.raises(AssertionError, match="1 of 3 rows:\nnumber=2\n    even"):
        await odd(conn="shared")
    assert tried == [("shared", 1), ("shared", 2), ("shared", 3)]


def test_a_table_without_rows_or_with_a_row_too_short_is_refused():
    for rows in ([], [("a",)]):
        with pytest.raises((AssertionError, ValueError)):
            every(("text", "length"), rows)


async def test_what_is_undone_leaves_nothing(conn: Connection):
    async with undone(conn):
        await conn.execute("INSERT INTO sources (name) VALUES ('a')")

    assert await conn.fetchval("SELECT count(*) FROM sources") == 0
