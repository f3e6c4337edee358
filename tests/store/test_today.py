"""Visits, and what they have seen."""

from datetime import timedelta

from store import today
from store.pool import Connection, Pool, connect, connection, snapshot


async def test_a_visit_is_remembered_and_never_goes_back(conn: Connection):
    now = await today.read_horizon(conn)

    assert await today.last_visit(conn) is None
    await today.remember_visit(conn, now)
    await today.remember_visit(conn, now - timedelta(days=1))

    assert await today.last_visit(conn) == now


async def test_what_commits_after_a_visit_is_new_though_it_began_before(
    conn: Connection, dsn: str, pool: Pool
):
    slow = await connect(dsn)
    writing = slow.transaction()
    await writing.start()
    await slow.execute("INSERT INTO utterances (contents) VALUES ('まだ見えない')")

    async with connection(pool) as one:
        horizon = await today.read_horizon(one)
    async with snapshot(pool) as one:
        seen = await today.count_new(one, horizon)
    await writing.commit()
    await slow.close()

    assert seen.utterances == 0
    assert (await today.count_new(conn, horizon)).utterances == 1


async def test_what_is_hidden_is_not_new(conn: Connection):
    horizon = await today.read_horizon(conn)
    await conn.execute("INSERT INTO utterances (contents, deleted_at) VALUES ('消した', now())")
    await conn.execute("INSERT INTO seeds (body, review_status) VALUES ('違う', 'rejected')")
    await conn.execute("INSERT INTO clusters (is_archived) VALUES (1)")

    counts = await today.count_new(conn, horizon)

    assert (counts.utterances, counts.seeds, counts.clusters) == (0, 0, 0)
