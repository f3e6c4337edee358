"""Visits, and what they have seen."""

from datetime import timedelta
from uuid import UUID

from tane.store import today
from tane.store.pool import Connection, Pool, connect, connection, snapshot

TALK, OTHER = UUID(int=1), UUID(int=2)


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


async def said(conn: Connection, text: str, *, position: int | None, talk: UUID | None = TALK) -> UUID:
    found: UUID = await conn.fetchval(
        "INSERT INTO utterances (contents, conversation_id, position, speaker) VALUES ($1, $2, $3, '美咲') "
        "RETURNING utterance_id",
        text,
        talk,
        position,
    )
    return found


class TestReplies:
    async def test_are_the_next_turns_of_the_conversation_in_their_order(self, conn: Connection):
        asked = await said(conn, "いつ？", position=4)
        for text, position in (("三つ目", 7), ("二つ目", 6), ("遠い", 8), ("前", 3)):
            await said(conn, text, position=position)
        await said(conn, "よその話", position=5, talk=OTHER)

        replies = await today.read_replies(conn, {asked}, turns=3)

        assert [reply.text for reply in replies[asked]] == ["二つ目", "三つ目"]
        assert {reply.speaker for reply in replies[asked]} == {"美咲"}

    async def test_have_the_role_by_name_and_leave_out_what_is_forgotten(self, conn: Connection):
        asked, told, gone = [await said(conn, text, position=at) for at, text in enumerate("abc")]
        await conn.execute(
            "UPDATE utterances SET utterance_role_id = r.utterance_role_id FROM utterance_roles r "
            "WHERE r.utterance_role_name = '説明' AND utterance_id = $1",
            told,
        )
        await conn.execute("UPDATE utterances SET deleted_at = now() WHERE utterance_id = $1", gone)

        replies = await today.read_replies(conn, {asked}, turns=3)

        [reply] = replies[asked]
        assert (reply.utterance_id, reply.speaker, reply.role, reply.text) == (told, "美咲", "説明", "b")
        assert reply.at == await conn.fetchval(
            "SELECT said_at FROM living_utterances WHERE utterance_id = $1", told
        )

    async def test_of_what_has_no_place_in_a_conversation_there_are_none(self, conn: Connection):
        alone = await said(conn, "いつ？", position=None, talk=None)
        await said(conn, "別", position=1, talk=None)

        assert await today.read_replies(conn, {alone}, turns=3) == {}


async def test_lines_are_read_by_id_whether_seed_or_utterance(conn: Connection):
    source = await said(conn, "朝は眠い。", position=1)
    gone = await said(conn, "忘れた", position=2)
    await conn.execute("UPDATE utterances SET deleted_at = now() WHERE utterance_id = $1", gone)
    seed = await conn.fetchval(
        "INSERT INTO seeds (body, seed_kind) VALUES ('朝は眠い', 'model') RETURNING seed_id"
    )
    await conn.execute("INSERT INTO utterance_seeds (utterance_id, seed_id) VALUES ($1, $2)", source, seed)

    lines = await today.read_lines(conn, [source, seed, gone])

    assert {key: (line.type, line.kind, line.text, line.utterance_id) for key, line in lines.items()} == {
        source: ("utterance", None, "朝は眠い。", source),
        seed: ("seed", "model", "朝は眠い", source),
    }
