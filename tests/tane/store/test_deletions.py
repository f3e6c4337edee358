"""Deletions beside each other and beside what brings things back; the owner's own are never undone."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from itertools import product
from typing import Literal, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest

from tane.store import forgetting, migrate
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, connect, transaction
from tests.tane.store.queue import blocked
from tests.tane.store.test_target_triggers import make_cluster, make_seed, make_utterance

Isolation: TypeAlias = Literal["read_committed", "repeatable_read"]
DELETE = "UPDATE utterances SET deleted_at = now() WHERE utterance_id = $1"
RESTORE = "UPDATE utterances SET deleted_at = NULL WHERE utterance_id = $1"
REMOVE = "DELETE FROM utterances WHERE utterance_id = $1"
LINK = "INSERT INTO utterance_seeds (utterance_id, seed_id) VALUES ($1, $2)"
UNSOURCED = """
SELECT seed_id FROM seeds s WHERE s.deleted_at IS NULL AND NOT EXISTS (
    SELECT FROM utterance_seeds l JOIN utterances u USING (utterance_id)
    WHERE l.seed_id = s.seed_id AND u.deleted_at IS NULL)
"""
HIDDEN_WITH_SOURCE = """
SELECT seed_id FROM seeds s WHERE s.deleted_at IS NOT NULL AND EXISTS (
    SELECT FROM utterance_seeds l JOIN utterances u USING (utterance_id)
    WHERE l.seed_id = s.seed_id AND u.deleted_at IS NULL)
"""


@pytest.fixture
async def sessions(dsn: str) -> AsyncIterator[list[Connection]]:
    opened: list[Connection] = [await connect(dsn) for _ in range(2)]
    yield opened
    for session in opened:
        await session.close(timeout=5)


async def is_alive(conn: Connection, seed: UUID) -> bool:
    return bool(await conn.fetchval("SELECT deleted_at IS NULL FROM seeds WHERE seed_id = $1", seed))


async def side_by_side(
    sessions: Sequence[Connection],
    conn: Connection,
    steps: Sequence[tuple[str, Sequence[UUID]]],
    *,
    isolation: Isolation,
) -> list[str]:
    """Let two transactions each run their statement before either commits, as far as locks let them.

    Returns the SQLSTATE of each transaction, empty where it committed.
    """
    first, second = sessions
    states = []
    outer, inner = first.transaction(isolation=isolation), second.transaction(isolation=isolation)
    await outer.start()
    await inner.start()
    for session in sessions:
        await session.fetchval("SELECT count(*) FROM seeds")  # the snapshot of REPEATABLE READ is taken
    await first.execute(steps[0][0], *steps[0][1])
    later = asyncio.create_task(second.execute(steps[1][0], *steps[1][1]))
    waiting = asyncio.create_task(blocked(conn, second.get_server_pid()))
    await asyncio.wait([later, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    await outer.commit()
    states.append("")
    try:
        await later
        await inner.commit()
        states.append("")
    except asyncpg.PostgresError as error:
        await inner.rollback()
        states.append(error.sqlstate)
    return states


class TestSideBySide:
    @pytest.mark.parametrize("isolation", ["read_committed", "repeatable_read"])
    @pytest.mark.parametrize(("one", "other"), list(product([DELETE, REMOVE], repeat=2)))
    async def test_two_deletions_leave_no_seed_alive_without_a_source(
        self, conn: Connection, sessions: list[Connection], one: str, other: str, isolation: Isolation
    ):
        utterances = [await make_utterance(conn), await make_utterance(conn)]
        await make_seed(conn, *utterances)
        steps = [(one, [utterances[0]]), (other, [utterances[1]])]

        states = await side_by_side(sessions, conn, steps, isolation=isolation)
        if states[1]:  # its snapshot was too old to decide: the program begins again
            await sessions[1].execute(other, utterances[1])

        assert states[1] in (("", "40001") if isolation == "repeatable_read" else ("",))
        assert await conn.fetch(UNSOURCED) == []

    async def test_two_forgets_take_the_seed_that_only_their_utterances_said(
        self, conn: Connection, pool: Pool
    ):
        utterances = [await make_utterance(conn), await make_utterance(conn)]
        await make_seed(conn, *utterances, review_status="accepted")

        async def forget(utterance: UUID) -> int:
            async with transaction(pool) as own:
                return (await forgetting.forget(own, [utterance])).seeds

        assert sorted(await asyncio.gather(*map(forget, utterances))) == [0, 1]
        assert await conn.fetchval("SELECT count(*) FROM seeds") == 0

    async def test_a_link_to_another_utterance_and_a_deletion_keep_the_seed(
        self, conn: Connection, sessions: list[Connection]
    ):
        for order in (0, 1):
            source, living = await make_utterance(conn), await make_utterance(conn)
            seed = await make_seed(conn, source)
            steps = [(DELETE, [source]), (LINK, [living, seed])]
            if order:
                steps.reverse()

            states = await side_by_side(sessions, conn, steps, isolation="read_committed")

            assert states == ["", ""]
            assert await is_alive(conn, seed)

    async def test_a_new_link_to_the_utterance_that_is_being_deleted_hides_its_seed(
        self, conn: Connection, sessions: list[Connection]
    ):
        for order in (0, 1):
            source, lonely = await make_utterance(conn), await make_seed(conn)
            steps = [(DELETE, [source]), (LINK, [source, lonely])]
            if order:
                steps.reverse()

            states = await side_by_side(sessions, conn, steps, isolation="read_committed")

            assert states == ["", ""]
            assert not await is_alive(conn, lonely)

    async def test_a_deletion_and_a_return_leave_the_seed_with_the_living_source(
        self, conn: Connection, sessions: list[Connection]
    ):
        for order in (0, 1):
            going, coming = await make_utterance(conn), await make_utterance(conn)
            await make_seed(conn, going, coming)
            await conn.execute(DELETE, coming)
            steps = [(DELETE, [going]), (RESTORE, [coming])]
            if order:
                steps.reverse()

            states = await side_by_side(sessions, conn, steps, isolation="read_committed")

            assert states == ["", ""]
            assert await conn.fetch(UNSOURCED) == await conn.fetch(HIDDEN_WITH_SOURCE) == []


class TestTheOwnersDeletion:
    @pytest.mark.parametrize("is_first", [True, False], ids=["before its utterance", "after its utterance"])
    async def test_of_a_seed_outlives_the_return_of_its_utterance(self, conn: Connection, is_first: bool):
        utterance = await make_utterance(conn)
        own, other = await make_seed(conn, utterance), await make_seed(conn, utterance)
        steps = ["UPDATE seeds SET deleted_at = now() WHERE seed_id = $1", DELETE]
        async with conn.transaction():  # one transaction, one now(): the times are equal
            for step in steps if is_first else steps[::-1]:
                await conn.execute(step, utterance if step == DELETE else own)

        await conn.execute(RESTORE, utterance)

        assert not await is_alive(conn, own)
        assert await is_alive(conn, other)

    async def test_of_an_old_row_is_told_by_its_time_from_what_went_with_its_utterance(
        self, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
    ):
        name = f"old_deletions_{os.getpid()}"
        server.recreate(name)
        files = migrate.migrations()
        monkeypatch.setattr(migrate, "migrations", lambda: [file for file in files if file.version < 11])
        await migrate.migrate(server.dsn(name))
        conn = await connect(server.dsn(name))
        utterance = await make_utterance(conn)
        own, other = await make_seed(conn, utterance), await make_seed(conn, utterance)
        await conn.execute("UPDATE utterances SET deleted_at = '294276-01-01'")
        await conn.execute("UPDATE seeds SET deleted_at = '2020-01-01' WHERE seed_id = $1", own)
        monkeypatch.undo()
        await migrate.migrate(server.dsn(name))

        await conn.execute(RESTORE, utterance)

        assert (await is_alive(conn, own), await is_alive(conn, other)) == (False, True)
        await conn.close()
        server.recreate(name)

    async def test_of_a_seed_holds_when_a_new_source_is_linked(self, conn: Connection):
        seed = await make_seed(conn, await make_utterance(conn))
        await conn.execute("UPDATE seeds SET deleted_at = now()")

        await conn.execute(LINK, await make_utterance(conn), seed)

        assert not await is_alive(conn, seed)

    async def test_taken_back_by_the_owner_himself_shows_the_seed(self, conn: Connection):
        seed = await make_seed(conn, await make_utterance(conn))
        await conn.execute("UPDATE seeds SET deleted_at = now()")

        await conn.execute("UPDATE seeds SET deleted_at = NULL")

        assert await is_alive(conn, seed)


class TestASeedFollowsItsSources:
    async def test_when_its_link_is_moved_to_another_utterance(self, conn: Connection):
        deleted, living = await make_utterance(conn), await make_utterance(conn)
        seed = await make_seed(conn, deleted)
        await conn.execute(DELETE, deleted)

        await conn.execute("UPDATE utterance_seeds SET utterance_id = $1", living)
        shown = await is_alive(conn, seed)
        await conn.execute("UPDATE utterance_seeds SET utterance_id = $1", deleted)

        assert (shown, await is_alive(conn, seed)) == (True, False)

    async def test_when_its_last_living_utterance_is_deleted_for_good(self, conn: Connection):
        hidden, living = await make_utterance(conn), await make_utterance(conn)
        seed = await make_seed(conn, hidden, living)
        await conn.execute(DELETE, hidden)

        await conn.execute(REMOVE, living)
        gone = await is_alive(conn, seed)
        await conn.execute(RESTORE, hidden)

        assert (gone, await is_alive(conn, seed)) == (False, True)


class TestTheOwnersEdges:
    @pytest.fixture
    async def drawn(self, conn: Connection) -> tuple[UUID, UUID, UUID]:
        """An utterance, its seed, and the edge that the owner drew from it to a cluster."""
        utterance = await make_utterance(conn)
        seed, cluster, edge = await make_seed(conn, utterance), await make_cluster(conn), uuid4()
        await conn.execute(
            "INSERT INTO edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, role, weight, source) "
            "VALUES ($1, 'seed', $2, 'cluster', $3, 'part_of', 'member', 1, 'user')",
            edge, seed, cluster,
        )  # fmt: skip
        return utterance, seed, edge

    async def is_active(self, conn: Connection, edge: UUID) -> bool:
        return bool(await conn.fetchval("SELECT is_active = 1 FROM edges WHERE edge_id = $1", edge))

    async def test_come_back_with_the_item(self, conn: Connection, drawn: tuple[UUID, UUID, UUID]):
        utterance, _, edge = drawn

        await conn.execute(DELETE, utterance)
        hidden = await self.is_active(conn, edge)
        await conn.execute(RESTORE, utterance)

        assert (hidden, await self.is_active(conn, edge)) == (False, True)

    async def test_that_he_removed_stay_removed(self, conn: Connection, drawn: tuple[UUID, UUID, UUID]):
        utterance, _, edge = drawn
        await conn.execute(DELETE, utterance)
        await conn.execute("UPDATE edges SET is_active = 0")

        await conn.execute(RESTORE, utterance)

        assert not await self.is_active(conn, edge)

    async def test_wait_for_both_of_their_ends(self, conn: Connection):
        utterances = [await make_utterance(conn), await make_utterance(conn)]
        seeds, edge = [await make_seed(conn, utterance) for utterance in utterances], uuid4()
        await conn.execute(
            "INSERT INTO edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, weight, source) "
            "VALUES ($1, 'seed', $2, 'seed', $3, 'near', 1, 'user')",
            edge, *seeds,
        )  # fmt: skip
        for utterance in utterances:
            await conn.execute(DELETE, utterance)

        await conn.execute(RESTORE, utterances[0])
        halfway = await self.is_active(conn, edge)
        await conn.execute(RESTORE, utterances[1])

        assert (halfway, await self.is_active(conn, edge)) == (False, True)
