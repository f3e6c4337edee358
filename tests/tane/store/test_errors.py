"""Errors of the database leave the store as three kinds, and never with the text of a row."""

import errno
import traceback

import asyncpg
import pytest

from tane.store.errors import Conflict, StoreError, StoreUnavailable, mapped_errors, translate
from tane.store.pool import Connection, Pool, connect, connection, transaction
from tests.tables import every

SECRET = "秘密の日記"


async def fail(conn: Connection, statement: str, *arguments: object) -> StoreError:
    with pytest.raises(StoreError) as caught, mapped_errors():
        await conn.execute(statement, *arguments)
    return caught.value


class TestAStatementThatFails:
    @pytest.mark.parametrize(
        ("statement", "kind"),
        [
            ("INSERT INTO utterance_roles (utterance_role_name) VALUES ($1), ($1)", Conflict),
            ("INSERT INTO seeds (body, seed_kind) VALUES ($1, $1)", StoreError),
            ("SELECT $1::text::integer", StoreError),
            (
                "INSERT INTO worker_jobs (job_type, target_table, target_id) VALUES ($1, 'seed', NULL)",
                StoreError,
            ),
        ],
    )
    async def test_says_nothing_of_the_row_that_was_written(
        self, conn: Connection, statement: str, kind: type
    ):
        error = await fail(conn, statement, SECRET)

        assert type(error) is kind
        assert SECRET not in "".join(traceback.format_exception(error))
        assert error.sqlstate is not None
        assert error.sqlstate in str(error)

    async def test_names_the_table_and_the_constraint(self, conn: Connection):
        await conn.execute("INSERT INTO utterance_roles (utterance_role_name) VALUES ('a')")

        error = await fail(conn, "INSERT INTO utterance_roles (utterance_role_name) VALUES ('a')")

        assert "table_name=utterance_roles" in str(error)
        assert "constraint_name=utterance_roles_utterance_role_name_key" in str(error)

    async def test_says_nothing_of_an_argument_that_does_not_fit(self, conn: Connection):
        error = await fail(conn, "SELECT $1::integer", SECRET)

        assert type(error) is StoreError
        assert SECRET not in "".join(traceback.format_exception(error))


class TestWhoIsToBlame:
    @every(
        ("sqlstate", "kind"),
        [
            ("08006", StoreUnavailable),  # connection failure
            ("53300", StoreUnavailable),  # too many connections
            ("53100", StoreUnavailable),  # disk full
            ("57P01", StoreUnavailable),  # terminated by the administrator
            ("57P03", StoreUnavailable),  # starting up
            ("57014", StoreUnavailable),  # cancelled by a timeout
            ("25P03", StoreUnavailable),  # idle in a transaction for too long
            ("58030", StoreUnavailable),  # I/O error
            ("40001", Conflict),  # serialization failure
            ("40P01", Conflict),  # deadlock
            ("23505", Conflict),  # unique violation
            ("55P03", Conflict),  # lock not available
            ("42P01", StoreError),  # no such table
            ("23503", StoreError),  # foreign key violation
            ("22001", StoreError),  # too long
        ],
    )
    def test_is_told_by_the_sqlstate(self, sqlstate: str, kind: type):
        error = translate(asyncpg.PostgresError.new({"C": sqlstate, "M": SECRET}))

        assert type(error) is kind
        assert error.sqlstate == sqlstate
        assert SECRET not in str(error)

    @every(
        "error",
        [
            ConnectionRefusedError(),
            ConnectionResetError(),
            TimeoutError(),
            asyncpg.InterfaceError("connection is closed"),
        ],
    )
    def test_is_the_link_when_the_socket_or_the_clock_says_so(self, error: Exception):
        assert type(translate(error)) is StoreUnavailable


class TestALinkThatBreaks:
    async def cut(self, pool: Pool, victim: Connection) -> None:
        async with connection(pool) as killer:
            await killer.execute("SELECT pg_terminate_backend($1)", victim.get_server_pid())

    async def test_under_a_statement_is_unavailable_and_the_pool_recovers(self, pool: Pool):
        async def work() -> None:
            async with connection(pool) as victim:
                await self.cut(pool, victim)
                await victim.execute("SELECT 1")

        with pytest.raises(StoreUnavailable):
            await work()

        async with connection(pool) as conn:
            assert await conn.fetchval("SELECT 1") == 1

    async def test_under_a_transaction_leaves_nothing_of_it(self, pool: Pool):
        async def work() -> None:
            async with transaction(pool) as victim:
                await victim.execute("INSERT INTO job_pauses (job_type) VALUES ('lost')")
                await self.cut(pool, victim)
                await victim.execute("SELECT 1")

        with pytest.raises(StoreUnavailable):
            await work()

        async with connection(pool) as conn:
            assert await conn.fetchval("SELECT count(*) FROM job_pauses") == 0


class TestAnAddress:
    async def test_where_nobody_answers_is_unavailable(self):
        with pytest.raises(StoreUnavailable):
            await connect("postgresql://postgres@127.0.0.1:1/tane")

    async def test_that_is_nonsense_is_not_and_does_not_show_its_password(self):
        with pytest.raises(StoreError, match=r"database\.url") as caught:
            await connect("nonsense://user:hunter2@host/tane")

        assert not isinstance(caught.value, StoreUnavailable)
        assert "hunter2" not in str(caught.value)


def test_a_full_disk_of_our_own_is_no_failure_of_the_database():
    with pytest.raises(OSError, match="No space") as raised, mapped_errors():
        raise OSError(errno.ENOSPC, "No space left on device")

    assert not isinstance(raised.value, StoreError)


def test_a_full_disk_is_called_one():
    told = str(translate(asyncpg.DiskFullError("could not extend file")))

    assert "the disk of the database server is full, make room" in told
