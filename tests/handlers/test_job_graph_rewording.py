"""New words are asked again what the old ones were asked in vain, whoever wrote them (A7)."""

from uuid import UUID

import pytest

from handlers import embedding_utterance
from handlers.job_graph import enabled_types
from tane.store.pool import Connection, Pool
from tests.handlers.conversation import options, rewrite
from tests.handlers.world import HandMadeModels, World, run

SAID, NEW = "早く寝ると朝が楽になると母は言った。", "遅く起きると昼が短くなると母は言う。"


@pytest.fixture
def world(conn: Connection) -> World:
    return World(conn)


async def ended(
    conn: Connection, utterance_id: UUID, job_type: str, outcome: str = "no_number", *, status: str = "done"
) -> None:
    """A job that the old words had."""
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id, status, outcome, finished_at) "
        "VALUES ($1, 'utterance', $2, $3, $4, now())",
        job_type, utterance_id, status, outcome,
    )  # fmt: skip


async def cut(pool: Pool, utterance_id: UUID, *enabled: str) -> None:
    """Run the job that the trigger queued."""
    handler = embedding_utterance.handler(options(enabled=enabled_types(enabled)))
    assert await run(pool, handler, "utterance", [utterance_id], HandMadeModels({})) == ["split"]


async def asked(conn: Connection, utterance_id: UUID) -> set[str]:
    rows = await conn.fetch(
        "SELECT job_type FROM worker_jobs WHERE target_id = $1 AND status = 'queued'", utterance_id
    )
    return {row["job_type"] for row in rows}


@pytest.mark.parametrize(
    ("job_type", "outcome", "status"),
    [
        *((score, "no_number", "done") for score in ("hypothetical", "confidence", "reinterpretation", "resistance", "direction")),
        ("utterance_role", "no_match", "done"), ("utterance_role", "skipped:no_roles", "done"),
        ("did_asked_knowledge", None, "dead"), ("direction", None, "dead"),
    ],
)  # fmt: skip
async def test_a_question_asked_in_vain_is_put_again(
    world: World, pool: Pool, job_type: str, outcome: str, status: str
):
    conn = world.conn
    said = await world.utterance(SAID, splits=[SAID])
    await ended(conn, said, job_type, outcome, status=status)
    await rewrite(conn, said, NEW)
    assert await asked(conn, said) == {"embedding_utterance"}, "the trigger cannot know"

    await cut(pool, said)

    assert await asked(conn, said) == {job_type}


async def test_a_question_that_was_answered_is_put_once(world: World, pool: Pool, conn: Connection):
    said = await world.utterance(SAID, splits=[SAID])
    await ended(conn, said, "direction", "done")
    await conn.execute("UPDATE utterances SET direction = 0.5")
    await rewrite(conn, said, NEW)
    await conn.execute("UPDATE utterances SET direction = -0.5")
    await conn.execute(
        "UPDATE worker_jobs SET status = 'done' WHERE job_type = 'direction' AND status = 'queued'"
    )

    await cut(pool, said)

    assert await asked(conn, said) == set()


async def test_what_was_cancelled_or_never_asked_is_not_asked(world: World, pool: Pool, conn: Connection):
    said = await world.utterance(SAID, splits=[SAID])
    await ended(conn, said, "direction", status="cancelled")
    await rewrite(conn, said, NEW)

    await cut(pool, said, "utterance_role", "hypothetical")

    assert await asked(conn, said) == set()


async def test_an_imported_utterance_is_asked_all_that_is_enabled(world: World, pool: Pool, conn: Connection):
    said = await world.utterance(SAID, splits=[SAID])
    await conn.execute(
        "WITH s AS (INSERT INTO sources (name) VALUES ('talk') RETURNING source_id) "
        "UPDATE utterances SET source_id = s.source_id FROM s"
    )
    await ended(conn, said, "direction")
    await rewrite(conn, said, NEW)

    await cut(pool, said, "utterance_role", "hypothetical", "did_asked_knowledge")

    assert await asked(conn, said) == {"utterance_role", "hypothetical", "did_asked_knowledge", "direction"}


async def test_the_first_words_of_another_program_are_asked_only_what_it_asks(
    world: World, pool: Pool, conn: Connection
):
    said = await world.utterance(SAID)
    await conn.execute("UPDATE utterances SET hypothetical = 0.5, updated_at = now()")
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id) VALUES ('embedding_utterance', 'utterance', $1)",
        said,
    )
    await ended(conn, said, "utterance_role", "no_match")

    await cut(pool, said, "utterance_role")

    assert await asked(conn, said) == set()
