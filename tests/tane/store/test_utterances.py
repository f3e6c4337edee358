"""Utterances, their splits and their roles."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest

from tane.store import roles, utterances
from tane.store.domain import SEED_KINDS
from tane.store.pool import Connection


@dataclass(frozen=True)
class Part:
    start: int
    end: int
    text: str


PARTS = [Part(0, 3, "一つ目"), Part(3, 6, "二つ目")]


async def add(conn: Connection, contents: str | None = "一つ目二つ目") -> UUID:
    made: UUID = await conn.fetchval(
        "INSERT INTO utterances (contents) VALUES ($1) RETURNING utterance_id", contents
    )
    return made


async def test_utterances_are_loaded_with_what_was_asked_of_them(conn: Connection):
    said, silent = await add(conn), await add(conn, None)
    for kind in ("model", "knowledge", "model"):
        await utterances.mark_asked(conn, said, kind)

    found = await utterances.load_utterances(conn, [said, silent, uuid4()])

    assert found.keys() == {said, silent}
    assert found[said].asked == {"model", "knowledge"}
    assert found[silent].contents == ""
    assert not found[silent].asked


@pytest.mark.parametrize("kind", SEED_KINDS)
async def test_each_kind_has_its_flag(conn: Connection, kind: str):
    said = await add(conn)

    await utterances.mark_asked(conn, said, kind)

    assert await conn.fetchval(f"SELECT did_asked_{kind} FROM utterances") == 1
    assert (await utterances.load_utterances(conn, [said]))[said].asked == {kind}


async def test_only_living_utterances_are_locked(conn: Connection):
    said, deleted = await add(conn), await add(conn)
    await conn.execute("UPDATE utterances SET deleted_at = now() WHERE utterance_id = $1", deleted)

    assert (await utterances.lock_utterances(conn, [said, deleted, uuid4()])).keys() == {said}


RENAME = "UPDATE utterance_roles SET utterance_role_name = $2 WHERE utterance_role_name = $1"


async def splits_of(conn: Connection, utterance_id: UUID) -> list[asyncpg.Record]:
    return await conn.fetch(
        "SELECT utterance_split_id, ordinal, char_start, char_end, contents FROM utterance_splits "
        "WHERE utterance_id = $1 ORDER BY ordinal",
        utterance_id,
    )


class TestSplits:
    async def test_are_stored_in_order_with_their_offsets(self, conn: Connection):
        said = await add(conn)

        ids = await utterances.replace_splits(conn, said, PARTS)

        found = await splits_of(conn, said)
        assert [split["utterance_split_id"] for split in found] == ids
        assert [tuple(split)[1:] for split in found] == [
            (0, 0, 3, "一つ目"),
            (1, 3, 6, "二つ目"),
        ]

    async def test_that_stay_the_same_keep_their_id_and_time(self, conn: Connection):
        said = await add(conn)
        await utterances.replace_splits(conn, said, PARTS)
        before = await conn.fetch("SELECT * FROM utterance_splits ORDER BY ordinal")

        await utterances.replace_splits(conn, said, [*PARTS, Part(6, 9, "三つ目")])

        after = await conn.fetch("SELECT * FROM utterance_splits ORDER BY ordinal")
        assert after[:2] == before
        assert len(after) == 3

    async def test_that_are_gone_leave(self, conn: Connection):
        said = await add(conn)
        await utterances.replace_splits(conn, said, PARTS)

        await utterances.replace_splits(conn, said, [Part(0, 6, "一つ目二つ目")])
        assert [split["contents"] for split in await splits_of(conn, said)] == ["一つ目二つ目"]

        assert await utterances.replace_splits(conn, said, []) == []
        assert await splits_of(conn, said) == []

    async def test_of_ten_thousand_parts_are_one_statement_each_way(self, conn: Connection):
        said = await add(conn)
        parts = [Part(number, number + 1, "同じ") for number in range(10_000)]

        ids = await utterances.replace_splits(conn, said, parts)

        assert len(set(ids)) == 10_000
        assert [split["utterance_split_id"] for split in await splits_of(conn, said)] == ids


class TestRoles:
    async def test_a_default_set_ships(self, conn: Connection):
        """B11."""
        names = [role.name for role in await roles.list_roles(conn)]

        assert len(names) == len(set(names)) >= 12
        assert {"質問", "説明", "主張", "挨拶"} <= set(names)
        assert all(role.description for role in await roles.list_roles(conn))

    async def test_are_the_owners_to_add_rename_and_remove(self, conn: Connection):
        made = await roles.put_role(conn, "独り言", "誰にも向けない言葉")
        assert await roles.put_role(conn, "独り言") == made
        said = await add(conn)
        assert await utterances.set_role(conn, said, made, 0.5)

        await conn.execute(RENAME, "独り言", "つぶやき")

        found = {role.name: role for role in await roles.list_roles(conn)}
        assert found["つぶやき"].description == "誰にも向けない言葉"
        assert await roles.remove_role(conn, "つぶやき")
        assert not await roles.remove_role(conn, "つぶやき")
        assert await conn.fetchval("SELECT utterance_role_id FROM utterances") is None

    async def test_that_are_gone_are_not_set(self, conn: Connection):
        said = await add(conn)

        assert not await utterances.set_role(conn, said, uuid4(), 0.9)
        assert not await utterances.set_role(conn, said, None, None)
        assert await conn.fetchval("SELECT utterance_role_confidence FROM utterances") is None
