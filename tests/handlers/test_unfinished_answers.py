"""Replies to all questions at once that were cut off, repeat the prompt or run away, and answers as they come."""

from decimal import Decimal

from tane.llm.model_errors import BadReply, CutReply, ModelUnavailable
from tane.store.domain import SCORES, SEED_KINDS
from tane.store.pool import Connection, Pool
from tests.fakes import FakeModels
from tests.handlers.asked_together import QUESTIONS, ask, handler, reply
from tests.handlers.conversation import bodies, utterance
from tests.handlers.world import claim_together

SAID = "母の口癖だが、早く寝ると朝が楽になる。議事録はその日のうちに書くべきだ。"
A, B = "早く寝ると朝が楽になる", "議事録はその日のうちに書くべきだ"


def cut(text: str) -> CutReply:
    return CutReply("cut off", text=text, model="fake:latest", at_limit=True)


class TestAReplyThatWasCutOff:
    async def test_gives_what_it_finished_and_the_rest_is_asked_for_with_twice_the_room(
        self, pool: Pool, conn: Connection
    ):
        said = await utterance(conn, SAID)
        models = FakeModels(
            cut(f'{{"confidence": 0.9, "conversion": ["{A}", "{A}", "早'),  # in an order of the server's own
            reply(**dict.fromkeys(SEED_KINDS, ...), confidence=...),
            reply(conversion=[A, B], knowledge=[B]),
        )

        endings = await ask(pool, said, models)

        assert not [ending for ending in endings.values() if isinstance(ending, Exception)]
        first, short, lists = (list((schema or {})["properties"]) for schema in models.schemas)
        assert len(first) == 13
        assert short == ["role", "role_confidence", *(score for score in SCORES if score != "confidence")]
        assert sorted(lists) == sorted(SEED_KINDS)
        assert [prompt.room for prompt in models.prompts] == [1, 2, 2]
        assert await conn.fetchval("SELECT round(confidence::numeric, 3) FROM utterances") == Decimal("0.9")
        assert await bodies(conn, said) == sorted([A, B, B])

    async def test_gives_the_finished_entries_of_a_list_when_nothing_better_comes(
        self, pool: Pool, conn: Connection
    ):
        said = await utterance(conn, SAID)
        models = FakeModels(lambda _: _raise(cut(f'{{"knowledge": ["{A}", "議事')))

        endings = await ask(pool, said, models, job_types=["did_asked_knowledge", "confidence"])

        assert endings["did_asked_knowledge"] == "done"
        assert isinstance(endings["confidence"], BadReply)
        assert await bodies(conn, said) == [A]


def _raise(error: Exception) -> str:
    raise error


class TestThePromptsOwnWords:
    async def test_are_no_seeds_and_cost_no_others(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        echo = ["<data-0123456789ab>の中の文", "他の文章は禁止。", "言い切られている見方・評価の列挙。"]
        models = FakeModels(reply(knowledge=[A, *echo]), reply(evaluation=[], knowledge=[A]))

        await ask(pool, said, models)

        assert await bodies(conn, said) == [A]

    async def test_alone_are_no_answer(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        models = FakeModels(reply(knowledge=["他の文章は禁止。"]), reply(knowledge=[A]))

        await ask(pool, said, models)

        assert [list((schema or {})["properties"]) for schema in models.schemas][1] == ["knowledge"]
        assert await bodies(conn, said) == [A]

    async def test_a_list_of_roles_is_no_list_of_views(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        await conn.execute("INSERT INTO utterance_roles (utterance_role_name) VALUES ('追加の説明依頼')")
        models = FakeModels(reply(evaluation=["追加の説明依頼", A]))

        await ask(pool, said, models)

        assert await bodies(conn, said) == [A]


async def test_lists_are_bounded_by_the_length_of_the_text(pool: Pool, conn: Connection):
    for contents, items, length in (("短い話だ。", 3, 80), (SAID * 40, 30, 600)):
        models = FakeModels(reply())
        await ask(pool, await utterance(conn, contents), models)
        field = (models.schemas[0] or {})["properties"]["knowledge"]
        assert (field["maxItems"], field["items"]["maxLength"]) == (items, length)


async def test_what_is_found_is_given_as_it_comes(pool: Pool, conn: Connection):
    said = await utterance(conn, SAID)
    models = FakeModels(*([reply(direction=..., knowledge=...)] * 3), *([ModelUnavailable("down")] * 2))
    of = handler()
    assert of.flow is not None
    async with pool.acquire() as one:
        items = await of.load(one, await claim_together(one, QUESTIONS, said))

    steps = [found async for found in of.flow(items, models)]

    assert [len(found) for found in steps] == [10, 1, 1]
    assert not [result for result in steps[0].values() if isinstance(result, Exception)]
