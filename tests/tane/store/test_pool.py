"""Connections: how values travel, and that what was borrowed comes back."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tane.store.errors import StoreError, StoreUnavailable
from tane.store.pool import (
    SERVER_SETTINGS,
    Connection,
    Pool,
    close_pool,
    connect,
    connection,
    decode_halfvec,
    encode_halfvec,
    open_pool,
    open_reading_pool,
    transaction,
)
from tests.relay import relay_to


@given(st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=64))
def test_vectors_survive_the_wire_format(numbers: list[float]):
    vector = np.array(numbers, dtype=np.float32)

    assert np.array_equal(decode_halfvec(encode_halfvec(vector)), vector)


async def test_vectors_and_json_travel_as_themselves(conn: Connection):
    vector = np.array([0.5, -0.25, 1.0], dtype=np.float32)
    document = {"text": "種", "numbers": [1, 2.5], "none": None}

    row = await conn.fetchrow("SELECT $1::halfvec AS vector, $2::jsonb AS document", vector, document)

    assert row is not None
    assert np.array_equal(row["vector"], vector)
    assert row["document"] == document


async def test_a_transaction_is_committed_at_its_end_and_undone_by_an_error(pool: Pool):
    async def write(name: str, *, fail: bool) -> None:
        async with transaction(pool) as conn:
            await conn.execute("INSERT INTO job_pauses (job_type) VALUES ($1)", name)
            if fail:
                raise ZeroDivisionError

    await write("kept", fail=False)
    with pytest.raises(ZeroDivisionError):
        await write("undone", fail=True)

    async with connection(pool) as conn:
        assert [row["job_type"] for row in await conn.fetch("SELECT job_type FROM job_pauses")] == ["kept"]


async def test_a_cancelled_task_gives_its_connection_back(pool: Pool, conn: Connection):
    async def hang() -> None:
        async with connection(pool) as borrowed:
            await borrowed.execute("SELECT pg_sleep(3600)")

    asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
    task = asyncio.create_task(hang())
    async with asyncio.timeout(10):
        while not await conn.fetchval(asleep):
            pass
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert pool.get_idle_size() == pool.get_size()


async def test_a_link_that_proves_dead_costs_its_pool_one_timeout_and_not_one_each(
    dsn: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tane.store.pool.RELEASE_TIMEOUT_S", 0.01)
    async with relay_to(dsn) as relay:
        pool = await open_pool(relay.dsn, size=3)
        borrowed = [await pool.acquire() for _ in range(3)]
        for each in borrowed:
            await pool.release(each)
        relay.abandon()

        with pytest.raises(StoreUnavailable):
            async with connection(pool) as conn, asyncio.timeout(0.05):
                await conn.fetchval("SELECT 1")
        async with connection(pool) as conn, asyncio.timeout(10):
            answer = await conn.fetchval("SELECT 2")
        pool.terminate()

    assert answer == 2


async def test_locks_of_a_link_that_died_in_a_transaction_are_let_go(
    dsn: str, conn: Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(SERVER_SETTINGS, "idle_in_transaction_session_timeout", "50ms")
    async with relay_to(dsn) as relay:
        lost = await connect(relay.dsn)
        await lost.execute("BEGIN; LOCK TABLE job_pauses")
        relay.abandon()

        async with asyncio.timeout(10):
            assert await conn.fetchval("SELECT count(*) FROM job_pauses") == 0  # waits for the lock
        lost.terminate()


async def test_a_pool_is_closed_even_when_a_connection_does_not_come_back(dsn: str):
    pool = await open_pool(dsn, size=2)
    await pool.acquire()

    await close_pool(pool, within_s=0.01)

    with pytest.raises(StoreError):
        async with connection(pool):
            pass


class TestTheReadingPool:
    async def test_reads_and_cannot_write(self, dsn: str):
        pool = await open_reading_pool(dsn, size=1)

        with pytest.raises(StoreError, match="25006"):
            async with connection(pool) as conn:
                await conn.execute("DELETE FROM utterances")

        async with connection(pool) as conn:
            assert await conn.fetchval("SELECT count(*) FROM utterances") == 0
        await close_pool(pool)

    async def test_ends_a_statement_that_takes_too_long_by_itself(self, dsn: str):
        pool = await open_reading_pool(dsn, size=1)

        async with connection(pool) as conn:
            assert await conn.fetchval("SHOW statement_timeout") == "5s"
        await close_pool(pool)

    async def test_needs_nobody_to_be_there_when_it_is_opened(self, tmp_path: Path):
        pool = await open_reading_pool(f"postgresql:///tane?host={tmp_path}", size=1)

        with pytest.raises(StoreUnavailable):
            async with connection(pool):
                pass
        await close_pool(pool)


async def test_a_connection_whose_opening_is_given_up_is_cut(dsn: str, monkeypatch: pytest.MonkeyPatch):
    opened: list[Connection] = []

    async def give_up(conn: Connection) -> None:
        opened.append(conn)
        raise asyncio.CancelledError

    monkeypatch.setattr("tane.store.pool.prepare_connection", give_up)

    with pytest.raises(asyncio.CancelledError):
        await connect(dsn)

    assert [conn.is_closed() for conn in opened] == [True]
