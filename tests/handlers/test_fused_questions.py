"""All questions about an utterance in one call, from the rows to the rows."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from handlers import together
from handlers.contract import JobError
from handlers.fused_questions import FAILURES, PAUSE
from tane.llm.model_errors import BadReply, ModelUnavailable, RequestRefused
from tane.llm.prompts import Prompts
from tane.llm.protocol import Prompt
from tane.store.domain import JOB_TYPES, SCORES, SEED_KINDS
from tane.store.pool import Connection, Pool
from tests.fakes import FakeModels
from tests.handlers.asked_together import QUESTIONS, ask, handler, reply
from tests.handlers.conversation import (
    bodies,
    delete,
    options,
    rewrite,
    role_of,
    utterance,
    waiting,
)

SAID = "母の口癖だが、早く寝ると朝が楽になる。議事録はその日のうちに書くべきだ。"
A, B = "早く寝ると朝が楽になる", "議事録はその日のうちに書くべきだ"


async def scores(conn: Connection) -> dict[str, float | None]:
    row = await conn.fetchrow(f"SELECT {', '.join(SCORES)} FROM utterances")
    assert row is not None
    return {key: None if value is None else round(value, 3) for key, value in row.items()}


async def test_one_call_answers_all_twelve_questions(pool: Pool, conn: Connection):
    said = await utterance(conn, SAID)
    models = FakeModels(reply(knowledge=[A, B], evaluation=[B], direction=-0.25))

    endings = await ask(pool, said, models)

    assert len(models.prompts) == 1
    found = {"did_asked_knowledge", "did_asked_evaluation"}
    assert endings == {
        name: "nothing_found" if name.startswith("did_asked") and name not in found else "done"
        for name in QUESTIONS
    }
    assert await role_of(conn, said) == ("主張", 0.9)
    assert await scores(conn) == dict.fromkeys(SCORES, 0.5) | {"direction": -0.25}
    assert await bodies(conn, said) == sorted([A, B, B])
    asked = await conn.fetchrow(
        f"SELECT {', '.join(f'did_asked_{kind}' for kind in SEED_KINDS)} FROM utterances"
    )
    assert asked is not None
    assert set(asked.values()) == {1}
    kinds = await conn.fetch("SELECT seed_kind, body, grounding, model_name, prompt_version FROM seeds")
    assert {row["seed_kind"] for row in kinds} == {"knowledge", "evaluation"}
    for row in kinds:
        assert row["grounding"] == 1.0
        assert row["model_name"] == "fake:latest"
        assert row["prompt_version"].startswith(f"ja/fused/did_asked_{row['seed_kind']}@")
    assert await waiting(conn) == sorted(
        ("embedding", row["seed_id"]) for row in await conn.fetch("SELECT seed_id FROM seeds")
    )


async def test_the_schema_asks_for_what_was_claimed_and_for_nothing_else(pool: Pool, conn: Connection):
    said = await utterance(conn, SAID)
    models = FakeModels(reply())

    await ask(pool, said, models, job_types=["confidence", "did_asked_question", "utterance_role"])

    (schema,) = models.schemas
    assert schema is not None
    assert list(schema["properties"]) == ["role", "role_confidence", "confidence", "question"]
    assert schema["required"] == list(schema["properties"])
    assert "主張" in schema["properties"]["role"]["enum"]
    assert "reinterpretation" not in models.prompts[0].text


async def test_the_prompt_begins_alike_whatever_is_said_and_claimed_first(pool: Pool, conn: Connection):
    one, other = await utterance(conn, SAID), await utterance(conn, "犬と暮らすのは楽しいと思う。")
    models = FakeModels(lambda _: reply())

    await ask(pool, one, models, job_types=QUESTIONS)
    await ask(pool, other, models, job_types=QUESTIONS[::-1])

    first, second = (prompt.text.split("contents：")[0] for prompt in models.prompts)
    assert first == second
    assert len(first) > 500


class TestRepair:
    async def test_asks_again_only_for_what_the_reply_left_open(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        models = FakeModels(
            reply(role="わからない", confidence="高い", knowledge=..., direction=7),
            reply(role="質問", confidence=0.8, knowledge=[A], direction=0.1, resistance=0.99),
        )

        endings = await ask(pool, said, models)

        assert models.samples == [0, 1]
        assert models.schemas[1] is not None
        assert set(models.schemas[1]["properties"]) == {
            "role", "role_confidence", "confidence", "direction", "knowledge",
        }  # fmt: skip
        assert endings["confidence"] == "done"
        assert await role_of(conn, said) == ("質問", 0.9)
        assert await scores(conn) == dict.fromkeys(SCORES, 0.5) | {"confidence": 0.8, "direction": 0.1}
        assert await bodies(conn, said) == [A]

    async def test_refuses_seeds_in_another_language_alone(self, pool: Pool, conn: Connection):
        """B17."""
        said = await utterance(conn, SAID)
        models = FakeModels(
            reply(knowledge=["Going to bed early helps a lot."], evaluation=[B]), reply(knowledge=[A])
        )

        await ask(pool, said, models)

        assert models.schemas[1] is not None
        assert list(models.schemas[1]["properties"]) == ["knowledge"]
        assert await bodies(conn, said) == sorted([A, B])

    async def test_a_flawed_answer_is_good_enough_after_three_samples(self, pool: Pool, conn: Connection):
        """B10, B12: NULL rather than a guess; a role without confidence is still a role."""
        said = await utterance(conn, SAID)
        models = FakeModels(lambda _: reply(role_confidence=-3, resistance="とても"))

        endings = await ask(pool, said, models)

        assert models.samples == [0, 1, 2]
        assert (endings["utterance_role"], endings["resistance"]) == ("no_confidence", "no_number")
        assert await role_of(conn, said) == ("主張", None)
        assert (await scores(conn))["resistance"] is None

    async def test_a_broken_reply_is_repaired_by_another_sample(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        models = FakeModels("申し訳ありませんが", BadReply("cut off"), reply(knowledge=[A]))

        await ask(pool, said, models)

        assert models.samples == [0, 1, 2]
        assert await bodies(conn, said) == [A]


def single(prompt: Prompt) -> str:
    """What a model says that answers single prompts only."""
    if prompt.version.startswith("ja/fused@"):
        return "I cannot do JSON."
    if "utterance_role" in prompt.version:
        return "主張\n0.7"
    return A if "did_asked" in prompt.version else "0.4"


class TestFallback:
    async def test_asks_by_single_prompts_what_three_replies_left_open(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)

        def answer(prompt: Prompt) -> str:
            return reply(knowledge=..., direction=...) if "fused@" in prompt.version else single(prompt)

        models = FakeModels(answer)

        endings = await ask(pool, said, models)

        singly = [prompt.version.split("@")[0] for prompt in models.prompts[3:]]
        assert sorted(singly) == ["ja/did_asked_knowledge", "ja/direction"]
        assert set(endings.values()) == {"done", "nothing_found"}
        assert await bodies(conn, said) == [A]
        assert (await scores(conn))["direction"] == 0.4

    async def test_a_model_without_json_answers_all_by_single_prompts(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        models = FakeModels(single)

        endings = await ask(pool, said, models)

        assert set(endings.values()) == {"done"}
        assert len(models.prompts) == 3 + 12
        assert await role_of(conn, said) == ("主張", 0.7)

    async def test_such_a_model_is_tried_again_only_after_a_while(self, pool: Pool, conn: Connection):
        of = handler()
        models = FakeModels(single)
        tries = []
        for _ in range(FAILURES + PAUSE + 1):
            said = await utterance(conn, SAID)
            before = len(models.prompts)
            await ask(pool, said, models, of=of, job_types=["confidence", "resistance"])
            tries.append(any("fused@" in prompt.version for prompt in models.prompts[before:]))

        assert tries == [True] * FAILURES + [False] * PAUSE + [True]

    async def test_a_server_that_refuses_the_schema_gets_single_prompts(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)
        answers: list[Any] = [RequestRefused("invalid format")]
        models = FakeModels(*answers, *(["0.4"] * 2))

        endings = await ask(pool, said, models, job_types=["confidence", "resistance"])

        assert endings == {"confidence": "done", "resistance": "done"}

    async def test_one_question_that_fails_for_good_fails_alone(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)

        def answer(prompt: Prompt) -> str:
            return (
                reply(knowledge=...)
                if "fused@" in prompt.version
                else "This is all in English, sorry about that."
            )

        endings = await ask(pool, said, FakeModels(answer))

        assert isinstance(endings.pop("did_asked_knowledge"), BadReply)
        assert set(endings.values()) == {"done", "nothing_found"}


class TestOutage:
    async def test_of_the_model_server_is_nobodys_fault(self, pool: Pool, conn: Connection):
        said = await utterance(conn, SAID)

        with pytest.raises(ModelUnavailable):
            await ask(pool, said, FakeModels(ModelUnavailable("down")))

        assert await bodies(conn, said) == []


class TestTheTarget:
    async def test_that_is_missing_ends_all_its_jobs(self, pool: Pool, conn: Connection):  # noqa: ARG002 - makes the database
        endings = await ask(pool, uuid4(), FakeModels())

        assert {type(ending) for ending in endings.values()} == {JobError}

    @pytest.mark.parametrize(
        ("change", "outcome"),
        [
            (lambda conn, said: rewrite(conn, said, "犬が好きだ。"), "requeued"),
            (delete, "skipped:deleted"),
        ],
    )
    async def test_that_changed_while_the_model_thought_is_not_written_to(
        self, pool: Pool, conn: Connection, change: Callable[[Connection, UUID], Any], outcome: str
    ):
        said = await utterance(conn, SAID)

        async def meanwhile() -> None:
            async with pool.acquire() as other:
                await change(other, said)

        endings = await ask(pool, said, FakeModels(reply(knowledge=[A]), while_asked=meanwhile))

        assert set(endings.values()) == {outcome}
        assert await bodies(conn, said) == []

    async def test_longer_than_the_context_is_read_window_by_window(self, pool: Pool, conn: Connection):
        parts = [
            f"第{number}章では、手順{number}を必ず守るべきだと述べる。" + "あ" * 300 for number in range(12)
        ]
        said = await utterance(conn, "\n".join(parts))

        def answer(prompt: Prompt) -> str:
            text = prompt.text.split("contents：")[1]
            heard = [f"手順{number}を必ず守るべきだ" for number in range(12) if f"手順{number}を" in text]
            return reply(knowledge=heard)

        models = FakeModels(answer)
        endings = await ask(pool, said, models, of=handler(context_tokens=4096))

        assert len(models.prompts) > 2
        assert endings["did_asked_knowledge"] == "done"
        assert len(await bodies(conn, said)) == 12
        first, *others = models.schemas
        assert first is not None
        assert "role" in first["properties"]
        assert all(schema is not None and set(schema["properties"]) == set(SEED_KINDS) for schema in others)
        spans = await conn.fetch(
            "SELECT span_start, span_end, body FROM seeds JOIN utterance_seeds USING (seed_id)"
        )
        text = "\n".join(parts)
        assert all(text[row["span_start"] : row["span_end"]] == row["body"] for row in spans)


class TestTheRole:
    async def test_is_not_asked_for_when_the_owner_has_none(self, pool: Pool, conn: Connection):
        """B11."""
        await conn.execute("DELETE FROM utterance_roles")
        said = await utterance(conn, SAID)
        models = FakeModels(reply())

        endings = await ask(pool, said, models)

        assert endings["utterance_role"] == "skipped:no_roles"
        assert models.schemas[0] is not None
        assert "role" not in models.schemas[0]["properties"]

    async def test_is_found_before_the_seeds_when_some_roles_are_not_asked(
        self, pool: Pool, conn: Connection
    ):
        """C8: the extractions follow only if the role allows it."""
        said = await utterance(conn, SAID)
        of = handler(roles_exclude=frozenset({"挨拶"}), enabled=JOB_TYPES)

        await ask(pool, said, FakeModels(reply()), of=of, job_types=["utterance_role", "confidence"])

        assert [job_type for job_type, _ in await waiting(conn)] == sorted(
            f"did_asked_{kind}" for kind in SEED_KINDS
        )


@pytest.mark.parametrize(("fuse", "prompts"), [(False, "ja"), (True, "literal")])
def test_nothing_is_asked_together_when_the_owner_or_his_prompts_do_not_want_it(fuse: bool, prompts: str):
    assert together(options(fuse=fuse, prompts=Prompts.load(prompts))) is None
