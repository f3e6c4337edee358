"""`recap_tie_break`, from the decision to the decision."""

import json
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from handlers import recap_tie_break
from handlers.contract import JobError
from tane.llm.model_errors import BadReply
from tane.llm.prompts import SHIPPED, Prompts
from tane.store.pool import Connection, Pool
from tests.fakes import FakeModels
from tests.handlers.conversation import OPTIONS, ask, options

HANDLER = recap_tie_break.handler(OPTIONS)
TIED = ({"genre": "sea", "name": "海 / Sea"}, {"genre": "food", "name": "料理 / Food"})
WORDS = "港の食堂で、朝に揚がった鯵を焼いてもらった。"


async def planted(
    conn: Connection, tied: Sequence[object] = TIED, *, strategy: str = "weighted_score", words: str = WORDS
) -> UUID:
    """Plant a document whose genre is decided so."""
    document = uuid4()
    await conn.execute("INSERT INTO utterances (utterance_id, contents) VALUES ($1, $2)", document, words)
    run_id = await conn.fetchval(
        "INSERT INTO nightly_runs (kind, trigger) VALUES ('recap', 'command') RETURNING run_id"
    )
    await conn.execute(
        "INSERT INTO recap_genre_learning_results (run_id, document_id, utterance_id, genre, strategy, confidence, telemetry) "
        "VALUES ($1, $2, $2, 'sea', $3, 0.4, $4)",
        run_id, document, strategy, {"tied": list(tied)},
    )  # fmt: skip
    return document


async def decision(conn: Connection, document: UUID) -> tuple[str, str]:
    row = await conn.fetchrow(
        "SELECT genre, strategy FROM recap_genre_learning_results WHERE document_id = $1", document
    )
    assert row is not None
    return row["genre"], row["strategy"]


async def test_the_genre_that_the_model_chooses_is_the_documents(pool: Pool, conn: Connection):
    document = await planted(conn)
    models = FakeModels(json.dumps({"genre": "food"}))

    assert await ask(pool, HANDLER, document, models) == "done"

    assert await decision(conn, document) == ("food", "llm_tie_break")
    (schema,) = models.schemas
    assert schema is not None
    assert schema["properties"]["genre"]["enum"] == ["sea", "food"]
    assert WORDS in models.prompts[0].text
    assert "food: 料理 / Food" in models.prompts[0].text


@pytest.mark.parametrize("name", SHIPPED)
async def test_every_set_of_prompts_asks_it(pool: Pool, conn: Connection, name: str):
    document = await planted(conn)
    handler = recap_tie_break.handler(options(prompts=Prompts.load(name)))

    assert await ask(pool, handler, document, FakeModels(json.dumps({"genre": "sea"}))) == "done"


async def test_a_genre_that_is_no_candidate_leaves_the_decision_as_it_is(pool: Pool, conn: Connection):
    document = await planted(conn)
    models = FakeModels(*[json.dumps({"genre": "law"})] * 3)

    assert isinstance(await ask(pool, HANDLER, document, models), BadReply)

    assert await decision(conn, document) == ("sea", "weighted_score")


async def test_what_is_decided_otherwise_by_now_is_no_tie(pool: Pool, conn: Connection):
    document = await planted(conn, strategy="graph_boost")

    assert await ask(pool, HANDLER, document, FakeModels()) == "skipped:no_tie"


async def test_a_document_that_no_recap_knows_is_an_error(pool: Pool):
    assert isinstance(await ask(pool, HANDLER, uuid4(), FakeModels()), JobError)


async def test_words_that_were_deleted_meanwhile_are_not_read(pool: Pool, conn: Connection):
    document = await planted(conn)
    await conn.execute("UPDATE utterances SET deleted_at = now() WHERE utterance_id = $1", document)

    assert await ask(pool, HANDLER, document, FakeModels()) == "no_text"
